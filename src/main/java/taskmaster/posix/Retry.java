package taskmaster.posix;

import java.util.concurrent.locks.LockSupport;

/** For threads that must not end, not even without memory. Any thread. */
public final class Retry {

    /** So that others come to their turn, and to what they can let go of; nanoseconds. */
    private static final long PAUSE = 10_000_000;

    private Retry() {}

    /** What is tried; where it throws for lack of memory it must have done nothing. */
    @FunctionalInterface
    public interface Attempt<E extends Exception> {
        void run() throws E;
    }

    /** Runs {@code attempt}, again and again as long as there is no memory for it. */
    public static <E extends Exception> void untilThereIsMemory(Attempt<E> attempt) throws E {
        boolean done = false;
        while (!done) {
            try {
                attempt.run();
                done = true;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(PAUSE);
            }
        }
    }
}
