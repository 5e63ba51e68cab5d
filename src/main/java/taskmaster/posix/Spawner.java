package taskmaster.posix;

import java.lang.foreign.MemorySegment;
import java.util.Map;

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

    Spawner(Posix posix, ChildScript script) throws ErrnoException {
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
        long pid = run(memory);
        if (pid < 0) {
            blocks.giveBack(block);
            throw new ErrnoException("clone", "of a child", new Errno((int) -pid));
        }
        return new Child((int) pid, plan, memory.labels(), block, blocks);
    }

    private long run(ChildMemory memory) {
        try (NativeCall call = new NativeCall()) {
            long rows = memory.address(ChildMemory.ROWS);
            long report = memory.address(ChildMemory.REPORT_ROW);
            return call.call(runner, rows, report, 0, 0, 0);
        }
    }
}
