package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;

/**
 * What programs print is in their files: nothing missing, nothing twice, nothing torn. Here most
 * write them themselves; for what goes through the daemon see the package output. Lines of 64 bytes
 * fill the blocks that flood-stdout writes, so each write holds whole lines.
 */
final class NothingPrintedIsLostTest {

    private static final int LINE = 64;
    private static final String ONCE = "startsecs = 0\nautorestart = \"false\"\n";

    /** Each run prints so many lines and kills itself; the next one appends. */
    @Test
    void everyRunsOutputIsKeptOverKillsAndRestarts() throws IOException {
        int lines = 100_000;
        String toml =
                "[programs.flood]\ncommand = \"/bin/sh\"\nargs = [\"-c\", \"${bin}/flood-stdout "
                        + lines * LINE
                        + " 64; kill -KILL $$\"]\nstartsecs = 0\nautorestart = \"true\"\n"
                        + "stdout = \"${dir}/flood.log\"\nstderr = \"/dev/null\"\n"
                        + "stdout_maxbytes = 0\n";
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            daemon.awaitActivity("exited: flood (terminated by SIGKILL", 3);
            daemon.request("{\"command\":\"stop\",\"name\":\"flood\"}");
            long ended = Processes.count(daemon, "exited: flood (terminated by SIGKILL");
            long next = 0;
            long whole = 0;
            for (String line : Files.readAllLines(daemon.file("flood.log"))) {
                if (next == lines) {
                    whole++;
                    next = 0;
                }
                assertEquals(next, number(line));
                next++;
            }
            whole = next == lines ? whole + 1 : whole;
            // A run that the stop cut off may have been whole.
            assertTrue(whole == ended || whole == ended + 1, whole + " of " + ended);
        }
    }

    /** The number of a whole line. */
    private static long number(String line) {
        assertEquals(LINE - 1, line.length(), line);
        assertEquals(".".repeat(LINE - 14), line.substring(13), line);
        return Long.parseLong(line.substring(0, 12));
    }

    @Test
    void processesAndStreamsThatShareAFileAllAppendToIt() throws IOException {
        int lines = 50_000;
        String flood = "${bin}/flood-stdout " + lines * LINE + " 64";
        String toml =
                "[programs.both]\ncommand = \"/bin/sh\"\nargs = [\"-c\", \""
                        + flood
                        + " & "
                        + flood
                        + " >&2; wait\"]\nnumprocs = 2\nredirect_stderr = true\n"
                        + "stdout = \"${dir}/shared.log\"\nstdout_maxbytes = 0\n"
                        + ONCE;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Processes.awaitAll(daemon, "EXITED");
            Map<Long, Integer> counts = new HashMap<>();
            try (BufferedReader reader = Files.newBufferedReader(daemon.file("shared.log"))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    counts.merge(number(line), 1, Integer::sum);
                }
            }
            assertEquals(lines, counts.size());
            for (Map.Entry<Long, Integer> count : counts.entrySet()) {
                assertEquals(4, count.getValue(), () -> "line " + count.getKey());
            }
        }
    }

    /** Only what was there before is gone; and the file has no hole. */
    @Test
    void clearingWhileAProgramWritesKeepsWhatComesAfter() throws IOException {
        // It writes until it is told that the file was cleared, however long that takes.
        String script =
                "n=0; while ! [ -e ${dir}/over ]; do printf '%%012d %%s\\n' $n "
                        + ".".repeat(LINE - 14)
                        + "; n=$((n + 1)); done; echo $n >${dir}/lines";
        String toml =
                "[programs.flood]\ncommand = \"/bin/sh\"\nargs = [\"-c\", \""
                        + script.replace("\\", "\\\\")
                        + "\"]\nstdout = \"${dir}/flood.log\"\nstderr = \"/dev/null\"\n"
                        + "autostart = false\nstdout_maxbytes = 0\n"
                        + ONCE;
        try (DaemonHarness daemon = DaemonHarness.start(toml);
                Connection connection = daemon.connect()) {
            Path log = daemon.file("flood.log");
            connection.request("{\"command\":\"start\",\"name\":\"flood\",\"wait\":false}");
            daemon.await("it writes", () -> Files.exists(log) && Files.size(log) > 0);
            Json.Obj cleared = connection.request("{\"command\":\"clear\",\"name\":\"flood\"}");
            assertEquals(200, cleared.getLong("status").orElse(0), cleared::toString);
            long left = Files.size(log);
            daemon.await("it still writes", () -> Files.size(log) > left);
            Files.createFile(daemon.file("over"));
            daemon.awaitState("flood", "EXITED");
            long lines = Long.parseLong(Files.readString(daemon.file("lines")).strip());
            long next = -1;
            try (BufferedReader reader = Files.newBufferedReader(log)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    long number = number(line);
                    assertTrue(next == -1 || number == next, line);
                    next = number + 1;
                }
            }
            assertEquals(lines, next);
        }
    }

    @Test
    void theLastWordsOfManyThatEndAtOnceAreKept() throws IOException {
        String toml =
                "[programs.brief]\ncommand = \"/bin/sh\"\nargs = [\"-c\", "
                        + "\"echo out %(process_num)d; echo err %(process_num)d >&2; kill -KILL $$\"]\n"
                        + "numprocs = 30\nstdout = \"${dir}/out.%(process_num)d\"\n"
                        + "stderr = \"${dir}/err.%(process_num)d\"\n"
                        + ONCE;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Processes.awaitAll(daemon, "EXITED");
            for (int i = 0; i < 30; i++) {
                assertEquals("out " + i + "\n", daemon.awaitText(daemon.file("out." + i), "\n"));
                assertEquals("err " + i + "\n", daemon.awaitText(daemon.file("err." + i), "\n"));
            }
        }
    }

    @Test
    void theDaemonsOwnStreamsCanBeUsedInTheForeground() throws IOException {
        String toml =
                "[programs.loud]\ncommand = \"/bin/sh\"\n"
                        + "args = [\"-c\", \"echo to stdout; echo to stderr >&2\"]\n"
                        + "stdout = \"/dev/stdout\"\nstderr = \"/dev/stderr\"\n"
                        + ONCE
                        + "[programs.one]\ncommand = \"/bin/sh\"\n"
                        + "args = [\"-c\", \"echo one stdout; echo one stderr >&2\"]\n"
                        + "stdout = \"/dev/stdout\"\nredirect_stderr = true\n"
                        + ONCE;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Processes.awaitAll(daemon, "EXITED");
            List<String> lines = Files.readAllLines(daemon.file("daemon.out"));
            for (String line : List.of("to stdout", "to stderr", "one stdout", "one stderr")) {
                assertEquals(1, lines.stream().filter(line::equals).count(), line);
            }
        }
    }
}
