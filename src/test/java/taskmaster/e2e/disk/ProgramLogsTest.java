package taskmaster.e2e.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;

/** What becomes of a program's log concerns that program only. */
final class ProgramLogsTest {

    @Test
    void aMissingLogDirectoryStopsOneProgramOnlyAndUntilItIsThere() throws IOException {
        String toml =
                "[programs.homeless]\ncommand = \"${bin}/exit-after\"\nstartretries = 30\nstartsecs = 0.1\n"
                        + "args = [\"100000000\", \"0\"]\nstderr = \"/dev/null\"\n"
                        + "stdout = \"${dir}/later/out.log\"\n"
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
}
