package taskmaster.output;

/**
 * How much of what is in a log already: its last bytes, or its last lines.
 *
 * @param count 0 or more
 * @param maxBytes never more than this, whatever {@code count} says; 1 to {@link #MAX_BYTES}
 */
public record Past(boolean lines, long count, int maxBytes) {

    /**
     * Most bytes of the past that are sent: what a server may queue for one client. A longer line
     * is cut at its front.
     */
    public static final int MAX_BYTES = 1024 * 1024;

    public Past {
        if (count < 0) {
            throw new IllegalArgumentException("count " + count);
        }
        if (maxBytes < 1 || maxBytes > MAX_BYTES) {
            throw new IllegalArgumentException("maxBytes " + maxBytes);
        }
    }

    public static Past ofBytes(long count) {
        return new Past(false, count, MAX_BYTES);
    }

    public static Past ofLines(long count) {
        return new Past(true, count, MAX_BYTES);
    }

    /** For one of so many logs that are shown together: all of them have the room of one. */
    public Past sharedBy(int logs) {
        return new Past(lines, count, Math.max(1, MAX_BYTES / Math.max(1, logs)));
    }
}
