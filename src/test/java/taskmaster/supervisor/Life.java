package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import taskmaster.posix.Errno;
import taskmaster.posix.WaitStatus;

/**
 * How one process of a simulated program behaves from its clone to its end. Times are nanoseconds.
 *
 * @param exec what becomes of the way to the program
 * @param lasts how long it runs by itself; {@link #FOREVER}: until it is told to end
 * @param ending how it ends then
 * @param members processes of its group that it forks, and that survive it unless they are killed
 * @param stopped it is stopped (SIGSTOP) as soon as it runs
 * @param unkillable how long a KILL takes: it hangs in the kernel
 */
record Life(
        Exec exec,
        long lasts,
        WaitStatus ending,
        Manner manner,
        int members,
        boolean stopped,
        long unkillable) {

    static final long FOREVER = -1;

    /** What a signal that would end it does. */
    enum Manner {
        OBEYS,
        /** Exits with 0, after half a second. */
        EXITS,
        IGNORES_TERM,
        IGNORES_ALL
    }

    /** The way from clone to the program. */
    sealed interface Exec {

        /** How long it takes. */
        long after();

        /** The process has not come to its setsid before, so that it has no group. */
        boolean early();

        record Works(long after, boolean early) implements Exec {}

        /** {@code action}: the step that fails, as in "cannot ...". */
        record Fails(long after, boolean early, String action, Errno errno) implements Exec {}
    }

    static final Exec AT_ONCE = new Exec.Works(0, false);
    static final WaitStatus EXIT_0 = new WaitStatus.Exited(0);

    /** Runs until it is told to end, and then does. */
    static final Life GOOD = new Life(AT_ONCE, FOREVER, EXIT_0, Manner.OBEYS, 0, false, 0);

    /** In words: {@code exits 1 after 2.0s, ignores TERM}. */
    String describe() {
        List<String> words = new ArrayList<>();
        String hangs = exec.early() ? "hangs before its setsid for " : "hangs before its exec for ";
        if (exec.after() > 0) {
            words.add(hangs + Seconds.text(exec.after()));
        }
        if (exec instanceof Exec.Fails fails) {
            words.add("cannot " + fails.action() + ": " + fails.errno());
            return String.join(", ", words);
        }
        words.add(lasts == FOREVER ? "runs" : describe(ending) + " after " + Seconds.text(lasts));
        switch (manner) {
            case OBEYS -> {}
            case EXITS -> words.add("exits 0 half a second after a signal");
            case IGNORES_TERM -> words.add("ignores TERM");
            case IGNORES_ALL -> words.add("ignores all signals but KILL");
        }
        if (members > 0) {
            words.add("forks " + members);
        }
        if (stopped) {
            words.add("is stopped");
        }
        if (unkillable > 0) {
            words.add("dies " + Seconds.text(unkillable) + " after KILL");
        }
        return String.join(", ", words);
    }

    static String describe(WaitStatus status) {
        return switch (status) {
            case WaitStatus.Exited(int code) -> "exits " + code;
            case WaitStatus.Killed(var signal, boolean core) -> "dies of " + signal.name();
        };
    }

    Life with(Exec changed) {
        return new Life(changed, lasts, ending, manner, members, stopped, unkillable);
    }
}
