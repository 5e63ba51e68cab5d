package taskmaster.soak;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How often something is done, until all of it is to end. Used by one thread, ended by another. */
final class Pace {

    private final CountDownLatch end;
    private final long millis;

    Pace(CountDownLatch end, long millis) {
        this.end = end;
        this.millis = millis;
    }

    boolean goesOn() {
        return end.getCount() > 0;
    }

    /** When it is time for the next one: true; false at the end. */
    boolean next() {
        return pass(millis);
    }

    /** Lets time pass, less when the end comes: then false. */
    boolean pass(long milliseconds) {
        try {
            return !end.await(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
