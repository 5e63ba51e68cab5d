package taskmaster.posix;

import java.lang.foreign.MemorySegment;

/** Pages of our own, from the kernel and back to it (man 2 mmap). */
final class NativeMemory {

    private static final long READ = 1;
    private static final long WRITE = 2;
    private static final long EXECUTE = 4;
    private static final long PRIVATE_ANONYMOUS = 0x22;

    private NativeMemory() {}

    /** Zeroed, readable and writable. */
    static CMemory map(int bytes) throws ErrnoException {
        return new CMemory(mapPages(bytes));
    }

    /** As {@link #map}, as a segment that any thread may use. */
    static MemorySegment mapPages(int bytes) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            long address =
                    call.syscall(Sysno.MMAP, 0, bytes, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0);
            if (address == -1) {
                throw call.failure("mmap", bytes + " bytes");
            }
            return at(address, bytes);
        }
    }

    /** The segment must not be touched afterwards. */
    static void unmap(CMemory pages) {
        unmap(pages.address(), pages.size());
    }

    static void unmap(long address, long bytes) {
        try (NativeCall call = new NativeCall()) {
            call.syscall(Sysno.MUNMAP, address, bytes, 0);
        }
    }

    /**
     * A page of code, as a function, which is never writable and executable at once. The kernel
     * itself makes the instruction cache see it when the page becomes executable.
     */
    static MemorySegment mapCode(byte[] code) throws ErrnoException {
        CMemory page = map(code.length);
        page.put(0, code, code.length);
        try (NativeCall call = new NativeCall()) {
            if (call.syscall(Sysno.MPROTECT, page.address(), code.length, READ | EXECUTE) != 0) {
                ErrnoException failure = call.failure("mprotect", "a page of code");
                unmap(page);
                throw failure;
            }
        }
        return MemorySegment.ofAddress(page.address());
    }

    @SuppressWarnings("restricted")
    private static MemorySegment at(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }
}
