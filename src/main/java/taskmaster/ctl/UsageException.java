package taskmaster.ctl;

/** A mistake of who typed a command line, in words. {@link CommandLine} turns it into an answer. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
