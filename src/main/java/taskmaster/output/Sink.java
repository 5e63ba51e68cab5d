package taskmaster.output;

/**
 * Where the bytes of a log go. No call may wait: what is slow must be queued, bounded, by the sink,
 * which closes itself when the bound is reached.
 *
 * <p>All calls but {@link #error} for a request that was refused come from the thread {@code
 * log-reader}. After {@link #end} or {@link #error} there are none.
 */
public interface Sink {

    /**
     * The next bytes: the first {@code length} of an array that is used again after the call. A
     * chunk ends inside a UTF-8 character only where the file did when it was read; so who decodes
     * must keep the beginning of a character for the next call.
     */
    void data(byte[] bytes, int length);

    /** The file that is followed became shorter; what comes next is from its beginning. */
    void truncated();

    /** So many bytes were not given, since {@link #isBehind}; what comes next is from later on. */
    default void skipped(long bytes) {}

    /** True while not all that was given has been taken. Any thread may ask. */
    default boolean isBehind() {
        return false;
    }

    /** The end of a tail; a follow has none. */
    void end();

    /**
     * It cannot be done, or not any more.
     *
     * @param code {@code no_such_file}, {@code not_regular}, {@code refused}, {@code busy} or
     *     {@code failed}
     */
    void error(String code, String message);

    /** False once nobody wants more. Any thread may ask. */
    boolean isOpen();

    /** Runs {@code action} once, on any thread, when nobody wants more; at once if that is so. */
    void onClose(Runnable action);
}
