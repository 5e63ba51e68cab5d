package taskmaster.lifecycle;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a process is in its life. Each record holds only what is true in that state, so that a
 * stopped process cannot have a pid.
 *
 * <p>{@code epoch} grows whenever a timer of the state before is no longer wanted; a timer that
 * carries another epoch is late and does nothing. Times are nanoseconds of the monotonic clock.
 */
public sealed interface ProcessState {

    long epoch();

    /** Never started, or stopped on request. */
    record Stopped(long epoch) implements ProcessState {}

    /** The order to start has been given; the kernel's answer is the next event. */
    record Spawning(long epoch, long startedAt, int failures) implements ProcessState {}

    /**
     * Up, but for less than startsecs. {@code failures} starts before it have failed in a row.
     *
     * @param startedAt moved on by the time for which it was paused, which does not count
     */
    record Starting(long epoch, int pid, long startedAt, int failures, Optional<Pause> pause)
            implements ProcessState {

        public Starting(long epoch, int pid, long startedAt, int failures) {
            this(epoch, pid, startedAt, failures, Optional.empty());
        }
    }

    record Running(long epoch, int pid, long startedAt, Optional<Pause> pause)
            implements ProcessState {

        public Running(long epoch, int pid, long startedAt) {
            this(epoch, pid, startedAt, Optional.empty());
        }
    }

    /**
     * The last start failed; the next comes when the timer fires. {@code failures} is at least 1.
     */
    record Backoff(long epoch, int failures) implements ProcessState {}

    /** Has been told to end. {@code thenStart}: somebody wants it up again once it is down. */
    record Stopping(long epoch, int pid, long startedAt, boolean thenStart, Optional<Pause> pause)
            implements ProcessState {

        public Stopping(long epoch, int pid, long startedAt, boolean thenStart) {
            this(epoch, pid, startedAt, thenStart, Optional.empty());
        }

        Stopping thenStart(boolean wanted) {
            return new Stopping(epoch, pid, startedAt, wanted, pause);
        }

        Stopping withPause(Optional<Pause> changed) {
            return new Stopping(epoch, pid, startedAt, thenStart, changed);
        }

        Stopping withEpoch(long next) {
            return new Stopping(next, pid, startedAt, thenStart, pause);
        }
    }

    /** Ended by itself. {@code restartPending}: the timer will start it again. */
    record Exited(long epoch, boolean restartPending) implements ProcessState {}

    /** Given up. */
    record Fatal(long epoch) implements ProcessState {}

    /** As users see it. */
    default StateName name() {
        return switch (this) {
            case Stopped s -> StateName.STOPPED;
            case Spawning s -> StateName.STARTING;
            case Starting s -> StateName.STARTING;
            case Running s -> StateName.RUNNING;
            case Backoff s -> StateName.BACKOFF;
            case Stopping s -> StateName.STOPPING;
            case Exited s -> StateName.EXITED;
            case Fatal s -> StateName.FATAL;
        };
    }

    /** That it is paused, as far as the kernel has told. */
    default Optional<Pause> pause() {
        return Optional.empty();
    }

    /** The pid, not yet reaped, of the process that belongs to this state. */
    default OptionalInt livePid() {
        return switch (this) {
            case Starting s -> OptionalInt.of(s.pid);
            case Running s -> OptionalInt.of(s.pid);
            case Stopping s -> OptionalInt.of(s.pid);
            case Stopped s -> OptionalInt.empty();
            case Spawning s -> OptionalInt.empty();
            case Backoff s -> OptionalInt.empty();
            case Exited s -> OptionalInt.empty();
            case Fatal s -> OptionalInt.empty();
        };
    }
}
