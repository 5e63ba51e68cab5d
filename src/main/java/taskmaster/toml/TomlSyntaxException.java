package taskmaster.toml;

/**
 * The way out of a statement that cannot be read on; {@link TomlParser} turns it into a problem.
 */
final class TomlSyntaxException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Position position;

    /** Without a stack trace: a text can hold a fault in every line. */
    TomlSyntaxException(Position position, String message) {
        super(message, null, false, false);
        this.position = position;
    }

    Position position() {
        return position;
    }
}
