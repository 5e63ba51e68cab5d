package taskmaster.e2e.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Root;

/** Bytes in and bytes out, with a daemon in between. */
final class PumpedOutputTest {

    private static final String ONCE =
            "startsecs = 0\nautorestart = \"false\"\nredirect_stderr = true\n";

    private static String shell(String name, String script, String... keys) {
        return "[programs."
                + name
                + "]\ncommand = \"/bin/sh\"\nargs = [\"-c\", '''"
                + script
                + "''']\nstdout = \"${dir}/x.log\"\n"
                + ONCE
                + String.join("\n", keys)
                + "\n";
    }

    private static void awaitSize(DaemonHarness daemon, Path log, long size) throws IOException {
        daemon.await(log + " has " + size + " bytes", () -> LogFiles.size(log) >= size);
        assertEquals(size, LogFiles.size(log));
    }

    @Test
    void everyLineIsInTheFilesOverRotations() throws IOException {
        long bytes = 60_000_000;
        String flood = shell("x", "exec ${bin}/flood-stdout " + bytes, "stdout_maxbytes = \"1MB\"");
        try (DaemonHarness daemon = DaemonHarness.start(flood + "stdout_backups = 1000\n")) {
            Path log = daemon.file("x.log");
            awaitSize(daemon, log, bytes);
            LogFiles.assertRotated(log, 1 << 20);
            LogFiles.assertLines(LogFiles.lines(log), 0, 100);
            assertEquals(bytes / 100, LogFiles.lines(log).size());
        }
    }

    /** Who waits for its end can read all of it. */
    @Test
    void theLastWordsAreInTheLogWhenTheEndIsTold() throws IOException {
        String toml = shell("x", "echo last words", "autostart = false");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            for (int i = 1; i <= 20; i++) {
                daemon.request("{\"command\":\"start\",\"name\":\"x\"}");
                daemon.awaitState("x", "EXITED");
                assertEquals("last words\n".repeat(i), Files.readString(daemon.file("x.log")));
            }
        }
    }

    @Test
    void onlySoManyBackupsAreKept() throws IOException {
        String flood = shell("x", "exec ${bin}/flood-stdout 1000000", "stdout_maxbytes = \"64KB\"");
        try (DaemonHarness daemon = DaemonHarness.start(flood + "stdout_backups = 3\n")) {
            daemon.awaitText(daemon.file("x.log"), "000000009999 ");
            Path log = daemon.file("x.log");
            assertEquals(4, LogFiles.all(log).size());
            List<String> lines = LogFiles.lines(log);
            LogFiles.assertLines(lines, 10_000 - lines.size(), 100);
        }
    }

    /**
     * The program lives on, and writes, while nobody reads; then the next daemon does. What was
     * being copied from the pipe to the log is in the log once.
     */
    @Test
    void aDaemonThatIsKilledLosesNothingAndWritesNothingTwice() throws IOException {
        int kills = 8;
        long some = 6_000_000;
        long bytes = (kills + 2) * some;
        String cat =
                shell(
                        "x",
                        "${bin}/flood-stdout " + bytes + " >${dir}/in; exec cat ${dir}/in",
                        "stdout_maxbytes = \"1MB\"",
                        "stdout_backups = 1000",
                        "autostart = false");
        int copying = 0;
        try (DaemonHarness daemon = DaemonHarness.start(cat)) {
            Path log = daemon.file("x.log");
            daemon.request("{\"command\":\"start\",\"name\":\"x\",\"wait\":false}");
            for (int i = 1; i <= kills; i++) {
                long enough = i * some;
                daemon.await("it has written", () -> LogFiles.size(log) > enough);
                DaemonHarness.signal(daemon.pid(), "KILL");
                daemon.awaitExit();
                copying += isBegun(pipes(daemon).resolve("journal")) ? 1 : 0;
                daemon.launch();
                daemon.awaitReady();
            }
            awaitSize(daemon, log, bytes);
            LogFiles.assertRotated(log, 1 << 20);
            LogFiles.assertLines(LogFiles.lines(log), 0, 100);
            assertTrue(copying > 0, "it was never copying when it was killed");
        }
    }

    /** Whether there is an entry: its length comes last. */
    private static boolean isBegun(Path journal) throws IOException {
        byte[] bytes = Files.readAllBytes(journal);
        return ByteBuffer.wrap(bytes).getLong(bytes.length - Long.BYTES) > 0;
    }

    /** The directory of the daemon's pipes. */
    private static Path pipes(DaemonHarness daemon) throws IOException {
        try (var directories = Files.list(daemon.file("pipes"))) {
            return directories.findFirst().orElseThrow();
        }
    }

    /**
     * Where bytes are looked at, what was written and not yet taken from the pipe when it was
     * killed is written once more: a line may be there twice, or its beginning, but none is
     * missing.
     */
    @Test
    void aDaemonThatIsKilledLosesNoLineThatItChanges() throws IOException {
        int lines = 200_000;
        String flood =
                shell(
                        "x",
                        "exec ${bin}/flood-stdout " + lines * 100,
                        "stdout_maxbytes = \"1MB\"",
                        "stdout_backups = 1000",
                        "stdout_prefix = \"> \"",
                        "autostart = false");
        try (DaemonHarness daemon = DaemonHarness.start(flood)) {
            Path log = daemon.file("x.log");
            daemon.request("{\"command\":\"start\",\"name\":\"x\",\"wait\":false}");
            for (int i = 1; i <= 2; i++) {
                long some = i * 4_000_000L;
                daemon.await("it has written", () -> LogFiles.size(log) > some);
                DaemonHarness.signal(daemon.pid(), "KILL");
                daemon.awaitExit();
                daemon.launch();
                daemon.awaitReady();
            }
            daemon.awaitText(log, String.format("%012d ", lines - 1));
            Map<String, Integer> counts = new HashMap<>();
            int odd = 0;
            for (String line : LogFiles.lines(log)) {
                if (line.matches("> \\d{12} \\.{86}")) {
                    counts.merge(line, 1, Integer::sum);
                } else {
                    odd++;
                }
            }
            assertEquals(lines, counts.size());
            assertTrue(odd <= 2, odd + " lines are torn");
            long twice = counts.values().stream().filter(count -> count > 1).count();
            assertTrue(twice <= 2 * 16 * 1024 / 100 + 2, twice + " lines are there twice");
        }
    }

    @Test
    void aRemovedFileIsMadeAgain() throws IOException {
        String writer = "echo first; while ! [ -e ${dir}/go ]; do sleep 0.05; done; echo second";
        try (DaemonHarness daemon = DaemonHarness.start(shell("x", writer))) {
            Path log = daemon.file("x.log");
            daemon.awaitText(log, "first\n");
            Files.delete(log);
            Files.createFile(daemon.file("go"));
            assertEquals("second\n", daemon.awaitText(log, "second\n"));
        }
    }

    @Test
    void aMovedFileIsLeftAtUsr2() throws IOException {
        String writer = "echo first; while ! [ -e ${dir}/go ]; do sleep 0.05; done; echo second";
        try (DaemonHarness daemon = DaemonHarness.start(shell("x", writer))) {
            Path log = daemon.file("x.log");
            daemon.awaitText(log, "first\n");
            Files.move(log, daemon.file("moved"));
            DaemonHarness.signal(daemon.pid(), "USR2");
            daemon.await("it is made again", () -> Files.exists(log));
            Files.createFile(daemon.file("go"));
            assertEquals("second\n", daemon.awaitText(log, "second\n"));
            assertEquals("first\n", Files.readString(daemon.file("moved")));
        }
    }

    @Test
    void aRemovedDirectoryIsMadeAgainOrItsOutputCounted() throws IOException {
        String writer = "echo first; while ! [ -e ${dir}/go ]; do sleep 0.05; done; echo second";
        String toml =
                shell("made", writer, "stdout_mkdir = true").replace("x.log", "a/b/made.log")
                        + shell("lost", writer).replace("x.log", "c/lost.log");
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, "--nodaemon")) {
            Files.createDirectory(daemon.file("c"));
            daemon.launch();
            daemon.awaitReady();
            daemon.awaitText(daemon.file("a/b/made.log"), "first\n");
            daemon.awaitText(daemon.file("c/lost.log"), "first\n");
            for (String name : List.of("a/b/made.log", "a/b", "a", "c/lost.log", "c")) {
                Files.delete(daemon.file(name));
            }
            Files.createFile(daemon.file("go"));
            daemon.awaitText(daemon.file("a/b/made.log"), "second\n");
            daemon.awaitActivity(
                    "cannot write log \"" + daemon.file("c/lost.log") + "\": ENOENT", 1);
            daemon.awaitActivity("; make its directory, or let it be made: stdout_mkdir", 1);
            Files.createDirectory(daemon.file("c"));
            daemon.awaitActivity("can be written again: 7 bytes of lost:lost.stdout were lost", 1);
            daemon.awaitText(daemon.file("c/lost.log"), "lost");
            assertEquals(
                    "taskmasterd: 7 bytes lost: ENOENT (no such file or directory)\n",
                    Files.readString(daemon.file("c/lost.log")));
        }
    }

    @Test
    void nothingIsSaidToBeLostOfASilentProgramWithoutADirectory() throws IOException {
        String toml = shell("x", "exec sleep 1000").replace("x.log", "missing/x.log");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            daemon.awaitActivity("cannot write log", 1);
            DaemonHarness.signal(daemon.pid(), "TERM");
            assertEquals(0, daemon.awaitExit());
            for (String line : daemon.activity()) {
                assertFalse(line.contains("were lost"), line);
            }
        }
    }

    @Test
    void whoTruncatesTheFileFindsWhatComesAfter() throws IOException {
        String flood = shell("x", "exec ${bin}/flood-stdout 0", "stdout_maxbytes = \"1GB\"");
        try (DaemonHarness daemon = DaemonHarness.start(flood)) {
            Path log = daemon.file("x.log");
            for (int i = 0; i < 20; i++) {
                daemon.await("it writes", () -> LogFiles.size(log) > 100_000);
                new java.io.FileOutputStream(log.toFile()).close();
            }
            daemon.request("{\"command\":\"stop\",\"name\":\"x\"}");
            // Line by line: it may have written very much meanwhile.
            try (BufferedReader reader = Files.newBufferedReader(log, StandardCharsets.US_ASCII)) {
                String cut = reader.readLine();
                assertTrue(cut == null || cut.indexOf('\0') < 0, "a hole");
                String line = reader.readLine();
                long next = line == null || line.length() < 12 ? 0 : number(line);
                String after = reader.readLine();
                while (after != null) {
                    assertTrue(line.indexOf('\0') < 0, "a hole");
                    LogFiles.assertLines(List.of(line), next, 100);
                    next++;
                    line = after;
                    after = reader.readLine();
                }
            }
        }
    }

    private static long number(String line) {
        return Long.parseLong(line.substring(0, 12));
    }

    /** Lines that are written at once are whole, whoever else writes to the file. */
    @Test
    void twoProgramsAndBothStreamsShareAFile() throws IOException {
        int lines = 30_000;
        String flood = "${bin}/flood-stdout " + lines * 100;
        String toml =
                ("[programs.NAME]\ncommand = \"/bin/sh\"\nargs = [\"-c\", \"FLOOD & FLOOD >&2;"
                                + " wait\"]\nstdout = \"${dir}/x.log\"\nstderr = \"${dir}/x.log\"\n"
                                + "startsecs = 0\nautorestart = \"false\"\n"
                                + "stdout_maxbytes = \"1MB\"\nstdout_backups = 100\n"
                                + "stderr_maxbytes = \"1MB\"\nstderr_backups = 100\n")
                        .replace("FLOOD", flood);
        try (DaemonHarness daemon =
                DaemonHarness.start(toml.replace("NAME", "a") + toml.replace("NAME", "b"))) {
            Path log = daemon.file("x.log");
            awaitSize(daemon, log, 4L * lines * 100);
            LogFiles.assertRotated(log, 1 << 20);
            Map<String, Integer> counts = new HashMap<>();
            for (String line : LogFiles.lines(log)) {
                counts.merge(line, 1, Integer::sum);
            }
            assertEquals(lines, counts.size());
            assertTrue(counts.values().stream().allMatch(count -> count == 4));
        }
    }

    @Test
    void anUnfinishedLineOfASharedFileComesToo() throws IOException {
        String toml =
                shell("a", "printf unfinished; exec sleep 1000")
                        + shell("b", "echo finished; exec sleep 1000");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            daemon.awaitText(daemon.file("x.log"), "unfinished");
            daemon.awaitText(daemon.file("x.log"), "finished\n");
        }
    }

    @Test
    void binaryOutputIsUnharmed() throws IOException {
        String toml =
                shell("x", "cat ${dir}/in", "stdout_maxbytes = \"300KB\"", "autostart = true");
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, "--nodaemon")) {
            byte[] bytes = new byte[1_000_000];
            new java.util.Random(5).nextBytes(bytes);
            Files.write(daemon.file("in"), bytes);
            daemon.launch();
            daemon.awaitReady();
            Path log = daemon.file("x.log");
            awaitSize(daemon, log, bytes.length);
            assertTrue(java.util.Arrays.equals(bytes, LogFiles.bytes(log)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stdout_onfull = \"drop\"",
                "stdout_syslog = true\nstrip_ansi = true\nstdout_capture_maxbytes = \"1MB\"",
            })
    void aLineOfAHundredMegabytesNeedsNoMemory(String keys) throws IOException {
        long bytes = 100L << 20;
        String script = "head -c " + bytes + " /dev/zero | tr '\\\\0' x; echo";
        String toml = shell("x", script, "stdout_maxbytes = \"16MB\"", "autostart = false", keys);
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            long before = residentBytes(daemon.pid());
            daemon.request("{\"command\":\"start\",\"name\":\"x\",\"wait\":false}");
            awaitSize(daemon, daemon.file("x.log"), bytes + 1);
            long after = residentBytes(daemon.pid());
            assertTrue(after - before < 16L << 20, before + " bytes before, now " + after);
            for (Path file : LogFiles.all(daemon.file("x.log"))) {
                assertTrue(Files.size(file) <= 16 << 20, file::toString);
            }
        }
    }

    private static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new AssertionError("no VmRSS");
    }

    @Test
    void aProgramOfAnotherUserCanOpenItsStdoutAgain() throws IOException {
        String script = "echo one; echo two > /dev/stdout; echo three >&2; echo four > /dev/stderr";
        String user = Root.isHere() ? "user = \"nobody\"" : "";
        try (DaemonHarness daemon = DaemonHarness.start(shell("x", script, user))) {
            assertEquals(
                    "one\ntwo\nthree\nfour\n", daemon.awaitText(daemon.file("x.log"), "four\n"));
        }
    }

    @Test
    void aPipeIsForItsProgramOnly() throws IOException {
        boolean root = Root.isHere();
        String toml =
                shell("x", "echo x; exec sleep 1000", root ? "user = \"nobody\"" : "umask = 0o000");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            daemon.awaitText(daemon.file("x.log"), "x\n");
            Path pipes = pipes(daemon);
            Path fifo = pipes.resolve("x:x.stdout");
            for (Path directory : List.of(daemon.file("pipes"), pipes)) {
                assertEquals("rwx------", permissions(directory), directory::toString);
            }
            assertEquals("rw-------", permissions(fifo));
            String self = Files.getOwner(Path.of("/proc/self")).getName();
            assertEquals(root ? "nobody" : self, Files.getOwner(fifo).getName());
        }
    }

    private static String permissions(Path file) throws IOException {
        return java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(file));
    }

    @Test
    void aThousandProgramsEachHaveTheirLine() throws IOException {
        String toml =
                "[programs.x]\ncommand = \"/bin/echo\"\nargs = [\"%(process_num)d\"]\n"
                        + "numprocs = 1000\nstdout = \"${dir}/logs/%(process_num)d\"\n"
                        + "stdout_mkdir = true\n"
                        + ONCE;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            for (int i = 999; i >= 0; i--) {
                assertEquals(
                        i + "\n", daemon.awaitText(daemon.file("logs/" + i), "\n"), "program " + i);
            }
        }
    }

    @Test
    void whatIsNoLongerConfiguredIsReadToItsEndAndItsPipeRemoved() throws IOException {
        String toml = shell("x", "while :; do echo x; sleep 0.01; done");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            daemon.awaitText(daemon.file("x.log"), "x\n");
            Path pipes = pipes(daemon);
            assertTrue(Files.exists(pipes.resolve("x:x.stdout")));
            daemon.writeConfig("");
            daemon.request("{\"command\":\"reload\"}");
            daemon.await("the pipe is removed", () -> !Files.exists(pipes.resolve("x:x.stdout")));
            String text = Files.readString(daemon.file("x.log"), StandardCharsets.US_ASCII);
            assertTrue(text.endsWith("x\n"), text);
        }
    }

    @Test
    void aRuntimeDirectoryOfOthersIsRefused() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(shell("x", "echo x"))) {
            Files.createDirectory(daemon.file("pipes"));
            Files.setPosixFilePermissions(
                    daemon.file("pipes"),
                    java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
            DaemonHarness.Output output = daemon.daemon("--nodaemon");
            assertEquals(1, output.exit());
            assertTrue(
                    output.err()
                            .contains("cannot use the runtime directory \"" + daemon.file("pipes")),
                    output::err);
            assertTrue(output.err().contains("mode 777; chmod 700"), output::err);
        }
    }
}
