package taskmaster.supervisor;

import taskmaster.activity.ActivityLog;
import taskmaster.activity.ActivityLog.Level;

/**
 * Lines of the log about what others can cause as often as they like: after some in one second the
 * rest are only counted, or a storm would bury the log. Owned by the supervisor's thread.
 */
final class Sparse {

    /** Lines in one second. */
    static final int MOST_LINES = 10;

    private static final long SECOND = 1_000_000_000L;

    private final Kernel kernel;
    private final ActivityLog log;
    private final Timers timers;
    private final String before;
    private final String after;
    private boolean counting;
    private int inThisSecond;

    /** The rest is told as {@code before}, a number, {@code after}. */
    Sparse(Kernel kernel, ActivityLog log, Timers timers, String before, String after) {
        this.kernel = kernel;
        this.log = log;
        this.timers = timers;
        this.before = before;
        this.after = after;
    }

    void line(String text) {
        if (!counting) {
            counting = true;
            inThisSecond = 0;
            timers.at(kernel.now() + SECOND, this::sumUp);
        }
        inThisSecond++;
        if (inThisSecond <= MOST_LINES) {
            log.log(Level.INFO, text);
        }
    }

    private void sumUp() {
        counting = false;
        if (inThisSecond > MOST_LINES) {
            log.log(Level.INFO, before + (inThisSecond - MOST_LINES) + after);
        }
    }
}
