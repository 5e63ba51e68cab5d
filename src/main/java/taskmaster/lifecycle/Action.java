package taskmaster.lifecycle;

import taskmaster.posix.Signal;

/** What has to be done, in this order, after a step. */
public sealed interface Action {

    /** Start the program; the answer is {@link Event.Spawned} or {@link Event.SpawnFailed}. */
    record Spawn(boolean automatic) implements Action {}

    /** To the process, or with {@code group} to its process group. */
    record Send(int pid, Signal signal, boolean group) implements Action {}

    /** Take the zombie away; from here on the pid is not ours. */
    record Reap(int pid) implements Action {}

    /**
     * The process is nobody's from now on: it is only reaped when it ends. Its pid stays known
     * until then.
     */
    record Disown(int pid) implements Action {}

    /** Answer with {@link Event.TimerFired} at that time of the monotonic clock, in nanoseconds. */
    record Arm(long epoch, long deadline) implements Action {}

    /** A line for the activity log. */
    record Note(Importance importance, String text) implements Action {}

    /** The human sentence of status, empty when nothing is wrong. */
    record Explain(String reason) implements Action {}

    enum Importance {
        INFO,
        WARN
    }
}
