package taskmaster.line;

/** Knows what the words of a line mean. Called by the thread that edits, which waits for it. */
@FunctionalInterface
public interface Completer {

    /** Knows nothing. */
    Completer NONE = (line, cursor) -> Completion.NONE;

    /**
     * What could stand at the cursor.
     *
     * @param cursor 0 to the length of the line, in chars
     */
    Completion complete(String line, int cursor);
}
