package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;

/** Logs, as users read them: {@code tail}, {@code maintail}, {@code clear}. */
class TailTest {

    private static DaemonHarness daemon;

    /** The program is never started: the test writes its logs. */
    @BeforeAll
    static void start() throws IOException {
        daemon =
                DaemonHarness.start(
                        """
                        [programs.page]
                        command = "sleep"
                        autostart = false
                        stdout = "${dir}/page.out"
                        stderr = "${dir}/page.err"
                        [programs.writer]
                        command = "/bin/sh"
                        args = ["-c", "echo one; echo two >&2; exec sleep 1000"]
                        startsecs = 0
                        stdout = "${dir}/writer.out"
                        redirect_stderr = true
                        """);
    }

    @AfterAll
    static void end() throws IOException {
        daemon.close();
    }

    private static Path out() {
        return daemon.file("page.out");
    }

    private static void append(String text) throws IOException {
        Files.writeString(out(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void printed(String expected, String... command) throws IOException {
        DaemonHarness.Output output = daemon.ctl(command);
        assertEquals("", output.err());
        assertEquals(expected, output.out(), String.join(" ", command));
        assertEquals(0, output.exit());
    }

    @Test
    void showsBytesOrLines() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 500; i++) {
            text.append("line ").append(i).append('\n');
        }
        String all = text.toString();
        Files.writeString(out(), all);
        Files.deleteIfExists(daemon.file("page.out.1"));
        Files.writeString(daemon.file("page.err"), "first\nlast\n");
        printed(all.substring(all.length() - 1600), "tail", "page");
        printed("500\n", "tail", "-4", "page");
        printed("line 499\nline 500\n", "tail", "-n", "2", "page");
        printed(all, "tail", "-n", "10000", "page");
        printed("last\n", "tail", "-5", "page", "stderr");
        printed("first\nlast\n", "tail", "page", "stderr");
    }

    @Test
    void showsStderrWhereItGoes() throws IOException {
        daemon.awaitText(daemon.file("writer.out"), "two");
        printed("one\ntwo\n", "tail", "writer");
        printed("two\n", "tail", "-n", "1", "writer", "stderr");
    }

    @Test
    void copiesAnyByte() throws IOException {
        byte[] bytes = new byte[300_000];
        new Random(4711).nextBytes(bytes);
        Files.write(out(), bytes);
        DaemonHarness.Output output =
                Script.run(
                        daemon,
                        "\"$TASKMASTERCTL\" -c \"$CONFIG\" tail -300000 page | cat >\"$1\"",
                        daemon.file("copy").toString());
        assertEquals("", output.err());
        assertArrayEquals(bytes, Files.readAllBytes(daemon.file("copy")));
    }

    /** A command that goes on, and what it has printed. */
    private record Follow(Process process, Path out, Path err) implements AutoCloseable {

        static Follow start(String... command) throws IOException {
            Process process = Script.startCtl(daemon, "follow.out", "follow.err", command);
            return new Follow(process, daemon.file("follow.out"), daemon.file("follow.err"));
        }

        void awaitText(String text) throws IOException {
            daemon.awaitText(out, text);
        }

        /** As Ctrl-C does: it ends by that. */
        void interrupt() throws IOException {
            DaemonHarness.signal(process.pid(), "INT");
            daemon.await("the command ends", () -> !process.isAlive());
            assertEquals(130, process.exitValue());
        }

        @Override
        public void close() throws IOException {
            daemon.end(process);
        }
    }

    @Test
    void followsUntilItIsInterrupted() throws IOException {
        Files.writeString(out(), "before\n");
        try (Follow follow = Follow.start("tail", "-f", "page")) {
            follow.awaitText("before\n");
            append("more\n");
            follow.awaitText("more\n");
            append("half a li");
            follow.awaitText("half a li");
            append("ne\n");
            follow.awaitText("half a line\n");
            follow.interrupt();
            assertEquals("before\nmore\nhalf a line\n", Files.readString(follow.out()));
            assertEquals("", Files.readString(follow.err()));
        }
    }

    @Test
    void followsAcrossTruncationAndReplacement() throws IOException {
        Files.writeString(out(), "before\n");
        try (Follow follow = Follow.start("tail", "-f", "page")) {
            follow.awaitText("before\n");
            printed("page: cleared\n", "clear", "page");
            daemon.awaitText(follow.err(), "==> File truncated <==\n");
            append("after the clear\n");
            follow.awaitText("after the clear\n");

            // logrotate: renamed, and another one made.
            Files.move(out(), daemon.file("page.out.1"));
            Files.writeString(out(), "in the new file\n");
            follow.awaitText("in the new file\n");
            append("and on\n");
            follow.awaitText("and on\n");

            Files.delete(out());
            append("made again\n");
            follow.awaitText("made again\n");
            follow.interrupt();
            assertEquals(
                    "before\nafter the clear\nin the new file\nand on\nmade again\n",
                    Files.readString(follow.out()));
        }
    }

    @Test
    void followsForTwoUntilOneHasEnough() throws IOException {
        Files.writeString(out(), "");
        try (Follow follow = Follow.start("tail", "-f", "page")) {
            // head goes after one line; the tail notices with the next that it writes.
            Process other =
                    Script.start(
                            daemon,
                            "head.out",
                            "head.err",
                            "sh",
                            "-c",
                            "\"$TASKMASTERCTL\" -c \"$CONFIG\" tail -f -n 1 page | head -n 1");
            daemon.await(
                    "the pipe ends",
                    () -> {
                        append("tick\n");
                        return !other.isAlive();
                    });
            assertEquals("tick\n", Files.readString(daemon.file("head.out")));
            assertEquals("", Files.readString(daemon.file("head.err")));
            follow.awaitText("tick\n");
            printed("page: cleared\n", "clear", "page");
            follow.interrupt();
        }
    }

    @Test
    void showsTheDaemonsOwnLog() throws IOException {
        daemon.awaitActivity("spawned: 'writer'", 1);
        String log = daemon.ctl("maintail", "-n", "1000").out();
        assertTrue(log.contains(" INFO spawned: 'writer' with pid "), log);
        assertEquals(10, daemon.ctl("maintail", "-10").out().length());
        try (Follow follow = Follow.start("maintail", "-f")) {
            follow.awaitText("spawned: 'writer'");
            daemon.ctl("restart", "writer");
            follow.awaitText("stopped: writer");
            follow.interrupt();
        }
    }

    @Test
    void clearsWhatARunningProgramWrites() throws IOException {
        daemon.awaitText(daemon.file("writer.out"), "two");
        printed("writer: cleared\n", "clear", "writer");
        assertEquals(0, Files.size(daemon.file("writer.out")));
        // Same file, same program: it appends from the start again.
        daemon.ctl("restart", "writer");
        daemon.awaitText(daemon.file("writer.out"), "two");
        assertEquals("one\ntwo\n", Files.readString(daemon.file("writer.out")));
        printed("page: cleared\nwriter: cleared\n", "clear", "all");
    }

    @Test
    void endsWhenTheDaemonEnds() throws IOException {
        try (DaemonHarness other =
                DaemonHarness.start(
                        """
                        [programs.a]
                        command = "sleep"
                        autostart = false
                        stdout = "${dir}/a.out"
                        stderr = "${dir}/a.err"
                        """)) {
            Files.writeString(other.file("a.out"), "text\n");
            Process tail = Script.startCtl(other, "follow.out", "follow.err", "tail", "-f", "a");
            other.awaitText(other.file("follow.out"), "text\n");
            DaemonHarness.signal(other.pid(), "TERM");
            assertEquals(0, other.awaitExit());
            other.await("the tail ends", () -> !tail.isAlive());
        }
    }
}
