package taskmaster.daemon;

/** Why the daemon does not start: lines for the user, and the exit code. */
final class StartFailure extends Exception {

    private static final long serialVersionUID = 1;

    /** Something outside was not as it must be. */
    static final int FAILED = 1;

    /** The command line or the configuration is wrong. */
    static final int USAGE = 2;

    private final int exitCode;

    StartFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
