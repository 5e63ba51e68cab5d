package taskmaster.lifecycle;

import java.util.OptionalInt;
import taskmaster.posix.WaitStatus;

/**
 * When a process has ended for good, and the exit code that its supervisor then ends with. Pure.
 *
 * <p>For good: by itself, and nothing will start it again unless somebody asks. What was stopped on
 * request has not ended for good; whoever stopped it may start it again.
 */
public final class LastExit {

    /** It was given up (FATAL): also what env(1) and timeout(1) end with when they fail. */
    public static final int GIVEN_UP = 125;

    /** What a shell adds to the number of the signal that killed a command. */
    private static final int BY_SIGNAL = 128;

    private LastExit() {}

    /** The exit code, 0 to 255, where this step was the end for good; else empty. */
    public static OptionalInt codeAfter(ProcessState before, Event event, ProcessState after) {
        if (after instanceof ProcessState.Fatal && !(before instanceof ProcessState.Fatal)) {
            return OptionalInt.of(GIVEN_UP);
        }
        boolean forGood = after instanceof ProcessState.Exited exited && !exited.restartPending();
        return forGood && event instanceof Event.ChildExited ended
                ? OptionalInt.of(code(ended.status()))
                : OptionalInt.empty();
    }

    private static int code(WaitStatus status) {
        return switch (status) {
            case WaitStatus.Exited(int code) -> code;
            case WaitStatus.Killed(var signal, boolean core) -> BY_SIGNAL + signal.number();
        };
    }
}
