package taskmaster.output;

import java.io.IOException;

/** A log that cannot be used, with the word that programs get ({@link Sink#error}). */
final class LogFileException extends IOException {

    static final String NO_SUCH_FILE = "no_such_file";
    static final String NOT_REGULAR = "not_regular";
    static final String REFUSED = "refused";
    static final String BUSY = "busy";
    static final String FAILED = "failed";

    private static final long serialVersionUID = 1;

    private final String code;

    LogFileException(String code, String message) {
        super(message);
        this.code = code;
    }

    String code() {
        return code;
    }
}
