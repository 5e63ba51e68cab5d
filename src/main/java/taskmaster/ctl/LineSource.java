package taskmaster.ctl;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import taskmaster.line.TerminalSession;
import taskmaster.posix.Signal;

/** Where the lines of a shell come from. Owned by the shell's thread. */
interface LineSource extends AutoCloseable {

    /** What became of asking for a line. */
    sealed interface Read {}

    /** A line, without its line feed. */
    record Line(String text) implements Read {}

    /** Ctrl-C: what was typed, also in the lines before that it continues, is dropped. */
    record Dropped() implements Read {}

    /** Something happened that {@link Session} wants to know; the line is still there. */
    record Woken() implements Read {}

    /** There is no more. */
    record End() implements Read {}

    /** A signal ended the shell. */
    record Killed(Signal signal) implements Read {}

    /** What takes time. */
    @FunctionalInterface
    interface Work {
        /** Returns an exit code. */
        int run() throws IOException;
    }

    Read next(String prompt) throws IOException;

    /** Whether somebody looks at this and types. */
    boolean isPerson();

    /** Keeps what was typed in the history. */
    void remember(String typed) throws IOException;

    /** What is typed or read until the input ends; empty where Ctrl-C ended it. */
    Optional<byte[]> rest(int most) throws IOException;

    /** Shows text above the line that is edited, or on stdout where none is. */
    void show(String text) throws IOException;

    /** The history, where there is one, oldest first. */
    Optional<List<String>> history();

    /**
     * Does some work, perhaps on another thread, and calls {@code interrupt} when Ctrl-C is typed
     * meanwhile, which is to end it.
     */
    int during(Work work, Runnable interrupt) throws IOException;

    /** The terminal on which lines are edited. */
    Optional<TerminalSession> terminal();

    /** For any thread: {@link #next} returns {@link Woken}, where that is known. */
    void wakeUp();

    @Override
    void close() throws IOException;
}
