package taskmaster.supervisor;

import taskmaster.config.Policy;
import taskmaster.config.ProcessSpec;
import taskmaster.lifecycle.ProcessState;

/** What {@link Invariants} has seen of a slot. */
final class Seen {

    static final long NOT_PAUSED = -1;

    ProcessState state;
    Policy policy;
    ProcessSpec wanted;
    Wish wish = Wish.EITHER;

    /** Left the file; and may come back before it is down. */
    boolean leaving;

    /** Starts that have been asked for and have not come yet. */
    int asked = 1;

    /** One of them by a restart, whose start comes when others are down. */
    boolean restarting;

    /** The last request stops it, and it is not up to wait for its turn. */
    boolean stopsNow;

    int restarts;
    int attempts;

    /** The most that its policy allowed since the first of them. */
    int retries;

    long lastStart = VirtualKernel.START - Seconds.SECOND;

    /** The most and the least that its policy had since its start: a reload may change it. */
    long startTime;

    long leastStartTime;

    /** How long it has been paused since its start, as far as the kernel has told. */
    long pausedFor;

    /** When it was told that it is; {@link #NOT_PAUSED}. */
    long pausedAt = NOT_PAUSED;

    long changedAfter;
    long changedBefore;
    long stopTime;
    int kills;

    Seen(Slot slot) {
        state = slot.state;
        policy = slot.spec().policy();
        wanted = slot.wanted();
    }
}
