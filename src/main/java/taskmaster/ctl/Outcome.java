package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * How a command ends: what goes to stdout, what goes to stderr, and the exit code.
 *
 * <p>What supervisorctl prints goes to stdout, {@code x: ERROR (no such process)} too, because
 * scripts read it there; what only we say goes to stderr.
 */
final class Outcome {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    /** {@code status}: something that was named does not run (LSB). */
    static final int STOPPED = 3;

    /** {@code status}: nothing is known (LSB). */
    static final int UNKNOWN = 4;

    /** A command other than {@code status}: this user may not (LSB). */
    static final int NOT_ALLOWED = 4;

    /** Something does not run that had to (LSB). */
    static final int NOT_RUNNING = 7;

    /** By Ctrl-C, as shells have it: 128 + SIGINT. */
    static final int INTERRUPTED = 130;

    private final byte[] out;
    private final String err;
    private final int exit;

    /** {@code out} is handed over. */
    Outcome(byte[] out, String err, int exit) {
        this.out = out;
        this.err = err;
        this.exit = exit;
    }

    static Outcome printed(String out, int exit) {
        return new Outcome(out.getBytes(UTF_8), "", exit);
    }

    static Outcome printed(String out, String err, int exit) {
        return new Outcome(out.getBytes(UTF_8), err, exit);
    }

    static Outcome refused(String err, int exit) {
        return new Outcome(new byte[0], err, exit);
    }

    byte[] out() {
        return out;
    }

    String err() {
        return err;
    }

    int exit() {
        return exit;
    }
}
