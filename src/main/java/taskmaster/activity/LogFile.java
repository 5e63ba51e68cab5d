package taskmaster.activity;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The file behind a log, open for appending. Owned by its writer's thread once it is open. */
final class LogFile {

    static final Path STDOUT = Path.of("/dev/stdout");
    private static final Path STDERR = Path.of("/dev/stderr");

    /** Opens nothing: what is borrowed is never opened again. */
    private static final LogOpener NONE =
            path -> {
                throw new IOException("it is not ours to open");
            };

    private final Path path;
    private final boolean borrowed;
    private final LogOpener opener;
    private FileChannel channel;

    private LogFile(Path path, boolean borrowed, LogOpener opener, FileChannel channel) {
        this.path = path;
        this.borrowed = borrowed;
        this.opener = opener;
        this.channel = channel;
    }

    static LogFile open(Path path, LogOpener opener) throws IOException {
        if (path.equals(STDOUT)) {
            return borrowed(path, new FileOutputStream(FileDescriptor.out).getChannel());
        }
        if (path.equals(STDERR)) {
            return borrowed(path, new FileOutputStream(FileDescriptor.err).getChannel());
        }
        return new LogFile(path, false, opener, openChannel(path, opener));
    }

    /** A descriptor that was there before us: never closed, never opened again. */
    static LogFile borrowed(Path name, FileChannel channel) {
        return new LogFile(name, true, NONE, channel);
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

    void reopen() throws IOException {
        if (!borrowed) {
            FileChannel old = channel;
            channel = openChannel(path, opener);
            close(old);
        }
    }

    void close() {
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

    private static FileChannel openChannel(Path path, LogOpener opener) throws IOException {
        try {
            return opener.open(path.toAbsolutePath());
        } catch (IOException e) {
            throw new IOException("cannot open log \"" + path + "\": " + cause(e), e);
        }
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
