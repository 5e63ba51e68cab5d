package taskmaster.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.config.ProcessSpec;
import taskmaster.posix.Signal;
import taskmaster.posix.WaitStatus;

/** What a signal from anywhere has stopped, and what was left to itself. */
final class PauseTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int PID = 101;

    private final ProcessSpec spec = Specs.of("x");
    private ProcessState state = Lifecycle.INITIAL;
    private long now = 5 * SECOND;

    private List<Action> feed(Event event) {
        Transition transition = Lifecycle.step(spec, state, event, now);
        state = transition.next();
        return new ArrayList<>(transition.actions());
    }

    private List<Action> start() {
        feed(new Event.StartRequested());
        return feed(new Event.Spawned(PID, true));
    }

    private void run() {
        start();
        now += SECOND;
        feed(new Event.TimerFired(state.epoch()));
        assertEquals(StateName.RUNNING, state.name());
    }

    private List<Action> pause() {
        return feed(new Event.Paused(PID, Signal.STOP));
    }

    private List<Action> goOn() {
        return feed(new Event.Continued(PID));
    }

    private static long deadline(List<Action> actions) {
        for (Action action : actions) {
            if (action instanceof Action.Arm arm) {
                return arm.deadline();
            }
        }
        throw new AssertionError("no timer in " + actions);
    }

    @Test
    void startsecsGoesOnWhereItWasWhenItGoesOn() {
        start();
        long timer = state.epoch();
        now += SECOND / 4;
        assertEquals(List.of(), pause());
        now += 100 * SECOND;
        feed(new Event.TimerFired(timer));
        assertEquals(StateName.STARTING, state.name(), "its timer is late");
        assertEquals(now + 3 * SECOND / 4, deadline(goOn()));
        now += 3 * SECOND / 4;
        feed(new Event.TimerFired(state.epoch()));
        assertEquals(StateName.RUNNING, state.name());
    }

    @Test
    void severalPausesAddUp() {
        start();
        for (int i = 0; i < 3; i++) {
            now += SECOND / 4;
            pause();
            now += 10 * SECOND;
            goOn();
        }
        now += SECOND / 4 - 1;
        feed(new Event.ChildExited(PID, new WaitStatus.Exited(0), Optional.empty()));
        assertEquals(StateName.BACKOFF, state.name(), "it has run for less than a second");
    }

    @Test
    void whatIsKilledWhileItIsPausedHasRunUntilThen() {
        start();
        now += SECOND / 4;
        pause();
        now += 10 * SECOND;
        feed(
                new Event.ChildExited(
                        PID, new WaitStatus.Killed(Signal.KILL, false), Optional.empty()));
        assertEquals(StateName.BACKOFF, state.name());
    }

    @Test
    void stoppedOnceMoreItIsPausedSinceTheFirstTime() {
        start();
        pause();
        long since = now;
        now += SECOND;
        feed(new Event.Paused(PID, Signal.parse("TSTP").orElseThrow()));
        assertEquals(
                Optional.of(new Pause(Signal.parse("TSTP").orElseThrow(), since)), state.pause());
    }

    @Test
    void runningItOnlyIsAndIsNot() {
        run();
        ProcessState running = state;
        pause();
        assertEquals(StateName.RUNNING, state.name());
        assertEquals(Optional.of(new Pause(Signal.STOP, now)), state.pause());
        goOn();
        assertEquals(running, state);
        goOn();
        assertEquals(running, state);
    }

    @Test
    void aStopWinsOverAPause() {
        run();
        pause();
        List<Action> actions = feed(new Event.StopRequested());
        assertEquals(
                List.of(
                        new Action.Send(PID, Signal.TERM, false),
                        new Action.Send(PID, Signal.CONT, false)),
                actions.subList(0, 2));
        assertTrue(state.pause().isPresent(), "until the kernel says otherwise");
        long timer = state.epoch();
        goOn();
        pause();
        assertEquals(timer, state.epoch(), "the time until SIGKILL does not wait");
        now = deadline(actions);
        actions = feed(new Event.TimerFired(timer));
        assertTrue(actions.contains(new Action.Send(PID, Signal.KILL, true)), actions.toString());
    }

    @Test
    void aPauseOfAStrangerIsNoted() {
        run();
        ProcessState before = state;
        assertEquals(1, feed(new Event.Paused(PID + 1, Signal.STOP)).size());
        assertEquals(1, feed(new Event.Continued(PID + 1)).size());
        assertEquals(before, state);
    }

    @Test
    void whatIsDisownedIsNeitherSignalledNorStartedAgain() {
        run();
        List<Action> actions = feed(new Event.DisownRequested());
        assertEquals(new Action.Disown(PID), actions.getFirst());
        for (Action action : actions) {
            assertTrue(
                    !(action instanceof Action.Send || action instanceof Action.Reap),
                    actions.toString());
        }
        assertEquals(StateName.STOPPED, state.name());
        assertEquals(List.of(), feed(new Event.DisownRequested()));
        assertInstanceOf(Action.Spawn.class, feed(new Event.StartRequested()).getFirst());
    }

    @Test
    void whatHasBeenToldToEndIsNotDisowned() {
        run();
        feed(new Event.StopRequested());
        ProcessState stopping = state;
        assertEquals(List.of(), feed(new Event.DisownRequested()));
        assertEquals(stopping, state);
    }
}
