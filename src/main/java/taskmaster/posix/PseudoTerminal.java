package taskmaster.posix;

/**
 * A pseudo-terminal (man 7 pty), held at its master end, and its other end until a child has that.
 * Owned by one thread; {@link #master} may be read, written and closed by another, and after it is
 * closed nothing here may be used.
 *
 * <p>Its mode and its group are what the mount of /dev/pts says, as grantpt(3) leaves them; mostly
 * 0620 and {@code tty}. Only its owner is ours to say.
 */
public final class PseudoTerminal {

    /** What programs have believed in since the VT52. */
    public static final Terminal.Size USUAL = new Terminal.Size(80, 24);

    static final int TIOCGPTPEER = 0x5441;
    static final int TIOCSPTLCK = 0x40045431;
    static final int TIOCSCTTY = 0x540e;
    static final int TCSETS = 0x5402;

    /** Erasing takes a whole character of UTF-8. */
    static final int IUTF8 = 0x4000;

    private final Posix posix;
    private final int master;
    private final int peer;

    private PseudoTerminal(Posix posix, int master, int peer) {
        this.posix = posix;
        this.master = master;
        this.peer = peer;
    }

    /**
     * A new one, of the usual size.
     *
     * @param uid whose it is
     * @throws ErrnoException EMFILE, ENFILE: no descriptors left; ENOSPC: no terminals
     *     (/proc/sys/kernel/pty/max, or {@code max} of the mount); ENOENT: /dev/ptmx is missing
     */
    public static PseudoTerminal open(Posix posix, int uid) throws ErrnoException {
        int master =
                posix.open(
                        "/dev/ptmx", 0, OpenFlag.READ_WRITE, OpenFlag.NO_CTTY, OpenFlag.NONBLOCK);
        try {
            int peer = openPeer(posix, master);
            var terminal = new PseudoTerminal(posix, master, peer);
            try {
                terminal.prepare(uid);
                return terminal;
            } catch (ErrnoException e) {
                posix.close(peer);
                throw e;
            }
        } catch (ErrnoException e) {
            posix.close(master);
            throw e;
        }
    }

    /** By its master: a name would mean another one in another mount of /dev/pts. */
    private static int openPeer(Posix posix, int master) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory unlocked = call.allocate(Integer.BYTES);
            control(call, master, TIOCSPTLCK, unlocked.address(), "TIOCSPTLCK");
            long flags =
                    OpenFlag.READ_WRITE.bits(posix.architecture())
                            | OpenFlag.NO_CTTY.bits(posix.architecture())
                            | OpenFlag.CLOSE_ON_EXEC;
            return control(call, master, TIOCGPTPEER, flags, "TIOCGPTPEER");
        }
    }

    private void prepare(int uid) throws ErrnoException {
        if (uid != posix.effectiveUid()) {
            posix.changeOwner(peer, uid);
        }
        try (NativeCall call = new NativeCall()) {
            CMemory termios = call.allocate(Terminal.TERMIOS_BYTES);
            control(call, peer, Terminal.TCGETS, termios.address(), "TCGETS");
            Terminal.add(termios, Terminal.INPUT_FLAGS, IUTF8);
            control(call, peer, TCSETS, termios.address(), "TCSETS");
        }
        resize(USUAL);
    }

    private static int control(
            NativeCall call, int fd, int request, long argument, String description)
            throws ErrnoException {
        long result = call.syscall(Sysno.IOCTL, fd, request, argument);
        if (result < 0) {
            throw call.failure("ioctl", description);
        }
        return (int) result;
    }

    /** Neither its reads nor its writes wait. Whoever is told to close it does. */
    public int master() {
        return master;
    }

    /** As stdin: the child makes it its controlling terminal. */
    public InputPlan input() {
        return new InputPlan.Terminal(peer);
    }

    public OutputPlan output() {
        return new OutputPlan.Inherit(peer);
    }

    /** The child has its own by now. With the last of them gone the master reads EIO. */
    public void closePeer() {
        close(peer);
    }

    /** Where there is no child. */
    public void close() {
        close(peer);
        close(master);
    }

    private void close(int fd) {
        try {
            posix.close(fd);
        } catch (ErrnoException e) {
            // It is gone all the same.
        }
    }

    /** At least 1 x 1, whatever was said. */
    public Terminal.Size size() throws ErrnoException {
        Terminal.Size size = Terminal.size(master);
        return new Terminal.Size(Math.max(1, size.columns()), Math.max(1, size.rows()));
    }

    /**
     * What makes output go on that a key has stopped, when it is typed: Ctrl-Q mostly.
     *
     * @return empty where no key stops it (IXON of man 3 termios), so that the program would get it
     */
    public static byte[] startKey(int master) {
        try (NativeCall call = new NativeCall()) {
            CMemory termios = call.allocate(Terminal.TERMIOS_BYTES);
            control(call, master, Terminal.TCGETS, termios.address(), "TCGETS");
            byte[] all = new byte[Terminal.TERMIOS_BYTES];
            termios.get(all, all.length);
            byte key = all[Terminal.CHARACTERS + Terminal.VSTART];
            boolean stops = (termios.getInt(Terminal.INPUT_FLAGS) & Terminal.IXON) != 0;
            return stops && key != 0 ? new byte[] {key} : new byte[0];
        } catch (ErrnoException e) {
            return new byte[0]; // EIO: nobody has it open
        }
    }

    /** Whose group is in the foreground gets a WINCH, if it is another size. */
    public void resize(Terminal.Size wanted) throws ErrnoException {
        Terminal.setSize(master, wanted);
    }
}
