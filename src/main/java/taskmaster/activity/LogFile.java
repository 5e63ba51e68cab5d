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
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The file behind a log, open for appending. Owned by its writer's thread once it is open. */
final class LogFile {

    static final Path STDOUT = Path.of("/dev/stdout");
    private static final Path NOTHING = Path.of("/dev/null");
    private static final Path STDERR = Path.of("/dev/stderr");

    /** Opens nothing: what is borrowed is never opened again. */
    private static final LogOpener NONE =
            path -> {
                throw new IOException("it is not ours to open");
            };

    /** An opener finds a file by one descriptor, looks at it, and opens it by another. */
    private static final int SPARES = 2;

    private final Path path;
    private final boolean borrowed;
    private final LogOpener opener;
    private final SizeLimit limit;
    private FileChannel channel;

    /** So that the file can be opened again when there is no descriptor left. */
    private final List<FileChannel> spares = new ArrayList<>(SPARES);

    private LogFile(
            Path path, boolean borrowed, LogOpener opener, SizeLimit limit, FileChannel channel) {
        this.path = path;
        this.borrowed = borrowed;
        this.opener = opener;
        this.limit = limit;
        this.channel = channel;
        if (!borrowed) {
            holdSpares();
        }
    }

    static LogFile open(Path path, LogOpener opener, SizeLimit limit) throws IOException {
        if (path.equals(STDOUT)) {
            return borrowed(path, new FileOutputStream(FileDescriptor.out).getChannel());
        }
        if (path.equals(STDERR)) {
            return borrowed(path, new FileOutputStream(FileDescriptor.err).getChannel());
        }
        return new LogFile(path, false, opener, limit, openChannel(path, opener));
    }

    /** A descriptor that was there before us: never closed, never opened again. */
    static LogFile borrowed(Path name, FileChannel channel) {
        return new LogFile(name, true, NONE, SizeLimit.NONE, channel);
    }

    Path path() {
        return path;
    }

    /**
     * One write; at least one byte is written. Where the file has a limit, whole lines that fit; it
     * is rotated before those that do not.
     */
    void write(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        bytes.limit(bytes.position() + fitting(bytes));
        try {
            if (channel.write(bytes) == 0) {
                // A terminal or pipe that somebody made non-blocking: to try again would be to
                // spin.
                throw new IOException("EAGAIN (resource temporarily unavailable)");
            }
        } finally {
            bytes.limit(end);
        }
    }

    /** How many of the bytes; all of them if it cannot be rotated: better too large than lost. */
    private int fitting(ByteBuffer bytes) throws IOException {
        long most = limit.maxBytes();
        if (borrowed || most == 0) {
            return bytes.remaining();
        }
        long size = channel.size();
        int lines = lines(bytes, most - size);
        if (lines == 0 && size > 0) {
            try {
                limit.mover().moveAway(path.toAbsolutePath());
                reopen();
            } catch (IOException e) {
                return bytes.remaining();
            }
            lines = lines(bytes, most);
        }
        return lines > 0 ? lines : (int) Math.min(bytes.remaining(), most);
    }

    /** How many of the bytes are whole lines that fit into the room; or all. */
    private static int lines(ByteBuffer bytes, long room) {
        if (bytes.remaining() <= room) {
            return bytes.remaining();
        }
        int length = (int) Math.max(0, room);
        while (length > 0 && bytes.get(bytes.position() + length - 1) != '\n') {
            length--;
        }
        return length;
    }

    /** The old one is let go of when there is a new one. That takes the spare descriptors. */
    void reopen() throws IOException {
        if (borrowed) {
            return;
        }
        releaseSpares();
        try {
            FileChannel old = channel;
            channel = openChannel(path, opener);
            close(old);
        } finally {
            holdSpares();
        }
    }

    private void releaseSpares() {
        for (FileChannel spare : spares) {
            close(spare);
        }
        spares.clear();
    }

    /** There may be none now: then the next time. */
    private void holdSpares() {
        try {
            while (spares.size() < SPARES) {
                spares.add(FileChannel.open(NOTHING, StandardOpenOption.READ));
            }
        } catch (IOException e) {
            // As many as can be had.
        }
    }

    void close() {
        releaseSpares();
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
