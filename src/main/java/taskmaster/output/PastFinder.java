package taskmaster.output;

import java.io.IOException;
import java.nio.channels.FileChannel;

/** Finds where the past begins, reading backwards in blocks: a log may have any size. */
final class PastFinder {

    private static final int BLOCK = 32 * 1024;

    private PastFinder() {}

    /** The first byte to send. */
    static long start(Segments log, Past past) throws IOException {
        long size = log.size();
        long floor = Math.max(0, size - past.maxBytes());
        if (past.lines()) {
            return lineStart(log, floor, past.count());
        }
        return characterStart(log, Math.max(floor, size - past.count()));
    }

    private static long lineStart(Segments log, long floor, long lines) throws IOException {
        long size = log.size();
        if (lines == 0 || size == 0) {
            return size;
        }
        // Whole lines where there are any: the first that begins in what may be sent.
        long earliest = -1;
        long wanted = lines;
        // The byte before the floor is looked at too: a newline there makes the floor a line's
        // start.
        long lowest = Math.max(0, floor - 1);
        byte[] block = new byte[BLOCK];
        // A newline that ends the file ends its last line, and begins none.
        for (long end = size - 1; end > lowest; ) {
            long begin = Math.max(lowest, end - BLOCK);
            int length = log.read(begin, block, (int) (end - begin));
            for (int i = length - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    earliest = begin + i + 1;
                    if (--wanted == 0) {
                        return earliest;
                    }
                }
            }
            end = begin;
        }
        if (floor == 0) {
            return 0;
        }
        return earliest >= 0 ? earliest : characterStart(log, floor);
    }

    /** {@code at}, or a little later when it is inside a UTF-8 character. */
    private static long characterStart(Segments log, long at) throws IOException {
        long size = log.size();
        if (at <= 0 || at >= size) {
            return at;
        }
        long begin = Math.max(0, at - Utf8.LONGEST);
        byte[] around = new byte[2 * Utf8.LONGEST];
        int length = (int) Math.min(around.length, size - begin);
        length = log.read(begin, around, length);
        return begin + Utf8.next(around, length, (int) (at - begin));
    }

    /**
     * Where the line begins that {@code position} of a file is in; what is further back than {@link
     * Past#MAX_BYTES} is not looked at.
     */
    static long lineOf(FileChannel file, long position) throws IOException {
        long lowest = Math.max(0, position - Past.MAX_BYTES);
        byte[] block = new byte[BLOCK];
        for (long end = position; end > lowest; ) {
            long begin = Math.max(lowest, end - BLOCK);
            int length = Segments.readFully(file, begin, block, (int) (end - begin));
            int newline = lastNewline(block, length);
            if (newline >= 0) {
                return begin + newline + 1;
            }
            end = begin;
        }
        return lowest;
    }

    /** The index of the last newline of the first {@code length} bytes; -1: there is none. */
    static int lastNewline(byte[] bytes, int length) {
        int i = length - 1;
        while (i >= 0 && bytes[i] != '\n') {
            i--;
        }
        return i;
    }
}
