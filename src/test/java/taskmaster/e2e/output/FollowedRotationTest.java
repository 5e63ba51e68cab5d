package taskmaster.e2e.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;

/**
 * In every way a stream can be written: each line is in the files once and whole, and somebody who
 * follows the log over all rotations is shown the same.
 */
final class FollowedRotationTest {

    private static final int LINES = 40_000;
    private static final int LENGTH = 100;

    /** How far the reader may be behind: less than it is dropped for. */
    private static final int BEHIND = 1_000_000;

    /** Fast enough for many rotations; waits for a reader who has fallen behind. */
    private static final String WRITER =
            """
            i=0
            while [ $i -lt 80 ]; do
                GATE
                while [ $(stat -c %s followed) -lt $((i * 50000 * TIMES - BEHIND)) ]; do
                    sleep 0.02
                done
                seq -f '%012.0f '"$(printf '%086d' 0)" $((i * 500)) $((i * 500 + 499))
                i=$((i + 1))
                sleep 0.02
            done
            """;

    private static String program(String keys) {
        return program(keys, ":");
    }

    /** {@code gate} is what the shell does before each portion. */
    private static String program(String keys, String gate) {
        return "[programs.x]\ncommand = \"/bin/sh\"\nargs = [\"-c\", \"\"\"\n"
                + WRITER.replace("GATE", gate)
                        .replace("TIMES", Integer.toString(times(keys)))
                        .replace("BEHIND", Integer.toString(BEHIND))
                        .replace("%", "%%")
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                + "\"\"\"]\ndirectory = \"${dir}\"\n"
                + "stdout = \"${dir}/x.log\"\nautostart = false\nstartsecs = 0\n"
                + "autorestart = \"false\"\nredirect_stderr = true\n"
                + keys.replace("; ", "\n")
                + "\n";
    }

    /** How many print the same. */
    private static int times(String keys) {
        return keys.contains("numprocs = 2") ? 2 : 1;
    }

    private static Process follow(DaemonHarness daemon) throws IOException {
        Process follow =
                Script.startCtl(daemon, "followed", "follow.err", "tail", "-f", "-c", "100", "x");
        Path log = daemon.file("x.log");
        // It has begun when it shows what is there already.
        Files.writeString(log, "first\n");
        daemon.awaitText(daemon.file("followed"), "first\n");
        return follow;
    }

    /** All files, older ones first, also compressed ones. */
    private static List<String> lines(Path log) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 1000; i >= 0; i--) {
            Path plain = i == 0 ? log : Path.of(log + "." + i);
            Path compressed = Path.of(log + "." + i + ".gz");
            if (Files.exists(plain)) {
                bytes.write(Files.readAllBytes(plain));
            } else if (Files.exists(compressed)) {
                try (var in = new GZIPInputStream(Files.newInputStream(compressed))) {
                    in.transferTo(bytes);
                }
            }
        }
        return bytes.toString(StandardCharsets.US_ASCII).lines().toList();
    }

    /** Each so many times, in order if that is once; behind this prefix. */
    private static void assertAll(List<String> lines, String prefix, int times) {
        Map<String, Integer> counts = new HashMap<>();
        for (String line : lines) {
            assertTrue(line.startsWith(prefix), line);
            assertEquals(LENGTH - 1 + prefix.length(), line.length(), line);
            counts.merge(line, 1, Integer::sum);
        }
        assertEquals(LINES, counts.size());
        assertEquals(LINES * times, lines.size());
        if (times == 1) {
            List<String> bare = new ArrayList<>();
            lines.forEach(line -> bare.add(line.substring(prefix.length())));
            LogFiles.assertLines(bare, 0, LENGTH);
        }
    }

    private static void awaitFollowed(DaemonHarness daemon, long bytes) throws IOException {
        Path followed = daemon.file("followed");
        while (Files.size(followed) < bytes) {
            long before = Files.size(followed);
            daemon.await("more is shown", () -> Files.size(followed) > before);
        }
        assertEquals(bytes, Files.size(followed), Files.readString(daemon.file("follow.err")));
    }

    private static List<String> withoutFirst(List<String> lines) {
        assertEquals("first", lines.getFirst());
        return lines.subList(1, lines.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stdout_onfull = \"drop\"",
                "stdout_onfull = \"block\"",
                "strip_ansi = true",
                "stdout_prefix = \"> \"",
                "stdout_capture_maxbytes = \"1KB\"",
                "stdout_syslog = true",
                "stdout_compress = \"gzip\"",
                "numprocs = 2",
                "numprocs = 2; stdout_prefix = \"> \"; stdout_compress = \"gzip\"",
            })
    void everyLineIsWrittenAndShown(String keys) throws IOException {
        String size = "; stdout_maxbytes = \"200KB\"; stdout_backups = 1000";
        try (DaemonHarness daemon = DaemonHarness.start(program(keys + size))) {
            Path log = daemon.file("x.log");
            Process follow = follow(daemon);
            try {
                daemon.request("{\"command\":\"start\",\"wait\":false}");
                int times = times(keys);
                String prefix = keys.contains("_prefix") ? "> " : "";
                awaitFollowed(
                        daemon,
                        "first\n".length() + (long) times * LINES * (LENGTH + prefix.length()));
                assertAll(withoutFirst(Files.readAllLines(daemon.file("followed"))), prefix, times);
                if (keys.contains("gzip")) {
                    daemon.await("all are compressed", () -> LogFiles.all(log).size() == 1);
                }
                assertAll(withoutFirst(lines(log)), prefix, times);
            } finally {
                daemon.end(follow);
            }
        }
    }

    /** The program and the files do not notice; the reader is told. */
    @Test
    void aReaderThatStopsReadingHoldsUpNobody() throws IOException {
        long bytes = 60_000_000;
        String toml =
                "[programs.x]\ncommand = \"${bin}/flood-stdout\"\nargs = [\""
                        + bytes
                        + "\"]\n"
                        + "stdout = \"${dir}/x.log\"\nautostart = false\nstartsecs = 0\n"
                        + "autorestart = \"false\"\nredirect_stderr = true\n"
                        + "stdout_maxbytes = \"1MB\"\nstdout_backups = 1000\n";
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Path log = daemon.file("x.log");
            Process follow = follow(daemon);
            try {
                DaemonHarness.signal(follow.pid(), "STOP");
                daemon.request("{\"command\":\"start\",\"wait\":false}");
                long all = bytes + "first\n".length();
                daemon.await("all is written", () -> LogFiles.size(log) >= all);
                List<String> lines = withoutFirst(LogFiles.lines(log));
                assertEquals(bytes / LENGTH, lines.size());
                LogFiles.assertLines(lines, 0, LENGTH);
                DaemonHarness.signal(follow.pid(), "CONT");
                daemon.await("it is told and ends", () -> !follow.isAlive());
                assertTrue(Files.size(daemon.file("followed")) < bytes);
                // Why, only if it reads on before it is given up.
                assertTrue(follow.exitValue() != 0);
                assertTrue(Files.size(daemon.file("follow.err")) > 0);
            } finally {
                daemon.end(follow);
            }
        }
    }

    /** As logrotate does without copytruncate: files are moved, then who writes them is told. */
    @Test
    void filesAreMovedByHandAndReopened() throws IOException {
        // Nine portions for each move, so that there is something to be moved however late we are.
        String gate = "while ! [ -e move$((i / 9)) ]; do sleep 0.02; done";
        String toml = program("stdout_maxbytes = \"1GB\"", gate);
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Path log = daemon.file("x.log");
            Process follow = follow(daemon);
            try {
                daemon.request("{\"command\":\"start\",\"wait\":false}");
                for (int moves = 0; moves < 8; moves++) {
                    Files.createFile(daemon.file("move" + moves));
                    daemon.await("something is written", () -> Files.size(log) > 100_000);
                    for (int i = moves; i >= 1; i--) {
                        Files.move(Path.of(log + "." + i), Path.of(log + "." + (i + 1)));
                    }
                    Files.move(log, Path.of(log + ".1"));
                    if (moves % 2 == 0) {
                        DaemonHarness.signal(daemon.pid(), "USR2");
                        daemon.await("it is made again", () -> Files.exists(log));
                    } else {
                        // Whoever is answered may compress the old file at once.
                        daemon.request("{\"command\":\"reopen\"}");
                        assertTrue(Files.exists(log));
                    }
                }
                Files.createFile(daemon.file("move8"));
                awaitFollowed(daemon, "first\n".length() + LINES * (long) LENGTH);
                assertAll(withoutFirst(Files.readAllLines(daemon.file("followed"))), "", 1);
                assertAll(withoutFirst(lines(log)), "", 1);
                assertEquals(9, LogFiles.all(log).size());
            } finally {
                daemon.end(follow);
            }
        }
    }

    /** Copied and truncated while nothing is printed: only then does copytruncate lose nothing. */
    @Test
    void aFileIsCopiedAndTruncatedByHand() throws IOException {
        String script =
                "for i in 1 2 3; do seq 1000; while ! [ -e ${dir}/go$i ]; do sleep 0.02; done; done";
        String toml =
                "[programs.x]\ncommand = \"/bin/sh\"\nargs = [\"-c\", \""
                        + script
                        + "\"]\n"
                        + "stdout = \"${dir}/x.log\"\nstartsecs = 0\nautorestart = \"false\"\n";
        long size = 3893; // of the numbers from 1 to 1000
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Path log = daemon.file("x.log");
            for (int i = 1; i <= 3; i++) {
                daemon.await("it is written", () -> LogFiles.size(log) >= size);
                assertEquals(size, Files.size(log));
                Files.copy(log, daemon.file("copy" + i));
                new java.io.FileOutputStream(log.toFile()).close();
                Files.createFile(daemon.file("go" + i));
            }
            String once = Files.readString(daemon.file("copy1"));
            assertEquals(once, Files.readString(daemon.file("copy2")));
            assertEquals(once, Files.readString(daemon.file("copy3")));
        }
    }
}
