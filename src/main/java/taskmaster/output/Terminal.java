package taskmaster.output;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The pseudo-terminal of one process: what is typed into it, and who watches. Owned by the
 * supervisor's thread; no call waits. What is behind it is the thread {@code output}'s.
 */
public final class Terminal {

    /**
     * What belongs to the thread from now on.
     *
     * @param master which neither waits for reads nor for writes
     * @param stream the log's; empty: none
     */
    record Opened(int master, Optional<String> stream) {}

    private final Pump pump;
    private final TerminalSource source;

    /** Of what was typed and the terminal has not taken. */
    private final AtomicInteger waiting;

    private boolean closed;

    Terminal(Pump pump, TerminalSource source, AtomicInteger waiting) {
        this.pump = pump;
        this.source = source;
        this.waiting = waiting;
    }

    /**
     * Types all or nothing.
     *
     * @return how much: all, or 0 while too much is not taken
     */
    public int write(byte[] bytes) {
        if (closed || waiting.get() + bytes.length > TerminalSource.MOST_WAITING) {
            return 0;
        }
        waiting.addAndGet(bytes.length);
        pump.type(source, bytes.clone());
        return bytes.length;
    }

    /** Bytes that the terminal has not taken. */
    public int waiting() {
        return waiting.get();
    }

    /**
     * Shows what is printed from now on, and the last lines before, as far as they are kept.
     *
     * @param watcher called by the thread {@code output}; gets its {@link Sink#end} with {@link
     *     #close}
     */
    public void watch(Sink watcher, long lines) {
        pump.watch(source, watcher, lines);
    }

    /** Its process has ended: reads what is left, ends who watches, and closes it. */
    public void close() {
        if (!closed) {
            closed = true;
            pump.end(source);
        }
    }
}
