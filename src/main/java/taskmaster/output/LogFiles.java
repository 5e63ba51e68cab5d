package taskmaster.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Opens logs that somebody else writes: for reading, and for emptying.
 *
 * <p>Only regular files. Another kind is refused before it is opened, since to open a FIFO is to
 * wait for its other end.
 *
 * <p>Where others may write to the directory, they could put a link to a file there that only root
 * may read or empty. So there a symbolic link is not followed and the file must have one name; its
 * owner may be the program's user. The JDK cannot look at an open descriptor, so the name is looked
 * at before and after, and must show the same inode both times.
 */
final class LogFiles {

    private static final int ATTEMPTS = 3;

    private static final int TYPE = 0xf000;
    private static final int REGULAR = 0x8000;
    private static final int SYMBOLIC_LINK = 0xa000;
    private static final int WRITABLE_BY_OTHERS = 0x12; // 022

    private LogFiles() {}

    /** An open log; {@code identity} tells it from every other file that is open or has a name. */
    record Opened(FileChannel channel, Identity identity) {}

    record Identity(long device, long inode) {}

    /** The caller closes the channel. {@code verb} is a word of the messages. */
    static Opened openForReading(Path file) throws LogFileException {
        return open(file, "read", StandardOpenOption.READ);
    }

    static Opened openForTruncating(Path file) throws LogFileException {
        return open(file, "clear", StandardOpenOption.WRITE);
    }

    /** What has this name now; fails as opening it would. */
    static Identity identityOf(Path file) throws LogFileException {
        try {
            return inspect(file, isGuarded(file));
        } catch (IOException e) {
            throw problem(file, "read", e);
        }
    }

    private static Opened open(Path file, String verb, OpenOption mode) throws LogFileException {
        try {
            boolean guarded = isGuarded(file);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Identity before = inspect(file, guarded);
                FileChannel channel =
                        guarded
                                ? FileChannel.open(file, mode, LinkOption.NOFOLLOW_LINKS)
                                : FileChannel.open(file, mode);
                if (stillIs(before, file, guarded)) {
                    return new Opened(channel, before);
                }
                channel.close();
            }
            throw new LogFileException(
                    LogFileException.FAILED, "it is replaced again and again while it is opened");
        } catch (IOException e) {
            throw problem(file, verb, e);
        }
    }

    private static boolean stillIs(Identity before, Path file, boolean guarded)
            throws LogFileException {
        try {
            return inspect(file, guarded).equals(before);
        } catch (IOException e) {
            return false; // the next attempt says what is wrong now
        }
    }

    private static Identity inspect(Path file, boolean guarded) throws IOException {
        LinkOption[] links =
                guarded ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS} : new LinkOption[0];
        Map<String, Object> found = Files.readAttributes(file, "unix:mode,nlink,dev,ino", links);
        int type = (int) found.get("mode") & TYPE;
        String where = "in a directory that others may write to";
        if (type == SYMBOLIC_LINK) {
            throw new LogFileException(LogFileException.REFUSED, "it is a symbolic link " + where);
        }
        if (type != REGULAR) {
            throw new LogFileException(LogFileException.NOT_REGULAR, "it is not a regular file");
        }
        if (guarded && (int) found.get("nlink") > 1) {
            throw new LogFileException(
                    LogFileException.REFUSED,
                    "it has " + found.get("nlink") + " names (hard links) " + where);
        }
        return new Identity((long) found.get("dev"), (long) found.get("ino"));
    }

    /** True if somebody who is neither we nor root may put files where {@code file} is. */
    private static boolean isGuarded(Path file) throws IOException {
        Path directory = directoryOf(file);
        Map<String, Object> found = Files.readAttributes(directory, "unix:mode,uid");
        int owner = (int) found.get("uid");
        return ((int) found.get("mode") & WRITABLE_BY_OTHERS) != 0
                || (owner != 0 && owner != ourUid());
    }

    static Path directoryOf(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        return directory == null ? Path.of("/") : directory;
    }

    private static int ourUid() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /** {@code cannot read log "/x/y": EACCES (permission denied)}. */
    static LogFileException problem(Path file, String verb, IOException e) {
        String code =
                switch (e) {
                    case LogFileException ours -> ours.code();
                    case NoSuchFileException missing -> LogFileException.NO_SUCH_FILE;
                    default -> LogFileException.FAILED;
                };
        return new LogFileException(code, "cannot " + verb + " log \"" + file + "\": " + cause(e));
    }

    static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It was only read; there is nothing to lose.
        }
    }

    private static String cause(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "ENOENT (no such file or directory)";
            case AccessDeniedException denied -> "EACCES (permission denied)";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}
