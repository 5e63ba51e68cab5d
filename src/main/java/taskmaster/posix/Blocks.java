package taskmaster.posix;

import java.util.ArrayDeque;

/**
 * Memory for children on their way: pages of one size that are used again, a few of them kept, and
 * larger ones straight from the kernel. Owned by the thread that spawns.
 */
final class Blocks {

    /** An ordinary program's script is half of this. */
    static final int BYTES = 16 * 1024;

    /** More than are ever on their way at once, unless a mount is dead. */
    private static final int KEPT = 16;

    private final ArrayDeque<CMemory> free = new ArrayDeque<>();

    /**
     * At least so many bytes, with anything in them.
     *
     * @throws ErrnoException ENOMEM
     */
    CMemory take(int bytes) throws ErrnoException {
        if (bytes > BYTES) {
            return NativeMemory.map(bytes);
        }
        CMemory block = free.poll();
        return block == null ? NativeMemory.map(BYTES) : block;
    }

    void giveBack(CMemory block) {
        if (block.size() == BYTES && free.size() < KEPT) {
            free.push(block);
        } else {
            NativeMemory.unmap(block);
        }
    }
}
