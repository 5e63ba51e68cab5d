package taskmaster.e2e.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;

/** What can be done to files and lines, from the configuration to the disk. */
final class OutputOptionsTest {

    private static String program(String name, String script, String... keys) {
        return "[programs."
                + name
                + "]\ncommand = \"/bin/sh\"\nargs = [\"-c\", '''"
                + script
                + "''']\nstartsecs = 0\nautorestart = \"false\"\nredirect_stderr = true\n"
                + "stdout = \"${dir}/"
                + name
                + ".log\"\n"
                + String.join("\n", keys)
                + "\n";
    }

    @Test
    void rotatedFilesAreCompressedAndAllLinesAreInThem() throws IOException {
        int bytes = 4_000_000;
        String toml =
                program(
                        "x",
                        "exec ${bin}/flood-stdout " + bytes,
                        "stdout_maxbytes = \"512KB\"",
                        "stdout_compress = \"gzip\"");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Path log = daemon.file("x.log");
            daemon.awaitText(log, String.format("%012d ", bytes / 100 - 1));
            daemon.await(
                    "all are compressed",
                    () -> Files.exists(Path.of(log + ".7.gz")) && !plainIsLeft(log));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 7; i >= 1; i--) {
                try (var in = new GZIPInputStream(new FileInputStream(log + "." + i + ".gz"))) {
                    in.transferTo(all);
                }
            }
            all.write(Files.readAllBytes(log));
            List<String> lines = all.toString(StandardCharsets.US_ASCII).lines().toList();
            assertEquals(bytes / 100, lines.size());
            LogFiles.assertLines(lines, 0, 100);
            assertFalse(Files.exists(Path.of(log + ".compressing")));
            // The files hold some 5,200 lines each: this is in the second that is compressed.
            DaemonHarness.Output tail = daemon.ctl("tail", "-n", "9000", "x");
            assertEquals(
                    lines.subList(lines.size() - 9000, lines.size()), tail.out().lines().toList());
        }
    }

    private static boolean plainIsLeft(Path log) {
        for (int i = 1; i <= 10; i++) {
            if (Files.exists(Path.of(log + "." + i))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void allFilesOfAProgramTogetherHaveALimit() throws IOException {
        String toml =
                program(
                                "x",
                                "exec ${bin}/flood-stdout 5000000",
                                "stdout_maxbytes = \"256KB\"",
                                "stdout_backups = 100",
                                "stdout_total = \"1MB\"",
                                "numprocs = 2")
                        .replace("x.log", "x%(process_num)d.log");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            for (int i = 0; i < 2; i++) {
                daemon.awaitText(daemon.file("x" + i + ".log"), "000000049999 ");
            }
            long sum = LogFiles.size(daemon.file("x0.log")) + LogFiles.size(daemon.file("x1.log"));
            assertTrue(sum <= 1 << 20, sum + " bytes");
            assertTrue(sum > 1 << 18, sum + " bytes");
        }
    }

    @Test
    void linesBeginWithTimeAndPrefixAndLoseTheirColours() throws IOException {
        String toml =
                program(
                        "x",
                        "printf \"\\033[31mred\\033[0m\\n\"; printf half; sleep 0.1; echo done",
                        "stdout_timestamp = \"iso\"",
                        "stdout_prefix = \"%(program_name)s| \"",
                        "strip_ansi = true");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            String text = daemon.awaitText(daemon.file("x.log"), "done\n");
            String time = "20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z ";
            assertTrue(text.matches(time + "x\\| red\n" + time + "x\\| halfdone\n"), text);
        }
    }

    @Test
    void aFloodOfPrefixedLinesIsWhole() throws IOException {
        int lines = 50_000;
        String toml =
                program(
                        "x",
                        "exec ${bin}/flood-stdout " + lines * 100,
                        "stdout_prefix = \"> \"",
                        "stdout_maxbytes = \"1MB\"");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Path log = daemon.file("x.log");
            daemon.await("all is there", () -> LogFiles.size(log) >= lines * 102L);
            LogFiles.assertRotated(log, 1 << 20);
            List<String> all = LogFiles.lines(log).stream().map(line -> line.substring(2)).toList();
            assertEquals(lines, all.size());
            LogFiles.assertLines(all, 0, 100);
        }
    }

    @Test
    void whatIsCapturedIsNotedAndNotInTheLog() throws IOException {
        String toml =
                program(
                        "x",
                        "printf \"before<!--XSUPERVISOR:BEGIN-->data<!--XSUPERVISOR:END-->after\\n\"",
                        "stdout_capture_maxbytes = \"1KB\"");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            assertEquals("beforeafter\n", daemon.awaitText(daemon.file("x.log"), "after\n"));
            daemon.awaitActivity("captured: 4 bytes of x:x.stdout", 1);
        }
    }

    /** What is not kept can be looked at. */
    @Test
    void whatGoesNowhereIsCapturedAsWell() throws IOException {
        String toml =
                program(
                        "x",
                        "printf \"<!--XSUPERVISOR:BEGIN-->data<!--XSUPERVISOR:END-->after\\n\"",
                        "stdout_capture_maxbytes = \"1KB\"");
        try (DaemonHarness daemon =
                DaemonHarness.start(toml.replace("${dir}/x.log", "/dev/null"))) {
            daemon.awaitActivity("captured: 4 bytes of x:x.stdout", 1);
            assertFalse(String.join("\n", daemon.activity()).contains("cannot"));
        }
    }

    @Test
    void theDaemonsOwnLogIsRotated() throws IOException {
        String toml =
                """
                [taskmasterd]
                logfile = "${dir}/log"
                pidfile = "${dir}/pid"
                runtimedir = "${dir}/pipes"
                logfile_maxbytes = 2000
                logfile_backups = 3
                [programs.x]
                command = "/bin/true"
                numprocs = 60
                startsecs = 0
                autorestart = "false"
                stdout = "/dev/null"
                stderr = "/dev/null"
                """;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Path log = daemon.file("log");
            daemon.await("three are kept", () -> Files.exists(Path.of(log + ".3")));
            daemon.await(
                    "all have ended",
                    () -> daemon.status().stream().allMatch(p -> p.state().equals("EXITED")));
            // The last line of all: until then it may be between two names.
            DaemonHarness.signal(daemon.pid(), "USR1");
            daemon.awaitText(log, "received SIGUSR1");
            assertEquals(4, LogFiles.all(log).size());
            for (Path file : LogFiles.all(log)) {
                assertTrue(Files.size(file) <= 2000, file + " has " + Files.size(file));
                assertTrue(Files.readString(file).endsWith("\n"), file::toString);
            }
        }
    }

    /** Changed while it prints: no process is started anew for that. */
    @Test
    void aReloadChangesHowAStreamIsWritten() throws IOException {
        String script = "i=0; while :; do echo $i; i=$((i + 1)); sleep 0.01; done";
        try (DaemonHarness daemon = DaemonHarness.start(program("x", script))) {
            long pid = daemon.awaitState("x", "RUNNING").pid();
            daemon.awaitText(daemon.file("x.log"), "3\n");
            daemon.writeConfig(program("x", script, "stdout_prefix = \"new \""));
            daemon.request("{\"command\":\"reload\"}");
            String text = daemon.awaitText(daemon.file("x.log"), "new ");
            assertEquals(pid, daemon.status("x").pid());
            int expected = 0;
            for (String line : text.lines().limit(text.lines().count() - 1).toList()) {
                assertEquals(expected, Integer.parseInt(line.replace("new ", "")), text);
                expected++;
            }
        }
    }
}
