package taskmaster.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pid file, locked as long as the daemon lives (man 2 fcntl, F_SETLK): the lock, not the number
 * in it, says that a daemon runs, so a file left behind by a crash is no obstacle.
 *
 * <p>Never opened through a symbolic link: its default place is wherever the daemon was started.
 */
final class PidFile implements AutoCloseable {

    private static final int ATTEMPTS = 3;

    private final Path path;
    private final FileChannel channel;

    /** What tells the file from one that took its name later. */
    private final Object identity;

    private PidFile(Path path, FileChannel channel, Object identity) {
        this.path = path;
        this.channel = channel;
        this.identity = identity;
    }

    /**
     * @throws StartFailure it cannot be opened, is no file of ours, or another daemon holds it
     */
    static PidFile acquire(Path path, int uid) throws StartFailure {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<PidFile> acquired = tryToAcquire(path, uid);
                if (acquired.isPresent()) {
                    return acquired.get();
                }
            }
            throw new IOException("it is replaced again and again");
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.FAILED,
                    "cannot open the pid file \"" + path + "\": " + Reasons.of(e));
        }
    }

    /** Empty where another daemon, which was about to end, removed the file that we opened. */
    private static Optional<PidFile> tryToAcquire(Path path, int uid)
            throws IOException, StartFailure {
        FileChannel channel =
                FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS));
        boolean locked = false;
        Object opened = "";
        try {
            opened = requireOurs(path, uid);
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
            locked = requireOurs(path, uid).equals(opened);
        } catch (NoSuchFileException removed) {
            locked = false;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        return locked ? Optional.of(new PidFile(path, channel, opened)) : Optional.empty();
    }

    /** Returns what tells the file from every other. */
    private static Object requireOurs(Path path, int uid) throws IOException, StartFailure {
        Map<String, Object> facts = facts(path);
        boolean ours =
                facts.get("uid").equals(uid)
                        && facts.get("nlink").equals(1)
                        && facts.get("isRegularFile").equals(true);
        if (!ours) {
            throw new StartFailure(
                    StartFailure.FAILED,
                    "cannot use the pid file \""
                            + path
                            + "\": it is not a file of ours (another owner, a link, or no regular file);"
                            + " remove it, or give another pidfile");
        }
        return identity(facts);
    }

    private static Map<String, Object> facts(Path path) throws IOException {
        return Files.readAttributes(
                path, "unix:uid,nlink,isRegularFile,dev,ino", LinkOption.NOFOLLOW_LINKS);
    }

    private static Object identity(Map<String, Object> facts) {
        return List.of(facts.get("dev"), facts.get("ino"));
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
            if (identity(facts(path)).equals(identity)) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException gone) {
            // Somebody has removed it already.
        } finally {
            channel.close();
        }
    }
}
