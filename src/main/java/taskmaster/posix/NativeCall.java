package taskmaster.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The way out of Java: one method handle, without an address, through which every C function with
 * integer and pointer arguments is called. Linking is the dear part of start-up, so there is one
 * shape: seven longs in, a long out. Arguments that the function does not take are not looked at.
 *
 * <p>An object is one call, or a few that belong together, on one thread: it owns the errno of the
 * last call and the memory that the calls' arguments point to, both gone with {@link #close}. Where
 * calls are made by the thousand, an object over a {@link MappedArena} serves them all.
 */
final class NativeCall implements AutoCloseable {

    /** On Linux what is captured is errno, an int, and nothing else. */
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();

    private static final MethodHandle CALL = link();
    private static final MemorySegment SYSCALL = symbol("syscall");
    private static final Architecture ARCHITECTURE = Architecture.here();

    private final Arena arena;
    private final MemorySegment state;

    @SuppressWarnings("MustBeClosedChecker") // by close()
    NativeCall() {
        arena = Arena.ofConfined();
        state = arena.allocate(STATE);
    }

    /** Its memory comes from {@code arena}, which goes with {@link #close}. */
    NativeCall(Arena arena) {
        this.arena = arena;
        state = arena.allocate(STATE);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link() {
        return Linker.nativeLinker()
                .downcallHandle(
                        FunctionDescriptor.of(
                                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                                JAVA_LONG, JAVA_LONG),
                        Linker.Option.captureCallState("errno"));
    }

    /** A function of libc. */
    static MemorySegment symbol(String name) {
        Optional<MemorySegment> address = Linker.nativeLinker().defaultLookup().find(name);
        if (address.isEmpty()) {
            throw new UnsatisfiedLinkError("libc has no " + name);
        }
        return address.get();
    }

    /** A function as C returns it; an {@code int} must be cut down to one by the caller. */
    long call(
            MemorySegment function, long a0, long a1, long a2, long a3, long a4, long a5, long a6) {
        try {
            return (long) CALL.invokeExact(function, state, a0, a1, a2, a3, a4, a5, a6);
        } catch (Throwable impossible) {
            throw new AssertionError("C does not throw", impossible);
        }
    }

    long call(MemorySegment function, long a0, long a1, long a2, long a3, long a4) {
        return call(function, a0, a1, a2, a3, a4, 0, 0);
    }

    /** A system call by way of libc's {@code syscall}: -1 and {@link #errno} where it fails. */
    long syscall(Sysno call, long a0, long a1, long a2, long a3, long a4, long a5) {
        return call(SYSCALL, call.number(ARCHITECTURE), a0, a1, a2, a3, a4, a5);
    }

    long syscall(Sysno call, long a0, long a1, long a2, long a3) {
        return syscall(call, a0, a1, a2, a3, 0, 0);
    }

    long syscall(Sysno call, long a0, long a1, long a2) {
        return syscall(call, a0, a1, a2, 0, 0, 0);
    }

    long syscall(Sysno call, long a0) {
        return syscall(call, a0, 0, 0, 0, 0, 0);
    }

    /** As {@link #syscall}, again and again while a signal interrupts it. Never for close. */
    long restarting(Sysno call, long a0, long a1, long a2, long a3, long a4, long a5) {
        while (true) {
            long result = syscall(call, a0, a1, a2, a3, a4, a5);
            if (result != -1 || errnoNumber() != Errno.EINTR.number()) {
                return result;
            }
        }
    }

    long restarting(Sysno call, long a0, long a1, long a2, long a3, long a4) {
        return restarting(call, a0, a1, a2, a3, a4, 0);
    }

    long restarting(Sysno call, long a0, long a1, long a2) {
        return restarting(call, a0, a1, a2, 0, 0);
    }

    /** What the last call left; only meaningful when it failed. */
    Errno errno() {
        return new Errno(errnoNumber());
    }

    private int errnoNumber() {
        return new CMemory(state).getInt(0);
    }

    ErrnoException failure(String call, String arguments) {
        return new ErrnoException(call, arguments, errno());
    }

    /** Zeroed memory, aligned for a long. */
    CMemory allocate(int bytes) {
        return new CMemory(arena.allocate(bytes, Long.BYTES));
    }

    /** As a C string in UTF-8; {@code text} must not hold a NUL. */
    CMemory string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        CMemory copy = allocate(bytes.length + 1);
        copy.put(0, bytes, bytes.length);
        return copy;
    }

    /** The C string at an address, or as much of it as {@code limit} bytes. */
    static String stringAt(long address, int limit) {
        ByteBuffer bytes = at(address, limit).asByteBuffer();
        int length = 0;
        while (length < limit && bytes.get(length) != 0) {
            length++;
        }
        byte[] copy = new byte[length];
        bytes.get(0, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment at(long address, int bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public void close() {
        arena.close();
    }
}
