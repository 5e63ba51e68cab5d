package taskmaster.supervisor;

import taskmaster.activity.ActivityLog;
import taskmaster.posix.ChildExit;

/**
 * Says in the log which processes were reaped that nobody configured: what programs leave behind,
 * and as PID 1 everybody's orphans. A line for each, as supervisord has it, but not for all of a
 * storm. Owned by the supervisor's thread.
 */
final class Orphans {

    private final Sparse lines;

    Orphans(Kernel kernel, ActivityLog log, Timers timers) {
        lines = new Sparse(kernel, log, timers, "reaped ", " more unknown pids in one second");
    }

    void reaped(ChildExit orphan) {
        lines.line("reaped unknown pid " + orphan.pid() + " (" + orphan.status().describe() + ")");
    }
}
