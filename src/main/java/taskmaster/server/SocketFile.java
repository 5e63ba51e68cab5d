package taskmaster.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.OpenFlag;
import taskmaster.posix.Posix;
import taskmaster.posix.UnixSocket;

/**
 * The listening socket and its name in the file system. One thread at a time uses it.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>The name never has wider permissions than configured, not for a moment, whatever the umask
 *       is: the file is born with what its owner may do, or with nothing where it is to be somebody
 *       else's; it gets owner, group and mode, in this order; then the socket listens.
 *   <li>Owner and mode are changed by a descriptor of the file, not by its name, which the new
 *       owner may turn into a link to anything as soon as it is his; and only where nobody else can
 *       have put another file in its place.
 *   <li>What is in the way is removed only when it is a socket that nobody answers on.
 *   <li>On the way out the name is removed only while it is still ours.
 * </ul>
 */
final class SocketFile {

    /** One byte less than the kernel takes: the JDK of taskmasterctl cannot name a longer one. */
    static final int MAX_PATH = UnixSocket.MAX_PATH - 1;

    private static final int TYPE_BITS = 0170000;
    private static final int TYPE_SOCKET = 0140000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_ALL = 0002;
    private static final int WRITABLE_BY_GROUP = 0020;
    private static final int OWNERS_BITS = 0700;
    private static final int ALL_BITS = 0777;

    private final Posix posix;
    private final Endpoint endpoint;
    private final int descriptor;
    private final Status born;

    /** What stat says. */
    private record Status(int mode, int uid, int gid, Object device, Object inode) {
        /** Of the name itself, even if it is a link. */
        static Optional<Status> of(Path file) throws IOException {
            try {
                return Optional.of(read(file, LinkOption.NOFOLLOW_LINKS));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }

        static Status read(Path file, LinkOption... options) throws IOException {
            Map<String, Object> all =
                    Files.readAttributes(file, "unix:mode,uid,gid,dev,ino", options);
            return new Status(
                    (int) all.get("mode"),
                    (int) all.get("uid"),
                    (int) all.get("gid"),
                    all.get("dev"),
                    all.get("ino"));
        }

        boolean isSocket() {
            return (mode & TYPE_BITS) == TYPE_SOCKET;
        }

        int permissions() {
            return mode & ALL_BITS;
        }

        boolean isSameFile(Status other) {
            return device.equals(other.device) && inode.equals(other.inode);
        }
    }

    private SocketFile(Posix posix, Endpoint endpoint, int descriptor, Status born) {
        this.posix = posix;
        this.endpoint = endpoint;
        this.descriptor = descriptor;
        this.born = born;
    }

    /**
     * Listens.
     *
     * @throws IOException with a message for the user
     */
    static SocketFile bind(Posix posix, Endpoint endpoint) throws IOException {
        SocketFile made = make(posix, endpoint);
        try {
            made.giveAway();
            UnixSocket.listen(made.descriptor, Limits.BACKLOG);
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    /** The first step: the file is there, and is nobody's but the daemon's. */
    static SocketFile make(Posix posix, Endpoint endpoint) throws IOException {
        Path file = endpoint.file();
        checkPath(file);
        clearTheWay(posix, endpoint);
        int descriptor;
        try {
            descriptor = UnixSocket.open();
        } catch (ErrnoException e) {
            throw cannotListen(file, e.errno().toString(), e);
        }
        boolean bound = false;
        try {
            UnixSocket.refuseDescriptors(descriptor);
            posix.changeMode(descriptor, birthMode(endpoint));
            UnixSocket.bind(descriptor, file.toString());
            bound = true;
            Status born = Status.read(file, LinkOption.NOFOLLOW_LINKS);
            return new SocketFile(posix, endpoint, descriptor, born);
        } catch (IOException | RuntimeException e) {
            posix.close(descriptor);
            if (bound) {
                Files.deleteIfExists(file);
            }
            String why = e instanceof ErrnoException failed ? failed.errno().toString() : "" + e;
            throw cannotListen(file, why, e);
        }
    }

    /** What the owner may do is safe from the start, if the owner does not change. */
    private static int birthMode(Endpoint endpoint) {
        return endpoint.uid() == endpoint.daemonUid() ? endpoint.mode() & OWNERS_BITS : 0;
    }

    private static void checkPath(Path file) throws IOException {
        int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH) {
            throw cannotListen(
                    file,
                    "the path has "
                            + length
                            + " bytes, and that of a socket may have "
                            + MAX_PATH
                            + "; choose a shorter one");
        }
        if (!Files.isDirectory(directory(file))) {
            throw cannotListen(
                    file, "there is no directory \"" + directory(file) + "\"; create it");
        }
    }

    private static Path directory(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw cannotListen(file, "it is a directory");
        }
        return parent;
    }

    private static void clearTheWay(Posix posix, Endpoint endpoint) throws IOException {
        Path file = endpoint.file();
        Optional<Status> found = Status.of(file);
        if (found.isEmpty()) {
            return;
        }
        if (!found.get().isSocket()) {
            throw cannotListen(
                    file, "it exists and is not a socket; remove it or choose another path");
        }
        if (isAnswered(posix, file)) {
            throw new IOException("another program already listens on \"" + file + "\"");
        }
        int owner = found.get().uid();
        boolean ours = owner == endpoint.daemonUid() || owner == endpoint.uid();
        boolean publicPlace = (Status.read(directory(file)).mode() & WRITABLE_BY_ALL) != 0;
        if (publicPlace && !ours) {
            throw cannotListen(
                    file,
                    "user "
                            + owner
                            + " left a socket there, in a directory that everyone may write to;"
                            + " remove it or choose another path");
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw cannotListen(file, "the old socket cannot be removed: " + cause(e), e);
        }
    }

    /**
     * Whether someone listens there. Does not wait: a listener may be stopped and its queue full.
     */
    private static boolean isAnswered(Posix posix, Path file) throws IOException {
        int probe = UnixSocket.open();
        try {
            UnixSocket.connect(probe, file.toString());
            return true;
        } catch (ErrnoException e) {
            if (e.errno().equals(Errno.ECONNREFUSED) || e.errno().equals(Errno.ENOENT)) {
                return false;
            }
            if (e.errno().equals(Errno.EAGAIN)) {
                return true;
            }
            String why = "it is not known whether the socket there is in use: " + e.errno();
            throw cannotListen(file, why, e);
        } finally {
            posix.close(probe);
        }
    }

    /** The second step: owner and group first, so that a new group gets its rights last. */
    void giveAway() throws IOException {
        boolean owned = born.uid == endpoint.uid() && born.gid == endpoint.gid();
        if (owned && born.permissions() == endpoint.mode()) {
            return;
        }
        refuseWhereOthersMaySwap();
        int handle = posix.open(name(), 0, OpenFlag.PATH, OpenFlag.NO_FOLLOW);
        try {
            Path file = Path.of("/proc/self/fd", Integer.toString(handle));
            if (!Status.read(file).isSameFile(born)) {
                throw cannotListen(endpoint.file(), "somebody has replaced it just now");
            }
            giveAway(file);
        } finally {
            posix.close(handle);
        }
    }

    private void giveAway(Path file) throws IOException {
        try {
            if (born.uid != endpoint.uid()) {
                Files.setAttribute(file, "unix:uid", endpoint.uid());
            }
            if (born.gid != endpoint.gid()) {
                Files.setAttribute(file, "unix:gid", endpoint.gid());
            }
        } catch (IOException e) {
            String ids = "uid " + endpoint.uid() + " and gid " + endpoint.gid();
            throw new IOException(
                    "cannot give socket \"" + name() + "\" to " + ids + ": " + cause(e), e);
        }
        try {
            if (born.permissions() != endpoint.mode()) {
                Files.setAttribute(file, "unix:mode", endpoint.mode());
            }
        } catch (IOException e) {
            throw new IOException(cannotChange() + cause(e), e);
        }
    }

    private String cannotChange() {
        String mode = "0" + Integer.toOctalString(endpoint.mode());
        return "cannot set owner and mode (" + mode + ") of socket \"" + name() + "\": ";
    }

    private String name() {
        return endpoint.file().toString();
    }

    private void refuseWhereOthersMaySwap() throws IOException {
        Status directory = Status.read(directory(endpoint.file()));
        boolean sticky = (directory.mode() & STICKY) != 0;
        if ((directory.mode() & WRITABLE_BY_ALL) != 0 && !sticky) {
            throw new IOException(
                    cannotChange()
                            + "everyone may rename files in its directory; set the sticky bit"
                            + " there (chmod +t) or choose another path");
        }
        int owner = directory.uid();
        if (owner != 0 && owner != endpoint.daemonUid()) {
            throw new IOException(
                    cannotChange()
                            + "its directory belongs to user "
                            + owner
                            + ", who may rename files there; choose another path");
        }
        if ((directory.mode() & WRITABLE_BY_GROUP) != 0 && directory.gid() != 0 && !sticky) {
            throw new IOException(
                    cannotChange()
                            + "group "
                            + directory.gid()
                            + " may rename files in its directory; set the sticky bit there"
                            + " (chmod +t) or choose another path");
        }
    }

    private static String cause(IOException e) {
        if (e instanceof FileSystemException named && named.getReason() != null) {
            return named.getReason();
        }
        return String.valueOf(e.getMessage());
    }

    private static IOException cannotListen(Path file, String why) {
        return new IOException("cannot listen on \"" + file + "\": " + why);
    }

    private static IOException cannotListen(Path file, String why, Exception cause) {
        return new IOException("cannot listen on \"" + file + "\": " + why, cause);
    }

    Posix posix() {
        return posix;
    }

    int descriptor() {
        return descriptor;
    }

    /** Whether the name still means our socket. */
    boolean isThere() throws IOException {
        Optional<Status> now = Status.of(endpoint.file());
        return now.isPresent() && now.get().isSameFile(born);
    }

    /** The same once more, when the name is gone: this one must be closed then. */
    SocketFile again() throws IOException {
        return bind(posix, endpoint);
    }

    /** {@code "/run/taskmaster.sock"}. */
    @Override
    public String toString() {
        return "\"" + name() + "\"";
    }

    /**
     * Removes the name unless it means another file by now, then ends listening. In this order:
     * while we listen, nobody takes our file for a stale one, and its inode is not used again.
     */
    void close() throws IOException {
        try {
            if (isThere()) {
                Files.deleteIfExists(endpoint.file());
            }
        } finally {
            posix.close(descriptor);
        }
    }
}
