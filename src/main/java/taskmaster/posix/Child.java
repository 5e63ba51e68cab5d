package taskmaster.posix;

import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * A child that has been started. Owned by the thread of its {@link Spawner}.
 *
 * <p>While its outcome is pending it walks its script in our memory; the kernel zeroes the tid
 * word, and wakes who waits for it, when it has left that, by exec or by dying. Then the report is
 * final, and the memory is given back.
 */
public final class Child {

    private static final Outcome PENDING = new Outcome.Pending();
    private static final Outcome EXECUTED = new Outcome.Executed();
    private static final int FUTEX_WAIT = 0;
    private static final long NANOS = 1_000_000_000L;

    private int pid;
    private final ChildPlan plan;
    private final ChildMemory.Labels labels;
    private final CMemory block;
    private final Blocks blocks;

    /** Once it is not pending {@link #block} is somebody else's. */
    private Outcome outcome = PENDING;

    /** Made before there is a process: once there is one, nothing may fail. */
    Child(ChildPlan plan, ChildMemory.Labels labels, CMemory block, Blocks blocks) {
        this.plan = plan;
        this.labels = labels;
        this.block = block;
        this.blocks = blocks;
    }

    void cloned(int number) {
        pid = number;
    }

    /**
     * Also its session's and its group's id, but in the first microseconds of a pending child: to
     * signal one of those, signal the process itself.
     */
    public int pid() {
        return pid;
    }

    /** How it is now. Does not block. */
    public Outcome outcome() {
        if (outcome instanceof Outcome.Pending && hasLeft()) {
            long row = block.getLong(ChildMemory.REPORT_ROW);
            long errno = block.getLong(ChildMemory.REPORT_ERRNO);
            outcome =
                    errno == 0
                            ? EXECUTED
                            : new Outcome.Failed(
                                    labels.failure(plan, row - block.address(), errno));
            blocks.giveBack(block);
        }
        return outcome;
    }

    /** Waits for an outcome, but not longer than said; it may be pending still. */
    public Outcome await(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        long left = limit.toNanos();
        while (outcome() instanceof Outcome.Pending && left > 0) {
            sleep(left);
            left = deadline - System.nanoTime();
        }
        return outcome();
    }

    /** The fence: the report is not read before the word that makes it final. */
    private boolean hasLeft() {
        boolean left = block.getInt(ChildMemory.TID) == 0;
        VarHandle.acquireFence();
        return left;
    }

    /** Not a private futex: the kernel's wake-up is not one either (man 2 set_tid_address). */
    private void sleep(long nanos) {
        long timeout = block.address() + ChildMemory.TIMEOUT;
        block.putLong(ChildMemory.TIMEOUT, nanos / NANOS);
        block.putLong(ChildMemory.TIMEOUT + Long.BYTES, nanos % NANOS);
        try (NativeCall call = new NativeCall()) {
            long word = block.address() + ChildMemory.TID;
            call.syscall(Sysno.FUTEX, word, FUTEX_WAIT, 1, timeout);
        }
    }

    /**
     * Gives the memory back if the child has left it. {@link #outcome} and {@link #await} do that
     * as well; this is for who does not care how it went.
     *
     * @return false while it is still pending
     */
    public boolean release() {
        return !(outcome() instanceof Outcome.Pending);
    }
}
