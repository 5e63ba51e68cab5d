package taskmaster.posix;

import java.util.ArrayList;
import java.util.List;

/**
 * What is done on sockets over and over: accept, read, write, end. It has a buffer of memory of C
 * and makes no more; it belongs to one thread at a time.
 *
 * <p>All sockets are those that never block ({@link UnixSocket}): where one would have to, the
 * answer is {@link #NOT_NOW}. No write raises SIGPIPE.
 */
public final class SocketIo implements AutoCloseable {

    /** What a call returns that would have to wait. */
    public static final int NOT_NOW = -1;

    /** Of the buffer: the most that one read or write moves. */
    public static final int BUFFER_BYTES = 64 * 1024;

    static final int MSG_NOSIGNAL = 0x4000;
    static final int SHUT_WR = 1;
    static final int SHUT_RDWR = 2;
    static final int SOL_SOCKET = 1;
    static final int SO_PEERCRED = 17;
    static final int SO_PEERGROUPS = 59;

    /** struct ucred: three ints. */
    static final int CREDENTIALS_BYTES = 12;

    /**
     * Of a client that are kept: a client can have 65,536 of them, by /etc/subgid even where it is
     * nobody, and hundreds can connect.
     */
    static final int MOST_GROUPS = 1024;

    private static final int UID = 4;
    private static final int GID = 8;

    /** For an errno and the length of an option, alignment included. */
    private static final int SMALL_THINGS = 64;

    private final MappedArena arena;
    private final NativeCall call;
    private final CMemory buffer;
    private final CMemory length;
    private boolean closed;

    private SocketIo(MappedArena arena) {
        this.arena = arena;
        call = new NativeCall(arena);
        buffer = call.allocate(BUFFER_BYTES);
        length = call.allocate(Long.BYTES);
    }

    /**
     * With a buffer of its own.
     *
     * @throws ErrnoException ENOMEM
     */
    public static SocketIo open() throws ErrnoException {
        return new SocketIo(MappedArena.map(BUFFER_BYTES + SMALL_THINGS));
    }

    /**
     * The next who wants to connect, as a socket that does not block and is close-on-exec; {@link
     * #NOT_NOW} when there is none.
     *
     * @throws ErrnoException EMFILE, ENFILE: no descriptors left, and the one who wants to connect
     *     still waits; EINVAL: nobody listens on it
     */
    public int accept(int listener) throws ErrnoException {
        checkOpen();
        long fd = call.restarting(Sysno.ACCEPT4, listener, 0, 0, UnixSocket.flags(), 0);
        return (int) (fd >= 0 ? fd : notNow("accept4", listener));
    }

    /**
     * Reads what is there, at most {@code most} and {@link #BUFFER_BYTES}; 0 at the end, {@link
     * #NOT_NOW} when nothing is there.
     *
     * @throws ErrnoException ECONNRESET: the other end has gone and has left unread what we sent
     */
    public int read(int fd, byte[] into, int most) throws ErrnoException {
        checkOpen();
        int limit = Math.min(Math.min(most, into.length), BUFFER_BYTES);
        long count = call.restarting(Sysno.RECVFROM, fd, buffer.address(), limit, 0, 0);
        if (count < 0) {
            return notNow("recvfrom", fd);
        }
        buffer.get(into, (int) count);
        return (int) count;
    }

    /** Puts part of an array into the buffer, to be written. */
    public void put(int at, byte[] from, int offset, int count) {
        checkOpen();
        buffer.put(at, from, offset, count);
    }

    /**
     * Writes the first bytes of the buffer, as many of them as there is room for; {@link #NOT_NOW}
     * when there is none.
     *
     * @param count 1 to {@link #BUFFER_BYTES}
     * @throws ErrnoException EPIPE: the other end does not read any more
     */
    public int write(int fd, int count) throws ErrnoException {
        checkOpen();
        if (count < 1 || count > BUFFER_BYTES) {
            throw new IllegalArgumentException("not so many bytes: " + count);
        }
        long written = call.restarting(Sysno.SENDTO, fd, buffer.address(), count, MSG_NOSIGNAL, 0);
        return (int) (written >= 0 ? written : notNow("sendto", fd));
    }

    private int notNow(String name, int fd) throws ErrnoException {
        Errno errno = call.errno();
        if (errno.equals(Errno.EAGAIN)) {
            return NOT_NOW;
        }
        throw new ErrnoException(name, "descriptor " + fd, errno);
    }

    /**
     * Who connected; what was in the buffer is lost.
     *
     * @throws ErrnoException EBADF
     */
    public Peer peer(int fd) throws ErrnoException {
        checkOpen();
        if (option(fd, SO_PEERCRED, buffer, CREDENTIALS_BYTES) < 0) {
            throw call.failure("getsockopt", "SO_PEERCRED of descriptor " + fd);
        }
        int pid = buffer.getInt(0);
        int uid = buffer.getInt(UID);
        int gid = buffer.getInt(GID);
        return new Peer(pid, uid, gid, groups(fd));
    }

    private List<Integer> groups(int fd) throws ErrnoException {
        int bytes = option(fd, SO_PEERGROUPS, buffer, BUFFER_BYTES);
        if (bytes >= 0) {
            return ints(buffer, bytes);
        }
        if (call.errno().equals(Errno.ENOPROTOOPT)) {
            return List.of();
        }
        if (!call.errno().equals(Errno.ERANGE)) {
            throw call.failure("getsockopt", "SO_PEERGROUPS of descriptor " + fd);
        }
        // The kernel has said how many bytes it needs; they stay as they were at the connect.
        CMemory larger = NativeMemory.map(length.getInt(0));
        try {
            int all = option(fd, SO_PEERGROUPS, larger, larger.size());
            if (all < 0) {
                throw call.failure("getsockopt", "SO_PEERGROUPS of descriptor " + fd);
            }
            return ints(larger, all);
        } finally {
            NativeMemory.unmap(larger);
        }
    }

    /** How many bytes the option has; -1 where it cannot be had. */
    private int option(int fd, int name, CMemory into, int size) {
        length.putInt(0, size);
        long result =
                call.syscall(
                        Sysno.GETSOCKOPT,
                        fd,
                        SOL_SOCKET,
                        name,
                        into.address(),
                        length.address(),
                        0);
        return result == 0 ? length.getInt(0) : -1;
    }

    private static List<Integer> ints(CMemory memory, int bytes) {
        int count = Math.min(bytes / Integer.BYTES, MOST_GROUPS);
        List<Integer> ints = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ints.add(memory.getInt(i * Integer.BYTES));
        }
        return ints;
    }

    /**
     * The other end will read an end after what was written.
     *
     * @throws ErrnoException EBADF
     */
    public void endWriting(int fd) throws ErrnoException {
        checkOpen();
        if (call.syscall(Sysno.SHUTDOWN, fd, SHUT_WR, 0) != 0) {
            throw call.failure("shutdown", "descriptor " + fd);
        }
    }

    /**
     * Ends a connection and closes its socket, which is gone afterwards even when this fails.
     *
     * <p>Closing alone would not tell the other end: a child that has not come to its exec has a
     * copy of the socket, and keeps it as long as somebody has it stopped there.
     *
     * @throws ErrnoException EBADF: it was not open
     */
    public void close(int fd) throws ErrnoException {
        checkOpen();
        call.syscall(Sysno.SHUTDOWN, fd, SHUT_RDWR, 0); // fails where nobody is connected
        if (call.syscall(Sysno.CLOSE, fd) != 0 && !call.errno().equals(Errno.EINTR)) {
            throw call.failure("close", "descriptor " + fd);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    /** Gives the buffer back; sockets stay as they are. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
