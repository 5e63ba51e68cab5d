package taskmaster.e2e.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Script;
import taskmaster.e2e.Wrapped;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;

/** Nothing fits on the disk any more, and then something does again. */
final class FullDiskTest {

    @Test
    void countsTheLinesThatAFullDiskTookAndLogsOnWhenThereIsRoom() throws IOException {
        String toml =
                "[taskmasterd]\nlogfile = \"${dir}/small/log\"\npidfile = \"${dir}/pid\"\n"
                        + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Files.createDirectory(daemon.file("small"));
            Wrapped.startWithMounts(daemon, "mount -t tmpfs -o size=64k none small");
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            Path small = Wrapped.inside(daemon, "small");
            fill(small.resolve("filler"));

            // A line for each: more than the page that the log has already.
            Processes.run(
                    "sh",
                    "-c",
                    "for i in $(seq 200); do kill -34 $1; done",
                    "sh",
                    String.valueOf(daemon.pid()));
            daemon.awaitText(
                    daemon.file("daemon.out"),
                    "No space left on device; lines of the log are being dropped");
            DaemonHarness.signal(pid, "KILL");
            daemon.awaitReplaced("worker", pid);

            Files.delete(small.resolve("filler"));
            DaemonHarness.signal(daemon.pid(), "USR1");
            String log = daemon.awaitText(small.resolve("log"), "received SIGUSR1");
            assertTrue(log.contains(" dropped: cannot write "), log);
        }
    }

    @Test
    void aProgramIsToldByItsOwnWriteAndNobodyElseNotices() throws IOException {
        String toml =
                "[programs.loud]\ncommand = \"${bin}/flood-stdout\"\nargs = [\"200000\"]\n"
                        + "startsecs = 0\nautorestart = \"false\"\nautostart = false\n"
                        + "stdout = \"${dir}/small/loud\"\nstdout_maxbytes = 0\nstderr = \"/dev/null\"\n"
                        + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Files.createDirectory(daemon.file("small"));
            Wrapped.startWithMounts(daemon, "mount -t tmpfs -o size=64k none small");
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            Path log = Wrapped.inside(daemon, "small").resolve("loud");

            daemon.request("{\"command\":\"start\",\"name\":\"loud\"}");
            ProcessStatus ended = daemon.awaitState("loud", "EXITED");
            assertEquals(Optional.of(1L), ended.exitCode());
            assertEquals(64 * 1024, Files.size(log));
            // What was printed can be read, and its room be had again.
            DaemonHarness.Output tail = daemon.ctl("tail", "-n", "1", "loud");
            assertEquals(0, tail.exit(), tail::toString);
            assertFalse(tail.out().isEmpty());
            assertEquals(0, daemon.ctl("clear", "loud").exit());
            assertEquals(0, Files.size(log));
            daemon.request("{\"command\":\"start\",\"name\":\"loud\"}");
            daemon.await("it has written again", () -> Files.size(log) == 64 * 1024);
            assertEquals(pid, daemon.status("worker").pid());
        }
    }

    /** The pid file has no room for its number, and the socket none for its name. */
    @Test
    void saysAtStartWhatDoesNotFit() throws IOException {
        String toml =
                "[unix_http_server]\nfile = \"${dir}/sockets/sock\"\n"
                        + "[taskmasterd]\nlogfile = \"${dir}/log\"\npidfile = \"${dir}/pids/pid\"\n"
                        + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            String noRoom =
                    "mkdir -p pids sockets; mount -t tmpfs -o size=4k none pids; "
                            + "head -c 4096 /dev/zero >pids/filler";
            String noName = "mkdir -p sockets pids; mount -t tmpfs -o nr_inodes=1 none sockets";
            String pidfile = "cannot write the pid file \"" + daemon.file("pids/pid") + "\"";
            isRefused(daemon, noRoom, pidfile);
            isRefused(daemon, noName, daemon.file("sockets/sock").toString());
            assertFalse(Files.exists(daemon.file("log")));
        }
    }

    private static void isRefused(DaemonHarness daemon, String script, String said)
            throws IOException {
        String text =
                "cd \"$DIR\" && unshare --mount sh -e -c '"
                        + script
                        + "; code=0; \"$TASKMASTERD\" --nodaemon -c \"$CONFIG\" || code=$?; "
                        + "[ ! -e pids/pid ] || echo the pid file is left; exit $code'";
        DaemonHarness.Output output = Script.run(daemon, text);
        assertEquals(1, output.exit(), output::toString);
        assertTrue(output.err().contains(said), output.err());
        String reason = output.err().toLowerCase(Locale.ROOT);
        assertTrue(reason.contains("no space left on device"), reason);
        assertEquals("", output.out());
        Script.assertNoTrace(output);
    }

    /** Until not a byte more fits. */
    private static void fill(Path file) throws IOException {
        byte[] bytes = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(bytes);
            }
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("space"), e::toString);
        }
    }

    /** RLIMIT_FSIZE: the kernel sends XFSZ with it, which would end who does not ignore it. */
    @Test
    void livesOnWhenItsLogMayNotGrow() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            String daemonPid = String.valueOf(daemon.pid());
            // Where standard output goes there is room left, for what is said of the log.
            Path log = daemon.file("log");
            Files.writeString(log, "a line of before\n".repeat(1000), StandardOpenOption.APPEND);
            String limit = "--fsize=" + Files.size(log) + ":";
            Processes.run("prlimit", "--pid", daemonPid, limit);
            DaemonHarness.signal(pid, "KILL");
            long second = daemon.awaitReplaced("worker", pid).pid();
            daemon.awaitText(daemon.file("daemon.out"), "lines of the log are being dropped");
            Processes.run("prlimit", "--pid", daemonPid, "--fsize=unlimited:");
            DaemonHarness.signal(daemon.pid(), "USR1");
            daemon.awaitActivity("received SIGUSR1", 1);
            daemon.awaitActivity(" dropped: cannot write ", 1);
            assertEquals(second, daemon.status("worker").pid());
        }
    }
}
