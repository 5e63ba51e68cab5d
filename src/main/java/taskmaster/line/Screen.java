package taskmaster.line;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The line that is edited, at the lower end of what is shown, and all that is printed, which comes
 * above it. Only what changed is drawn. Everything that goes to the terminal while a line is edited
 * must go through here, or it is drawn over.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>Sequences are those that all terminals since the VT100 have (ECMA-48: CUU, CUF, ED, EL,
 *       SGR): there is no look into a terminfo, and no question to the terminal.
 *   <li>Long lines are left to the terminal to wrap, so that it can wrap them anew when its window
 *       is resized, and copy them whole. After a resize it is taken to have done so, as tmux and
 *       most others do.
 *   <li>A {@link #plain} one, for a dumb terminal or a pipe, prints, and draws nothing.
 *   <li>What one call shows goes out as one write.
 * </ul>
 *
 * <p>Owned by one thread.
 */
public final class Screen {

    /** Where the bytes go: {@code terminal::write}. */
    @FunctionalInterface
    public interface Sink {
        void write(byte[] bytes) throws IOException;
    }

    private static final String RESET = "\033[0m";
    private static final String CLEAR_BELOW = "\033[J";
    private static final String CLEAR_RIGHT = "\033[K";

    /** What is pasted comes in brackets, as one key (Bracketed Paste Mode of xterm). */
    private static final String BRACKETS_ON = "\033[?2004h";

    private static final String BRACKETS_OFF = "\033[?2004l";
    private static final String CLEAR_ALL = "\033[H\033[2J";

    private final Sink sink;
    private final boolean plain;
    private final StringBuilder out = new StringBuilder();
    private int width;
    private int height;

    /** What is drawn, relative to its own first row. */
    private Layout.Picture shown = Layout.Picture.EMPTY;

    private boolean drawing;
    private String prompt = "";
    private String line = "";
    private int cursor;

    /** Of the terminal's cursor, relative to the same row. */
    private int row;

    private int column;

    /** Whether what was printed last ended in a newline. */
    private boolean atLineStart = true;

    private Screen(Sink sink, boolean plain, int width, int height) {
        this.sink = sink;
        this.plain = plain;
        setSize(width, height);
    }

    /** A terminal of that size; 0 is taken for 80 and 24. */
    public static Screen of(Sink sink, int width, int height) {
        return new Screen(sink, false, width, height);
    }

    /** Something that shows text and nothing else. */
    public static Screen plain(Sink sink) {
        return new Screen(sink, true, 0, 0);
    }

    private void setSize(int columns, int rows) {
        width = columns == 0 ? 80 : columns;
        height = rows == 0 ? 24 : rows;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /**
     * Shows a line, with the cursor in it; it stays below all that is printed until {@link #leave}.
     *
     * @param newPrompt may have colours in it, as {@code ESC [ 1 m}
     * @param at of the cursor, in chars
     */
    public void draw(String newPrompt, String newLine, int at) throws IOException {
        prompt = newPrompt;
        line = newLine;
        cursor = at;
        if (!plain) {
            if (!drawing) {
                begin();
                out.append(BRACKETS_ON);
            }
            redraw();
            flush();
        }
    }

    private void begin() {
        if (!atLineStart) {
            out.append("\r\n");
        }
        atLineStart = true;
        forget();
        drawing = true;
    }

    private void forget() {
        shown = Layout.Picture.EMPTY;
        row = 0;
        column = 0;
    }

    private void redraw() {
        Layout.Picture next = Layout.of(prompt, line, cursor, width, height);
        int same = 0;
        int most = Math.min(shown.cells().size(), next.cells().size());
        while (same < most && shown.cells().get(same).equals(next.cells().get(same))) {
            same++;
        }
        if (same < next.cells().size()) {
            write(next, goTo(next, same));
        } else if (same < shown.cells().size()) {
            moveTo(next.end().row(), Math.min(next.end().column(), width - 1));
        }
        if (isBehind(shown.end(), next.end())) {
            out.append(CLEAR_BELOW);
        }
        shown = next;
        moveTo(next.cursor().row(), next.cursor().column());
    }

    /**
     * Moves to where a cell is to be written, which is the end of the one before: a wide character
     * may begin the next row. Where that is behind the last column, no cursor can be put there.
     *
     * @return from which cell on to write
     */
    private int goTo(Layout.Picture next, int index) {
        Layout.Cell first = next.cells().get(index);
        Layout.Cell before = index == 0 ? first : next.cells().get(index - 1);
        int end = before.column() + Columns.of(before.text());
        if (index == 0 || before.isNewline()) {
            moveTo(first.row(), 0);
        } else if (end < width) {
            moveTo(before.row(), end);
        } else if (first.isNewline()) {
            moveTo(before.row(), before.column());
            return index - 1;
        } else {
            moveTo(first.row(), 0);
        }
        return index;
    }

    private static boolean isBehind(Layout.Place a, Layout.Place b) {
        return a.row() > b.row() || (a.row() == b.row() && a.column() > b.column());
    }

    private void write(Layout.Picture next, int from) {
        String style = "";
        for (int i = from; i < next.cells().size(); i++) {
            Layout.Cell cell = next.cells().get(i);
            if (!cell.style().equals(style)) {
                out.append(style.isEmpty() ? "" : RESET).append(cell.style());
                style = cell.style();
            }
            write(cell);
        }
        if (!style.isEmpty()) {
            out.append(RESET);
        }
        if (next.isFull()) {
            out.append(" \r"); // now the next row is begun, and the cursor in it
            row++;
            column = 0;
        }
    }

    private void write(Layout.Cell cell) {
        boolean clears = column < width && (cell.isNewline() || cell.row() > row);
        if (clears) {
            out.append(CLEAR_RIGHT); // of a wide character that did not fit, or a longer line
        }
        if (cell.isNewline()) {
            out.append("\r\n");
            row = cell.row() + 1;
            column = 0;
        } else {
            out.append(cell.text());
            row = cell.row();
            column = cell.column() + Columns.of(cell.text());
        }
    }

    private void moveTo(int toRow, int toColumn) {
        if (toRow < row) {
            out.append("\033[").append(row - toRow).append('A');
        }
        for (int i = row; i < toRow; i++) {
            out.append("\r\n");
            column = 0;
        }
        row = toRow;
        if (toColumn != column) {
            out.append('\r');
            if (toColumn > 0) {
                out.append("\033[").append(toColumn).append('C');
            }
            column = toColumn;
        }
    }

    /** Prints text, above the line where there is one. Lines end in newlines. */
    public void print(String text) throws IOException {
        if (text.isEmpty()) {
            return;
        }
        if (drawing && !plain) {
            moveTo(0, 0);
            out.append(CLEAR_BELOW);
            forget();
        }
        append(text);
        atLineStart = text.endsWith("\n");
        if (drawing && !plain) {
            begin();
            redraw();
        }
        flush();
    }

    private void append(String text) {
        int start = 0;
        int end = plain ? -1 : text.indexOf('\n');
        while (end >= 0) {
            out.append(text, start, end).append("\r\n");
            start = end + 1;
            end = text.indexOf('\n', start);
        }
        out.append(text, start, text.length());
    }

    /** Shows what could be typed, as much of it as fits into the window. */
    public void list(List<Candidate> candidates) throws IOException {
        print(Choices.text(candidates, width, height));
    }

    /** The line is finished: what comes next comes below it, after what is put behind its end. */
    public void leave(String behind) throws IOException {
        if (drawing) {
            moveTo(shown.end().row(), shown.end().column());
            out.append(behind).append(BRACKETS_OFF).append("\r\n");
            forget();
            drawing = false;
            flush();
        }
    }

    /** Clears the window; the line is at its top then. */
    public void clear() throws IOException {
        if (!plain) {
            out.append(CLEAR_ALL);
            forget();
            atLineStart = true;
            if (drawing) {
                redraw();
            }
            flush();
        }
    }

    public void bell() throws IOException {
        if (!plain) {
            out.append('\007');
            flush();
        }
    }

    /** The window has another size. */
    public void resize(int columns, int rows) throws IOException {
        setSize(columns, rows);
        if (drawing && !plain) {
            Layout.Picture wrapped = Layout.of(prompt, line, cursor, width, height);
            row = wrapped.cursor().row();
            column = width; // it may be anywhere
            moveTo(0, 0);
            out.append(CLEAR_BELOW);
            forget();
            redraw();
            flush();
        }
    }

    /**
     * Somebody else has used the terminal meanwhile, which has this size now: draws the line anew
     * where the cursor is.
     */
    public void repaint(int columns, int rows) throws IOException {
        setSize(columns, rows);
        if (drawing && !plain) {
            forget();
            out.append(BRACKETS_ON).append('\r').append(CLEAR_BELOW);
            redraw();
            flush();
        }
    }

    private void flush() throws IOException {
        byte[] bytes = out.toString().getBytes(StandardCharsets.UTF_8);
        out.setLength(0);
        if (bytes.length > 0) {
            sink.write(bytes);
        }
    }
}
