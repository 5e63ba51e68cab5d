package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.config.Autorestart;
import taskmaster.config.ProcessName;
import taskmaster.config.ProcessSpec;
import taskmaster.lifecycle.Specs;
import taskmaster.lifecycle.StateName;
import taskmaster.posix.Errno;
import taskmaster.posix.Signal;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

final class SupervisorTest {

    static final ProcessSpec WEB = Specs.of("web", 999, Specs.DEFAULTS);
    static final ProcessSpec DATABASE = Specs.of("database", 1, Specs.DEFAULTS);

    static ProcessSpec manual(String name) {
        return Specs.of(name, 999, Specs.policy(false, false));
    }

    static ProcessSpec web(String command) {
        return new ProcessSpec(WEB.name(), "web", 0, 999, 999, WEB.policy(), Specs.launch(command));
    }

    static ProcessSpec numbered(int number, String command) {
        return new ProcessSpec(
                new ProcessName("many", "many_" + number),
                "many",
                number,
                999,
                999,
                Specs.DEFAULTS,
                Specs.launch(command));
    }

    @Test
    void startsWhatStartsByItselfInOrderOfPriority() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE, manual("tool"));
        assertEquals(List.of("/bin/database", "/bin/web"), daemon.kernel.started);
        assertEquals(StateName.STARTING, daemon.state("web"));
        daemon.seconds(1);
        assertEquals(StateName.RUNNING, daemon.state("web"));
        assertEquals(StateName.STOPPED, daemon.state("tool"));
        assertTrue(daemon.status("tool").contains("\"since\":null"));
    }

    @Test
    void whoHasGoneIsDoneWhatWasAskedButToldNothing() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"));
        var gone = new SimulatedDaemon.Client();
        gone.open = false;
        daemon.ask(new Request.Status(new Target.All()), gone);
        assertFalse(gone.isAnswered());
        daemon.ask(
                new Request.Start(
                        new Target.Named(Target.Kind.ANY, List.of("tool")),
                        Request.Waiting.FOREVER),
                gone);
        assertEquals(StateName.STARTING, daemon.state("tool"));
    }

    @Test
    void aKilledProgramIsReplacedAtOnce() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(5);
        daemon.kernel.exit(
                daemon.kernel.pidOf("/bin/web"), new WaitStatus.Killed(Signal.KILL, false));
        daemon.settle();
        assertEquals(2, daemon.kernel.started.size());
        assertTrue(daemon.status("web").contains("\"exit\":{\"signal\":\"KILL\"},\"restarts\":1"));
    }

    @Test
    void startIsAnsweredWhenItRuns() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"));
        var client = daemon.start("tool");
        assertFalse(client.isAnswered());
        daemon.seconds(1);
        assertEquals(
                "{\"content\":{\"results\":[{\"name\":\"tool\",\"status\":200,\"result\":\"started\"}]}}",
                client.text());
    }

    @Test
    void aFailedStartIsAnsweredAtOnceWithTheReason() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"));
        daemon.kernel.broken.put("/bin/tool", Errno.ENOENT);
        var client = daemon.start("tool");
        assertEquals(500, client.status());
        assertTrue(client.text().contains("\"code\":\"no_such_file\""), client::text);
        assertTrue(
                client.text()
                        .contains(
                                "cannot run \\\"/bin/tool\\\": ENOENT (no such file or directory)"));
    }

    @Test
    void aProgramThatIsNotInPathIsAMissingFile() throws IOException {
        ProcessSpec tool = manual("tool");
        var daemon =
                new SimulatedDaemon(
                        new ProcessSpec(
                                tool.name(),
                                tool.program(),
                                tool.number(),
                                tool.groupPriority(),
                                tool.priority(),
                                tool.policy(),
                                Specs.launch("tool")));
        daemon.kernel.broken.put("tool", Errno.ENOENT);
        var client = daemon.start("tool");
        assertTrue(client.text().contains("\"code\":\"no_such_file\""), client::text);
        assertTrue(client.text().contains("cannot find \\\"tool\\\" in PATH"), client::text);
    }

    @Test
    void anExitBeforeStartsecsIsAnAbnormalTermination() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"));
        var client = daemon.start("tool");
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/tool"), new WaitStatus.Exited(1));
        daemon.settle();
        assertTrue(client.text().contains("\"code\":\"abnormal_termination\""), client::text);
    }

    @Test
    void noMemoryForAProcessIsAFailedStartThatIsTriedAgain() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"));
        daemon.kernel.cloneFailures.add(Errno.EAGAIN);
        var client = daemon.start("tool");
        assertTrue(client.text().contains("\"code\":\"spawn_error\""), client::text);
        assertEquals(StateName.BACKOFF, daemon.state("tool"));
        daemon.seconds(2);
        assertEquals(StateName.RUNNING, daemon.state("tool"));
    }

    @Test
    void startOfWhatIsStartedAndStopOfWhatIsNotAreConflicts() throws IOException {
        var daemon = new SimulatedDaemon(WEB, manual("tool"));
        daemon.seconds(2);
        assertEquals(409, daemon.start("web").status());
        assertTrue(daemon.start("web").text().contains("already_started"));
        assertTrue(daemon.stop("tool").text().contains("not_running"));
    }

    @Test
    void unknownNamesAreSaidOneByOne() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        assertEquals(404, daemon.stop("zzz").status());
        assertTrue(daemon.stop("zzz").text().contains("\"name\":\"zzz\""));
        assertTrue(daemon.stop("nogroup:*").text().contains("no_such_group"));
        var both = daemon.stop("zzz", "web");
        assertEquals(207, both.status());
        assertEquals(StateName.STOPPED, daemon.state("web"));
    }

    @Test
    void stopAllGoesByPriorityAndWaitsForEachWave() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        var client = daemon.stop();
        assertEquals(StateName.STOPPING, daemon.state("web"));
        assertEquals(StateName.RUNNING, daemon.state("database"));
        daemon.seconds(10);
        assertEquals(StateName.STOPPED, daemon.state("database"));
        assertEquals(200, client.status());
    }

    @Test
    void aStartAfterAStopAllKeepsTheProcessUp() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        var stop = daemon.stop();
        var start = daemon.start("database");
        daemon.seconds(20);
        assertEquals(StateName.RUNNING, daemon.state("database"));
        assertEquals(409, start.status());
        assertTrue(stop.text().contains("superseded"), stop::text);
    }

    @Test
    void aStopWhileAStartIsWaitedForAnswersBoth() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"));
        var start = daemon.start("tool");
        var stop = daemon.stop("tool");
        assertTrue(start.text().contains("superseded"), start::text);
        assertEquals(200, stop.status());
        assertEquals(StateName.STOPPED, daemon.state("tool"));
    }

    @Test
    void aStartWhileStoppingIsDoneOnceItIsDown() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        var stop = daemon.stop("web");
        var start = daemon.start("web");
        assertFalse(start.isAnswered());
        daemon.seconds(10);
        assertEquals(200, stop.status());
        daemon.seconds(1);
        assertEquals(200, start.status());
        assertEquals(StateName.RUNNING, daemon.state("web"));
    }

    @Test
    void restartOfOneSaysThatItWasStoppedFirst() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        var client = daemon.restart("web");
        daemon.seconds(1);
        assertTrue(client.text().contains("\"result\":\"started\",\"stopped\":true"), client::text);
        assertEquals(2, daemon.kernel.started.size());
    }

    @Test
    void restartOfAllStopsAllBeforeItStartsAny() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.seconds(2);
        daemon.kernel.started.clear();
        var client = daemon.restart();
        daemon.seconds(1);
        assertEquals(List.of("/bin/database", "/bin/web"), daemon.kernel.started);
        assertEquals(200, client.status());
    }

    @Test
    void aClientThatDoesNotWaitHearsAccepted() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"));
        var client =
                daemon.ask(new Request.Start(SimulatedDaemon.target("tool"), Request.Waiting.NONE));
        assertEquals(202, client.status());
    }

    @Test
    void aClientThatWaitsSoLongHearsTimeout() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        var client =
                daemon.ask(
                        new Request.Stop(
                                SimulatedDaemon.target("web"),
                                new Request.Waiting(false, Optional.of(Duration.ofSeconds(3)))));
        daemon.seconds(2);
        assertFalse(client.isAnswered());
        daemon.seconds(1);
        assertEquals(504, client.status());
        daemon.seconds(10);
        assertEquals(StateName.STOPPED, daemon.state("web"));
    }

    @Test
    void signalsGoToTheProcessAndNotToItsGroup() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        int pid = daemon.kernel.pidOf("/bin/web");
        var client = daemon.ask(new Request.SendSignal(SimulatedDaemon.target("web"), "SIGHUP"));
        assertEquals(200, client.status());
        assertEquals(List.of(pid + " HUP"), daemon.kernel.signals);
        var bad = daemon.ask(new Request.SendSignal(SimulatedDaemon.target("web"), "HUB"));
        assertEquals(400, bad.status());
    }

    @Test
    void anOrphanOfSomebodyElseIsReapedAndLogged() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        int pid = daemon.kernel.orphanEnds();
        daemon.settle();
        assertFalse(daemon.kernel.hasZombies());
        assertTrue(daemon.log().contains("INFO reaped unknown pid " + pid + " (exit status 9)"));
    }

    @Test
    void shutdownStopsAllInOrderAndStartsNothingMore() throws IOException {
        ProcessSpec always = Specs.of("database", 1, Specs.policy(1, 3, Autorestart.TRUE));
        var daemon = new SimulatedDaemon(WEB, always);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        daemon.signal("TERM");
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/database"), new WaitStatus.Exited(0));
        daemon.settle();
        assertFalse(daemon.isFinished());
        assertEquals(503, daemon.start("web").status());
        assertEquals(StateName.STOPPING, daemon.state("web"));
        daemon.seconds(10);
        assertTrue(daemon.isFinished());
        assertTrue(daemon.kernel.alive.isEmpty());
        assertEquals(2, daemon.kernel.started.size());
    }

    @Test
    void aSecondTermKillsAtOnce() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.addAll(List.of("/bin/web", "/bin/database"));
        daemon.seconds(2);
        daemon.signal("TERM");
        daemon.signal("INT");
        assertTrue(daemon.isFinished());
        assertTrue(daemon.kernel.alive.isEmpty());
    }

    @Test
    void aShutdownAnswersStartsThatWaitForTheirTurn() throws IOException {
        var daemon = new SimulatedDaemon(manual("tool"));
        var client =
                daemon.put(
                        new Request.Start(SimulatedDaemon.target("tool"), Request.Waiting.FOREVER));
        daemon.signal("TERM");
        assertTrue(daemon.isFinished());
        assertTrue(client.text().contains("superseded"), client::text);
        assertEquals(List.of(), daemon.kernel.started);
    }

    @Test
    void aStopOfAllTakesBackARestartThatIsStillToCome() throws IOException {
        ProcessSpec crashing = Specs.of("database", 1, Specs.policy(0, 3, Autorestart.TRUE));
        var daemon = new SimulatedDaemon(WEB, crashing);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.kernel.exit(daemon.kernel.pidOf("/bin/database"), new WaitStatus.Exited(1));
        daemon.settle();
        var stop = daemon.stop();
        daemon.seconds(20);
        assertEquals(2, daemon.kernel.started.size());
        assertEquals(StateName.STOPPED, daemon.state("database"));
        assertEquals(200, stop.status());
    }

    @Test
    void otherSignalsMeanNothing() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.signal("USR1");
        daemon.signal("USR2");
        assertFalse(daemon.isFinished());
        assertEquals(List.of("reopen"), daemon.applied);
    }

    @Test
    void aThousandDeathsInTheSameInstantAreAllReplaced() throws IOException {
        var specs = new ProcessSpec[1000];
        for (int i = 0; i < specs.length; i++) {
            specs[i] = numbered(i, "/bin/x");
        }
        var daemon = new SimulatedDaemon(specs);
        daemon.seconds(2);
        for (int pid : List.copyOf(daemon.kernel.alive.keySet())) {
            daemon.kernel.exit(pid, new WaitStatus.Killed(Signal.KILL, false));
        }
        daemon.settle();
        assertFalse(daemon.kernel.hasZombies());
        assertEquals(1000, daemon.kernel.alive.size());
    }

    @Test
    void thousandsOfPrioritiesAreStoppedOneAfterTheOther() throws IOException {
        var specs = new ProcessSpec[20_000];
        for (int i = 0; i < specs.length; i++) {
            specs[i] = Specs.of("p" + i, i, manual("x").policy());
        }
        var daemon = new SimulatedDaemon(specs);
        daemon.signal("TERM");
        assertTrue(daemon.isFinished());
    }

    @Test
    void aStopWinsOverARestartOfSeveralThatStillStops() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        var restart = daemon.restart();
        daemon.kernel.stubborn.clear();
        var stop = daemon.stop("web");
        daemon.seconds(30);
        assertEquals(StateName.STOPPED, daemon.state("web"));
        assertEquals(StateName.RUNNING, daemon.state("database"));
        assertEquals(200, stop.status());
        assertTrue(restart.text().contains("superseded"), restart::text);
    }

    @Test
    void ofTwoRestartsThatOverlapTheLaterStartsWhatBothWant() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE, Specs.of("cache"));
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        var first = daemon.restart("web", "database");
        var second = daemon.restart("web", "cache");
        daemon.seconds(30);
        assertTrue(first.text().contains("superseded"), first::text);
        assertEquals(200, second.status());
        assertEquals(3, daemon.kernel.alive.size());
    }

    @Test
    void aStartOfAllTakesBackAStopOfAll() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.add("/bin/web");
        daemon.seconds(2);
        var stop = daemon.stop();
        var start = daemon.start();
        daemon.seconds(30);
        assertEquals(StateName.RUNNING, daemon.state("database"));
        assertEquals(StateName.RUNNING, daemon.state("web"));
        assertEquals(200, start.status());
        assertTrue(stop.isAnswered());
    }

    @Test
    void aShutdownTakesBackAStartThatWaitsForAStop() throws IOException {
        var daemon = new SimulatedDaemon(WEB, DATABASE);
        daemon.kernel.stubborn.addAll(List.of("/bin/web", "/bin/database"));
        daemon.seconds(2);
        daemon.stop("database");
        daemon.start("database");
        daemon.signal("TERM");
        daemon.seconds(30);
        assertTrue(daemon.isFinished());
        assertEquals(2, daemon.kernel.started.size());
    }

    @Test
    void timersThatAreNotWantedAnyMoreAreForgotten() throws IOException {
        var daemon = new SimulatedDaemon(WEB);
        daemon.seconds(2);
        for (int i = 0; i < 100; i++) {
            daemon.ask(
                    new Request.Restart(
                            SimulatedDaemon.target("web"),
                            new Request.Waiting(false, Optional.of(Duration.ofHours(1)))));
            daemon.seconds(1);
        }
        daemon.seconds(1);
        assertTrue(daemon.patience().isEmpty(), () -> "waits for " + daemon.patience());
    }

    @Test
    void aProcessThatHasNoGroupYetIsSignalledItself() throws IOException {
        var daemon = new SimulatedDaemon(Specs.of("web", 999, Specs.policy(true, true)));
        daemon.kernel.withoutGroup.add("/bin/web");
        assertEquals(200, daemon.stop("web").status());
        assertFalse(daemon.log().contains("cannot signal"));
    }

    @Test
    void anExecThatHangsIsNotRunningEvenWithStartsecsZero() throws IOException {
        var daemon =
                new SimulatedDaemon(Specs.of("web", 999, Specs.policy(0, 0, Autorestart.TRUE)));
        daemon.stop("web");
        daemon.kernel.hanging.add("/bin/web");
        var client = daemon.start("web");
        daemon.seconds(5);
        assertEquals(StateName.STARTING, daemon.state("web"));
        assertFalse(client.isAnswered());
        daemon.kernel.hanging.clear();
        daemon.seconds(1);
        assertEquals(StateName.RUNNING, daemon.state("web"));
        assertEquals(200, client.status());
    }

    @Test
    void anExecThatFailsLateWithStartsecsZeroIsAFailedStart() throws IOException {
        var daemon =
                new SimulatedDaemon(Specs.of("web", 999, Specs.policy(0, 0, Autorestart.TRUE)));
        daemon.stop("web");
        daemon.kernel.hanging.add("/bin/web");
        var client = daemon.start("web");
        daemon.seconds(5);
        daemon.kernel.execFails("/bin/web", Errno.ENOENT);
        daemon.settle();
        assertTrue(client.text().contains("\"code\":\"no_such_file\""), client::text);
        assertEquals(StateName.FATAL, daemon.state("web"));
    }
}
