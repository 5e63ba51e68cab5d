package taskmaster.output;

/**
 * What is done to the lines of a stream on their way to the log.
 *
 * @param timestamp each begins with the time, in UTC: {@code 2026-11-22T13:31:08.123Z} and a space
 * @param prefix and then with this; empty: nothing
 * @param stripAnsi escape sequences of terminals are left out
 * @param syslog each goes to the system's log, too
 * @param captureMaxBytes what stands between supervisord's marks goes out as an event and not to
 *     the log, its first so many bytes; 0: the marks mean nothing
 */
public record LineRule(
        boolean timestamp, String prefix, boolean stripAnsi, boolean syslog, int captureMaxBytes) {

    /** Bytes stay as they are. */
    public static final LineRule PLAIN = new LineRule(false, "", false, false, 0);

    /** Whether nobody has to look at the bytes. */
    boolean isPlain() {
        return equals(PLAIN);
    }
}
