package taskmaster.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import taskmaster.config.Autorestart;
import taskmaster.config.ProcessSpec;
import taskmaster.lifecycle.Event.ChildExited;
import taskmaster.lifecycle.ProcessState.Backoff;
import taskmaster.lifecycle.ProcessState.Exited;
import taskmaster.lifecycle.ProcessState.Fatal;
import taskmaster.lifecycle.ProcessState.Running;
import taskmaster.lifecycle.ProcessState.Spawning;
import taskmaster.lifecycle.ProcessState.Starting;
import taskmaster.lifecycle.ProcessState.Stopping;
import taskmaster.posix.Errno;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.WaitStatus;

/** Which steps of a life are its end for good, and with what the supervisor then ends. */
final class LastExitTest {

    private static final long NOW = 1_000_000_000_000L;
    private static final ProcessState RUNNING = new Running(1, 7, NOW);

    private static ProcessSpec spec(int retries, Autorestart autorestart) {
        return Specs.of("web", 999, Specs.policy(1, retries, autorestart));
    }

    private static OptionalInt codeOf(ProcessSpec spec, ProcessState before, Event event) {
        ProcessState after = Lifecycle.step(spec, before, event, NOW).next();
        return LastExit.codeAfter(before, event, after);
    }

    private static ChildExited exited(WaitStatus status) {
        return new ChildExited(7, status, Optional.empty());
    }

    private static ChildExited exited(int code) {
        return exited(new WaitStatus.Exited(code));
    }

    @Test
    void anExitCodeIsPassedOnWhereNothingStartsItAgain() {
        ProcessSpec once = spec(3, Autorestart.FALSE);
        for (int code = 0; code <= 255; code++) {
            assertEquals(OptionalInt.of(code), codeOf(once, RUNNING, exited(code)));
        }
    }

    @Test
    void aSignalCountsFrom128() {
        ProcessSpec once = spec(3, Autorestart.FALSE);
        var killed = new WaitStatus.Killed(Signal.KILL, false);
        assertEquals(OptionalInt.of(137), codeOf(once, RUNNING, exited(killed)));
        var crashed = new WaitStatus.Killed(new Signal(11), true);
        assertEquals(OptionalInt.of(139), codeOf(once, RUNNING, exited(crashed)));
    }

    @Test
    void anExpectedExitIsForGoodAndAnUnexpectedOneIsNot() {
        ProcessSpec unexpected = spec(3, Autorestart.UNEXPECTED);
        assertEquals(OptionalInt.of(0), codeOf(unexpected, RUNNING, exited(0)));
        assertEquals(OptionalInt.empty(), codeOf(unexpected, RUNNING, exited(1)));
        ProcessSpec always = spec(3, Autorestart.TRUE);
        assertEquals(OptionalInt.empty(), codeOf(always, RUNNING, exited(0)));
    }

    @Test
    void aRestartThatWaitsForItsSecondIsNotTheEnd() {
        ProcessSpec always = Specs.of("web", 999, Specs.policy(0, 3, Autorestart.TRUE));
        ProcessState starting = new Starting(1, 7, NOW, 0);
        ProcessState after = Lifecycle.step(always, starting, exited(0), NOW).next();
        assertEquals(new Exited(2, true), after);
        assertEquals(OptionalInt.empty(), LastExit.codeAfter(starting, exited(0), after));
    }

    @Test
    void givingUpIs125WhateverItExitedWith() {
        ProcessSpec noRetry = spec(0, Autorestart.UNEXPECTED);
        ProcessState starting = new Starting(1, 7, NOW, 0);
        assertEquals(OptionalInt.of(125), codeOf(noRetry, starting, exited(3)));
        var missing = new Event.SpawnFailed(new SpawnFailure("run \"/web\"", Errno.ENOENT));
        assertEquals(OptionalInt.of(125), codeOf(noRetry, new Spawning(1, NOW, 0), missing));
    }

    @Test
    void aFailedStartThatIsTriedAgainIsNotTheEnd() {
        ProcessSpec spec = spec(1, Autorestart.UNEXPECTED);
        assertEquals(OptionalInt.empty(), codeOf(spec, new Starting(1, 7, NOW, 0), exited(3)));
        assertEquals(OptionalInt.empty(), codeOf(spec, new Backoff(1, 1), new Event.TimerFired(1)));
    }

    @Test
    void whatWasStoppedOnRequestHasNotEndedForGood() {
        ProcessSpec spec = spec(3, Autorestart.FALSE);
        ProcessState stopping = new Stopping(1, 7, NOW, false);
        assertEquals(OptionalInt.empty(), codeOf(spec, stopping, exited(3)));
        assertEquals(
                OptionalInt.empty(), codeOf(spec, new Backoff(1, 1), new Event.StopRequested()));
    }

    @Test
    void theEndIsSeenOnce() {
        ProcessSpec spec = spec(3, Autorestart.FALSE);
        assertEquals(OptionalInt.empty(), codeOf(spec, new Fatal(1), new Event.StopRequested()));
        assertEquals(
                OptionalInt.empty(), codeOf(spec, new Exited(1, false), new Event.StopRequested()));
    }
}
