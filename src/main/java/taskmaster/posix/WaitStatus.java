package taskmaster.posix;

/** How a process ended: its own exit code, or the signal that killed it (man 2 waitid). */
public sealed interface WaitStatus {

    /** Ended by itself. {@code code} is 0 to 255. */
    record Exited(int code) implements WaitStatus {}

    /** Ended by a signal, perhaps leaving a core file. */
    record Killed(Signal signal, boolean coreDumped) implements WaitStatus {}

    /** In the words of the activity log: {@code exit status 3}, {@code terminated by SIGKILL}. */
    default String describe() {
        return switch (this) {
            case Exited(int code) -> "exit status " + code;
            case Killed(Signal signal, boolean core) ->
                    "terminated by SIG" + signal.name() + (core ? " (core dumped)" : "");
        };
    }
}
