package taskmaster.supervisor;

import taskmaster.activity.ActivityLog;
import taskmaster.activity.ActivityLog.Level;

/**
 * Says in the log which processes were reaped that nobody configured: what programs leave behind,
 * and as PID 1 everybody's orphans. A line for each, as supervisord has it; but a storm of them
 * must not bury the rest of the log, so after some in one second the others are only counted. Owned
 * by the supervisor's thread.
 */
final class Orphans {

    /** Lines in one second. */
    static final int MOST_LINES = 10;

    private static final long SECOND = 1_000_000_000L;

    private final Kernel kernel;
    private final ActivityLog log;
    private final Timers timers;
    private boolean counting;
    private int inThisSecond;

    Orphans(Kernel kernel, ActivityLog log, Timers timers) {
        this.kernel = kernel;
        this.log = log;
        this.timers = timers;
    }

    void reaped(Kernel.Ended orphan) {
        if (!counting) {
            counting = true;
            inThisSecond = 0;
            timers.at(kernel.now() + SECOND, this::sumUp);
        }
        inThisSecond++;
        if (inThisSecond <= MOST_LINES) {
            log.log(
                    Level.INFO,
                    "reaped unknown pid " + orphan.pid() + " (" + orphan.status().describe() + ")");
        }
    }

    private void sumUp() {
        counting = false;
        if (inThisSecond > MOST_LINES) {
            log.log(
                    Level.INFO,
                    "reaped " + (inThisSecond - MOST_LINES) + " more unknown pids in one second");
        }
    }
}
