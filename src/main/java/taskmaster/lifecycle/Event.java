package taskmaster.lifecycle;

import java.util.Optional;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.WaitStatus;

/** What can happen to a process. */
public sealed interface Event {

    /** Somebody wants it up: a user, or the daemon's own start. */
    record StartRequested() implements Event {}

    /** Somebody wants it down. */
    record StopRequested() implements Event {}

    /** Somebody wants a new one. */
    record RestartRequested() implements Event {}

    /** It has to be gone, at once. */
    record KillRequested() implements Event {}

    /**
     * The kernel made the process. {@code executed}: it is already known that it has become the
     * program.
     */
    record Spawned(int pid, boolean executed) implements Event {}

    /** The kernel made no process. */
    record SpawnFailed(SpawnFailure failure) implements Event {}

    /**
     * The process is a zombie, not yet reaped. {@code failure}: it ended before it became the
     * program.
     */
    record ChildExited(int pid, WaitStatus status, Optional<SpawnFailure> failure)
            implements Event {}

    /** A signal has stopped the process, which lives on. */
    record Paused(int pid, Signal by) implements Event {}

    /** It goes on. */
    record Continued(int pid) implements Event {}

    /** It is to be left to itself: not ended, not started again. */
    record DisownRequested() implements Event {}

    record TimerFired(long epoch) implements Event {}
}
