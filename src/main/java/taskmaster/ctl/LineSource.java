package taskmaster.ctl;

import java.io.IOException;
import java.util.Optional;

/** Where the lines of a shell come from. Owned by the shell's thread. */
interface LineSource extends AutoCloseable {

    /** What became of asking for a line. */
    sealed interface Read {}

    /** A line, without its line feed. */
    record Line(String text) implements Read {}

    /** Ctrl-C: what was typed, also in the lines before that it continues, is dropped. */
    record Dropped() implements Read {}

    /** There is no more. */
    record End() implements Read {}

    Read next(String prompt) throws IOException;

    /** What follows on the same input until it ends, but not more than so many bytes. */
    byte[] rest(int most) throws IOException;

    /** Shows text above the line that is edited, or on stdout where none is. */
    void show(String text) throws IOException;

    /** The history, where there is one, oldest first. */
    Optional<java.util.List<String>> history();

    @Override
    void close() throws IOException;
}
