package taskmaster.line;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import taskmaster.posix.Posix;
import taskmaster.posix.SafeFiles;

/**
 * The lines that were typed, in memory and in a file that shells share.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>The file is nobody else's to read (0600), is ours, a regular file, and no symbolic link
 *       ({@link SafeFiles}). It is opened for each line anew: a shell stays open for days, and the
 *       file may be another by then.
 *   <li>Each change of the file is made under a lock on all of it (fcntl of man 2 fcntl), so that
 *       shells that end at once lose no line. Nobody waits for long: where a shell was stopped
 *       while it had the lock, the line is not saved, and who asks is told.
 *   <li>A line of the file is a line that was typed; newlines in it are written {@code \n}, and
 *       backslashes {@code \\}. Other control characters are never in it, on no way in.
 *   <li>Not kept are blank lines, those that begin with a blank, and one that is the same as the
 *       last.
 *   <li>There is an end to it: {@code most} lines in memory; the file is cut down to as many when
 *       it has twice as many, or {@link #MOST_BYTES}.
 * </ul>
 *
 * <p>Owned by one thread.
 */
public final class History {

    /** Of the file: what is before that is forgotten. */
    static final int MOST_BYTES = 1 << 20;

    private static final int LOCK_ATTEMPTS = 100;
    private static final long LOCK_PAUSE = 10_000_000;

    private final Optional<SafeFiles> files;
    private final Path file;
    private final int most;
    private final List<String> lines = new ArrayList<>();

    /** As far as we know: of our own lines and those that were there when we began. */
    private int linesInFile;

    private History(Optional<SafeFiles> files, Path file, int most) {
        if (most < 1 || most > 100_000) {
            throw new IllegalArgumentException("not a length of a history: " + most);
        }
        this.files = files;
        this.file = file;
        this.most = most;
    }

    /**
     * Without a file.
     *
     * @param most lines, 1 to 100,000
     */
    public static History inMemory(int most) {
        return new History(Optional.empty(), Path.of(""), most);
    }

    /**
     * With what the file has; it is made where it is not there.
     *
     * @param most lines, 1 to 100,000
     * @throws IOException why it cannot be used, and nothing else: {@code it is a symbolic link}
     */
    public static History open(Posix posix, Path file, int most) throws IOException {
        var history = new History(Optional.of(new SafeFiles(posix)), file, most);
        history.load();
        return history;
    }

    private void load() throws IOException {
        try (FileChannel channel = files.orElseThrow().openPrivate(file).channel()) {
            byte[] bytes = tail(channel);
            for (byte b : bytes) {
                linesInFile += b == '\n' ? 1 : 0;
            }
            lines.addAll(decoded(bytes, lastLines(bytes, bytes.length)));
        }
    }

    /** The last {@link #MOST_BYTES}, from the beginning of a line on. */
    private static byte[] tail(FileChannel channel) throws IOException {
        long size = channel.size();
        long start = Math.max(0, size - MOST_BYTES);
        ByteBuffer bytes = ByteBuffer.allocate((int) (size - start));
        while (bytes.hasRemaining() && channel.read(bytes, start + bytes.position()) > 0) {
            // goes on until it is full, or the file has become shorter
        }
        int from = 0;
        if (start > 0) {
            while (from < bytes.position() && bytes.get(from) != '\n') {
                from++;
            }
            from = Math.min(from + 1, bytes.position());
        }
        byte[] tail = new byte[bytes.position() - from];
        bytes.get(from, tail);
        return tail;
    }

    /** Where the last lines begin, so many as are kept and no more bytes than that. */
    private int lastLines(byte[] bytes, int mostBytes) {
        int start = bytes.length;
        int count = 0;
        for (int i = bytes.length - 1; i >= bytes.length - mostBytes && count < most; i--) {
            if (i == 0 || bytes[i - 1] == '\n') {
                start = i;
                count++;
            }
        }
        return start;
    }

    private static List<String> decoded(byte[] bytes, int from) {
        List<String> all = new ArrayList<>();
        int start = from;
        boolean plain = true;
        for (int i = from; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '\n') { // the last, without one, was not written to its end
                String line = decoded(bytes, start, i, plain);
                if (!line.isBlank()) {
                    all.add(line);
                }
                start = i + 1;
                plain = true;
            } else if (b < ' ' || b == 0x7f || b == '\\') {
                plain = false;
            }
        }
        return all;
    }

    /** Without the look at each character where that finds nothing: the shell is interpreted. */
    private static String decoded(byte[] bytes, int start, int end, boolean plain) {
        return plain && end - start <= Buffer.MOST
                ? new String(bytes, start, end - start, StandardCharsets.US_ASCII)
                : decoded(new String(bytes, start, end - start, StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        var line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                char next = text.charAt(i);
                line.append(next == 'n' ? '\n' : next);
            } else {
                line.append(c);
            }
        }
        return printable(line);
    }

    private static String encoded(String line) {
        if (line.indexOf('\n') < 0 && line.indexOf('\\') < 0) {
            return line + '\n';
        }
        var text = new StringBuilder(line.length() + 1);
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            switch (c) {
                case '\n' -> text.append("\\n");
                case '\\' -> text.append("\\\\");
                default -> text.append(c);
            }
        }
        return text.append('\n').toString();
    }

    /** Without what could move the cursor, but newlines; a tab becomes a blank. */
    private static String printable(CharSequence text) {
        var line = new StringBuilder(Math.min(text.length(), Buffer.MOST));
        for (int i = 0; i < text.length() && line.length() < Buffer.MOST; i++) {
            char c = text.charAt(i);
            if (c == '\t') {
                line.append(' ');
            } else if (c == '\n' || !Character.isISOControl(c)) {
                line.append(c);
            }
        }
        return line.toString();
    }

    public int size() {
        return lines.size();
    }

    /** A line, from 0 on, which is the oldest. */
    public String get(int index) {
        return lines.get(index);
    }

    /**
     * Keeps a line, if it is one to be kept.
     *
     * @throws IOException it is in memory now, but could not be saved; the message says why, and
     *     nothing else
     */
    public void add(String typed) throws IOException {
        String line = printable(typed);
        boolean same = !lines.isEmpty() && lines.get(lines.size() - 1).equals(line);
        if (line.isBlank() || Character.isWhitespace(line.charAt(0)) || same) {
            return;
        }
        lines.add(line);
        if (lines.size() > most) {
            lines.remove(0);
        }
        if (files.isPresent()) {
            save(files.get(), encoded(line).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void save(SafeFiles safe, byte[] line) throws IOException {
        try (FileChannel channel = safe.openPrivate(file).channel();
                FileLock lock = lock(channel)) {
            if (!lock.isValid()) {
                throw new IOException("its lock was lost");
            }
            endLastLine(channel);
            write(channel, line, channel.size());
            linesInFile++;
            if (linesInFile > 2 * most || channel.size() > MOST_BYTES) {
                shorten(channel);
            }
        }
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        for (int i = 0; i < LOCK_ATTEMPTS; i++) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                // Another history of this process: the same as another process.
            }
            LockSupport.parkNanos(LOCK_PAUSE);
        }
        throw new IOException("another shell has had it locked for a second");
    }

    /** Where somebody was killed while writing. */
    private static void endLastLine(FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer last = ByteBuffer.allocate(1);
        if (size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n') {
            write(channel, new byte[] {'\n'}, size);
        }
    }

    private static void write(FileChannel channel, byte[] bytes, long at) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest, at + rest.position());
        }
    }

    /**
     * Keeps the last lines, half of what would be too much. In place: another file would have to be
     * renamed to this name, away under the hands of a shell that has just opened it. Who is killed
     * in between leaves lines twice.
     */
    private void shorten(FileChannel channel) throws IOException {
        byte[] last = tail(channel);
        List<String> all = decoded(last, lastLines(last, MOST_BYTES / 2));
        List<byte[]> kept = new ArrayList<>();
        int bytes = 0;
        for (int i = all.size() - 1; i >= 0 && kept.size() < most; i--) {
            byte[] line = encoded(all.get(i)).getBytes(StandardCharsets.UTF_8);
            if (bytes + line.length > MOST_BYTES / 2) {
                break;
            }
            bytes += line.length;
            kept.add(line);
        }
        ByteBuffer content = ByteBuffer.allocate(bytes);
        for (int i = kept.size() - 1; i >= 0; i--) {
            content.put(kept.get(i));
        }
        write(channel, content.array(), 0);
        channel.truncate(bytes);
        linesInFile = kept.size();
    }
}
