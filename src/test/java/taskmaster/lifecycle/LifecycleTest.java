package taskmaster.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import taskmaster.config.Autorestart;
import taskmaster.config.Policy;
import taskmaster.config.ProcessSpec;
import taskmaster.posix.Errno;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.WaitStatus;

final class LifecycleTest {

    private static final long SECOND = 1_000_000_000L;
    private static final WaitStatus OK = new WaitStatus.Exited(0);
    private static final WaitStatus BAD = new WaitStatus.Exited(3);
    private static final WaitStatus KILLED = new WaitStatus.Killed(Signal.KILL, false);

    private ProcessSpec spec = Specs.of("x");
    private ProcessState state = Lifecycle.INITIAL;
    private long now = 5 * SECOND;
    private int pid = 100;

    private List<Action> feed(Event event) {
        Transition transition = Lifecycle.step(spec, state, event, now);
        state = transition.next();
        var actions = new ArrayList<>(transition.actions());
        if (actions.stream().anyMatch(a -> a instanceof Action.Spawn)) {
            Transition spawned = Lifecycle.step(spec, state, new Event.Spawned(++pid, true), now);
            state = spawned.next();
            actions.addAll(spawned.actions());
        }
        return actions;
    }

    private List<Action> exit(WaitStatus status) {
        return feed(new Event.ChildExited(pid, status, Optional.empty()));
    }

    private void start() {
        feed(new Event.StartRequested());
    }

    private void stop() {
        feed(new Event.StopRequested());
    }

    private List<Action> timer() {
        return feed(new Event.TimerFired(state.epoch()));
    }

    private void policy(Policy policy) {
        spec = Specs.of("x", 999, policy);
    }

    private void run() {
        start();
        now += SECOND;
        timer();
        assertEquals(StateName.RUNNING, state.name());
    }

    private static boolean spawns(List<Action> actions) {
        return actions.stream().anyMatch(a -> a instanceof Action.Spawn);
    }

    private static long deadline(List<Action> actions) {
        return actions.stream()
                .filter(a -> a instanceof Action.Arm)
                .map(a -> ((Action.Arm) a).deadline())
                .findFirst()
                .orElseThrow();
    }

    private static String notes(List<Action> actions) {
        var text = new StringBuilder();
        for (Action action : actions) {
            if (action instanceof Action.Note(var importance, String line)) {
                text.append(importance).append(' ').append(line).append('\n');
            }
        }
        return text.toString();
    }

    @Test
    void isStartingUntilItHasStayedUpForStartsecs() {
        start();
        assertEquals(StateName.STARTING, state.name());
        now += SECOND;
        assertEquals(
                "INFO success: x entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)\n",
                notes(timer()));
        assertEquals(StateName.RUNNING, state.name());
    }

    @Test
    void runsAtOnceWithStartsecsZero() {
        policy(Specs.policy(0, 3, Autorestart.UNEXPECTED));
        start();
        assertEquals(StateName.RUNNING, state.name());
    }

    @Test
    void anExitBeforeStartsecsIsAFailedStartWhateverTheCode() {
        start();
        List<Action> actions = exit(OK);
        assertEquals(StateName.BACKOFF, state.name());
        assertEquals("WARN exited: x (exit status 0; not expected)\n", notes(actions));
        assertTrue(
                actions.contains(
                        new Action.Explain(
                                "Exited too quickly (exit status 0; process log may have details)")));
    }

    @Test
    void triesAfterOneTwoThreeSecondsThenGivesUp() {
        start();
        for (int failures = 1; failures <= 3; failures++) {
            assertEquals(now + failures * SECOND, deadline(exit(BAD)));
            now += failures * SECOND;
            assertTrue(spawns(timer()));
        }
        String notes = notes(exit(BAD));
        assertEquals(StateName.FATAL, state.name());
        assertTrue(
                notes.contains(
                        "INFO gave up: x entered FATAL state, too many start retries too quickly"));
    }

    @Test
    void withoutRetriesTheFirstFailureIsFatal() {
        policy(Specs.policy(1, 0, Autorestart.TRUE));
        start();
        exit(BAD);
        assertEquals(StateName.FATAL, state.name());
    }

    @Test
    void aStopDuringBackoffWinsAndResetsTheCounter() {
        start();
        exit(BAD);
        long epoch = state.epoch();
        stop();
        assertEquals(StateName.STOPPED, state.name());
        assertTrue(feed(new Event.TimerFired(epoch)).isEmpty());
        start();
        assertEquals(now + SECOND, deadline(exit(BAD)));
    }

    @Test
    void aManualStartDuringBackoffResetsTheCounter() {
        start();
        exit(BAD);
        now += SECOND;
        timer();
        exit(BAD);
        start();
        assertEquals(now + SECOND, deadline(exit(BAD)));
    }

    @Test
    void anUnexpectedExitIsRestartedAtOnce() {
        run();
        assertTrue(spawns(exit(KILLED)));
        assertEquals(StateName.STARTING, state.name());
    }

    @Test
    void anExpectedExitStaysExited() {
        run();
        List<Action> actions = exit(OK);
        assertEquals(StateName.EXITED, state.name());
        assertEquals("INFO exited: x (exit status 0; expected)\n", notes(actions));
    }

    @Test
    void autorestartTrueRestartsAnExpectedExitAndFalseNoExit() {
        policy(Specs.policy(1, 3, Autorestart.TRUE));
        run();
        assertTrue(spawns(exit(OK)));
        policy(Specs.policy(1, 3, Autorestart.FALSE));
        now += SECOND;
        timer();
        exit(KILLED);
        assertEquals(StateName.EXITED, state.name());
    }

    @Test
    void twoAutomaticStartsAreASecondApart() {
        policy(Specs.policy(0, 3, Autorestart.TRUE));
        start();
        long startedAt = now;
        now += SECOND / 10;
        List<Action> actions = exit(BAD);
        assertEquals(StateName.EXITED, state.name());
        assertEquals(startedAt + SECOND, deadline(actions));
        now = startedAt + SECOND;
        assertTrue(spawns(timer()));
    }

    @Test
    void aStopTakesAPendingRestartBack() {
        policy(Specs.policy(0, 3, Autorestart.TRUE));
        start();
        exit(BAD);
        long epoch = state.epoch();
        stop();
        assertEquals(StateName.STOPPED, state.name());
        now += SECOND;
        assertTrue(feed(new Event.TimerFired(epoch)).isEmpty());
    }

    @Test
    void stopsWithTheSignalThenContThenKill() {
        run();
        List<Action> actions = feed(new Event.StopRequested());
        assertEquals(new Action.Send(pid, Signal.TERM, false), actions.get(0));
        assertEquals(new Action.Send(pid, Signal.CONT, false), actions.get(1));
        assertEquals(now + 10 * SECOND, deadline(actions));
        List<Action> late = timer();
        assertEquals("WARN killing 'x' (" + pid + ") with SIGKILL\n", notes(late));
        assertTrue(late.contains(new Action.Send(pid, Signal.KILL, true)));
        exit(KILLED);
        assertEquals(StateName.STOPPED, state.name());
    }

    @Test
    void signalsTheGroupWithStopasgroup() {
        Policy p = Specs.DEFAULTS;
        policy(
                new Policy(
                        true,
                        Duration.ofSeconds(1),
                        3,
                        p.autorestart(),
                        Set.of(0),
                        Signal.INT,
                        Duration.ofSeconds(10),
                        true,
                        true));
        run();
        assertEquals(
                new Action.Send(pid, Signal.INT, true), feed(new Event.StopRequested()).getFirst());
    }

    @Test
    void killsWhatIsLeftOfTheGroupBeforeItReapsTheLeader() {
        run();
        List<Action> actions = exit(OK);
        int kill = actions.indexOf(new Action.Send(pid, Signal.KILL, true));
        int reap = actions.indexOf(new Action.Reap(pid));
        assertTrue(kill >= 0 && kill < reap, actions::toString);
    }

    @Test
    void leavesTheGroupAloneWithoutKillasgroup() {
        Policy p = Specs.DEFAULTS;
        policy(
                new Policy(
                        true,
                        Duration.ofSeconds(1),
                        3,
                        p.autorestart(),
                        Set.of(0),
                        Signal.TERM,
                        Duration.ofSeconds(10),
                        false,
                        false));
        run();
        stop();
        assertTrue(timer().contains(new Action.Send(pid, Signal.KILL, false)));
        assertTrue(
                exit(KILLED).stream()
                        .noneMatch(a ->
                                a instanceof Action.Send(int p1, Signal s, boolean group)
                                        && group));
    }

    @Test
    void aStartWhileStoppingIsDoneOnceItIsDown() {
        run();
        stop();
        start();
        assertEquals(StateName.STOPPING, state.name());
        assertTrue(spawns(exit(OK)));
        assertEquals(StateName.STARTING, state.name());
    }

    @Test
    void theLastRequestWhileStoppingWins() {
        run();
        stop();
        start();
        stop();
        exit(OK);
        assertEquals(StateName.STOPPED, state.name());
    }

    @Test
    void aStartWhileStoppingDoesNotPostponeTheKill() {
        run();
        stop();
        long epoch = state.epoch();
        start();
        assertEquals(epoch, state.epoch());
    }

    @Test
    void anExitAtTheLastMomentBeforeTheTimerCountsAsRun() {
        start();
        now += SECOND;
        assertTrue(spawns(exit(BAD)));
    }

    @Test
    void aFailedExecSaysWhichStepAndWhy() {
        start();
        var failure = new SpawnFailure("run \"/bin/x\"", Errno.ENOENT);
        List<Action> actions =
                feed(new Event.ChildExited(pid, new WaitStatus.Exited(127), Optional.of(failure)));
        assertEquals(StateName.BACKOFF, state.name());
        assertEquals(
                "WARN spawnerr: x: cannot run \"/bin/x\": ENOENT (no such file or directory)\n",
                notes(actions));
    }

    @Test
    void noProcessAtAllIsAFailedStartToo() {
        Transition spawning = Lifecycle.step(spec, state, new Event.StartRequested(), now);
        var failure = new SpawnFailure("make a process", Errno.EAGAIN);
        Transition failed =
                Lifecycle.step(spec, spawning.next(), new Event.SpawnFailed(failure), now);
        assertEquals(StateName.BACKOFF, failed.next().name());
    }

    @Test
    void anExecThatFailsLateIsAFailedStartEvenWithStartsecsZero() {
        policy(Specs.policy(0, 3, Autorestart.TRUE));
        Transition spawning = Lifecycle.step(spec, state, new Event.StartRequested(), now);
        Transition up = Lifecycle.step(spec, spawning.next(), new Event.Spawned(7, false), now);
        assertEquals(StateName.STARTING, up.next().name());
        var failure = new SpawnFailure("run \"/bin/x\"", Errno.ENOENT);
        Transition down =
                Lifecycle.step(
                        spec,
                        up.next(),
                        new Event.ChildExited(7, new WaitStatus.Exited(127), Optional.of(failure)),
                        now);
        assertEquals(StateName.BACKOFF, down.next().name());
    }

    @Test
    void killRequestedKillsAtOnceAndForgetsTheStart() {
        run();
        stop();
        start();
        List<Action> actions = feed(new Event.KillRequested());
        assertTrue(actions.contains(new Action.Send(pid, Signal.KILL, true)));
        exit(KILLED);
        assertInstanceOf(ProcessState.Stopped.class, state);
    }
}
