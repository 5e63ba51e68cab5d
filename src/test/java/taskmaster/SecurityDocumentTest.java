package taskmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SECURITY.md names tests for what it promises; they exist. */
class SecurityDocumentTest {

    private static final Path BASE = Path.of(System.getProperty("project.basedir", "."));
    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");

    /** An annotation that makes a test, and the name of the next method. */
    private static final Pattern TEST =
            Pattern.compile(
                    "@(?:Test|Example|Property|ParameterizedTest|RepeatedTest)\\b[\\s\\S]*?\\bvoid (\\w+)\\(");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, Set<String>> tests = tests();
        Set<String> missing = new TreeSet<>();
        int named = 0;
        Matcher matcher = NAMED.matcher(Files.readString(BASE.resolve("SECURITY.md")));
        while (matcher.find()) {
            named++;
            if (!tests.getOrDefault(matcher.group(1), Set.of()).contains(matcher.group(2))) {
                missing.add(matcher.group(1) + "#" + matcher.group(2));
            }
        }
        assertEquals(Set.of(), missing, "named in SECURITY.md, but there is no such test");
        assertTrue(named > 20, "SECURITY.md names hardly a test: " + named);
    }

    /** The names of tests by the simple names of their classes; packages share some of these. */
    private static Map<String, Set<String>> tests() throws IOException {
        Map<String, Set<String>> tests = new HashMap<>();
        try (Stream<Path> files = Files.walk(BASE.resolve("src/test/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                Set<String> found = tests.computeIfAbsent(name, n -> new TreeSet<>());
                Matcher matcher = TEST.matcher(Files.readString(file));
                while (matcher.find()) {
                    found.add(matcher.group(1));
                }
            }
        }
        return tests;
    }
}
