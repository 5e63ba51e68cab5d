package taskmaster.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * The listening socket and its name in the file system.
 *
 * <p>Rules: the name never has wider permissions than configured, not for a moment; what is in the
 * way is removed only when it is a socket that nobody answers on; and on the way out the name is
 * removed only while it is still ours.
 */
final class SocketFile {

    /** {@code sun_path} has 108 bytes, one for the NUL (man 7 unix); the JDK leaves one more. */
    static final int MAX_PATH = 106;

    /** strerror of EAGAIN: what connecting to a listener says whose queue is full. */
    private static final String QUEUE_FULL = "Resource temporarily unavailable";

    private static final int TYPE_BITS = 0170000;
    private static final int TYPE_SOCKET = 0140000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_ALL = 0002;
    private static final int WRITABLE_BY_GROUP = 0020;
    private static final int OWNERS_BITS = 0700;
    private static final int ALL_BITS = 0777;

    private final Path file;
    private final ServerSocketChannel channel;
    private final Status status;

    /** What lstat says. */
    private record Status(int mode, int uid, int gid, Object device, Object inode) {
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

        boolean isSameFile(Status other) {
            return device.equals(other.device) && inode.equals(other.inode);
        }
    }

    private SocketFile(Path file, ServerSocketChannel channel, Status status) {
        this.file = file;
        this.channel = channel;
        this.status = status;
    }

    /**
     * Listens. {@code umask} sets the mask of the process and returns the one before; while this
     * runs no other thread may create files.
     *
     * @throws IOException with a message for the user
     */
    static SocketFile bind(Endpoint endpoint, IntUnaryOperator umask) throws IOException {
        Path file = endpoint.file();
        checkPath(file);
        clearTheWay(endpoint);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            // What the owner may do is safe from the start if the owner does not change; then the
            // usual 0700 needs no chmod, which would go by name once more.
            boolean ownFile = endpoint.uid() == endpoint.daemonUid();
            int openBits = ownFile ? endpoint.mode() & OWNERS_BITS : 0;
            int before = umask.applyAsInt(ALL_BITS & ~openBits);
            try {
                channel.bind(UnixDomainSocketAddress.of(file), Limits.BACKLOG);
            } finally {
                var _ = umask.applyAsInt(before);
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw cannotListen(file, String.valueOf(e.getMessage()), e);
        }
        try {
            return new SocketFile(file, channel, giveAway(endpoint));
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
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

    private static void clearTheWay(Endpoint endpoint) throws IOException {
        Path file = endpoint.file();
        Optional<Status> found = Status.of(file);
        if (found.isEmpty()) {
            return;
        }
        if (!found.get().isSocket()) {
            throw cannotListen(
                    file, "it exists and is not a socket; remove it or choose another path");
        }
        if (isAnswered(file)) {
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
    private static boolean isAnswered(Path file) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            boolean connected = probe.connect(UnixDomainSocketAddress.of(file));
            return connected || probe.isConnectionPending();
        } catch (ConnectException refused) {
            return false;
        } catch (IOException e) {
            if (QUEUE_FULL.equals(e.getMessage())) {
                return true;
            }
            throw cannotListen(
                    file, "it is not known whether the socket there is in use: " + cause(e), e);
        }
    }

    /** Owner first, then the mode: the new owner's group gets its rights last. */
    private static Status giveAway(Endpoint endpoint) throws IOException {
        Path file = endpoint.file();
        Status made = Status.read(file, LinkOption.NOFOLLOW_LINKS);
        try {
            if (made.uid() != endpoint.uid()) {
                Files.setAttribute(file, "unix:uid", endpoint.uid(), LinkOption.NOFOLLOW_LINKS);
            }
            if (made.gid() != endpoint.gid()) {
                Files.setAttribute(file, "unix:gid", endpoint.gid(), LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            String ids = "uid " + endpoint.uid() + " and gid " + endpoint.gid();
            throw new IOException(
                    "cannot give socket \"" + file + "\" to " + ids + ": " + cause(e), e);
        }
        if ((made.mode() & ALL_BITS) != endpoint.mode()) {
            changeMode(file, endpoint);
        }
        return made;
    }

    private static void changeMode(Path file, Endpoint endpoint) throws IOException {
        int mode = endpoint.mode();
        String what = "cannot set the mode of socket \"" + file + "\" to 0";
        what += Integer.toOctalString(mode) + ": ";
        Status directory = Status.read(directory(file));
        // chmod follows links (Linux has no other for sockets), so nobody may swap the file.
        boolean sticky = (directory.mode() & STICKY) != 0;
        if ((directory.mode() & WRITABLE_BY_ALL) != 0 && !sticky) {
            throw new IOException(
                    what
                            + "everyone may rename files in its directory; set the sticky bit"
                            + " there (chmod +t) or choose another path");
        }
        int owner = directory.uid();
        if (owner != 0 && owner != endpoint.daemonUid()) {
            throw new IOException(
                    what
                            + "its directory belongs to user "
                            + owner
                            + ", who may rename files there; choose another path");
        }
        if ((directory.mode() & WRITABLE_BY_GROUP) != 0 && directory.gid() != 0 && !sticky) {
            throw new IOException(
                    what
                            + "group "
                            + directory.gid()
                            + " may rename files in its directory; set the sticky bit there"
                            + " (chmod +t) or choose another path");
        }
        try {
            Files.setAttribute(file, "unix:mode", mode);
        } catch (IOException e) {
            throw new IOException(what + cause(e), e);
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

    ServerSocketChannel channel() {
        return channel;
    }

    /**
     * Removes the name unless it means another file by now, then ends listening. In this order:
     * while we listen, nobody takes our file for a stale one, and its inode is not used again.
     */
    void close() throws IOException {
        try {
            Optional<Status> now = Status.of(file);
            if (now.isPresent() && now.get().isSameFile(status)) {
                Files.deleteIfExists(file);
            }
        } finally {
            channel.close();
        }
    }
}
