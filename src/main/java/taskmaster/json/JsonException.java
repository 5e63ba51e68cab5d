package taskmaster.json;

/** A text is not the JSON that {@link JsonParser} accepts. */
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int offset;

    /** Without a stack trace: it tells nothing here, and clients can provoke many. */
    JsonException(int offset, String message) {
        super(message, null, false, false);
        this.offset = offset;
    }

    /** Where the fault is, in chars from the start of the text; its length when the end is. */
    public int offset() {
        return offset;
    }
}
