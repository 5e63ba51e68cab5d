package taskmaster.server;

import java.util.Arrays;

/**
 * Bytes of one client that are not yet taken. Owned by the server's thread.
 *
 * <p>Usually a whole request comes in one read and goes at once: then the bytes stay in the array
 * that all connections share ({@link #lend}). Only what is left at the end of a turn is copied
 * ({@link #keep}).
 */
final class Input {

    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int start;
    private int end;

    /** No line feed from start up to here. */
    private int searched;

    private boolean lent;

    int length() {
        return end - start;
    }

    /** Bytes of memory that are its own. */
    int heldBytes() {
        return lent ? 0 : bytes.length;
    }

    boolean isEmpty() {
        return start == end;
    }

    /** The byte at {@code index}, from 0 to length - 1. */
    byte at(int index) {
        return bytes[start + index];
    }

    /** Adds the first {@code count} bytes of {@code shared}, valid until {@link #keep}. */
    void lend(byte[] shared, int count) {
        if (isEmpty()) {
            bytes = shared;
            start = 0;
            searched = 0;
            end = count;
            lent = true;
            return;
        }
        int length = length();
        if (lent || end + count > bytes.length) {
            // Twice what is there, so that a line that comes byte by byte is not copied each time.
            byte[] larger = new byte[Math.max(2 * length, length + count)];
            System.arraycopy(bytes, start, larger, 0, length);
            searched -= start;
            bytes = larger;
            start = 0;
            end = length;
            lent = false;
        }
        System.arraycopy(shared, 0, bytes, end, count);
        end += count;
    }

    /** Ends the use of the shared array. */
    void keep() {
        if (isEmpty()) {
            clear();
        } else if (lent) {
            bytes = Arrays.copyOfRange(bytes, start, end);
            searched -= start;
            end -= start;
            start = 0;
            lent = false;
        }
    }

    void clear() {
        bytes = NONE;
        start = 0;
        end = 0;
        searched = 0;
        lent = false;
    }

    void skip(int count) {
        start += count;
        searched = start;
    }

    void skipBlanks() {
        int i = start;
        while (i < end && isBlank(bytes[i])) {
            i++;
        }
        if (i > start) {
            skip(i - start);
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    /** Bytes before the next line feed; -1 when there is none yet. */
    int lineLength() {
        for (int i = searched; i < end; i++) {
            if (bytes[i] == '\n') {
                searched = i;
                return i - start;
            }
        }
        searched = end;
        return -1;
    }

    /** Up to and with the first empty line, given that a first line is there; -1 without one. */
    int lengthToEmptyLine() {
        // From the line feed that the last search stopped at.
        for (int i = searched; i < end; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            int next = i + 1 < end && bytes[i + 1] == '\r' ? i + 2 : i + 1;
            if (next >= end) {
                break;
            }
            if (bytes[next] == '\n') {
                return next + 1 - start;
            }
        }
        return -1;
    }

    byte[] copy(int count) {
        return Arrays.copyOfRange(bytes, start, start + count);
    }

    /** The first {@code count} bytes as UTF-8; null-free: malformed input is an empty Optional. */
    java.util.Optional<String> text(int count) {
        return Text.utf8(bytes, start, count);
    }
}
