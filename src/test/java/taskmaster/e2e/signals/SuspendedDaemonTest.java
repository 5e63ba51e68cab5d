package taskmaster.e2e.signals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Footprint;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Replies;
import taskmaster.e2e.Script;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Procfs;

/** The daemon is stopped (SIGSTOP, a suspended host) while its deadlines pass, and goes on. */
final class SuspendedDaemonTest {

    private static final String STARTING =
            "[programs.starting]\ncommand = \"${bin}/exit-after\"\nargs = [\"100000000\", \"0\"]\n"
                    + "startsecs = 1\nautostart = false\n"
                    + Programs.QUIET;

    @Test
    void clientsGiveUpInTimeAndAreServedAfterwards() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER + STARTING)) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Footprint before = Footprint.of(daemon);
            try (Connection waiting = daemon.connect()) {
                waiting.send("{\"command\":\"start\",\"name\":\"starting\"}\n");
                daemon.await("it is made", () -> daemon.status("starting").pid() != 0);
                long starting = daemon.status("starting").pid();
                long pid = daemon.pid();
                DaemonHarness.signal(pid, "STOP");
                try {
                    // Longer than startsecs: by these two, not by a clock.
                    DaemonHarness.Output status = daemon.ctl("--timeout", "0.7", "status");
                    assertEquals(4, status.exit(), status::toString);
                    DaemonHarness.Output stop = daemon.ctl("--timeout", "2", "stop", "worker");
                    assertNotEquals(0, stop.exit());
                    assertTrue(stop.err().contains("did not answer in time"), stop::toString);
                    Script.assertNoTrace(stop);
                } finally {
                    DaemonHarness.signal(pid, "CONT");
                }
                // The deadlines that passed meanwhile found a process that was there.
                assertEquals(200, Replies.status(waiting.readReply()));
                ProcessStatus running = daemon.awaitState("starting", "RUNNING");
                assertEquals(starting, running.pid());
            }
            // What a client asked before it gave up is done all the same.
            daemon.awaitState("worker", "STOPPED");
            assertFalse(Procfs.isAlive(worker));
            before.awaitBack(daemon);
            Processes.assertExactlyTheseRun(daemon);
        }
    }
}
