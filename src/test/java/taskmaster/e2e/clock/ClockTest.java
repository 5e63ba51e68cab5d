package taskmaster.e2e.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Replies;
import taskmaster.e2e.Wrapped;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;

/** Somebody sets the clock. Delays are counted by another one, which nobody can set. */
final class ClockTest {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss,SSS");
    private static final Duration YEAR = Duration.ofDays(365);

    private static final String WAITING =
            "[programs.starting]\ncommand = \"${bin}/exit-after\"\nstartsecs = 1\n"
                    + "args = [\"100000000\", \"0\"]\nautostart = false\n"
                    + Programs.QUIET
                    + "[programs.failing]\ncommand = \"${bin}/exit-after\"\nstartretries = 1\n"
                    + "startsecs = 600\nargs = [\"0\", \"1\"]\nautostart = false\n"
                    + Programs.QUIET
                    + "[programs.stubborn]\ncommand = \"${bin}/ignore-term\"\nstopwaitsecs = 1\n"
                    + "startsecs = 0\nautostart = false\nstdout = \"${dir}/stubborn\"\n"
                    + "stderr = \"/dev/null\"\n";

    /** Each wait is of one second: none is cut short, and none never ends. */
    @Test
    void jumpsOfTheWallClockNeitherShortenNorLengthenAWait() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(Programs.WORKER + WAITING)) {
            Path shift = Files.write(daemon.file("shift"), new byte[Long.BYTES]);
            Wrapped.start(
                    daemon,
                    "export LD_PRELOAD=\"$PWD/bin/wall-clock.so\" WALL_CLOCK=\"$PWD/shift\"");
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            for (Duration jump :
                    List.of(YEAR, YEAR.negated(), Duration.ofSeconds(-5), Duration.ofSeconds(5))) {
                set(shift, Duration.ZERO);
                waitThree(daemon, shift, jump);
                ProcessStatus status = daemon.status("worker");
                assertEquals(worker, status.pid());
                assertTrue(status.uptime() >= 0 && status.uptime() < 3600, () -> "up " + status);
            }
            assertEquals(0, Processes.count(daemon, " ERRO "));
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    /** A start, a second try and a stop are waited for while the clock is set. */
    private static void waitThree(DaemonHarness daemon, Path shift, Duration jump)
            throws IOException {
        daemon.request("{\"command\":\"start\",\"name\":\"stubborn\"}");
        daemon.awaitText(daemon.file("stubborn"), "ignoring");
        try (Connection starting = daemon.connect();
                Connection failing = daemon.connect();
                Connection stopping = daemon.connect()) {
            long begun = System.nanoTime();
            starting.send("{\"command\":\"start\",\"name\":\"starting\"}\n");
            failing.send("{\"command\":\"start\",\"name\":\"failing\"}\n");
            stopping.send("{\"command\":\"stop\",\"name\":\"stubborn\"}\n");
            daemon.await("all are under way", () -> underWay(daemon));
            set(shift, jump);
            assertEquals(200, Replies.status(starting.readReply()));
            assertTook(begun);
            assertEquals(200, Replies.status(stopping.readReply()));
            assertTook(begun);
            daemon.awaitState("failing", "FATAL");
            assertTook(begun);
        }
        // The jump did happen: the log is written by the wall clock.
        DaemonHarness.signal(daemon.pid(), "USR1");
        daemon.await("a line has the new time", () -> hasLineAt(daemon, jump));
        daemon.request("{\"command\":\"stop\",\"name\":\"starting\"}");
        Files.write(daemon.file("stubborn"), new byte[0]);
    }

    private static boolean underWay(DaemonHarness daemon) throws IOException {
        return daemon.status("starting").pid() != 0
                && !daemon.status("failing").state().equals("STOPPED")
                && !daemon.status("stubborn").state().equals("RUNNING");
    }

    private static void assertTook(long begun) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        assertTrue(seconds >= 1, () -> "after " + seconds + " s");
    }

    /** Within a minute of it: enough for what was logged just now, and far less than a year. */
    private static boolean hasLineAt(DaemonHarness daemon, Duration jump) throws IOException {
        LocalDateTime there = LocalDateTime.now(java.time.ZoneId.systemDefault()).plus(jump);
        for (String line : daemon.activity()) {
            LocalDateTime stamp = LocalDateTime.parse(line.substring(0, 23), STAMP);
            Duration off = Duration.between(there, stamp).abs();
            if (line.contains("received SIGUSR1") && off.toSeconds() < 60) {
                return true;
            }
        }
        return false;
    }

    /** In place: the file is mapped, and must not be shorter for a moment. */
    private static void set(Path shift, Duration jump) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(0, jump.toSeconds());
        try (FileChannel file = FileChannel.open(shift, StandardOpenOption.WRITE)) {
            file.write(bytes, 0);
        }
    }

    /** Near its beginning, as just after boot, and as after ten years (man 7 time_namespaces). */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theMonotonicClockMayBeginAnywhere(boolean justBooted) throws IOException {
        String up = Files.readString(Path.of("/proc/uptime"));
        long offset = justBooted ? 2 - (long) Double.parseDouble(up.split(" ", 2)[0]) : 315_360_000;
        try (DaemonHarness daemon = DaemonHarness.prepare(Programs.WORKER)) {
            Wrapped.start(
                    daemon,
                    List.of(
                            "unshare",
                            "--time",
                            "--fork",
                            "--monotonic=" + offset,
                            "--boottime=" + offset),
                    "cat /proc/uptime >uptime");
            String inside = Files.readString(daemon.file("uptime"));
            double seconds = Double.parseDouble(inside.split(" ", 2)[0]);
            assertEquals(justBooted, seconds < 10_000, inside);
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            DaemonHarness.signal(pid, "KILL");
            assertTrue(daemon.awaitReplaced("worker", pid).uptime() < 3600);
            daemon.ctl("shutdown");
            daemon.await("unshare has ended, too", () -> daemon.processes().isEmpty());
        }
    }
}
