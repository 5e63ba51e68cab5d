package taskmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;

/** Each key that a file may hold, in the example and in the README. */
class DocumentedKeysTest {

    private static final Map<String, List<String>> KEYS =
            Map.of(
                    "unix_http_server", DaemonReader.SOCKET_KEYS,
                    "taskmasterd", DaemonReader.DAEMON_KEYS,
                    "taskmasterctl", DaemonReader.CLIENT_KEYS,
                    "programs.sleeper", ProgramReader.KEYS,
                    "groups.calm", Groups.KEYS,
                    "include", List.of("files"));

    @Test
    void exampleHasEveryKeyInItsSection() throws IOException {
        Map<String, StringBuilder> sections = new java.util.HashMap<>();
        String section = "";
        for (String line : read("taskmaster.example.config.toml")) {
            if (line.startsWith("[")) {
                section = line.substring(1, line.indexOf(']'));
            }
            sections.computeIfAbsent(section, s -> new StringBuilder()).append(line).append('\n');
        }
        Set<String> missing = new TreeSet<>();
        KEYS.forEach((name, keys) -> {
            for (String key : keys) {
                boolean there =
                        key.equals("env")
                                ? sections.containsKey(name + ".env")
                                : Pattern.compile("(?m)^#?" + key + " = ")
                                        .matcher(sections.get(name))
                                        .find();
                // the example says that it is another word for command
                if (!there && !key.equals("cmd")) {
                    missing.add(name + "." + key);
                }
            }
        });
        assertEquals(Set.of(), missing);
    }

    @Test
    void readmeHasEveryKeyInItsTable() throws IOException {
        StringBuilder table = new StringBuilder();
        for (String line : read("README.md")) {
            if (line.startsWith("|")) {
                table.append(line).append('\n');
            }
        }
        Set<String> missing = new TreeSet<>();
        for (List<String> keys : KEYS.values()) {
            for (String key : keys) {
                // "stderr_maxbytes and so on": the same as for stdout
                String written = key.startsWith("stderr_") ? "stdout_" + key.substring(7) : key;
                boolean there =
                        key.equals("env")
                                ? table.indexOf("`programs.X.env`") >= 0
                                : table.indexOf("`" + written + "`") >= 0;
                if (!there) {
                    missing.add(key);
                }
            }
        }
        assertEquals(Set.of(), missing);
    }

    private static List<String> read(String name) throws IOException {
        return Files.readAllLines(DaemonHarness.BASE.resolve(name));
    }
}
