package taskmaster.posix;

/**
 * Calls that move bytes between descriptors, for a thread that makes them all day: they share one
 * buffer in C's memory and leave nothing to the garbage collector. Each is one system call; EINTR
 * never comes out.
 *
 * <p>Used by one thread at a time, and not after {@link #close}.
 */
public final class FileIo implements AutoCloseable {

    /** Bytes of the buffer: the most that one read or write moves. */
    public static final int BUFFER = 64 * 1024;

    private static final byte[] NUL = {0};

    private static final int SPLICE_F_NONBLOCK = 2;
    private static final int F_SETPIPE_SZ = 1031;

    /** For an errno, what stat says and an offset, alignment included. */
    private static final int SMALL_THINGS = 256;

    private final Architecture architecture = Architecture.here();
    private final MappedArena arena;
    private final NativeCall call;
    private final CMemory buffer;
    private final CMemory stat;
    private final CMemory offset;

    private FileIo(MappedArena arena) {
        this.arena = arena;
        call = new NativeCall(arena);
        buffer = call.allocate(BUFFER);
        stat = call.allocate(Architecture.STAT_BYTES);
        offset = call.allocate(Long.BYTES);
    }

    /**
     * With a buffer of its own.
     *
     * @throws ErrnoException ENOMEM
     */
    public static FileIo open() throws ErrnoException {
        return new FileIo(MappedArena.map(BUFFER + SMALL_THINGS));
    }

    /** Of an open file. */
    public Stat stat(int fd) throws ErrnoException {
        if (call.syscall(Sysno.FSTAT, fd, stat.address(), 0) != 0) {
            throw call.failure("fstat", "descriptor " + fd);
        }
        return Stat.read(stat, architecture);
    }

    /**
     * What a name means; a symbolic link is not followed.
     *
     * @param path in UTF-8, at most {@link #BUFFER} bytes with the NUL that is put behind it
     * @throws ErrnoException ENOENT, ENOTDIR, EACCES
     */
    public Stat stat(byte[] path) throws ErrnoException {
        buffer.put(0, path, path.length);
        buffer.put(path.length, NUL, 1);
        long at = stat.address();
        int flags = Posix.AT_SYMLINK_NOFOLLOW;
        long name = buffer.address();
        if (call.syscall(Sysno.NEWFSTATAT, Posix.AT_FDCWD, name, at, flags, 0, 0) != 0) {
            throw call.failure("stat", "of a name");
        }
        return Stat.read(stat, architecture);
    }

    /**
     * Moves bytes of a pipe into a regular file, without a look at them: what is taken from the
     * pipe is in the file, even if this process dies meanwhile. Does not wait for the pipe.
     *
     * @param at where in the file
     * @return how many; -1 when the pipe is empty, 0 when nobody can ever write to it again
     * @throws ErrnoException ENOSPC, EDQUOT, EIO, EFBIG: nothing was taken; EINVAL: the file was
     *     opened for appending, or cannot do it
     */
    public int splice(int pipe, int file, long at, int most) throws ErrnoException {
        offset.putLong(0, at);
        return moved(spliced(pipe, file, offset.address(), most), pipe, file);
    }

    /** As {@link #splice}, into something that has no offset: /dev/null. */
    public int splice(int pipe, int file, int most) throws ErrnoException {
        return moved(spliced(pipe, file, 0, most), pipe, file);
    }

    private long spliced(int pipe, int file, long offsetAddress, int most) {
        int flags = SPLICE_F_NONBLOCK;
        return call.restarting(Sysno.SPLICE, pipe, 0, file, offsetAddress, most, flags);
    }

    private int moved(long count, int from, int to) throws ErrnoException {
        if (count >= 0) {
            return (int) count;
        }
        if (call.errno().equals(Errno.EAGAIN)) {
            return -1;
        }
        throw call.failure("splice", from + " to " + to);
    }

    /**
     * Copies the first bytes of a pipe into another, and leaves them where they are.
     *
     * @return how many; -1 when there is nothing, or no room
     */
    public int tee(int from, int to, int most) throws ErrnoException {
        long count = call.restarting(Sysno.TEE, from, to, most, SPLICE_F_NONBLOCK, 0);
        return moved(count, from, to);
    }

    /**
     * Reads what is there, at most so much and {@link #BUFFER}.
     *
     * @return how many; 0 at the end, -1 when a descriptor that does not block has nothing
     */
    public int read(int fd, byte[] into, int start, int most) throws ErrnoException {
        int limit = Math.min(most, BUFFER);
        long count = call.restarting(Sysno.READ, fd, buffer.address(), limit);
        if (count > 0) {
            buffer.get(into, start, (int) count);
        }
        return moved(count, fd, fd);
    }

    /**
     * Writes to something without places: a FIFO, a terminal.
     *
     * @return how many of the bytes; -1 when a descriptor that does not block takes nothing
     * @throws ErrnoException EIO, EPIPE: nobody is at the other end
     */
    public int write(int fd, byte[] from, int start, int length) throws ErrnoException {
        int limit = Math.min(length, BUFFER);
        buffer.put(0, from, start, limit);
        return moved(call.restarting(Sysno.WRITE, fd, buffer.address(), limit), fd, fd);
    }

    /** Reads from a place in a file; 0 at its end. */
    public int read(int fd, long at, byte[] into, int most) throws ErrnoException {
        int limit = Math.min(Math.min(most, into.length), BUFFER);
        long count = call.restarting(Sysno.PREAD64, fd, buffer.address(), limit, at, 0);
        if (count < 0) {
            throw call.failure("pread", "descriptor " + fd);
        }
        buffer.get(into, (int) count);
        return (int) count;
    }

    /**
     * Writes at a place in a file.
     *
     * @return how many of the bytes, at least 1
     * @throws ErrnoException ENOSPC, EDQUOT, EIO, EFBIG
     */
    public int write(int fd, long at, byte[] from, int start, int length) throws ErrnoException {
        int limit = Math.min(length, BUFFER);
        buffer.put(0, from, start, limit);
        long count = call.restarting(Sysno.PWRITE64, fd, buffer.address(), limit, at, 0);
        if (count < 0) {
            throw call.failure("pwrite", "descriptor " + fd);
        }
        return (int) count;
    }

    /**
     * Sends a datagram by a connected socket that does not block.
     *
     * @return false where there is no room for it now
     * @throws ErrnoException ECONNREFUSED, ENOTCONN: nobody is there; EMSGSIZE: too long
     */
    public boolean send(int socket, byte[] from, int length) throws ErrnoException {
        int limit = Math.min(length, BUFFER);
        buffer.put(0, from, 0, limit);
        int flags = SocketIo.MSG_NOSIGNAL;
        long count = call.restarting(Sysno.SENDTO, socket, buffer.address(), limit, flags, 0);
        return moved(count, socket, socket) >= 0;
    }

    /** Cuts a file. */
    public void truncate(int fd, long size) throws ErrnoException {
        if (call.restarting(Sysno.FTRUNCATE, fd, size, 0) != 0) {
            throw call.failure("ftruncate", "descriptor " + fd + " to " + size);
        }
    }

    /**
     * Makes a pipe hold more.
     *
     * @return false where the system does not grant it (/proc/sys/fs/pipe-max-size, and
     *     pipe-user-pages-soft)
     */
    public boolean growPipe(int pipe, int bytes) {
        return call.syscall(Sysno.FCNTL, pipe, F_SETPIPE_SZ, bytes) >= 0;
    }

    @Override
    public void close() {
        arena.close();
    }
}
