package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static taskmaster.supervisor.SupervisorTest.numbered;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskmaster.config.Autorestart;
import taskmaster.config.Config;
import taskmaster.config.Loaded;
import taskmaster.config.ProcessSpec;
import taskmaster.lifecycle.Specs;
import taskmaster.lifecycle.StateName;
import taskmaster.posix.Errno;
import taskmaster.posix.Signal;
import taskmaster.posix.WaitStatus;

/** The daemon ends when a process of exit_on ends for good; on a simulated kernel. */
final class ExitOnTest {

    private static ProcessSpec once(String name, int priority) {
        return Specs.of(name, priority, Specs.policy(1, 0, Autorestart.FALSE));
    }

    private static final ProcessSpec WEB = once("web", 999);
    private static final ProcessSpec DATABASE = once("database", 1);

    private static Config config(List<String> exitOn, ProcessSpec... specs) {
        return SimulatedDaemon.config(exitOn, specs);
    }

    private static SimulatedDaemon running(Config config) throws IOException {
        var daemon = new SimulatedDaemon(config);
        daemon.seconds(2);
        return daemon;
    }

    private static void exits(SimulatedDaemon daemon, String name, int code) {
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/" + name), new WaitStatus.Exited(code));
        daemon.settle();
    }

    @Test
    void stopsTheOthersInOrderAndEndsWithItsCode() throws IOException {
        var daemon = running(config(List.of("web"), WEB, DATABASE));
        daemon.kernel.stubborn.add("/bin/database");

        exits(daemon, "web", 3);

        assertEquals(StateName.STOPPING, daemon.state("database"));
        assertFalse(daemon.isFinished());
        assertEquals(503, daemon.start("web").status());
        daemon.seconds(10);
        assertTrue(daemon.isFinished());
        assertEquals(3, daemon.exitCode());
        assertEquals(List.of("/bin/database", "/bin/web"), daemon.kernel.started);
        assertTrue(daemon.log().contains("web has ended (exit_on): ending with exit code 3"));
    }

    @Test
    void endsWith128AndTheSignal() throws IOException {
        var daemon = running(config(List.of("web"), WEB));
        daemon.kernel.exit(
                daemon.kernel.pidOf("/bin/web"), new WaitStatus.Killed(Signal.KILL, false));
        daemon.settle();
        assertTrue(daemon.isFinished());
        assertEquals(137, daemon.exitCode());
    }

    @Test
    void endsWith125WhenItCannotBeStarted() throws IOException {
        var daemon = new SimulatedDaemon(config(List.of()));
        daemon.kernel.broken.put("/bin/web", Errno.ENOENT);
        daemon.file = new Loaded.Valid(config(List.of("web"), WEB));
        daemon.reload();
        daemon.settle();
        assertTrue(daemon.isFinished());
        assertEquals(125, daemon.exitCode());
    }

    @Test
    void anotherProgramMayEnd() throws IOException {
        var daemon = running(config(List.of("web"), WEB, DATABASE));
        exits(daemon, "database", 3);
        assertEquals(StateName.EXITED, daemon.state("database"));
        assertEquals(StateName.RUNNING, daemon.state("web"));
    }

    @Test
    void whoIsStoppedOnRequestHasNotEnded() throws IOException {
        var daemon = running(config(List.of("web"), WEB));
        daemon.stop("web");
        daemon.restart("web");
        daemon.seconds(2);
        assertEquals(StateName.RUNNING, daemon.state("web"));
        daemon.stop("web");
        daemon.seconds(60);
        assertFalse(daemon.isFinished());
    }

    @Test
    void whatIsStartedAgainHasNotEnded() throws IOException {
        var again = Specs.of("web", 999, Specs.policy(1, 3, Autorestart.TRUE));
        var daemon = running(config(List.of("web"), again));
        for (int i = 0; i < 5; i++) {
            exits(daemon, "web", i);
            daemon.seconds(2);
            assertEquals(StateName.RUNNING, daemon.state("web"));
        }
    }

    @Test
    void theFirstOneDecides() throws IOException {
        var daemon = running(config(List.of("web", "database"), WEB, DATABASE));
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/database"), new WaitStatus.Exited(4));
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/web"), new WaitStatus.Exited(3));
        daemon.settle();
        assertTrue(daemon.isFinished());
        assertEquals(4, daemon.exitCode());
    }

    @Test
    void oneOfSeveralProcessesOfAProgramIsEnough() throws IOException {
        var daemon =
                running(
                        config(
                                List.of("many:many_1"),
                                numbered(0, "/bin/a"),
                                numbered(1, "/bin/b")));
        exits(daemon, "a", 0);
        assertFalse(daemon.isFinished());
        exits(daemon, "b", 0);
        assertTrue(daemon.isFinished());
        var whole = running(config(List.of("many"), numbered(0, "/bin/a"), numbered(1, "/bin/b")));
        exits(whole, "b", 0);
        assertTrue(whole.isFinished());
    }

    @Test
    void whoAskedForTheEndBeforeGetsZero() throws IOException {
        var daemon = running(config(List.of("web"), WEB, DATABASE));
        daemon.kernel.stubborn.add("/bin/web");
        daemon.signal("TERM");
        exits(daemon, "web", 3);
        daemon.seconds(20);
        assertTrue(daemon.isFinished());
        assertEquals(0, daemon.exitCode());
    }

    @Test
    void theFirstTermAfterwardsStillLeavesTheOthersTheirTimeAndTheSecondDoesNot()
            throws IOException {
        var daemon = running(config(List.of("web"), WEB, DATABASE));
        daemon.kernel.stubborn.add("/bin/database");
        exits(daemon, "web", 3);
        daemon.signal("TERM");
        assertTrue(daemon.kernel.alive.containsValue("/bin/database"));
        daemon.signal("TERM");
        assertTrue(daemon.isFinished());
        assertEquals(3, daemon.exitCode());
    }

    @Test
    void aReloadChangesItForWhatEndsFromThenOn() throws IOException {
        var daemon = running(config(List.of("web"), WEB, DATABASE));
        daemon.file = new Loaded.Valid(config(List.of("database"), WEB, DATABASE));
        assertTrue(daemon.reload().text().contains("\"daemon\":[]"));
        exits(daemon, "web", 3);
        assertEquals(StateName.EXITED, daemon.state("web"));
        daemon.file = new Loaded.Valid(config(List.of("web", "database"), WEB, DATABASE));
        daemon.reload();
        daemon.seconds(5);
        assertFalse(daemon.isFinished(), "web had ended before");
        exits(daemon, "database", 5);
        assertTrue(daemon.isFinished());
        assertEquals(5, daemon.exitCode());
    }

    @Test
    void whoLeavesTheFileHasNotEnded() throws IOException {
        var daemon = running(config(List.of("web"), WEB, DATABASE));
        daemon.file = new Loaded.Valid(config(List.of(), DATABASE));
        daemon.reload();
        daemon.seconds(20);
        assertFalse(daemon.isFinished());
        assertEquals(StateName.RUNNING, daemon.state("database"));
    }
}
