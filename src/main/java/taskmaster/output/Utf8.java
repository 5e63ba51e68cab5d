package taskmaster.output;

/** Where characters begin and end in bytes that are, most of the time, UTF-8. */
final class Utf8 {

    /** Bytes of the longest character. */
    static final int LONGEST = 4;

    private Utf8() {}

    /** {@code length} without the beginning of a character that ends it; never 0 but for 0. */
    static int whole(byte[] bytes, int length) {
        for (int back = 1; back < LONGEST && back < length; back++) {
            byte b = bytes[length - back];
            if (!isContinuation(b)) {
                return sequence(b) > back ? length - back : length;
            }
        }
        return length;
    }

    /**
     * The first index from {@code at} on that is not inside a character which begins before {@code
     * at}; {@code at} itself when the bytes there are not UTF-8.
     */
    static int next(byte[] bytes, int length, int at) {
        for (int lead = at - 1; lead >= 0 && lead > at - LONGEST; lead--) {
            if (!isContinuation(bytes[lead])) {
                int end = lead + sequence(bytes[lead]);
                return isContinued(bytes, lead + 1, Math.min(end, length)) ? Math.max(at, end) : at;
            }
        }
        return at;
    }

    private static boolean isContinued(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isContinuation(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xc0) == 0x80;
    }

    /** Bytes of the character that {@code lead} begins; 1 where it begins none. */
    private static int sequence(byte lead) {
        if ((lead & 0xe0) == 0xc0) {
            return 2;
        }
        if ((lead & 0xf0) == 0xe0) {
            return 3;
        }
        return (lead & 0xf8) == 0xf0 ? 4 : 1;
    }
}
