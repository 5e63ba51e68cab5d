package taskmaster.supervisor;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import taskmaster.config.Launch;
import taskmaster.config.ProcessSpec;
import taskmaster.output.Sink;
import taskmaster.posix.ChildChange;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;

/**
 * The operating system as the supervisor sees it: the real one, and a simulated one in tests. Only
 * the supervisor's thread calls it.
 */
interface Kernel {

    /** Nanoseconds of the monotonic clock; for decisions. */
    long now();

    /** Milliseconds since 1970 of the wall clock; only to print. */
    long wallClock();

    /**
     * Makes a process that becomes the program.
     *
     * @throws ErrnoException EAGAIN, ENOMEM: there is no process
     * @throws Unprepared something that it needs cannot be had, so there is no process either
     */
    Launched spawn(Launch launch) throws ErrnoException, Unprepared;

    /** What failed before there was a process. */
    final class Unprepared extends Exception {

        private static final long serialVersionUID = 1;

        private final transient SpawnFailure failure;

        /** {@code action}: to be read after "cannot". */
        Unprepared(String action, ErrnoException cause) {
            super(action, cause);
            failure = new SpawnFailure(action, cause.errno());
        }

        SpawnFailure failure() {
            return failure;
        }
    }

    /** All processes that are configured now: the output of no other is wanted any more. */
    default void keepOutputs(Collection<ProcessSpec> configured) {}

    /** What these print is left in their pipes when the daemon ends. */
    default void leaveOutputs(Collection<ProcessSpec> disowned) {}

    /**
     * Tidies up after starts whose outcome is known by now. True: there are others, so it is to be
     * called again, soon.
     */
    default boolean lookAfterStarts() {
        return false;
    }

    /** Signals a process not yet reaped, or its group. @throws ErrnoException ESRCH, EPERM */
    void send(int pid, Signal signal, boolean group) throws ErrnoException;

    /**
     * A child that has ended and is not yet reaped, or whose stop or continuation is not yet taken;
     * empty when there is none. It stays as it is.
     */
    Optional<ChildChange> peekChange();

    /** Takes away a child that {@link #peekChange} has shown to have ended. */
    void reap(int pid);

    /**
     * Takes the stop or continuation that {@link #peekChange} has shown: the last one, which may be
     * a newer one by now; empty where it has ended since.
     */
    Optional<ChildChange> takeChange(int pid);

    /** The way to a child's stdin: a pipe, or a terminal. */
    interface Input {

        /** As {@code InputPipe.write}: how much was taken. @throws ErrnoException EPIPE */
        int write(byte[] bytes) throws ErrnoException;

        /** Bytes that are not read yet. */
        int waiting();

        void close();
    }

    /** A child's pseudo-terminal. */
    interface Terminal extends Input {

        taskmaster.posix.Terminal.Size size() throws ErrnoException;

        void resize(taskmaster.posix.Terminal.Size size) throws ErrnoException;

        /** As {@code Terminal.watch} of the output. */
        void watch(Sink watcher, long lines);
    }

    /** A process between clone and exec, and what became of it. */
    interface Launched {

        int pid();

        /**
         * Whether it has become the program or has failed; until then it shares, and holds, memory
         * of ours.
         */
        boolean isSettled();

        /** Waits until it is settled, at most so long. */
        void settle(Duration limit);

        /** The way to its stdin, where that is a pipe of ours. */
        default Optional<Input> input() {
            return Optional.empty();
        }

        /** Why it did not become the program; empty as long as it is not settled. */
        Optional<SpawnFailure> failure();
    }
}
