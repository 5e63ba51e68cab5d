package taskmaster.e2e.tty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Wrapped;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Root;

/** The daemon finds a /dev/pts that has two terminals and no more. */
class NoTerminalsLeftTest {

    private static final String PROGRAMS =
            """
            [programs.console]
            command = "cat"
            tty = true
            numprocs = 2
            startsecs = 0
            stdout = "/dev/null"

            [programs.late]
            command = "cat"
            tty = true
            autostart = false
            startsecs = 0
            startretries = 1000
            stdout = "/dev/null"

            """
                    + Programs.WORKER;

    @Test
    void aStartWithoutATerminalSaysSoAndIsTriedAgain() throws IOException {
        Root.isNeeded();
        try (DaemonHarness daemon = DaemonHarness.prepare(PROGRAMS)) {
            Wrapped.startWithMounts(
                    daemon,
                    "mount -t devpts -o newinstance,ptmxmode=0666,max=2 devpts /dev/pts\n"
                            + "mount --bind /dev/pts/ptmx /dev/ptmx");
            daemon.awaitState("console:console_0", "RUNNING");
            long other = daemon.awaitState("console:console_1", "RUNNING").pid();
            long worker = daemon.awaitState("worker", "RUNNING").pid();

            String missing =
                    "cannot open a pseudo-terminal by /dev/ptmx, as all are in use that"
                            + " /proc/sys/kernel/pty/max and the mount of /dev/pts allow: ENOSPC"
                            + " (no space left on device)";
            DaemonHarness.Output start = daemon.ctl("start", "late");
            assertEquals(7, start.exit());
            assertEquals("late: " + missing + "\n", start.err());
            ProcessStatus late = daemon.awaitState("late", "BACKOFF");
            assertEquals(missing, late.reason());

            assertEquals(0, daemon.ctl("stop", "console:console_0").exit());
            daemon.awaitState("late", "RUNNING");
            assertEquals(other, daemon.status("console:console_1").pid());
            assertEquals(worker, daemon.status("worker").pid());
            Processes.assertExactlyTheseRun(daemon);
        }
    }
}
