package taskmaster.output;

import java.nio.ByteBuffer;
import java.util.Optional;
import taskmaster.output.LogFiles.Identity;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileIo;
import taskmaster.posix.OpenFlag;
import taskmaster.posix.Posix;

/**
 * What is being copied from a FIFO to a log and has not left the FIFO yet: a file in the runtime
 * directory with one entry, for the next daemon if this one is killed. Owned by the thread {@code
 * output}, which does one thing at a time.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>An entry is there from before the first of its bytes is in the log until after the last has
 *       left the FIFO. So whoever finds one has yet to learn whether they have left it.
 *   <li>If the FIFO begins with what the log has of them, they have not, and now do. Anything else
 *       stays in it. So what somebody else did to the log meanwhile (truncated it, removed it) can
 *       make bytes come twice, and never lose any.
 *   <li>A program that prints the same again and again must not be mistaken: what follows the bytes
 *       is once more the same only if their number is a multiple of its period. So that number is a
 *       prime, and not a small one: a row of dashes is no more than one and the same byte for a
 *       while ({@link #lengthOf}). What is left is a program that prints more than 64 KiB of one
 *       byte: it loses a copy of it if the daemon was killed in the few microseconds after the
 *       bytes had left the FIFO.
 *   <li>A write to this file is within a page, so that a signal does not cut it. It outlives the
 *       process, not the machine, with which the FIFOs' bytes go, too.
 * </ul>
 */
final class Journal {

    static final String NAME = "journal";

    private static final int MODE = 0600;
    private static final int FEW = 32 * 1024;
    private static final int LENGTH_AT = 5 * Long.BYTES;
    private static final int BYTES = 6 * Long.BYTES;

    /**
     * A copy that was begun.
     *
     * @param offset where in the log it begins
     * @param length of all of it, of which the end may not be in the log; at least 1
     */
    record Entry(Identity fifo, Identity log, long offset, int length) {}

    private final Posix posix;
    private final FileIo io;
    private final String path;
    private final ByteBuffer entry = ByteBuffer.allocate(BYTES);
    private final byte[] none = new byte[Long.BYTES];
    private int fd = -1;
    private boolean broken;
    private Optional<Entry> left = Optional.empty();

    /** Touches no file; the directory may not be there yet. */
    Journal(Posix posix, FileIo io, String path) {
        this.posix = posix;
        this.io = io;
        this.path = path;
    }

    /** How much of so many bytes is copied: the largest prime up to that; 0 of few. */
    static int lengthOf(int most) {
        if (most < FEW) {
            return 0;
        }
        int length = most;
        while (!isPrime(length)) {
            length--;
        }
        return length;
    }

    private static boolean isPrime(int number) {
        boolean prime = number % 2 != 0;
        for (int divisor = 3; prime && divisor * divisor <= number; divisor += 2) {
            prime = number % divisor != 0;
        }
        return prime;
    }

    /** Reads what a killed daemon left; there is a file. */
    void recover() {
        try {
            open();
            if (io.read(fd, 0, entry.array(), BYTES) == BYTES && entry.getLong(LENGTH_AT) > 0) {
                left = Optional.of(decode());
            }
        } catch (ErrnoException e) {
            broken = true;
        }
    }

    private Entry decode() {
        entry.clear();
        Identity fifo = new Identity(entry.getLong(), entry.getLong());
        Identity log = new Identity(entry.getLong(), entry.getLong());
        return new Entry(fifo, log, entry.getLong(), (int) entry.getLong());
    }

    /** The entry that was left for a FIFO, once. */
    Optional<Entry> take(Identity fifo) {
        if (left.isEmpty() || !left.get().fifo().equals(fifo)) {
            return Optional.empty();
        }
        Optional<Entry> taken = left;
        left = Optional.empty();
        return taken;
    }

    /** All FIFOs that were left are known: whose entry nobody took is no more. */
    void forget() {
        left = Optional.empty();
    }

    /** Whether an entry can be made: none is left, and the file can be written. */
    boolean isReady() {
        return left.isEmpty() && !broken;
    }

    /** Writes the entry; false, now and for ever, if that cannot be. */
    boolean begin(Entry begun) {
        entry.clear();
        entry.putLong(begun.fifo().device()).putLong(begun.fifo().inode());
        entry.putLong(begun.log().device()).putLong(begun.log().inode());
        entry.putLong(begun.offset()).putLong(begun.length());
        try {
            if (fd < 0) {
                open();
            }
            io.write(fd, 0, entry.array(), 0, BYTES);
        } catch (ErrnoException e) {
            broken = true;
        }
        return !broken;
    }

    private void open() throws ErrnoException {
        fd = posix.open(path, MODE, OpenFlag.READ_WRITE, OpenFlag.CREATE, OpenFlag.NO_FOLLOW);
    }

    /** There is no entry any more. */
    void end() {
        if (fd < 0) {
            return; // it could not be made
        }
        try {
            io.write(fd, LENGTH_AT, none, 0, none.length);
        } catch (ErrnoException e) {
            broken = true;
            remove();
        }
    }

    /** Removes the file. */
    void remove() {
        try {
            if (fd >= 0) {
                posix.names().remove(path);
            }
        } catch (ErrnoException e) {
            // Somebody else has.
        }
    }
}
