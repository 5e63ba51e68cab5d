package taskmaster.posix;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signals to the process, as something to read. The handler is a routine of 24 bytes in C's world
 * ({@link NativeRoutines}) that writes the signal's number to a pipe; the JVM is not asked, and
 * what it did on these signals before (to shut down on TERM, to print threads on QUIT) is over.
 *
 * <p>{@link #next} is for one thread, {@link #close} for any. 65,536 unread signals are kept, more
 * are lost. Pipe and routine stay when this is closed, since a handler may be at work on some
 * thread: it is meant to be installed once in the life of a process, and lent by {@link #giveBack}.
 */
public final class SignalPipe implements AutoCloseable {

    /** struct sigaction of glibc and musl. */
    static final int ACTION_BYTES = 152;

    static final int ACTION_FLAGS = 136;

    private static final int SIG_UNBLOCK = 1;
    private static final int SIGSET_BYTES = 8;

    /** SA_RESTART, and SA_ONSTACK for threads that have one. */
    private static final int FLAGS = 0x10000000 | 0x08000000;

    /** No signal has this number. */
    private static final byte END = 0;

    private final Posix posix;
    private final int readEnd;
    private final int writeEnd;

    /** What was done on a signal before, as sigaction gave it. */
    private final Map<Signal, byte[]> previous = new LinkedHashMap<>();

    private Optional<MemorySegment> routine = Optional.empty();
    private volatile boolean closed;

    private SignalPipe(Posix posix, int readEnd, int writeEnd) {
        this.posix = posix;
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    /**
     * Takes signals over. Whoever started us may have blocked them: here and in the threads that
     * this one starts they no longer are.
     *
     * @throws ErrnoException EMFILE: no descriptors left; EINVAL: KILL and STOP cannot be caught.
     *     Then none is taken over.
     */
    public static SignalPipe install(Posix posix, List<Signal> signals) throws ErrnoException {
        int[] ends = posix.pipe();
        SignalPipe pipe = new SignalPipe(posix, ends[0], ends[1]);
        try {
            pipe.takeOver(signals);
        } catch (ErrnoException e) {
            pipe.restore();
            throw e;
        }
        return pipe;
    }

    private void takeOver(List<Signal> signals) throws ErrnoException {
        if (routine.isEmpty()) {
            routine = Optional.of(NativeMemory.mapCode(routine()));
        }
        posix.stopBlocking(writeEnd);
        try (NativeCall call = new NativeCall()) {
            CMemory action = call.allocate(ACTION_BYTES);
            CMemory old = call.allocate(ACTION_BYTES);
            action.putLong(0, routine.get().address());
            action.putInt(ACTION_FLAGS, FLAGS);
            long set = 0;
            for (Signal signal : signals) {
                set |= 1L << (signal.number() - 1);
                sigaction(call, signal, action.address(), old.address());
                byte[] before = new byte[ACTION_BYTES];
                old.get(before, ACTION_BYTES);
                previous.put(signal, before);
            }
            old.putLong(0, set);
            if (call.syscall(Sysno.RT_SIGPROCMASK, SIG_UNBLOCK, old.address(), 0, SIGSET_BYTES)
                    != 0) {
                throw call.failure("rt_sigprocmask", "SIG_UNBLOCK");
            }
        }
    }

    /** With our descriptor in it. */
    private byte[] routine() {
        byte[] code = NativeRoutines.signalRoutine(posix.architecture());
        ByteBuffer words = ByteBuffer.wrap(code).order(ByteOrder.nativeOrder());
        words.putInt(code.length - Integer.BYTES, writeEnd);
        return code;
    }

    /** By way of libc, which adds what a return from a handler needs. */
    private static void sigaction(NativeCall call, Signal signal, long action, long old)
            throws ErrnoException {
        MemorySegment function = NativeCall.symbol("sigaction");
        if ((int) call.call(function, signal.number(), action, old, 0, 0) != 0) {
            throw call.failure("sigaction", signal.name());
        }
    }

    /**
     * The signals do again what they did before, until {@link #takeAgain}. For the thread of {@link
     * #next}.
     *
     * @return what has come and was not read
     */
    public List<Signal> giveBack() throws ErrnoException {
        restore();
        posix.writeFully(writeEnd, new byte[] {END});
        List<Signal> unread = new ArrayList<>();
        byte[] number = {END};
        while (posix.read(readEnd, number) > 0 && number[0] != END) {
            unread.add(new Signal(number[0]));
        }
        return unread;
    }

    /** The signals come here again. */
    public void takeAgain() throws ErrnoException {
        takeOver(List.copyOf(previous.keySet()));
    }

    /** To wait for with {@link Epoll}: then {@link #next} does not block. */
    public int descriptor() {
        return readEnd;
    }

    private void restore() throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory action = call.allocate(ACTION_BYTES);
            for (Map.Entry<Signal, byte[]> before : previous.entrySet()) {
                action.put(0, before.getValue(), ACTION_BYTES);
                sigaction(call, before.getKey(), action.address(), 0);
            }
        }
    }

    /**
     * The next signal. Blocks until there is one.
     *
     * @throws ErrnoException EBADF: it is closed
     */
    public Signal next() throws ErrnoException {
        byte[] number = {END};
        if (!closed) {
            posix.read(readEnd, number);
        }
        if (number[0] == END) {
            throw new ErrnoException("read", "a signal", Errno.EBADF);
        }
        return new Signal(number[0]);
    }

    /** The signals do again what they did before; who waits in {@link #next} gets its EBADF. */
    @Override
    public void close() throws ErrnoException {
        if (!closed) {
            closed = true;
            restore();
            posix.writeFully(writeEnd, new byte[] {END});
        }
    }
}
