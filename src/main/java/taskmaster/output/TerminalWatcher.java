package taskmaster.output;

import taskmaster.posix.TerminalModes;

/**
 * Somebody who watches a terminal. The program does not wait for who is slower than it, as one who
 * prints a large file on a slow line: beyond {@link #MOST_AHEAD} bytes that were not taken, what
 * comes is counted, and once all was taken the last of it is shown. Owned by the thread {@code
 * output}.
 */
final class TerminalWatcher {

    /** Bytes; a reply has up to six for each, and who leaves 4 MiB unread is dropped. */
    static final int MOST_AHEAD = 256 * 1024;

    private final Sink sink;

    /** What was given since all before was taken. */
    private int ahead;

    private long skipped;

    TerminalWatcher(Sink sink) {
        this.sink = sink;
    }

    Sink sink() {
        return sink;
    }

    /** What the program prints. */
    void show(byte[] bytes, int count) {
        if (!sink.isBehind()) {
            ahead = 0;
        }
        if (skipped > 0 || ahead + count > MOST_AHEAD) {
            skipped += count;
        } else {
            give(bytes, count);
        }
    }

    /** What it need not have printed now. */
    void give(byte[] bytes, int count) {
        if (count > 0) {
            ahead += count;
            sink.data(bytes, count);
        }
    }

    boolean skips() {
        return skipped > 0;
    }

    /** Shows where the program has come to, once all before was taken. */
    void catchUp(Recent recent, TerminalModes modes) {
        if (skipped > 0 && !sink.isBehind()) {
            ahead = 0;
            showLast(recent, modes);
        }
    }

    /** There is nothing more to come. */
    void end(Recent recent, TerminalModes modes) {
        if (skipped > 0) {
            showLast(recent, modes);
        }
        sink.end();
    }

    /**
     * A whole screen is drawn anew by its program; of one that prints lines, the last are shown.
     */
    private void showLast(Recent recent, TerminalModes modes) {
        sink.skipped(skipped);
        byte[] last = modes.isAlternate() ? new byte[0] : recent.last(skipped);
        skipped = 0;
        give(last, last.length);
        byte[] established = modes.establish();
        give(established, established.length);
    }
}
