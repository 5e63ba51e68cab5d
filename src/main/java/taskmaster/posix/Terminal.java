package taskmaster.posix;

/**
 * A terminal: its mode, its size, and what is typed and shown on it (man 2 ioctl_tty, man 3
 * termios, man 4 tty_ioctl). The kernel's own {@code struct termios} is used, which is not libc's,
 * and which x86-64 and aarch64 have alike.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>What {@link #restore} brings back is what was found by {@link #of}. A terminal that was
 *       found raw (neither lines nor echo) was left so by a program that was killed, and is brought
 *       into order instead.
 *   <li>What was typed ahead survives each change of mode, and what was printed before it is shown
 *       by then (TCSETSW).
 *   <li>A process in the background that changes the mode is stopped by the kernel (SIGTTOU) until
 *       it is in the foreground again. {@link #restore} is the exception: there it does nothing,
 *       since the terminal is somebody else's by then.
 * </ul>
 *
 * <p>One thread at a time reads, and one writes; {@link #restore} is for any, and may be called as
 * often as one likes. Calls that move bytes block.
 */
public final class Terminal implements AutoCloseable {

    static final int TCGETS = 0x5401;
    static final int TCSETSW = 0x5403;
    static final int TIOCGPGRP = 0x540F;
    static final int TIOCGWINSZ = 0x5413;
    static final int TIOCSWINSZ = 0x5414;

    /** struct termios: four ints of flags, a byte for the discipline, and the characters. */
    static final int TERMIOS_BYTES = 36;

    static final int INPUT_FLAGS = 0;
    static final int OUTPUT_FLAGS = 4;
    static final int CONTROL_FLAGS = 8;
    static final int LOCAL_FLAGS = 12;
    static final int CHARACTERS = 17;
    static final int VTIME = 5;
    static final int VMIN = 6;
    static final int VSTART = 8;

    static final int BRKINT = 0x2;
    static final int ICRNL = 0x100;
    static final int IXON = 0x400;

    /** IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL, IXON: bytes come as they are typed. */
    static final int INPUT_CHANGES = 0x1 | BRKINT | 0x8 | 0x20 | 0x40 | 0x80 | ICRNL | IXON;

    static final int OPOST = 0x1;
    static final int ONLCR = 0x4;
    static final int CSIZE_PARENB = 0x30 | 0x100;
    static final int CS8 = 0x30;
    static final int ISIG = 0x1;
    static final int ICANON = 0x2;
    static final int ECHO = 0x8;

    /** ECHOE and ECHOK: what is rubbed out disappears. */
    static final int ECHOE_ECHOK = 0x10 | 0x20;

    static final int ECHONL = 0x40;
    static final int IEXTEN = 0x8000;

    /** struct winsize: rows, columns, and two sizes in pixels, of 16 bits each. */
    static final int WINSIZE_BYTES = 8;

    private final Posix posix;
    private final int fd;
    private final boolean ours;

    /** What to go back to; never changed. */
    private final byte[] found;

    private Terminal(Posix posix, int fd, boolean ours, byte[] found) {
        this.posix = posix;
        this.fd = fd;
        this.ours = ours;
        this.found = found;
    }

    /** How a terminal treats what is typed. */
    public enum Mode {
        /**
         * Each key is there at once and is not shown; none makes a signal. What is printed is
         * treated as before: a newline also returns.
         */
        KEYS,
        /** The same, and what is printed is not touched either (cfmakeraw of man 3 termios). */
        RAW
    }

    /**
     * The size of a window in characters.
     *
     * @param columns 0 to 65535; 0 where nobody ever told
     * @param rows likewise
     */
    public record Size(int columns, int rows) {
        public Size {
            if (columns < 0 || columns > 0xffff || rows < 0 || rows > 0xffff) {
                throw new IllegalArgumentException("not a size: " + columns + " x " + rows);
            }
        }
    }

    /**
     * The terminal that an open descriptor leads to, as an open file of its own where that can be
     * had, so that no other process can make it one that does not block.
     *
     * @throws ErrnoException ENOTTY: it is none; EBADF
     */
    public static Terminal of(Posix posix, int fd) throws ErrnoException {
        byte[] found = attributes(fd);
        int own;
        try {
            own = posix.open("/proc/self/fd/" + fd, 0, OpenFlag.READ_WRITE, OpenFlag.NO_CTTY);
        } catch (ErrnoException e) {
            return new Terminal(posix, fd, false, sane(found)); // another user's: after su
        }
        return new Terminal(posix, own, true, sane(found));
    }

    private static byte[] attributes(int fd) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory termios = call.allocate(TERMIOS_BYTES);
            if (ioctl(call, fd, TCGETS, termios) != 0) {
                throw call.failure("ioctl", "TCGETS of descriptor " + fd);
            }
            byte[] copy = new byte[TERMIOS_BYTES];
            termios.get(copy, TERMIOS_BYTES);
            return copy;
        }
    }

    private static byte[] sane(byte[] found) {
        try (NativeCall call = new NativeCall()) {
            CMemory termios = copy(call, found);
            if ((termios.getInt(LOCAL_FLAGS) & (ICANON | ECHO)) != 0) {
                return found;
            }
            add(termios, INPUT_FLAGS, BRKINT | ICRNL | IXON);
            add(termios, OUTPUT_FLAGS, OPOST | ONLCR);
            add(termios, LOCAL_FLAGS, ISIG | ICANON | ECHO | ECHOE_ECHOK | IEXTEN);
            byte[] repaired = new byte[TERMIOS_BYTES];
            termios.get(repaired, TERMIOS_BYTES);
            return repaired;
        }
    }

    private static CMemory copy(NativeCall call, byte[] attributes) {
        CMemory termios = call.allocate(TERMIOS_BYTES);
        termios.put(0, attributes, TERMIOS_BYTES);
        return termios;
    }

    static void add(CMemory termios, int flags, int bits) {
        termios.putInt(flags, termios.getInt(flags) | bits);
    }

    private static void remove(CMemory termios, int flags, int bits) {
        termios.putInt(flags, termios.getInt(flags) & ~bits);
    }

    private static long ioctl(NativeCall call, int fd, int request, CMemory argument) {
        return call.restarting(Sysno.IOCTL, fd, request, argument.address());
    }

    /** To wait for with {@link Epoll}; it stays this object's. */
    public int descriptor() {
        return fd;
    }

    /**
     * Changes the mode.
     *
     * @throws ErrnoException EIO: the terminal has hung up, or this process is in the background
     *     and nobody could bring it back
     */
    public void enter(Mode mode) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory termios = copy(call, found);
            remove(termios, INPUT_FLAGS, INPUT_CHANGES);
            remove(termios, LOCAL_FLAGS, ISIG | ICANON | ECHO | ECHONL | IEXTEN);
            if (mode == Mode.RAW) {
                remove(termios, OUTPUT_FLAGS, OPOST);
                remove(termios, CONTROL_FLAGS, CSIZE_PARENB);
                add(termios, CONTROL_FLAGS, CS8);
            }
            termios.put(CHARACTERS + VMIN, new byte[] {1}, 1);
            termios.put(CHARACTERS + VTIME, new byte[] {0}, 1);
            set(call, termios);
        }
    }

    /**
     * Goes back to the mode that was found; does nothing in the background.
     *
     * @throws ErrnoException EIO: the terminal has hung up
     */
    public void restore() throws ErrnoException {
        if (isElsewhere()) {
            return;
        }
        try (NativeCall call = new NativeCall()) {
            set(call, copy(call, found));
        }
    }

    private void set(NativeCall call, CMemory termios) throws ErrnoException {
        if (ioctl(call, fd, TCSETSW, termios) != 0) {
            throw call.failure("ioctl", "TCSETSW of descriptor " + fd);
        }
    }

    /**
     * Whether another group of processes has the terminal; where it is not the one that controls
     * this process, nobody has.
     */
    private boolean isElsewhere() {
        try (NativeCall call = new NativeCall()) {
            CMemory group = call.allocate(Integer.BYTES);
            if (ioctl(call, fd, TIOCGPGRP, group) != 0) {
                return false;
            }
            return group.getInt(0) != call.syscall(Sysno.GETPGID, 0);
        }
    }

    /**
     * How large it is now; SIGWINCH tells when that changes.
     *
     * @throws ErrnoException EIO: the terminal has hung up
     */
    public Size size() throws ErrnoException {
        return size(fd);
    }

    /**
     * How large a terminal is.
     *
     * @throws ErrnoException ENOTTY: the descriptor is no terminal's
     */
    public static Size size(int fd) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory size = call.allocate(WINSIZE_BYTES);
            if (ioctl(call, fd, TIOCGWINSZ, size) != 0) {
                throw call.failure("ioctl", "TIOCGWINSZ of descriptor " + fd);
            }
            int both = size.getInt(0); // the first of two 16 bits is the lower half
            return new Size(both >>> 16, both & 0xffff);
        }
    }

    /**
     * Says how large a terminal is, of a pseudo-terminal by either end; its foreground group is
     * told by SIGWINCH if that is new.
     *
     * @throws ErrnoException ENOTTY: the descriptor is no terminal's
     */
    public static void setSize(int fd, Size wanted) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory size = call.allocate(WINSIZE_BYTES);
            size.putInt(0, (wanted.columns() << 16) | wanted.rows());
            if (ioctl(call, fd, TIOCSWINSZ, size) != 0) {
                throw call.failure("ioctl", "TIOCSWINSZ of descriptor " + fd);
            }
        }
    }

    /**
     * What was typed, at most the array; blocks while there is nothing. 0: the terminal has hung
     * up, or the end of input was typed while it was in neither mode.
     *
     * @throws ErrnoException EIO: this process is in the background and nobody could bring it back
     */
    public int read(byte[] into) throws ErrnoException {
        return posix.read(fd, into);
    }

    /**
     * Shows all of it. Blocks as long as the terminal takes no more: Ctrl-S.
     *
     * @throws ErrnoException EIO: the terminal has hung up
     */
    public void write(byte[] bytes) throws ErrnoException {
        posix.writeFully(fd, bytes);
    }

    /** Restores it. What cannot be restored has gone. */
    @Override
    public void close() throws ErrnoException {
        try {
            restore();
        } finally {
            if (ours) {
                posix.close(fd);
            }
        }
    }
}
