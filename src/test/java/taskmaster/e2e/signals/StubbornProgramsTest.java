package taskmaster.e2e.signals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Procfs;

/** A program that does not end when it is told to is ended all the same. */
final class StubbornProgramsTest {

    @Test
    void endsAProcessThatIsStoppedBySigstop() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            DaemonHarness.signal(pid, "STOP");
            daemon.await(
                    "it is stopped",
                    () -> Procfs.stat(pid).filter(stat -> stat.state() == 'T').isPresent());
            assertEquals(pid, daemon.status("worker").pid());

            daemon.request("{\"command\":\"stop\",\"name\":\"worker\"}");

            ProcessStatus stopped = daemon.status("worker");
            assertEquals("STOPPED", stopped.state());
            // CONT came after TERM: no KILL was needed.
            assertEquals(Optional.of("TERM"), stopped.exitSignal());
            assertEquals(0, Processes.count(daemon, "killing "));
        }
    }

    @Test
    void killsAtStopwaitsecsWhatIgnoresTheStopSignal() throws IOException {
        String toml =
                """
                [programs.stubborn]
                command = "${bin}/ignore-term"
                stopwaitsecs = 1
                startsecs = 0.1
                stdout = "${dir}/stubborn.log"
                stderr = "/dev/null"
                """;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            long pid = daemon.awaitState("stubborn", "RUNNING").pid();
            daemon.awaitText(daemon.file("stubborn.log"), "ignoring");

            long begun = System.nanoTime();
            daemon.request("{\"command\":\"stop\",\"name\":\"stubborn\"}");

            double seconds = (System.nanoTime() - begun) / 1e9;
            assertTrue(seconds >= 1, () -> "stopped after " + seconds + " s");
            assertEquals("STOPPED", daemon.status("stubborn").state());
            assertEquals(Optional.of("KILL"), daemon.status("stubborn").exitSignal());
            daemon.awaitActivity("killing 'stubborn' (" + pid + ") with SIGKILL", 1);
        }
    }
}
