package taskmaster.posix;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells when files change (man 7 inotify). {@link #read} is for one thread, the others for any.
 * After {@link #close} the next or current read ends with EBADF, and only then the descriptors are
 * gone.
 */
public final class FileWatch implements AutoCloseable {

    /** In a directory that is watched, something was renamed to a name there. */
    public static final int MOVED_TO = 0x80;

    /** In a directory that is watched, something new got a name. */
    public static final int CREATE = 0x100;

    /** What to look for, and what was seen; a set of bits. */
    public static final int MODIFY = 0x2;

    public static final int ATTRIB = 0x4;
    public static final int DELETE_SELF = 0x400;
    public static final int MOVE_SELF = 0x800;

    /** Only seen: events were lost. The descriptor of such an event is -1. */
    public static final int OVERFLOW = 0x4000;

    /** Only seen: the watch is gone. */
    public static final int IGNORED = 0x8000;

    private static final int WATCHABLE =
            MODIFY | ATTRIB | MOVED_TO | CREATE | DELETE_SELF | MOVE_SELF;

    /** struct inotify_event: descriptor, mask, cookie, length of a name that follows. */
    static final int EVENT_BYTES = 16;

    private static final int EVENT_MASK = 4;
    private static final int EVENT_NAME_LENGTH = 12;
    private static final int BUFFER_BYTES = 4096;

    /** struct pollfd: descriptor, and two shorts, of which the second says what is there. */
    private static final int POLLFD_BYTES = 8;

    private static final int POLLIN = 1;

    private final Posix posix;
    private final int events;
    private final int end;
    private boolean closed;
    private boolean reading;

    /** What happened to a watched file. */
    public record Event(int watch, int mask) {}

    private FileWatch(Posix posix, int events, int end) {
        this.posix = posix;
        this.events = events;
        this.end = end;
    }

    /**
     * Watches nothing yet.
     *
     * @throws ErrnoException EMFILE: no descriptors left, or too many watchers (sysctl
     *     fs.inotify.max_user_instances)
     */
    public static FileWatch open(Posix posix) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            long events = call.syscall(Sysno.INOTIFY_INIT1, OpenFlag.CLOSE_ON_EXEC);
            if (events < 0) {
                throw call.failure("inotify_init1", "IN_CLOEXEC");
            }
            long end = call.syscall(Sysno.EVENTFD2, 0, OpenFlag.CLOSE_ON_EXEC, 0);
            if (end < 0) {
                ErrnoException failure = call.failure("eventfd2", "EFD_CLOEXEC");
                posix.close((int) events);
                throw failure;
            }
            return new FileWatch(posix, (int) events, (int) end);
        }
    }

    /**
     * Watches a file or directory; one that is watched already keeps its number.
     *
     * @return the number of the watch
     * @throws ErrnoException ENOENT, EACCES; ENOSPC: too many watches (sysctl
     *     fs.inotify.max_user_watches); EBADF: closed
     */
    public synchronized int add(String path, int mask) throws ErrnoException {
        if (mask == 0 || (mask & ~WATCHABLE) != 0) {
            throw new IllegalArgumentException("not to be watched: " + Integer.toHexString(mask));
        }
        refuseClosed();
        try (NativeCall call = new NativeCall()) {
            long name = call.string(path).address();
            long watch = call.syscall(Sysno.INOTIFY_ADD_WATCH, events, name, mask);
            if (watch < 0) {
                throw call.failure("inotify_add_watch", Posix.quoted(path));
            }
            return (int) watch;
        }
    }

    /** Ends a watch; one that has ended by itself is no error. */
    public synchronized void remove(int watch) throws ErrnoException {
        refuseClosed();
        try (NativeCall call = new NativeCall()) {
            if (call.syscall(Sysno.INOTIFY_RM_WATCH, events, watch, 0) != 0
                    && !call.errno().equals(Errno.EINVAL)) {
                throw call.failure("inotify_rm_watch", Integer.toString(watch));
            }
        }
    }

    /**
     * What happened since the last time. Blocks until something has.
     *
     * @throws ErrnoException EBADF: closed
     */
    public List<Event> read() throws ErrnoException {
        begin();
        try {
            return readOnce();
        } finally {
            finish();
        }
    }

    private List<Event> readOnce() throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory polled = call.allocate(2 * POLLFD_BYTES);
            polled.putInt(0, events);
            polled.putInt(Integer.BYTES, POLLIN);
            polled.putInt(POLLFD_BYTES, end);
            polled.putInt(POLLFD_BYTES + Integer.BYTES, POLLIN);
            if (call.restarting(Sysno.PPOLL, polled.address(), 2, 0, 0, 0) < 0) {
                throw call.failure("ppoll", "for events of files");
            }
            if (polled.getInt(POLLFD_BYTES + Integer.BYTES) != POLLIN) {
                throw closedAlready();
            }
            CMemory buffer = call.allocate(BUFFER_BYTES);
            int count = (int) call.restarting(Sysno.READ, events, buffer.address(), BUFFER_BYTES);
            if (count < 0) {
                throw call.failure("read", "events of files");
            }
            return parse(buffer, count);
        }
    }

    private static List<Event> parse(CMemory buffer, int count) {
        List<Event> seen = new ArrayList<>();
        int at = 0;
        while (at < count) {
            seen.add(new Event(buffer.getInt(at), buffer.getInt(at + EVENT_MASK)));
            at += EVENT_BYTES + buffer.getInt(at + EVENT_NAME_LENGTH);
        }
        return seen;
    }

    private synchronized void begin() throws ErrnoException {
        refuseClosed();
        reading = true;
    }

    private synchronized void finish() {
        reading = false;
        if (closed) {
            closeBoth();
        }
    }

    private void refuseClosed() throws ErrnoException {
        if (closed) {
            throw closedAlready();
        }
    }

    private static ErrnoException closedAlready() {
        return new ErrnoException("inotify", "that is closed", Errno.EBADF);
    }

    @Override
    public synchronized void close() throws ErrnoException {
        if (closed) {
            return;
        }
        closed = true;
        if (reading) {
            byte[] one = {1, 0, 0, 0, 0, 0, 0, 0};
            posix.writeFully(end, one);
        } else {
            closeBoth();
        }
    }

    private void closeBoth() {
        try (NativeCall call = new NativeCall()) {
            call.syscall(Sysno.CLOSE, events);
            call.syscall(Sysno.CLOSE, end);
        }
    }
}
