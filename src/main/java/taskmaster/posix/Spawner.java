package taskmaster.posix;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts children. A JVM cannot run Java after fork, so a child never does: it shares our memory
 * and walks a list of system calls ({@link ChildScript}) with a routine of 146 bytes ({@link
 * NativeRoutines}) that uses no stack, until it executes its program or ends with code 127. It does
 * not hold us up meanwhile, as vfork would: it may be stopped by its new user, or hang on a dead
 * mount.
 *
 * <p>A spawner and its children belong to one thread, whichever that is. In the process nobody else
 * may wait for children, {@code ProcessBuilder} included.
 */
public final class Spawner {

    private final ChildScript script;
    private final MemorySegment runner;
    private final Blocks blocks = new Blocks();
    private final Posix posix;
    private Optional<OomScore> oomScore = Optional.empty();

    /** Those that may share our memory, where that matters. */
    private final List<Child> onTheirWay = new ArrayList<>();

    Spawner(Posix posix, ChildScript script) throws ErrnoException {
        this.posix = posix;
        this.script = script;
        runner = NativeMemory.mapCode(NativeRoutines.childRunner(posix.architecture()));
    }

    /**
     * A spawner for the thread that calls this.
     *
     * @param environment what every child gets, but for what its plan replaces
     * @param limits what every child gets: those of before the daemon raised its own
     * @throws ErrnoException ENOMEM, or EACCES where the system forbids code in memory of our own
     */
    public static Spawner create(
            Posix posix, BaseEnvironment environment, Map<Resource, Limits> limits)
            throws ErrnoException {
        boolean closeRange = closeRangeWorks();
        return new Spawner(posix, new ChildScript(posix, environment, limits, closeRange));
    }

    /**
     * ENOSYS before Linux 5.9, EPERM under an old seccomp profile. The range asked for is empty.
     */
    private static boolean closeRangeWorks() {
        try (NativeCall call = new NativeCall()) {
            long highest = 0xffff_ffffL;
            return call.syscall(Sysno.CLOSE_RANGE, highest, highest, 0) == 0;
        }
    }

    /**
     * From now on the kernel kills other processes rather than us when memory runs out: {@code
     * oom_score_adj} is as low as asked, or 0 where that takes a capability that we do not have; it
     * is never raised. Children get the one of before. To be called before the first is started,
     * and then {@link #lookAfterStarts} now and then after each.
     *
     * @throws ErrnoException EACCES: not allowed, and nothing has changed
     */
    public void lowerOomScore(int score) throws ErrnoException {
        oomScore = OomScore.lower(posix, score);
    }

    /**
     * Children have our oom_score_adj as long as they share our memory, and the other way round
     * ({@link OomScore}). This makes ours low again when none does. Does not block.
     *
     * @return true: it is to be called again, soon
     */
    public boolean lookAfterStarts() {
        for (int i = onTheirWay.size() - 1; i >= 0; i--) {
            if (onTheirWay.get(i).release()) {
                onTheirWay.remove(i);
            }
        }
        if (onTheirWay.isEmpty() && oomScore.isPresent()) {
            oomScore.get().lowerAgain();
        }
        return !onTheirWay.isEmpty();
    }

    /**
     * Starts a child, and returns before it has got to its program: see {@link Child#await}. From
     * now on it is one more child to be reaped, however that goes.
     *
     * @throws ErrnoException EAGAIN: too many processes; ENOMEM: no memory. Then there is no child.
     */
    public Child spawn(ChildPlan plan) throws ErrnoException {
        ChildText text = new ChildText(plan);
        int[] toClose = script.toClose();
        ChildMemory memory = script.measure(plan, toClose, text);
        CMemory block = blocks.take(memory.bytes());
        memory.placeAt(block.address());
        script.write(plan, toClose, text, memory);
        memory.copyTo(block);
        Child child = new Child(plan, memory.labels(), block, blocks);
        if (oomScore.isPresent()) {
            oomScore.get().asStarted();
            onTheirWay.add(child);
        }
        long pid = run(memory);
        if (pid < 0) {
            onTheirWay.remove(child);
            blocks.giveBack(block);
            throw new ErrnoException("clone", "of a child", new Errno((int) -pid));
        }
        child.cloned((int) pid);
        return child;
    }

    private long run(ChildMemory memory) {
        try (NativeCall call = new NativeCall()) {
            long rows = memory.address(ChildMemory.ROWS);
            long report = memory.address(ChildMemory.REPORT_ROW);
            return call.call(runner, rows, report, 0, 0, 0);
        }
    }
}
