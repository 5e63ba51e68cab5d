package taskmaster.line;

import java.io.IOException;
import taskmaster.line.LineEditor.Outcome;
import taskmaster.line.TerminalSession.Event;
import taskmaster.posix.Terminal;

/**
 * Lines from a terminal: puts session, editor and screen together.
 *
 * <p>{@link #begin} shows a prompt; then {@link #next} returns whenever there is something that is
 * not its own business, while the line stays where it is: then print by {@link Screen#print}, which
 * comes above it, and call {@link #next} again. Once it has returned a line, Ctrl-C or the end, the
 * terminal is as it was found, until the next {@link #begin}.
 *
 * <p>Owned by one thread.
 */
public final class LineReader {

    /** What the reader cannot deal with itself. */
    public sealed interface Result {

        /** Enter. */
        record Line(String text) implements Result {}

        /** Without more to say. */
        enum Plain implements Result {
            /** Ctrl-C: the line was dropped. */
            INTERRUPTED,
            /** Ctrl-D on an empty line, or the terminal has gone. */
            END
        }

        /** Something else; the line is still there. */
        record Happened(Event event) implements Result {}
    }

    private final TerminalSession session;
    private final Screen screen;
    private final LineEditor editor;
    private String prompt = "";

    /** What was typed last is not shown yet: more came at once, and only the end of it matters. */
    private boolean undrawn;

    public LineReader(TerminalSession session, Screen screen, LineEditor editor) {
        this.session = session;
        this.screen = screen;
        this.editor = editor;
    }

    /**
     * Shows a prompt and takes what is typed; an unfinished line is still there.
     *
     * @param shown may have colours in it, as {@code ESC [ 1 m}
     * @throws IOException the terminal has gone
     */
    public void begin(String shown) throws IOException {
        prompt = shown;
        session.enter(Terminal.Mode.KEYS);
        Terminal.Size size = session.terminal().size(); // no signal came to who was not asked
        if (size.columns() != 0
                && (size.columns() != screen.width() || size.rows() != screen.height())) {
            screen.resize(size.columns(), size.rows());
        }
        draw();
    }

    /** Shows another prompt from now on, with the same line. */
    public void changePrompt(String shown) throws IOException {
        prompt = shown;
        draw();
    }

    /** Puts the terminal back without a line; {@link #begin} goes on with what there is of it. */
    public void interrupt() throws IOException {
        screen.leave("");
        session.leave();
    }

    private void draw() throws IOException {
        undrawn = false;
        screen.draw(editor.searchPrompt().orElse(prompt), editor.text(), editor.cursor());
    }

    /**
     * The next line, or whatever comes before it.
     *
     * @param nanos to wait at most: then {@link Event.Plain#TIMED_OUT} has happened
     * @throws IOException the terminal has gone
     */
    public Result next(long nanos) throws IOException {
        while (true) {
            switch (session.await(nanos)) {
                case Event.Typed(Key key) -> {
                    if (undrawn && !(key instanceof Key.Text)) {
                        draw();
                    }
                    Outcome outcome = editor.type(key);
                    if (shows(outcome)) {
                        continue;
                    }
                    return finished(outcome);
                }
                case Event.Resized(Terminal.Size size) ->
                        screen.resize(size.columns(), size.rows());
                case Event.Plain.CONTINUED -> {
                    Terminal.Size size = session.terminal().size(); // told to others meanwhile
                    screen.repaint(size.columns(), size.rows());
                }
                case Event.Plain.HUNG_UP -> {
                    return Result.Plain.END;
                }
                case Event event -> {
                    return new Result.Happened(event);
                }
            }
        }
    }

    /** False where the line is at its end. */
    private boolean shows(Outcome outcome) throws IOException {
        if (outcome == Outcome.Plain.EDITED && session.hasKey()) {
            undrawn = true;
            return true;
        }
        switch (outcome) {
            case Outcome.Plain.EDITED -> draw();
            case Outcome.Plain.BELL -> {
                draw(); // a search may have failed
                screen.bell();
            }
            case Outcome.Plain.CLEAR_SCREEN -> screen.clear();
            case Outcome.Choices(var candidates) -> screen.list(candidates);
            case Outcome.Accepted(String line) -> {
                screen.draw(prompt, line, line.length()); // it may have been searched for
                return false;
            }
            case Outcome.Plain.INTERRUPTED, Outcome.Plain.END -> {
                return false;
            }
        }
        return true;
    }

    private Result finished(Outcome outcome) throws IOException {
        screen.leave(outcome == Outcome.Plain.INTERRUPTED ? "^C" : "");
        session.leave();
        return switch (outcome) {
            case Outcome.Accepted(String line) -> new Result.Line(line);
            case Outcome.Plain.INTERRUPTED -> Result.Plain.INTERRUPTED;
            default -> Result.Plain.END;
        };
    }
}
