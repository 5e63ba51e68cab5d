package taskmaster.output;

/**
 * How much of what is in a file already: its last bytes, or its last lines. Never more than {@link
 * #MAX_BYTES}, whatever {@code count} says.
 *
 * @param count 0 or more
 */
public record Past(boolean lines, long count) {

    /**
     * Most bytes of the past that are sent: what a server may queue for one client. A longer line
     * is cut at its front.
     */
    public static final int MAX_BYTES = 1024 * 1024;

    public Past {
        if (count < 0) {
            throw new IllegalArgumentException("count " + count);
        }
    }

    public static Past ofBytes(long count) {
        return new Past(false, count);
    }

    public static Past ofLines(long count) {
        return new Past(true, count);
    }
}
