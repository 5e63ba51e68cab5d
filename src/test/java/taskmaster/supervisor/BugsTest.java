package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static taskmaster.supervisor.SupervisorTest.DATABASE;
import static taskmaster.supervisor.SupervisorTest.WEB;
import static taskmaster.supervisor.SupervisorTest.manual;
import static taskmaster.supervisor.SupervisorTest.web;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import taskmaster.lifecycle.StateName;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/** What is thrown while one process is handled harms that one and no other. */
final class BugsTest {

    private static final String DOWN =
            "a bug in taskmasterd while handling it; it is left alone until it is started by hand;"
                    + " see the log";

    private static void exit(SimulatedDaemon daemon, String command, int code) {
        daemon.kernel.exit(daemon.kernel.pidOf(command), new WaitStatus.Exited(code));
        daemon.settle();
    }

    @Test
    void aStartThatThrowsIsAnsweredAndMakesTheProcessFatalWithAReason() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"), DATABASE);
        daemon.kernel.breaks("spawn", 1);
        var client = daemon.start("tool", "database");
        daemon.seconds(2);
        assertEquals(207, client.status());
        assertTrue(client.text().contains("\"code\":\"bug\",\"message\":\"" + DOWN), client::text);
        assertEquals(StateName.FATAL, daemon.state("tool"));
        assertTrue(daemon.status("tool").contains(DOWN));
        assertEquals(StateName.RUNNING, daemon.state("database"));
        assertTrue(daemon.log().contains("a bug while handling tool"), "logged");
    }

    /** A program whose handling throws while it starts: its process lives. */
    private static SimulatedDaemon withToolLeftAlone() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"));
        daemon.kernel.hanging.add("/bin/tool");
        daemon.start("tool");
        daemon.kernel.hanging.clear();
        daemon.kernel.breaks("isSettled", 1);
        daemon.seconds(2);
        return daemon;
    }

    @Test
    void aStartByHandTakesCareOfItAgain() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"));
        daemon.kernel.breaks("spawn", 1);
        assertEquals(500, daemon.start("tool").status());
        daemon.seconds(60);
        assertEquals(0, daemon.kernel.started.size());
        var client = daemon.start("tool");
        daemon.seconds(1);
        assertEquals(200, client.status());
        assertTrue(daemon.status("tool").contains("\"reason\":\"\""));
        exit(daemon, "/bin/tool", 7);
        assertEquals(2, daemon.kernel.started.size(), "restarted by itself, as configured");
    }

    @Test
    void aChildOfAProcessThatIsLeftAloneIsKnownReapedAndNotReplaced() throws IOException {
        var daemon = withToolLeftAlone();
        int pid = daemon.kernel.pidOf("/bin/tool");
        assertTrue(daemon.status("tool").contains("\"state\":\"RUNNING\",\"pid\":" + pid));
        assertTrue(daemon.status("tool").contains("it runs, but is left alone until"));
        exit(daemon, "/bin/tool", 3);
        daemon.seconds(60);
        assertEquals(StateName.EXITED, daemon.state("tool"));
        assertTrue(daemon.status("tool").contains("a bug in taskmasterd"));
        assertEquals(1, daemon.kernel.started.size());
        assertFalse(daemon.kernel.hasZombies());
        assertTrue(daemon.log().contains("exited: tool (exit status 3; not expected)"));
    }

    @Test
    void aStartOfOneThatIsLeftAloneAndRunsKeepsThePidAndRestartsItAgain() throws IOException {
        var daemon = withToolLeftAlone();
        int pid = daemon.kernel.pidOf("/bin/tool");
        assertEquals(200, daemon.start("tool").status());
        assertEquals(pid, daemon.kernel.pidOf("/bin/tool"));
        assertEquals(409, daemon.start("tool").status());
        exit(daemon, "/bin/tool", 3);
        assertEquals(2, daemon.kernel.started.size());
    }

    @Test
    void aStopThatThrowsIsAnsweredAndCanBeAskedAgain() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.seconds(2);
        daemon.kernel.breaks("send", 1);
        var client = daemon.stop();
        assertEquals(207, client.status());
        assertTrue(client.text().contains("\"code\":\"bug\""), client::text);
        assertTrue(client.text().contains("\"result\":\"stopped\""), client::text);
        assertEquals(1, daemon.kernel.alive.size());
        assertEquals(200, daemon.stop().status());
        assertEquals(0, daemon.kernel.alive.size());
    }

    @Test
    void aRestartThatThrowsIsAnsweredAsABug() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        daemon.kernel.breaks("send", 1);
        assertEquals(500, daemon.restart("web").status());
        assertEquals(200, daemon.stop("web").status());
    }

    @Test
    void aReapThatThrowsIsDoneAgain() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        daemon.kernel.breaks("reap", 2);
        exit(daemon, "/bin/web", 0);
        daemon.seconds(5);
        assertFalse(daemon.kernel.hasZombies());
        assertTrue(daemon.kernel.bugs.get("reap").isEmpty());
        assertEquals(0, daemon.kernel.alive.size());
        assertTrue(daemon.status("web").contains("a bug in taskmasterd"));
        assertEquals(409, daemon.stop("web").status());
        assertEquals(200, startAndWait(daemon).status());
    }

    @Test
    void anEndWhoseReasonCannotBeHadHoldsUpNoOtherEnd() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"), DATABASE);
        daemon.seconds(2);
        daemon.kernel.hanging.add("/bin/tool");
        daemon.start("tool");
        daemon.kernel.hanging.clear();
        daemon.kernel.breaks("failure", 1);
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/tool"), new WaitStatus.Exited(1));
        exit(daemon, "/bin/database", 1);
        assertEquals(StateName.FATAL, daemon.state("tool"));
        assertEquals(StateName.STARTING, daemon.state("database"));
        assertFalse(daemon.kernel.hasZombies());
    }

    private static SimulatedDaemon.Client startAndWait(SimulatedDaemon daemon) {
        var client = daemon.start("web");
        daemon.seconds(2);
        return client;
    }

    @Test
    void aShutdownEndsWhatABugKeptFromBeingStopped() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        daemon.kernel.breaks("send", 2);
        daemon.signal("TERM");
        daemon.seconds(3);
        assertTrue(daemon.isFinished());
        assertEquals(0, daemon.kernel.alive.size());
    }

    @Test
    void aShutdownEndsAlsoWhereNothingCanBeSignalledAnyMore() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        daemon.kernel.breaks("send", 100);
        daemon.signal("TERM");
        assertFalse(daemon.isFinished());
        daemon.seconds(10);
        assertTrue(daemon.isFinished());
        assertTrue(daemon.log().contains("cannot stop web, which goes on without us"));
    }

    @Test
    void aReloadAfterABugInAnotherOneIsApplied() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.seconds(2);
        daemon.fileHolds(DATABASE);
        daemon.kernel.breaks("send", 1);
        var removed = daemon.reload();
        assertEquals(207, removed.status());
        assertTrue(removed.text().contains("\"code\":\"still_running\""), removed::text);
        assertTrue(daemon.kernel.alive.containsValue("/bin/web"));
        assertEquals(StateName.RUNNING, daemon.state("web"));
        daemon.fileHolds(DATABASE, web("/bin/web2"));
        assertEquals(200, daemon.reload().status());
        daemon.seconds(2);
        assertEquals(2, daemon.kernel.alive.size(), daemon.kernel.alive::toString);
    }

    @Test
    void whatCannotBeKilledHoldsUpNoReloadAndIsShownUntilItIsGone() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.seconds(2);
        daemon.kernel.immortal.add("/bin/web");
        int pid = daemon.kernel.pidOf("/bin/web");
        daemon.fileHolds(DATABASE);
        var first = daemon.reload();
        var second = daemon.reload();
        daemon.pass(WEB.policy().stopTime());
        assertFalse(first.isAnswered());
        daemon.pass(Reloader.AFTER_KILL);
        assertEquals(207, first.status());
        assertTrue(first.text().contains("does not end (pid " + pid + ")"), first::text);
        assertEquals(200, second.status());
        assertEquals(StateName.STOPPING, daemon.state("web"));

        exit(daemon, "/bin/web", 0);
        assertEquals(404, daemon.stop("web").status());
    }

    @Test
    void whatCannotBeKilledAndIsConfiguredAgainIsStartedOnceItIsGone() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.seconds(2);
        daemon.kernel.immortal.add("/bin/web");
        daemon.fileHolds(DATABASE);
        daemon.reload();
        daemon.seconds(60);
        daemon.fileHolds(DATABASE, web("/bin/web2"));
        assertEquals(200, daemon.reload().status());
        daemon.seconds(2);
        assertFalse(daemon.kernel.alive.containsValue("/bin/web2"), "two of one name");
        assertEquals(StateName.STOPPING, daemon.state("web"));

        exit(daemon, "/bin/web", 0);
        daemon.seconds(2);
        assertEquals(StateName.RUNNING, daemon.state("web"));
        assertTrue(daemon.kernel.alive.containsValue("/bin/web2"));
    }

    @Test
    void theWaveAfterOneThatCannotBeKilledIsStoppedToo() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.seconds(2);
        daemon.kernel.immortal.add("/bin/web");
        daemon.fileHolds();
        var client = daemon.reload();
        daemon.seconds(60);
        assertFalse(daemon.kernel.alive.containsValue("/bin/database"));
        assertEquals(207, client.status());
    }

    @Test
    void requestsForWhatCannotBeKilledDoNotPileUp() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.seconds(2);
        daemon.kernel.immortal.add("/bin/web");
        for (int i = 0; i < 100; i++) {
            daemon.ask(new Request.Stop(new Target.All(), Request.Waiting.NONE));
            daemon.start("web").open = false;
            daemon.restart("web").open = false;
            daemon.stop("web").open = false;
        }
        var waiting = daemon.stop("web");
        assertTrue(daemon.watching("web") <= 6, () -> daemon.watching("web") + " wait");
        exit(daemon, "/bin/web", 0);
        assertEquals(200, waiting.status());
    }
}
