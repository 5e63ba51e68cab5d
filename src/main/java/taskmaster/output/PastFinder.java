package taskmaster.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Finds where the past begins, reading backwards in blocks: a file may have any size. */
final class PastFinder {

    private static final int BLOCK = 32 * 1024;

    private PastFinder() {}

    /** The first byte to send of the first {@code size} bytes. */
    static long start(FileChannel file, long size, Past past) throws IOException {
        long floor = Math.max(0, size - Past.MAX_BYTES);
        if (past.lines()) {
            return lineStart(file, size, floor, past.count());
        }
        return characterStart(file, size, Math.max(floor, size - past.count()));
    }

    private static long lineStart(FileChannel file, long size, long floor, long lines)
            throws IOException {
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
            int length = readFully(file, begin, block, (int) (end - begin));
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
        return earliest >= 0 ? earliest : characterStart(file, size, floor);
    }

    /** {@code at}, or a little later when it is inside a UTF-8 character. */
    private static long characterStart(FileChannel file, long size, long at) throws IOException {
        if (at <= 0 || at >= size) {
            return at;
        }
        long begin = Math.max(0, at - Utf8.LONGEST);
        byte[] around = new byte[2 * Utf8.LONGEST];
        int length = (int) Math.min(around.length, size - begin);
        length = readFully(file, begin, around, length);
        return begin + Utf8.next(around, length, (int) (at - begin));
    }

    /** Reads until {@code length} or the end of the file, which may have moved. */
    static int readFully(FileChannel file, long position, byte[] into, int length)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, position + buffer.position()) <= 0) {
                break;
            }
        }
        return buffer.position();
    }
}
