package taskmaster.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileIo;
import taskmaster.posix.Posix;
import taskmaster.posix.Stat;
import taskmaster.posix.TrustedPath;

/**
 * A log that is written by us and rotated at a line's end. Owned by one thread.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>The file is asked for its size before each write: who truncated it (copytruncate, {@code :
 *       > log}) or appended to it finds the next bytes at its new end. One without a name (removed)
 *       is left at once for a new one; one that was moved, at the first write after a second, or at
 *       {@link #reopen}.
 *   <li>It is never larger than the limit. When that is reached, it is rotated with the next byte:
 *       what stands after its last line's end is the beginning of the new file. A line longer than
 *       the limit is cut there.
 *   <li>At no moment of a rotation is a byte in no file, so that a process that dies in the middle
 *       loses nothing: the beginning of a line is written to {@code NAME.rotating}, then cut from
 *       {@code NAME}; that becomes {@code NAME.1}, and then {@code NAME.rotating} becomes {@code
 *       NAME}. What a dead process left of it is put right when the file is first opened.
 *   <li>Whoever reads by name sees the old file shortened before the name means the new one.
 * </ul>
 */
final class RotatingFile {

    /** Between two looks at what the name means. */
    private static final long LOOK_NANOS = 1_000_000_000L;

    private static final String ROTATING = ".rotating";

    private final Posix posix;
    private final FileIo io;
    private final FileTools tools;
    private final LogOpener opener;
    private final TrustedPath trusted;
    private final byte[] block;
    private final Runnable rotated;
    private RotationRule rotation;
    private String path;
    private byte[] name;
    private Backups backups;
    private int fd = -1;

    /** Where others decide about directories before it: its own, by which all names go. */
    private int directory = -1;

    private long looked;

    /** The open file when it was asked for last: after each change of it, in the same moment. */
    private Stat seen;

    private boolean recovered;

    /** The first byte of the open file is known, and is not a zero. */
    private boolean headed;

    /** Of what the open file begins with; milliseconds since 1970. */
    private long periodEnd = Long.MAX_VALUE;

    /** Does not open it. {@code rotated} is told after each rotation. */
    RotatingFile(FileTools tools, TrustedPath trusted, RotationRule rotation, Runnable rotated) {
        this.tools = tools;
        this.posix = tools.posix;
        this.io = tools.io;
        this.block = tools.block;
        this.trusted = trusted;
        this.rotation = rotation;
        this.rotated = rotated;
        opener = new LogOpener(posix);
        setPath(trusted.real());
    }

    private void setPath(String changed) {
        path = changed;
        name = changed.getBytes(StandardCharsets.UTF_8);
        backups = new Backups(posix, changed);
    }

    boolean isOpen() {
        return fd >= 0;
    }

    RotationRule rotation() {
        return rotation;
    }

    /** The older files; their names hold while the file is open. */
    Backups backups() {
        return backups;
    }

    /** Opens it, which is what holds the names of its older files. */
    void enter(long now) throws IOException {
        open(now);
    }

    /** From the next write on. */
    void change(RotationRule changed) {
        rotation = changed;
    }

    /** The next write opens the file by its name. */
    void reopen() {
        close();
    }

    /** The next write opens it again. */
    void close() {
        if (fd >= 0) {
            closeQuietly(fd);
            fd = -1;
            headed = false;
        }
        if (directory >= 0) {
            closeQuietly(directory);
            directory = -1;
        }
    }

    private void closeQuietly(int descriptor) {
        try {
            posix.close(descriptor);
        } catch (ErrnoException e) {
            // All writes were seen to succeed; there is nothing more to learn or to do.
        }
    }

    /**
     * Moves what is in a pipe to the end of the file, up to a line's end if it must be rotated for
     * it; see {@link FileIo#splice}. Only to be called when there is something in the pipe: a full
     * file is rotated first.
     *
     * @param now nanoseconds of the monotonic clock
     * @return how many bytes; -1 when the pipe is empty
     * @throws IOException it cannot be written; nothing was taken from the pipe
     */
    int splice(int pipe, int most, long now) throws IOException {
        return splice(pipe, most, prepare(now));
    }

    /** The same in a file that has been prepared just now. */
    int splice(int pipe, int most, Stat prepared) throws IOException {
        long size = prepared.size();
        headed = size > 0 && (headed || byteAt(0) != 0);
        int moved = io.splice(pipe, fd, size, Math.min(room(prepared), most));
        if (headed && moved > 0 && byteAt(0) == 0) {
            closeGap(size + moved);
        }
        return moved;
    }

    /**
     * Appends all of it, over a rotation if need be.
     *
     * @return how much that was
     * @throws IOException a part may be written
     */
    int append(byte[] bytes, int start, int length, long now) throws IOException {
        int done = 0;
        while (done < length) {
            done += appendSome(bytes, start + done, length - done, now);
        }
        return done;
    }

    /** Appends a part of it, at least a byte. */
    int appendSome(byte[] bytes, int start, int length, long now) throws IOException {
        Stat prepared = prepare(now);
        int most = Math.min(room(prepared), length);
        return io.write(fd, prepared.size(), bytes, start, most);
    }

    /**
     * What is there of a copy that was begun, in this file or, if it was rotated since, the one
     * before; nothing where it is another one. Opens it.
     */
    byte[] written(Journal.Entry entry, long now) throws IOException {
        Stat stat = open(now);
        byte[] written = written(fd, stat, entry);
        String before = backups.plain(1);
        if (written.length > 0 || !posix.names().exists(before)) {
            return written;
        }
        int older;
        try {
            older = opener.existing(before);
        } catch (IOException e) {
            return written; // it is not one of ours
        }
        try {
            return written(older, io.stat(older), entry);
        } finally {
            closeQuietly(older);
        }
    }

    private byte[] written(int file, Stat stat, Journal.Entry entry) throws IOException {
        boolean same = LogFiles.Identity.of(stat).equals(entry.log());
        long size = same ? stat.size() - entry.offset() : 0;
        byte[] written = new byte[Math.clamp(size, 0, entry.length())];
        int done = 0;
        int count = 1;
        while (done < written.length && count > 0) {
            count = io.read(file, entry.offset() + done, block, written.length - done);
            System.arraycopy(block, 0, written, done, count);
            done += count;
        }
        return written; // what was truncated meanwhile is zeros, and so like nothing in the FIFO
    }

    /** Whether the next byte begins a line. Opens the file. */
    boolean endsWithLine(long now) throws IOException {
        long size = open(now).size();
        return size == 0 || byteAt(size - 1) == '\n';
    }

    /** Opens and rotates it for the next byte; returns the file, which is below the limit. */
    Stat prepare(long now) throws IOException {
        Stat stat = open(now);
        boolean periods = rotation.period() != Period.ENDLESS;
        if (stat.size() >= rotation.limit() || (periods && periodIsOver(stat.size()))) {
            rotate(stat.size());
            if (periods) {
                beginPeriod(tools.wallClock.getAsLong());
            }
            rotated.run();
            stat = open(now);
        }
        return stat;
    }

    /** What fits into a file that has been prepared just now. */
    int room(Stat prepared) {
        return (int) Math.min(rotation.limit() - prepared.size(), Integer.MAX_VALUE);
    }

    /** Also sets the end of the period that begins with the first byte. */
    private boolean periodIsOver(long size) {
        long now = tools.wallClock.getAsLong();
        if (size > 0 && periodEnd != Long.MAX_VALUE) {
            return now >= periodEnd;
        }
        beginPeriod(now);
        return false;
    }

    private void beginPeriod(long millis) {
        periodEnd = rotation.period().endOf(millis, ZoneId.systemDefault());
    }

    private Stat open(long now) throws IOException {
        if (fd >= 0) {
            boolean there = now - looked >= LOOK_NANOS ? isFoundByName(now) : isFound();
            if (there) {
                return seen;
            }
            close();
        }
        enterDirectory();
        fd = opener.open(path, trusted, rotation.makeDirectory());
        looked = now;
        resolveLink();
        if (!recovered) {
            recover();
            recovered = true;
        }
        seen = io.stat(fd);
        if (rotation.period() != Period.ENDLESS && seen.size() > 0) {
            beginPeriod(seen.modified() * 1000);
        }
        return seen;
    }

    private boolean isFound() throws ErrnoException {
        seen = io.stat(fd);
        return seen.links() > 0;
    }

    /** One question for what it is and how large, not two: a thousand logs ask each second. */
    private boolean isFoundByName(long now) {
        looked = now;
        Stat open = seen;
        try {
            seen = io.stat(name);
            return seen.isSame(open);
        } catch (ErrnoException e) {
            return false;
        }
    }

    /** Names that are not guarded by themselves are so by a descriptor of their directory. */
    private void enterDirectory() throws IOException {
        if (trusted.guard() != TrustedPath.Guard.PATH) {
            return;
        }
        Path real = Path.of(trusted.real());
        String parent = String.valueOf(real.getParent());
        if (rotation.makeDirectory() && !posix.names().exists(parent)) {
            opener.makeDirectories(real.getParent());
        }
        directory = opener.directory(parent);
        setPath("/proc/self/fd/" + directory + "/" + real.getFileName());
    }

    private boolean nameMeans(Stat stat) {
        try {
            return io.stat(name).isSame(stat);
        } catch (ErrnoException e) {
            return false;
        }
    }

    /** Where the name is a link to a file, that is rotated and not the link. */
    private void resolveLink() throws IOException {
        if (trusted.guard() == TrustedPath.Guard.NONE && !nameMeans(io.stat(fd))) {
            setPath(Path.of(path).toRealPath().toString());
        }
    }

    private byte byteAt(long at) throws ErrnoException {
        return io.read(fd, at, block, 1) == 1 ? block[0] : 0;
    }

    /**
     * Somebody truncated the file between our look at its size and our write: there are zeros in
     * front of what we wrote. It is moved to the beginning.
     */
    private void closeGap(long size) throws IOException {
        long from = 0;
        int count = io.read(fd, from, block, block.length);
        int zeros = zeros(count);
        while (count > 0 && zeros == count) {
            from += count;
            count = io.read(fd, from, block, block.length);
            zeros = zeros(count);
        }
        from += zeros;
        long to = 0;
        while (from < size) {
            int length = io.read(fd, from, block, (int) Math.min(block.length, size - from));
            if (length == 0) {
                break; // truncated once more
            }
            to += writeFully(fd, to, length);
            from += length;
        }
        io.truncate(fd, to);
    }

    private int zeros(int count) {
        int zeros = 0;
        while (zeros < count && block[zeros] == 0) {
            zeros++;
        }
        return zeros;
    }

    /** The first bytes of the block. */
    private int writeFully(int to, long at, int length) throws ErrnoException {
        int done = 0;
        while (done < length) {
            done += io.write(to, at + done, block, done, length - done);
        }
        return length;
    }

    private void rotate(long size) throws IOException {
        // The oldest goes first: on a full disk that is what makes room for the new one.
        backups.keep(Math.max(0, rotation.backups() - 1));
        long cut = lineStart(size);
        if (cut == size) {
            moveAway();
            closeQuietly(fd);
            headed = false;
            fd = -1;
            fd = opener.open(path, trusted, rotation.makeDirectory());
        } else {
            rotateInLine(cut, size);
        }
    }

    /** Where the unfinished line at the end begins; {@code size} if that must stay where it is. */
    private long lineStart(long size) throws IOException {
        long end = size;
        while (end > 0) {
            int length = (int) Math.min(block.length, end);
            int count = io.read(fd, end - length, block, length);
            for (int i = count - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    long start = end - length + i + 1;
                    return size - start < rotation.limit() ? start : size;
                }
            }
            end -= length;
        }
        return size;
    }

    private void rotateInLine(long cut, long size) throws IOException {
        String fresh = path + ROTATING;
        backups.removeIfThere(fresh);
        int next = opener.create(fresh);
        boolean done = false;
        boolean shortened = false;
        try {
            copy(fd, cut, size, next, 0);
            io.truncate(fd, cut);
            shortened = true;
            moveAway();
            posix.names().rename(fresh, path);
            done = true;
        } finally {
            if (!done) {
                if (shortened) {
                    copy(next, 0, size - cut, fd, cut);
                }
                closeQuietly(next);
                backups.removeIfThere(fresh);
            }
        }
        closeQuietly(fd);
        headed = false;
        fd = next;
    }

    private void moveAway() throws IOException {
        if (rotation.backups() == 0) {
            posix.names().remove(path);
            return;
        }
        backups.shift();
        posix.names().rename(path, backups.plain(1));
    }

    private void copy(int from, long start, long end, int to, long at) throws IOException {
        long position = start;
        while (position < end) {
            int length =
                    io.read(from, position, block, (int) Math.min(block.length, end - position));
            if (length == 0) {
                return; // truncated meanwhile
            }
            writeFully(to, at + position - start, length);
            position += length;
        }
    }

    /** A process that died in a rotation has left the beginning of a line in a file of its own. */
    private void recover() throws IOException {
        String fresh = path + ROTATING;
        if (!posix.names().exists(fresh)) {
            return;
        }
        int left = opener.existing(fresh);
        try {
            long size = io.stat(fd).size();
            long length = io.stat(left).size();
            if (size < length || !isSame(left, fd, size - length, length)) {
                copy(left, 0, length, fd, size);
            }
        } finally {
            closeQuietly(left);
        }
        posix.names().remove(fresh);
    }

    private boolean isSame(int a, int b, long offsetOfB, long length) throws IOException {
        byte[] other = new byte[block.length];
        for (long at = 0; at < length; at += block.length) {
            int most = (int) Math.min(block.length, length - at);
            int count = io.read(a, at, block, most);
            if (io.read(b, offsetOfB + at, other, most) != count
                    || !java.util.Arrays.equals(block, 0, count, other, 0, count)) {
                return false;
            }
        }
        return true;
    }
}
