package taskmaster.posix;

/**
 * Waits for many descriptors at once (man 7 epoll), level triggered: what is ready is told again
 * each time until it is dealt with. A descriptor that is closed leaves by itself, if no other
 * descriptor means the same open file: a child that is just being started may have one, until it
 * executes its program, so {@link #remove} it first.
 *
 * <p>One thread at a time uses it; only {@link #wakeUp} and {@link #close} are for any. No call
 * takes memory, neither of the JVM nor of the kernel's.
 */
public final class Epoll implements AutoCloseable {

    /** Something can be read, or the end has come. */
    public static final int IN = 0x1;

    /** Something can be written. */
    public static final int OUT = 0x4;

    /** Only seen, always: there is an error, which the next read or write tells. */
    public static final int ERR = 0x8;

    /**
     * Only seen, always: the other end has gone altogether; there may still be something to read.
     */
    public static final int HUP = 0x10;

    /** To wait without limit. */
    public static final long FOREVER = Long.MAX_VALUE;

    /** The token of {@link #wakeUp}. */
    public static final long WOKEN = -1;

    private static final int EDGE_TRIGGERED = 1 << 31;
    private static final int CTL_ADD = 1;
    private static final int CTL_DELETE = 2;
    private static final int CTL_CHANGE = 3;
    private static final int NANOS_A_MILLI = 1_000_000;

    /** For two errnos, what is asked for, and a counter's increment, alignment included. */
    private static final int SMALL_THINGS = 128;

    private final int descriptor;
    private final int counter;
    private final int most;
    private final int eventBytes;
    private final int dataOffset;
    private final MappedArena arena;
    private final NativeCall call;
    private final NativeCall wakeUpCall;
    private final CMemory seen;
    private final CMemory asked;
    private final CMemory one;
    private boolean closed;

    private Epoll(int descriptor, int counter, int most, MappedArena arena) {
        this.descriptor = descriptor;
        this.counter = counter;
        this.most = most;
        this.arena = arena;
        dataOffset = Architecture.here().epollData;
        eventBytes = dataOffset + Long.BYTES;
        call = new NativeCall(arena);
        wakeUpCall = new NativeCall(arena);
        seen = call.allocate(most * eventBytes);
        asked = call.allocate(eventBytes);
        one = call.allocate(Long.BYTES);
        one.putLong(0, 1);
    }

    /**
     * Waits for nothing yet but to be woken up.
     *
     * @param most events that one {@link #await} tells of, 1 to 4096; the others come with the next
     * @throws ErrnoException EMFILE: no descriptors left, of which it has two
     */
    public static Epoll open(int most) throws ErrnoException {
        if (most < 1 || most > 4096) {
            throw new IllegalArgumentException("not a number of events: " + most);
        }
        try (NativeCall call = new NativeCall()) {
            long descriptor = call.syscall(Sysno.EPOLL_CREATE1, OpenFlag.CLOSE_ON_EXEC);
            if (descriptor < 0) {
                throw call.failure("epoll_create1", "EPOLL_CLOEXEC");
            }
            int flags = OpenFlag.CLOSE_ON_EXEC | OpenFlag.NONBLOCK.bits(Architecture.here());
            long counter = call.syscall(Sysno.EVENTFD2, 0, flags, 0);
            if (counter < 0) {
                ErrnoException failure = call.failure("eventfd2", "EFD_CLOEXEC");
                call.syscall(Sysno.CLOSE, descriptor);
                throw failure;
            }
            return begin(call, (int) descriptor, (int) counter, most);
        }
    }

    private static Epoll begin(NativeCall call, int descriptor, int counter, int most)
            throws ErrnoException {
        try {
            MappedArena arena = MappedArena.map((most + 1) * 16 + SMALL_THINGS);
            var epoll = new Epoll(descriptor, counter, most, arena);
            // Edge triggered: each increment is told once, and the counter never has to be read.
            epoll.control(CTL_ADD, counter, IN | EDGE_TRIGGERED, WOKEN);
            return epoll;
        } catch (ErrnoException e) {
            call.syscall(Sysno.CLOSE, descriptor);
            call.syscall(Sysno.CLOSE, counter);
            throw e;
        }
    }

    /**
     * Waits for a descriptor from now on.
     *
     * @param events {@link #IN}, {@link #OUT}, both or 0, which is to wait for ERR and HUP
     * @param token 0 or more, told with each event
     * @throws ErrnoException EBADF: not open; EEXIST: it is there already; EPERM: a regular file or
     *     directory, which is always ready
     */
    public void add(int fd, int events, long token) throws ErrnoException {
        control(CTL_ADD, fd, events, checked(events, token));
    }

    /**
     * Waits for something else of a descriptor that was added.
     *
     * @throws ErrnoException EBADF, ENOENT: it was not added
     */
    public void change(int fd, int events, long token) throws ErrnoException {
        control(CTL_CHANGE, fd, events, checked(events, token));
    }

    /**
     * Waits for it no longer, not even for ERR and HUP.
     *
     * @throws ErrnoException EBADF, ENOENT: it was not added
     */
    public void remove(int fd) throws ErrnoException {
        control(CTL_DELETE, fd, 0, 0);
    }

    private static long checked(int events, long token) {
        if (token < 0 || (events & ~(IN | OUT)) != 0) {
            throw new IllegalArgumentException("events " + events + ", token " + token);
        }
        return token;
    }

    private void control(int operation, int fd, int events, long token) throws ErrnoException {
        refuseClosed();
        asked.putInt(0, events);
        asked.putLong(dataOffset, token);
        long result =
                call.syscall(Sysno.EPOLL_CTL, descriptor, operation, fd, asked.address(), 0, 0);
        if (result != 0) {
            throw call.failure("epoll_ctl", "descriptor " + fd);
        }
    }

    /**
     * Blocks until something is ready, for so long at most; {@link #FOREVER}, and 0 or less not at
     * all. Rounded up to milliseconds.
     *
     * @return how many {@link #token}s and {@link #events} there are; 0 when the time is over, or
     *     when a signal came
     * @throws ErrnoException EBADF: closed
     */
    public int await(long nanos) throws ErrnoException {
        refuseClosed();
        long count =
                call.syscall(
                        Sysno.EPOLL_PWAIT, descriptor, seen.address(), most, millis(nanos), 0, 0);
        if (count >= 0) {
            return (int) count;
        }
        if (call.errno().equals(Errno.EINTR)) {
            return 0;
        }
        throw call.failure("epoll_pwait", "descriptor " + descriptor);
    }

    private static long millis(long nanos) {
        if (nanos == FOREVER) {
            return -1;
        }
        long millis = nanos <= 0 ? 0 : (nanos - 1) / NANOS_A_MILLI + 1;
        return Math.min(millis, Integer.MAX_VALUE);
    }

    /** Of one that {@link #await} told of, from 0 on: whose it is; or {@link #WOKEN}. */
    public long token(int index) {
        return seen.getLong(index * eventBytes + dataOffset);
    }

    /** Of one that {@link #await} told of: {@link #IN}, {@link #OUT}, {@link #ERR}, HUP. */
    public int events(int index) {
        return seen.getInt(index * eventBytes);
    }

    /** Any thread: ends the {@link #await} that is under way, or the next one. */
    public synchronized void wakeUp() {
        if (!closed) {
            // It cannot fail but by an overflow of 64 bits.
            wakeUpCall.syscall(Sysno.WRITE, counter, one.address(), Long.BYTES);
        }
    }

    private void refuseClosed() throws ErrnoException {
        if (closed) {
            throw new ErrnoException("epoll", "that is closed", Errno.EBADF);
        }
    }

    /** Not while another thread is in one of the other methods, {@link #wakeUp} excepted. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        call.syscall(Sysno.CLOSE, descriptor);
        call.syscall(Sysno.CLOSE, counter);
        arena.close();
    }
}
