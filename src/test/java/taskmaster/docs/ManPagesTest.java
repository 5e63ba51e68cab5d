package taskmaster.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import taskmaster.testing.Commands;
import taskmaster.testing.DaemonHarness;

/** The pages in docs/man, against what the commands say now. */
final class ManPagesTest {

    private static final Path PAGES = DaemonHarness.BASE.resolve("docs/man");

    private static String help(String command) throws IOException {
        String launcher = DaemonHarness.BASE.resolve("scripts").resolve(command).toString();
        DaemonHarness.Output output =
                Commands.run(Map.of(), DaemonHarness.PATIENCE, launcher, "--help");
        assertEquals(0, output.exit(), output.err());
        return output.out();
    }

    private static String file(String name) throws IOException {
        return Files.readString(DaemonHarness.BASE.resolve(name));
    }

    @Test
    void eachPageSaysWhatHelpAndReadmeSayNow() throws IOException {
        Map<String, String> pages =
                ManPages.pages(file("README.md"), help("taskmasterd"), help("taskmasterctl"));
        for (Map.Entry<String, String> page : pages.entrySet()) {
            assertEquals(
                    page.getValue(),
                    Files.readString(PAGES.resolve(page.getKey())),
                    "run scripts/man");
        }
        Set<String> there = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(PAGES)) {
            files.forEach(file -> there.add(file.getFileName().toString()));
        }
        assertEquals(new TreeSet<>(pages.keySet()), there);
    }

    @Test
    void everyOptionAndCommandHasAnEntry() throws IOException {
        for (Map.Entry<String, String> page :
                Map.of("taskmasterd", "taskmasterd.8", "taskmasterctl", "taskmasterctl.1")
                        .entrySet()) {
            String text = file("docs/man/" + page.getValue());
            Matcher terms =
                    Pattern.compile("^(?: {2}| {6}(?=--))(--?[a-z]+|[a-z]+)\\b", Pattern.MULTILINE)
                            .matcher(help(page.getKey()));
            int found = 0;
            while (terms.find()) {
                String term = terms.group(1).replace("-", "\\-");
                assertTrue(
                        Pattern.compile("^\\.TP\n\\\\fB" + Pattern.quote(term), Pattern.MULTILINE)
                                .matcher(text)
                                .find(),
                        terms.group(1));
                found++;
            }
            assertTrue(found > 10, page.getKey() + ": " + found);
        }
    }

    @Test
    void everyKeyOfTheExampleHasAnEntry() throws IOException {
        String page = file("docs/man/taskmaster.conf.toml.5");
        Matcher keys =
                Pattern.compile("^#?([a-z_]+) = ", Pattern.MULTILINE)
                        .matcher(file("taskmaster.example.config.toml"));
        Set<String> missing = new TreeSet<>();
        int found = 0;
        while (keys.find()) {
            found++;
            if (!page.contains("\\fB" + keys.group(1) + "\\fR")) {
                missing.add(keys.group(1));
            }
        }
        assertTrue(found > 50, "keys: " + found);
        // As the README says: the same for stderr.
        missing.removeIf(
                key -> key.startsWith("stderr_") && page.contains("stdout" + key.substring(6)));
        assertEquals(Set.of(), missing);
    }

    @Test
    void groffHasNothingToComplainOf() throws IOException {
        for (String page :
                new String[] {"taskmasterd.8", "taskmasterctl.1", "taskmaster.conf.toml.5"}) {
            DaemonHarness.Output output =
                    Commands.run(
                            Map.of(),
                            DaemonHarness.PATIENCE,
                            "groff",
                            "-man",
                            "-ww",
                            "-Tutf8",
                            PAGES.resolve(page).toString());
            assertEquals("", output.err());
            assertEquals(0, output.exit());
            assertFalse(output.out().contains("`"), "left of Markdown: " + output.out());
        }
    }
}
