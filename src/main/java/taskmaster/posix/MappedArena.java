package taskmaster.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory for calls that are made again and again: taken from the kernel once, so that none of them
 * asks for any. It belongs to no thread.
 *
 * <p>Who touches a part of it after {@link #close} brings the process down, so its owner must see
 * to it that nobody does.
 */
final class MappedArena implements Arena {

    private final MemorySegment pages;
    private long used;

    private MappedArena(MemorySegment pages) {
        this.pages = pages;
    }

    /**
     * With room for so many bytes, which are whole pages in the end.
     *
     * @throws ErrnoException ENOMEM
     */
    static MappedArena map(int bytes) throws ErrnoException {
        return new MappedArena(NativeMemory.mapPages(bytes));
    }

    /**
     * The next part of it, zeroed.
     *
     * @throws IndexOutOfBoundsException when there is no room left
     */
    @Override
    public MemorySegment allocate(long bytes, long alignment) {
        long start = (used + alignment - 1) / alignment * alignment;
        MemorySegment part = pages.asSlice(start, bytes);
        used = start + bytes;
        return part;
    }

    @Override
    public MemorySegment.Scope scope() {
        return pages.scope();
    }

    @Override
    public void close() {
        NativeMemory.unmap(pages.address(), pages.byteSize());
    }
}
