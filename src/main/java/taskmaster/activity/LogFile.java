package taskmaster.activity;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * The file behind a log, open for appending. Owned by its writer's thread once it is open.
 *
 * <p>Where others may write to the directory they could put a symbolic or hard link there and have
 * us append to a file of theirs or of the system's. So there the file is either created by us
 * ({@code O_EXCL}) or it is a regular file of ours with one name, opened without following a link.
 * The JDK cannot look at an open descriptor, so the name is looked at before and after, and must
 * show the same inode with the same time of change: moving another file there and back changes it.
 */
final class LogFile {

    static final Path STDOUT = Path.of("/dev/stdout");
    private static final Path NOTHING = Path.of("/dev/null");
    private static final Path STDERR = Path.of("/dev/stderr");

    /** Tries to open a file that somebody else touches at the same moment. */
    private static final int ATTEMPTS = 3;

    private static final int TYPE = 0xf000;
    private static final int FIFO = 0x1000;
    private static final int REGULAR = 0x8000;
    private static final int SYMBOLIC_LINK = 0xa000;
    private static final int WRITABLE_BY_OTHERS = 0x12; // 022

    private final Path path;
    private final boolean borrowed;
    private FileChannel channel;

    /** So that the file can be opened again when there is no descriptor left. */
    private Optional<FileChannel> spare = Optional.empty();

    private LogFile(Path path, boolean borrowed, FileChannel channel) {
        this.path = path;
        this.borrowed = borrowed;
        this.channel = channel;
        if (!borrowed) {
            holdSpare();
        }
    }

    static LogFile open(Path path) throws IOException {
        if (path.equals(STDOUT)) {
            return borrowed(path, new FileOutputStream(FileDescriptor.out).getChannel());
        }
        if (path.equals(STDERR)) {
            return borrowed(path, new FileOutputStream(FileDescriptor.err).getChannel());
        }
        return new LogFile(path, false, openChannel(path));
    }

    /** A descriptor that was there before us: never closed, never opened again. */
    static LogFile borrowed(Path name, FileChannel channel) {
        return new LogFile(name, true, channel);
    }

    Path path() {
        return path;
    }

    /** One write; at least one byte is written. */
    void write(ByteBuffer bytes) throws IOException {
        if (channel.write(bytes) == 0) {
            // A terminal or pipe that somebody made non-blocking: to try again would be to spin.
            throw new IOException("EAGAIN (resource temporarily unavailable)");
        }
    }

    /** The old one is let go of when there is a new one. That takes the spare descriptor. */
    void reopen() throws IOException {
        if (borrowed) {
            return;
        }
        releaseSpare();
        try {
            FileChannel old = channel;
            channel = openChannel(path);
            close(old);
        } finally {
            holdSpare();
        }
    }

    private void releaseSpare() {
        spare.ifPresent(LogFile::close);
        spare = Optional.empty();
    }

    /** There may be none now: then the next time. */
    private void holdSpare() {
        try {
            spare = Optional.of(FileChannel.open(NOTHING, StandardOpenOption.READ));
        } catch (IOException e) {
            spare = Optional.empty();
        }
    }

    void close() {
        releaseSpare();
        if (!borrowed) {
            close(channel);
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // All writes were seen to succeed or fail; there is nothing more to learn or to do.
        }
    }

    private static FileChannel openChannel(Path path) throws IOException {
        try {
            Path file = path.toAbsolutePath();
            return isGuarded(file) ? openGuarded(file) : openPlain(file);
        } catch (IOException e) {
            throw new IOException("cannot open log \"" + path + "\": " + cause(e), e);
        }
    }

    private static FileChannel openPlain(Path file) throws IOException {
        if (isFifo(file)) {
            // For reading too: without a reader, opening for writing only would block.
            return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    private static boolean isFifo(Path file) throws IOException {
        try {
            return ((int) Files.getAttribute(file, "unix:mode") & TYPE) == FIFO;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static FileChannel openGuarded(Path file) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND);
            } catch (FileAlreadyExistsException e) {
                // Then it must be ours.
            }
            Map<String, Object> before = ours(file);
            FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.APPEND,
                            LinkOption.NOFOLLOW_LINKS);
            if (before.equals(ours(file))) {
                return channel;
            }
            channel.close();
        }
        throw new IOException("it is being replaced while it is opened");
    }

    /** What identifies the file; fails if it is not a regular file of ours with one name. */
    private static Map<String, Object> ours(Path file) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(
                        file, "unix:mode,uid,nlink,dev,ino,ctime", LinkOption.NOFOLLOW_LINKS);
        int type = (int) found.get("mode") & TYPE;
        String where = "in a directory that others may write to";
        if (type == SYMBOLIC_LINK) {
            throw new IOException("it is a symbolic link " + where);
        }
        if (type != REGULAR) {
            throw new IOException("it is not a regular file " + where);
        }
        if ((int) found.get("uid") != ourUid()) {
            throw new IOException(
                    "it belongs to uid "
                            + found.get("uid")
                            + " "
                            + where
                            + "; remove it, or name another one");
        }
        if ((int) found.get("nlink") != 1) {
            throw new IOException("it has " + found.get("nlink") + " names (hard links) " + where);
        }
        return found;
    }

    /** True if somebody who is neither we nor root may put files where {@code file} is. */
    private static boolean isGuarded(Path file) throws IOException {
        Path directory = file.getParent();
        if (directory == null) {
            return false; // the root itself: opening it will say what is wrong
        }
        Map<String, Object> found = Files.readAttributes(directory, "unix:mode,uid");
        int owner = (int) found.get("uid");
        return ((int) found.get("mode") & WRITABLE_BY_OTHERS) != 0
                || (owner != 0 && owner != ourUid());
    }

    private static int ourUid() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /** {@code EACCES (permission denied)}; else what the kernel said. */
    static String cause(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "ENOENT (no such file or directory)";
            case AccessDeniedException denied -> "EACCES (permission denied)";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}
