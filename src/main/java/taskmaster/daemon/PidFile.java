package taskmaster.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileStatus;
import taskmaster.posix.SafeFiles;

/**
 * The pid file, locked as long as the daemon lives (man 2 fcntl, F_SETLK): the lock, not the number
 * in it, says that a daemon runs, so a file left behind by a crash is no obstacle.
 *
 * <p>Never opened through a symbolic link: its default place is wherever the daemon was started.
 */
final class PidFile implements AutoCloseable {

    private static final int ATTEMPTS = 3;

    /**
     * Whoever can read a file can hold a lock for reading on it (man 2 fcntl), which would keep the
     * next daemon from starting after a crash; whoever can write it decides what others kill.
     */
    private static final int MODE = 0600;

    private final Path path;
    private final FileChannel channel;
    private final SafeFiles files;

    /** What tells the file from one that took its name later. */
    private final FileStatus status;

    private PidFile(Path path, FileChannel channel, SafeFiles files, FileStatus status) {
        this.path = path;
        this.channel = channel;
        this.files = files;
        this.status = status;
    }

    /**
     * @throws StartFailure it cannot be opened, is no file of ours, or another daemon holds it
     */
    static PidFile acquire(Path path, SafeFiles files) throws StartFailure {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<PidFile> acquired = tryToAcquire(path, files);
                if (acquired.isPresent()) {
                    return acquired.get();
                }
            }
            throw new IOException("it is replaced again and again");
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.FAILED,
                    "cannot open the pid file \"" + path + "\": " + Reasons.of(e) + remedy(e));
        }
    }

    private static String remedy(IOException e) {
        boolean denied = e instanceof ErrnoException x && x.errno().equals(Errno.EACCES);
        return denied ? "; give a pidfile that this user may write" : "";
    }

    /** Empty where another daemon, which was about to end, removed the file that we opened. */
    private static Optional<PidFile> tryToAcquire(Path path, SafeFiles files)
            throws IOException, StartFailure {
        SafeFiles.Opened opened = open(path, files);
        FileChannel channel = opened.channel();
        boolean locked = false;
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                String holder = read(channel);
                throw new StartFailure(
                        StartFailure.FAILED,
                        "another taskmasterd"
                                + (holder.isEmpty() ? "" : " (pid " + holder + ")")
                                + " holds the pid file \""
                                + path
                                + "\"; stop it first, or give this one another pidfile");
            }
            locked = files.isStill(path, opened.status());
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked
                ? Optional.of(new PidFile(path, channel, files, opened.status()))
                : Optional.empty();
    }

    private static SafeFiles.Opened open(Path path, SafeFiles files)
            throws IOException, StartFailure {
        try {
            return files.openOwn(path, MODE);
        } catch (SafeFiles.UnsafeFileException e) {
            throw new StartFailure(
                    StartFailure.FAILED,
                    "cannot use the pid file \""
                            + path
                            + "\": "
                            + e.getMessage()
                            + "; remove it, or give another pidfile");
        }
    }

    void write(long pid) throws StartFailure {
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.FAILED,
                    "cannot write the pid file \"" + path + "\": " + Reasons.of(e));
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        int length = channel.read(bytes, 0);
        return length <= 0
                ? ""
                : new String(bytes.array(), 0, length, StandardCharsets.US_ASCII).strip();
    }

    /** Removes the file, unless the name is another's by now, then lets go of the lock. */
    @Override
    public void close() throws IOException {
        try {
            files.remove(path, status);
        } finally {
            channel.close();
        }
    }
}
