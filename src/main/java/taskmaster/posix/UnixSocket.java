package taskmaster.posix;

import java.nio.charset.StandardCharsets;

/**
 * Makes stream sockets with a name in the file system (man 7 unix), which never block and are
 * close-on-exec. What happens on them then is {@link SocketIo}'s. Usable from any thread.
 */
public final class UnixSocket {

    /** The longest name in bytes: {@code sun_path} without its NUL. */
    public static final int MAX_PATH = 107;

    static final int AF_UNIX = 1;
    static final int SOCK_STREAM = 1;
    static final int SOCK_DGRAM = 2;
    static final int ADDRESS_BYTES = 110;
    static final int PATH_OFFSET = 2;

    /** Since Linux 6.16; older headers do not have it. */
    private static final int SO_PASSRIGHTS = 83;

    private UnixSocket() {}

    /**
     * A socket without a name.
     *
     * @throws ErrnoException EMFILE: no descriptors left
     */
    public static int open() throws ErrnoException {
        long type = SOCK_STREAM | flags();
        try (NativeCall call = new NativeCall()) {
            long fd = call.syscall(Sysno.SOCKET, AF_UNIX, type, 0);
            if (fd < 0) {
                throw call.failure("socket", "AF_UNIX");
            }
            return (int) fd;
        }
    }

    /**
     * A socket without a name that sends datagrams.
     *
     * @throws ErrnoException EMFILE: no descriptors left
     */
    public static int openDatagram() throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            long fd = call.syscall(Sysno.SOCKET, AF_UNIX, SOCK_DGRAM | flags(), 0);
            if (fd < 0) {
                throw call.failure("socket", "AF_UNIX");
            }
            return (int) fd;
        }
    }

    /** SOCK_NONBLOCK and SOCK_CLOEXEC, which are the same bits as for files. */
    static long flags() {
        return OpenFlag.CLOSE_ON_EXEC | OpenFlag.NONBLOCK.bits(Architecture.here());
    }

    /**
     * Whoever connects cannot send descriptors any more (SCM_RIGHTS of man 7 unix): the attempt
     * fails with EPERM. They would be thrown away, but by our thread, and to close a TCP socket
     * waits for as long as whoever made it wished (SO_LINGER of man 7 socket).
     *
     * @return false where the kernel cannot do that: before Linux 6.16
     * @throws ErrnoException EBADF
     */
    public static boolean refuseDescriptors(int fd) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory off = call.allocate(Integer.BYTES);
            off.putInt(0, 0);
            long result =
                    call.syscall(
                            Sysno.SETSOCKOPT,
                            fd,
                            SocketIo.SOL_SOCKET,
                            SO_PASSRIGHTS,
                            off.address(),
                            Integer.BYTES,
                            0);
            if (result != 0 && !call.errno().equals(Errno.ENOPROTOOPT)) {
                throw call.failure("setsockopt", "SO_PASSRIGHTS of descriptor " + fd);
            }
            return result == 0;
        }
    }

    /**
     * Gives it a name: makes the file, and never replaces one. The file has the mode that the
     * socket had before ({@link Posix#changeMode}), but for the bits of the umask; so it never has
     * another one, not for a moment.
     *
     * @param path of 1 to {@value #MAX_PATH} bytes
     * @throws ErrnoException EADDRINUSE: there is a file already, of whatever kind; ENOENT, EACCES
     *     and others of man 2 mknod
     */
    public static void bind(int fd, String path) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory address = address(call, path);
            if (call.syscall(Sysno.BIND, fd, address.address(), ADDRESS_BYTES) != 0) {
                throw call.failure("bind", Posix.quoted(path));
            }
        }
    }

    /**
     * From now on others can connect.
     *
     * @param backlog of them that wait to be accepted
     * @throws ErrnoException EINVAL: it has no name
     */
    public static void listen(int fd, int backlog) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            if (call.syscall(Sysno.LISTEN, fd, backlog, 0) != 0) {
                throw call.failure("listen", "descriptor " + fd);
            }
        }
    }

    /**
     * Connects to whoever listens there, at once.
     *
     * @throws ErrnoException ECONNREFUSED: nobody listens, or it is no socket; EAGAIN: too many
     *     wait there already; ENOENT; EACCES: not allowed to write to it
     */
    public static void connect(int fd, String path) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory address = address(call, path);
            if (call.syscall(Sysno.CONNECT, fd, address.address(), ADDRESS_BYTES) != 0) {
                throw call.failure("connect", Posix.quoted(path));
            }
        }
    }

    /** struct sockaddr_un: 16 bits of family, low ones first on both machines, and the path. */
    private static CMemory address(NativeCall call, String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_PATH || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("not a socket's name: " + Posix.quoted(path));
        }
        CMemory address = call.allocate(ADDRESS_BYTES);
        address.put(0, new byte[] {AF_UNIX}, 1);
        address.put(PATH_OFFSET, bytes, bytes.length);
        return address;
    }
}
