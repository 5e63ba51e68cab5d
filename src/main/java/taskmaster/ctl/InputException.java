package taskmaster.ctl;

import java.io.IOException;

/** What should be read cannot be; its message says so, and why. */
final class InputException extends IOException {

    private static final long serialVersionUID = 1;

    InputException(String message) {
        super(message);
    }
}
