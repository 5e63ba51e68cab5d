package taskmaster.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileStatus;
import taskmaster.posix.SafeFiles;
import taskmaster.posix.Stat;

/**
 * Opens logs that somebody else writes: for reading, and for emptying. Owned by the reader.
 *
 * <p>Only regular files, and as {@link SafeFiles} opens them: where others decide about a name,
 * they could put a link there to a file that only root may read or empty. The owner may be anybody,
 * since it may be the program's user.
 */
final class LogFiles {

    private final SafeFiles files;

    LogFiles(SafeFiles files) {
        this.files = files;
    }

    /** An open log; {@code identity} tells it from every other file that is open or has a name. */
    record Opened(FileChannel channel, Identity identity) {}

    record Identity(long device, long inode) {

        private static Identity of(FileStatus status) {
            return new Identity(status.device(), status.inode());
        }

        static Identity of(Stat stat) {
            return new Identity(stat.device(), stat.inode());
        }
    }

    /** The caller closes the channel. */
    Opened openForReading(Path file) throws LogFileException {
        return open(file, "read", StandardOpenOption.READ);
    }

    Opened openForTruncating(Path file) throws LogFileException {
        return open(file, "clear", StandardOpenOption.WRITE);
    }

    /** What has this name now; fails as opening it would. */
    Identity identityOf(Path file) throws LogFileException {
        try {
            return Identity.of(files.statusOf(file.toAbsolutePath()));
        } catch (IOException e) {
            throw problem(file, "read", e);
        }
    }

    /** {@code verb} is a word of the messages. */
    private Opened open(Path file, String verb, OpenOption mode) throws LogFileException {
        try {
            SafeFiles.Opened opened = files.openExisting(file.toAbsolutePath(), mode);
            return new Opened(opened.channel(), Identity.of(opened.status()));
        } catch (IOException e) {
            throw problem(file, verb, e);
        }
    }

    static Path directoryOf(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        return directory == null ? Path.of("/") : directory;
    }

    /** {@code cannot read log "/x/y": EACCES (permission denied)}. */
    static LogFileException problem(Path file, String verb, IOException e) {
        String code =
                switch (e) {
                    case LogFileException ours -> ours.code();
                    case SafeFiles.UnsafeFileException unsafe ->
                            unsafe.isNotRegular()
                                    ? LogFileException.NOT_REGULAR
                                    : LogFileException.REFUSED;
                    case NoSuchFileException missing -> LogFileException.NO_SUCH_FILE;
                    case ErrnoException failed when failed.errno().equals(Errno.ENOENT) ->
                            LogFileException.NO_SUCH_FILE;
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
            case ErrnoException failed -> failed.errno().toString();
            case NoSuchFileException missing -> "ENOENT (no such file or directory)";
            case AccessDeniedException denied -> "EACCES (permission denied)";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}
