package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static taskmaster.supervisor.SupervisorTest.DATABASE;
import static taskmaster.supervisor.SupervisorTest.WEB;
import static taskmaster.supervisor.SupervisorTest.manual;
import static taskmaster.supervisor.SupervisorTest.numbered;
import static taskmaster.supervisor.SupervisorTest.web;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.config.Autorestart;
import taskmaster.config.ProcessSpec;
import taskmaster.lifecycle.Specs;
import taskmaster.lifecycle.StateName;
import taskmaster.posix.Errno;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Request;

/** Reloads, alone and together with everything else, on a simulated kernel. */
final class ReloadTest {

    @Test
    void reloadTouchesOnlyWhatChanged() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.seconds(2);
        int database = daemon.kernel.pidOf("/bin/database");
        ProcessSpec changed =
                new ProcessSpec(
                        WEB.name(), "web", 0, 999, 999, WEB.policy(), Specs.launch("/bin/web2"));
        daemon.fileHolds(changed, DATABASE);
        var client = daemon.reload();
        daemon.seconds(2);
        assertEquals(database, daemon.kernel.pidOf("/bin/database"));
        assertTrue(daemon.kernel.alive.containsValue("/bin/web2"));
        assertFalse(daemon.kernel.alive.containsValue("/bin/web"));
        assertTrue(
                client.text()
                        .contains(
                                "\"changes\":[{\"group\":\"web\",\"name\":\"web\",\"change\":\"restarted\"}]"),
                client::text);
    }

    @Test
    void moreNumprocsLeaveTheOldOnesAlone() throws IOException {
        var daemon = new SimulatedDaemon(numbered(0, "/bin/a"), numbered(1, "/bin/b"));
        daemon.seconds(2);
        var before = List.copyOf(daemon.kernel.alive.keySet());
        daemon.fileHolds(numbered(0, "/bin/a"), numbered(1, "/bin/b"), numbered(2, "/bin/c"));
        daemon.reload();
        assertTrue(daemon.kernel.alive.keySet().containsAll(before));
        assertEquals(3, daemon.kernel.alive.size());
        daemon.fileHolds(numbered(0, "/bin/a"));
        daemon.reload();
        assertEquals(List.of(before.getFirst()), List.copyOf(daemon.kernel.alive.keySet()));
        assertEquals(404, daemon.stop("many:many_2").status());
    }

    @Test
    void aPolicyAloneIsAppliedWithoutARestart() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        int pid = daemon.kernel.pidOf("/bin/web");
        daemon.fileHolds(Specs.of("web", 999, Specs.policy(1, 3, Autorestart.FALSE)));
        daemon.reload();
        assertEquals(pid, daemon.kernel.pidOf("/bin/web"));
        daemon.kernel.exit(pid, new WaitStatus.Exited(1));
        daemon.settle();
        assertEquals(StateName.EXITED, daemon.state("web"));
    }

    @Test
    void whatLeftIsGoneBeforeWhatIsNewStarts() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        daemon.fileHolds(DATABASE);
        var client = daemon.reload();
        assertFalse(daemon.kernel.alive.containsValue("/bin/database"));
        assertTrue(daemon.start("web").text().contains("leaving"));
        daemon.seconds(10);
        assertTrue(daemon.kernel.alive.containsValue("/bin/database"));
        assertEquals(200, client.status());
    }

    @Test
    void aWrongFileChangesNothing() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        daemon.fileIsWrong("[programs.web] comand: unknown key");
        var client = daemon.reload();
        assertEquals(400, client.status());
        assertTrue(client.text().contains("x.toml: [programs.web] comand: unknown key"));
        daemon.signal("HUP");
        assertEquals(StateName.RUNNING, daemon.state("web"));
        assertEquals(1, daemon.kernel.started.size());
    }

    @Test
    void rereadShowsAndChangesNothing() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        daemon.fileHolds(DATABASE);
        var client =
                daemon.ask(
                        new Request.Reload(
                                new Request.Part.Everything(), true, Request.Waiting.FOREVER));
        assertTrue(client.text().contains("\"applied\":false"));
        assertEquals(StateName.RUNNING, daemon.state("web"));
    }

    @Test
    void aProgramInFatalIsStartedAgainWhenTheFileIsMended() throws IOException {
        ProcessSpec broken = Specs.of("web", 999, Specs.policy(1, 0, Autorestart.TRUE));
        var daemon = new SimulatedDaemon();
        daemon.kernel.broken.put("/bin/web", Errno.ENOENT);
        daemon.fileHolds(broken);
        daemon.reload();
        assertEquals(StateName.FATAL, daemon.state("web"));
        daemon.fileHolds(
                new ProcessSpec(
                        WEB.name(),
                        "web",
                        0,
                        999,
                        999,
                        broken.policy(),
                        Specs.launch("/bin/good")));
        daemon.reload();
        daemon.seconds(1);
        assertEquals(StateName.RUNNING, daemon.state("web"));
    }

    @Test
    void aProcessThatAUserStoppedStaysStoppedWhenItsFileChanges() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        daemon.stop("web");
        daemon.fileHolds(
                new ProcessSpec(
                        WEB.name(), "web", 0, 999, 999, WEB.policy(), Specs.launch("/bin/new")));
        daemon.reload();
        assertEquals(StateName.STOPPED, daemon.state("web"));
        daemon.start("web");
        assertTrue(daemon.kernel.alive.containsValue("/bin/new"));
    }

    @Test
    void aRestartOfWhatLeavesTheFileMeanwhileIsAnswered() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.add("/bin/database");
        daemon.seconds(2);
        var restart = daemon.restart();
        daemon.fileHolds(DATABASE);
        daemon.reload();
        daemon.fileHolds(DATABASE, WEB);
        daemon.reload();
        daemon.seconds(30);
        assertEquals(207, restart.status());
        assertEquals(StateName.RUNNING, daemon.state("database"));
        assertEquals(StateName.RUNNING, daemon.state("web"));
    }

    @Test
    void aReloadInTheMiddleOfARestartLosesNoProcess() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.add("/bin/database");
        daemon.seconds(2);
        var restart = daemon.restart();
        daemon.fileHolds(web("/bin/web2"), DATABASE);
        daemon.reload();
        daemon.seconds(30);
        assertEquals(200, restart.status());
        assertTrue(daemon.kernel.alive.containsValue("/bin/web2"));
    }

    @Test
    void aShutdownEndsAReloadThatHasNotStartedWhatIsNew() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.addAll(List.of("/bin/web", "/bin/database"));
        daemon.seconds(2);
        daemon.fileHolds(Specs.of("database", 1, Specs.DEFAULTS), Specs.of("new"));
        var first = daemon.reload();
        daemon.fileHolds();
        var second = daemon.reload();
        daemon.signal("TERM");
        assertEquals(503, second.status());
        daemon.seconds(30);
        assertEquals(503, first.status());
        assertTrue(daemon.isFinished());
        assertTrue(daemon.kernel.alive.isEmpty());
        assertEquals(2, daemon.kernel.started.size());
    }

    @Test
    void ofThousandsOfReloadsSomeWaitAndAllAreAnswered() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        daemon.fileHolds();
        var clients = new ArrayList<SimulatedDaemon.Client>();
        for (int i = 0; i < 20_000; i++) {
            clients.add(daemon.reload());
        }
        daemon.seconds(10);
        int done = 0;
        for (SimulatedDaemon.Client client : clients) {
            done += client.status() == 200 ? 1 : 0;
            assertTrue(client.status() == 200 || client.status() == 429, "" + client.status());
        }
        assertTrue(done >= Supervisor.MOST_READINGS, "as many as may wait: " + done);
        assertTrue(done < 2 * Supervisor.MOST_READINGS, "not all of them: " + done);
        assertEquals(200, daemon.reload().status(), "there is room again");
    }

    @Test
    void aProcessThatEndedBeforeItsTurnToStopStaysStoppedWhenItsFileChanges() throws IOException {
        var daemon = new SimulatedDaemon(Specs.of("cache"), Specs.of("web", 1, WEB.policy()));
        daemon.kernel.stubborn.add("/bin/cache");
        daemon.seconds(2);
        daemon.stop();
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/web"), new WaitStatus.Exited(0));
        daemon.seconds(20);
        assertEquals(StateName.STOPPED, daemon.state("web"));
        daemon.fileHolds(Specs.of("cache"), web("/bin/web2"));
        daemon.reload();
        daemon.seconds(1);
        assertEquals(StateName.STOPPED, daemon.state("web"));
        assertEquals(2, daemon.kernel.started.size());
    }

    @Test
    void whatComesBackBeforeItIsGoneStartsAsTheNewFileSays() throws IOException {
        var daemon = new SimulatedDaemon(manual("web"));
        daemon.start("web");
        daemon.seconds(2);
        daemon.kernel.immortal.add("/bin/web");
        daemon.fileHolds();
        daemon.reload();
        daemon.seconds(60);
        daemon.fileHolds(web("/bin/web2"));
        daemon.reload();
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/web"), new WaitStatus.Exited(0));
        daemon.seconds(2);
        assertEquals(StateName.RUNNING, daemon.state("web"));
    }

    @Test
    void aStopAfterAReloadKeepsDownWhatTheReloadWouldStart() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.add("/bin/database");
        daemon.seconds(2);
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/web"), new WaitStatus.Exited(0));
        daemon.settle();
        daemon.fileHolds(web("/bin/web2"));
        var reload = daemon.reload();
        assertFalse(reload.isAnswered());
        daemon.stop("web");
        daemon.seconds(20);
        assertEquals(200, reload.status());
        assertEquals(StateName.EXITED, daemon.state("web"));
        assertEquals(2, daemon.kernel.started.size());
    }

    @Test
    void aStopAfterAReloadThatWaitsForAnotherOneWinsToo() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.add("/bin/database");
        daemon.seconds(2);
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/web"), new WaitStatus.Exited(0));
        daemon.settle();
        daemon.fileHolds(WEB);
        daemon.reload();
        daemon.fileHolds(web("/bin/web2"));
        var second = daemon.reload();
        daemon.stop("web");
        daemon.seconds(20);
        assertEquals(200, second.status());
        assertEquals(StateName.EXITED, daemon.state("web"));
    }

    @Test
    void aReloadThatIsNotDoneInTimeIsAnswered() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        daemon.fileHolds();
        var client =
                daemon.ask(
                        new Request.Reload(
                                new Request.Part.Everything(),
                                false,
                                new Request.Waiting(false, Optional.of(Duration.ofSeconds(3)))));
        daemon.seconds(2);
        assertFalse(client.isAnswered());
        daemon.seconds(1);
        assertEquals(504, client.status());
        daemon.seconds(10); // by now it is done, which nobody waits for
        assertEquals(504, client.status());
    }

    @Test
    void aReloadThatNobodyWaitsForIsAnsweredOnce() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        daemon.fileHolds(DATABASE);
        var client =
                daemon.ask(
                        new Request.Reload(
                                new Request.Part.Everything(), false, Request.Waiting.NONE));
        daemon.seconds(10);
        assertEquals(200, client.status());
    }

    @Test
    void aShutdownAnswersReloadsWhoseFileIsStillBeingRead() throws IOException {
        var daemon = new SimulatedDaemon();
        daemon.disk = Optional.of(new ArrayDeque<>());
        var first = daemon.reload();
        var second = daemon.reload();
        daemon.signal("TERM");
        assertTrue(daemon.isFinished());
        assertEquals(503, first.status());
        assertEquals(503, second.status());
    }

    @Test
    void reloadsAreReadOneAfterTheOther() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        daemon.disk = Optional.of(new ArrayDeque<>());
        var first = daemon.reload();
        daemon.reload();
        assertEquals(1, daemon.disk.get().size());
        daemon.fileHolds(web("/bin/web2"));
        daemon.disk.get().remove().run();
        daemon.settle();
        assertTrue(first.isAnswered());
        daemon.disk.get().remove().run();
        daemon.seconds(1);
        assertTrue(daemon.kernel.alive.containsValue("/bin/web2"));
    }
}
