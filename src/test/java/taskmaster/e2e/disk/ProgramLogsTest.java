package taskmaster.e2e.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Footprint;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Script;
import taskmaster.e2e.Wrapped;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;

/** What becomes of a program's log concerns that program only. */
final class ProgramLogsTest {

    @Test
    void aMissingLogDirectoryStopsOneProgramOnlyAndUntilItIsThere() throws IOException {
        String toml =
                "[programs.homeless]\ncommand = \"${bin}/exit-after\"\nstartretries = 30\nstartsecs = 0.1\n"
                        + "args = [\"100000000\", \"0\"]\nstderr = \"/dev/null\"\n"
                        + "stdout = \"${dir}/later/out.log\"\nstdout_maxbytes = 0\n"
                        + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            ProcessStatus waiting = daemon.awaitState("homeless", "BACKOFF");
            assertEquals(
                    "cannot open stdout \""
                            + daemon.file("later/out.log")
                            + "\": ENOENT (no such file or directory)",
                    waiting.reason());
            daemon.awaitState("worker", "RUNNING");

            Files.createDirectory(daemon.file("later"));

            assertEquals("", daemon.awaitState("homeless", "RUNNING").reason());
            assertTrue(Files.exists(daemon.file("later/out.log")));
        }
    }

    /** More of them than starts may be under way at once. */
    @Test
    void logsThatAreFifosWithoutReaderHoldUpNobodyElse() throws IOException {
        String toml =
                "[programs.piped]\ncommand = \"${bin}/flood-stdout\"\nargs = [\"100\"]\n"
                        + "numprocs = 10\nstderr = \"/dev/null\"\nstopwaitsecs = 1\npriority = 1\n"
                        + "startsecs = 0\nautorestart = \"false\"\n"
                        + "stdout = \"${dir}/fifo%(process_num)d\"\n"
                        + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, "--nodaemon")) {
            for (int i = 0; i < 10; i++) {
                Processes.run("mkfifo", daemon.file("fifo" + i).toString());
            }
            daemon.launch();
            daemon.awaitReady();
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            DaemonHarness.signal(pid, "KILL");
            daemon.awaitReplaced("worker", pid);

            // With a reader it goes on; without one it can be stopped.
            String read = Processes.run("head", "-c", "100", daemon.file("fifo3").toString());
            assertTrue(read.startsWith("000000000000 "), read);
            daemon.awaitState("piped:piped_3", "EXITED");
            daemon.request("{\"command\":\"stop\",\"name\":\"piped\"}");
            for (ProcessStatus process : daemon.status()) {
                if (!process.name().equals("worker") && !process.name().equals("piped:piped_3")) {
                    assertEquals("STOPPED", process.state(), process.name());
                }
            }
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void aLogOnAReadOnlyDiskConcernsOneProgramOnlyAndUntilItIsWritable() throws IOException {
        String toml = logging("kept", "${dir}/disk/kept") + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Files.createDirectory(daemon.file("disk"));
            Wrapped.startWithMounts(daemon, "mount -t tmpfs -o ro none disk");
            assertEquals(
                    "cannot open stdout \""
                            + daemon.file("disk/kept")
                            + "\": EROFS (read-only file system)",
                    daemon.awaitState("kept", "BACKOFF").reason());
            daemon.awaitState("worker", "RUNNING");

            nsenter(daemon, "mount", "-o", "remount,rw", daemon.file("disk").toString());
            long pid = daemon.awaitState("kept", "RUNNING").pid();

            // Who has it open keeps it so; the next start fails.
            nsenter(daemon, "umount", "-l", daemon.file("disk").toString());
            Files.delete(daemon.file("disk"));
            assertEquals(pid, daemon.status("kept").pid());
            DaemonHarness.signal(pid, "KILL");
            daemon.awaitState("kept", "BACKOFF");
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static String logging(String name, String log) {
        return "[programs."
                + name
                + "]\ncommand = \"/bin/sh\"\nargs = [\"-c\", \"echo up; exec sleep 1000\"]\n"
                + "startretries = 30\nstartsecs = 0.1\nstderr = \"/dev/null\"\n"
                + "stdout_maxbytes = 0\nstdout = \""
                + log
                + "\"\n";
    }

    private static void nsenter(DaemonHarness daemon, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("nsenter", "-t", "" + daemon.pid(), "--mount"));
        all.addAll(List.of(command));
        Processes.run(all.toArray(new String[0]));
    }

    @Test
    void aLogThatIsRemovedUnderAProgramIsMadeAgainByTheNext() throws IOException {
        String toml = logging("kept", "${dir}/logs/kept") + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, "--nodaemon")) {
            Path logs = Files.createDirectory(daemon.file("logs"));
            daemon.launch();
            daemon.awaitReady();
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            long first = daemon.awaitState("kept", "RUNNING").pid();
            daemon.ctl("tail", "kept");
            Footprint before = Footprint.of(daemon);

            Files.delete(logs.resolve("kept"));
            Files.delete(logs);
            DaemonHarness.Output tail = daemon.ctl("tail", "kept");
            assertEquals(1, tail.exit(), tail::toString);
            Script.assertNoTrace(tail);
            assertEquals(first, daemon.status("kept").pid());

            DaemonHarness.signal(first, "KILL");
            daemon.awaitState("kept", "BACKOFF");
            Files.createDirectory(logs);
            daemon.awaitReplaced("kept", first);
            daemon.awaitText(logs.resolve("kept"), "up\n");
            assertEquals(worker, daemon.status("worker").pid());
            before.awaitBack(daemon);
        }
    }

    @Test
    void aDirectoryInPlaceOfALogIsNamedAndNothingElseIsHeldUp() throws IOException {
        try (DaemonHarness daemon =
                DaemonHarness.start(logging("kept", "${dir}/kept") + Programs.WORKER)) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            long first = daemon.awaitState("kept", "RUNNING").pid();
            Path log = daemon.file("kept");
            Files.delete(log);
            Files.createDirectory(log);
            DaemonHarness.signal(first, "KILL");
            String reason = daemon.awaitState("kept", "BACKOFF").reason();
            assertEquals("cannot open stdout \"" + log + "\": EISDIR (is a directory)", reason);
            for (String verb : List.of("tail", "clear")) {
                DaemonHarness.Output output = daemon.ctl(verb, "kept");
                Script.assertNoTrace(output);
                assertEquals(worker, daemon.status("worker").pid());
            }
            Files.delete(log);
            daemon.awaitReplaced("kept", first);
        }
    }

    /** Nobody writes into it: a tail ends at once, one that follows is left by its client. */
    @Test
    void aFifoInPlaceOfALogHoldsUpOnlyItsProgram() throws IOException {
        try (DaemonHarness daemon =
                DaemonHarness.start(logging("kept", "${dir}/kept") + Programs.WORKER)) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            long first = daemon.awaitState("kept", "RUNNING").pid();
            Path log = daemon.file("kept");
            daemon.ctl("tail", "kept");
            followAndLeave(daemon);
            Footprint before = Footprint.of(daemon);
            Files.delete(log);
            Processes.run("mkfifo", log.toString());
            DaemonHarness.signal(first, "KILL");
            daemon.await("it is waited for", () -> daemon.status("kept").pid() != first);

            Script.assertNoTrace(daemon.ctl("tail", "kept"));
            Script.assertNoTrace(daemon.ctl("clear", "kept"));
            followAndLeave(daemon);
            assertEquals(worker, daemon.status("worker").pid());
            DaemonHarness.Output stop = daemon.ctl("stop", "kept");
            assertEquals(0, stop.exit(), stop::toString);
            before.awaitBack(daemon);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static void followAndLeave(DaemonHarness daemon) throws IOException {
        try (Connection client = daemon.connect()) {
            client.request("{\"command\":\"tail\",\"name\":\"kept\",\"follow\":true}");
        }
    }
}
