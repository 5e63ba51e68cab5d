package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import taskmaster.posix.WaitStatus;

/** Processes of nobody that come to the daemon: as a subreaper, and as PID 1. */
final class OrphansTest {

    private static int count(SimulatedDaemon daemon, String text) throws IOException {
        return daemon.log().split(text, -1).length - 1;
    }

    @Test
    void aStormOfThemIsCountedNotTold() throws IOException {
        var daemon = new SimulatedDaemon();
        for (int i = 0; i < 10_000; i++) {
            daemon.kernel.orphanEnds();
        }
        daemon.seconds(2);
        assertFalse(daemon.kernel.hasZombies());
        assertEquals(10, count(daemon, "reaped unknown pid "));
        assertTrue(daemon.log().contains("reaped 9990 more unknown pids in one second"));
    }

    @Test
    void eachSecondTellsOfItsOwn() throws IOException {
        var daemon = new SimulatedDaemon();
        for (int i = 0; i < 30; i++) {
            daemon.kernel.orphanEnds();
            daemon.seconds(1);
        }
        assertEquals(30, count(daemon, "reaped unknown pid "));
        assertEquals(0, count(daemon, " more unknown"));
    }

    @Test
    void theReaperWaitsWithoutChildrenUntilOneIsStarted() throws IOException {
        var daemon = new SimulatedDaemon(SupervisorTest.manual("tool"));
        daemon.reaperSeesNoChild();
        assertEquals(0, daemon.reaperTold);
        daemon.start("tool");
        daemon.settle();
        assertEquals(1, daemon.reaperTold);
    }

    /** As PID 1 children come that nobody here has started; SIGCHLD tells of their end. */
    @Test
    void theReaperLooksAgainWhenAnOrphanEndsAndWeHaveNoChild() throws IOException {
        var daemon = new SimulatedDaemon();
        daemon.reaperSeesNoChild();
        daemon.signal("CHLD");
        assertEquals(1, daemon.reaperTold);
        daemon.reaperSeesNoChild();
        assertEquals(1, daemon.reaperTold, "it waits again");
    }

    /** It ended after the reaper had looked and before the reaper's word came. */
    @Test
    void theReaperLooksOnceMoreWhenAnOrphanEndedMeanwhile() throws IOException {
        var daemon = new SimulatedDaemon();
        daemon.signal("CHLD");
        assertEquals(0, daemon.reaperTold);
        daemon.reaperSeesNoChild();
        assertEquals(1, daemon.reaperTold);
        daemon.reaperSeesNoChild();
        assertEquals(1, daemon.reaperTold);
    }

    @Test
    void sigchldIsNotWorthALine() throws IOException {
        var daemon = new SimulatedDaemon(SupervisorTest.WEB);
        daemon.seconds(2);
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/web"), new WaitStatus.Exited(1));
        daemon.signal("CHLD");
        assertFalse(daemon.log().contains("CHLD"), daemon.log());
    }
}
