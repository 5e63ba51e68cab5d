package taskmaster.posix;

/**
 * A pipe to the stdin of a child, held at its write end (man 7 pipe). Nothing here waits: what does
 * not fit is not taken. Owned by one thread.
 *
 * <p>The kernel takes up to {@link #ATOMIC_BYTES} at once or not at all. It has 16 pages of 4096
 * bytes for what is not read yet, and a page may hold a single byte; so whether more fits is only
 * known while the pipe is empty, and only then more is written.
 */
public final class InputPipe {

    /** PIPE_BUF. */
    public static final int ATOMIC_BYTES = 4096;

    private static final int FIONREAD = 0x541b;

    private final Posix posix;
    private final int readEnd;
    private final int writeEnd;

    private InputPipe(Posix posix, int readEnd, int writeEnd) {
        this.posix = posix;
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    /**
     * A new pipe.
     *
     * @throws ErrnoException EMFILE, ENFILE: no descriptors left
     */
    public static InputPipe open(Posix posix) throws ErrnoException {
        int[] ends = posix.pipe();
        InputPipe pipe = new InputPipe(posix, ends[0], ends[1]);
        try {
            posix.stopBlocking(pipe.writeEnd);
            return pipe;
        } catch (ErrnoException e) {
            pipe.closeReadEnd();
            pipe.close();
            throw e;
        }
    }

    /** What the child gets as its stdin. */
    public InputPlan plan() {
        return new InputPlan.Inherit(readEnd);
    }

    /** The child has its own by now; ours would keep the pipe open after it. */
    public void closeReadEnd() {
        closeEnd(readEnd);
    }

    /**
     * Writes all or nothing.
     *
     * @return how much was taken: all or nothing, but for more than 4096 bytes into a pipe of less
     *     than 64 KiB, which a user with very many pipes gets
     * @throws ErrnoException EPIPE: nobody can read it any more
     */
    public int write(byte[] bytes) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            if (bytes.length > ATOMIC_BYTES && waiting(call) > 0) {
                return 0;
            }
            CMemory copy = call.allocate(bytes.length);
            copy.put(0, bytes, bytes.length);
            long count = call.restarting(Sysno.WRITE, writeEnd, copy.address(), bytes.length);
            if (count < 0 && !call.errno().equals(Errno.EAGAIN)) {
                throw call.failure("write", "to a child's stdin");
            }
            return (int) Math.max(0, count);
        }
    }

    /** Bytes that nobody has read yet. */
    public int waiting() {
        try (NativeCall call = new NativeCall()) {
            return waiting(call);
        }
    }

    private int waiting(NativeCall call) {
        CMemory count = call.allocate(Integer.BYTES);
        call.syscall(Sysno.IOCTL, writeEnd, FIONREAD, count.address());
        return count.getInt(0);
    }

    /** The end of the child's input. */
    public void close() {
        closeEnd(writeEnd);
    }

    private void closeEnd(int fd) {
        try {
            posix.close(fd);
        } catch (ErrnoException e) {
            // It is gone all the same, and nothing was left to be written.
        }
    }
}
