package taskmaster.line;

import java.util.ArrayList;
import java.util.List;

/**
 * Where each character of prompt and line is in rows of a width, as a terminal puts it that begins
 * a new row when the next character does not fit (auto margins, with the last column written before
 * the cursor leaves the row: am and xenl of man 5 terminfo).
 */
final class Layout {

    /** So that something can be computed for a window of no width. */
    private static final int LEAST_WIDTH = 2;

    private static final int ESC = 0x1b;

    /**
     * What is written at a place.
     *
     * @param text a character with its marks; a newline is {@code \n}
     * @param style the sequences that are in force for it, {@code ESC [ 1 m}
     */
    record Cell(String text, String style, int row, int column) {
        boolean isNewline() {
            return text.equals("\n");
        }
    }

    /** A place between cells. */
    record Place(int row, int column) {}

    private final int width;
    private final List<Cell> cells = new ArrayList<>();
    private String style = "";
    private int row;
    private int column;

    private Layout(int width) {
        this.width = Math.max(LEAST_WIDTH, width);
    }

    /**
     * What is to be shown.
     *
     * @param end where the next character would be
     * @param isFull whether the last row is full, so that the end is in a row that is not begun
     */
    record Picture(List<Cell> cells, Place cursor, Place end, boolean isFull) {
        static final Picture EMPTY =
                new Picture(List.of(), new Place(0, 0), new Place(0, 0), false);

        private Picture cropped(int height) {
            if (end.row() < height) {
                return this;
            }
            int first = Math.max(0, cursor.row() - height + 1);
            int last = first + height - 1;
            List<Cell> visible = new ArrayList<>();
            Place after = new Place(0, 0);
            for (Cell cell : cells) {
                if (cell.row() >= first && cell.row() <= last) {
                    boolean lastNewline = cell.isNewline() && cell.row() == last;
                    int row = cell.row() - first;
                    after = new Place(row, cell.column() + Columns.of(cell.text()));
                    if (lastNewline) {
                        after = new Place(row, cell.column());
                        break;
                    }
                    visible.add(new Cell(cell.text(), cell.style(), row, cell.column()));
                }
            }
            Place shifted = new Place(cursor.row() - first, cursor.column());
            boolean whole = end.row() <= last;
            Place shown = whole ? new Place(end.row() - first, end.column()) : after;
            return new Picture(visible, shifted, shown, isFull && whole);
        }
    }

    /**
     * Lays all out.
     *
     * @param prompt may have colours in it ({@code ESC [ 1 m})
     * @param line may have any characters in it
     * @param height of the window: of more rows those around the cursor are shown
     */
    static Picture of(String prompt, String line, int cursor, int width, int height) {
        var layout = new Layout(width);
        layout.prompt(prompt);
        layout.text(line.substring(0, cursor));
        int cursorCell = layout.cells.size();
        layout.text(line.substring(cursor));
        return layout.picture(cursorCell).cropped(Math.max(1, height));
    }

    private void prompt(String prompt) {
        int start = 0;
        int escape = prompt.indexOf(ESC);
        while (escape >= 0) {
            int end = endOfStyle(prompt, escape);
            text(prompt.substring(start, escape));
            String sequence = prompt.substring(escape, end);
            style = isReset(sequence) ? "" : style + sequence;
            start = end;
            escape = prompt.indexOf(ESC, end);
        }
        text(prompt.substring(start));
        style = "";
    }

    private static boolean isReset(String sequence) {
        return sequence.equals("\033[m") || sequence.equals("\033[0m");
    }

    private static int endOfStyle(String text, int escape) {
        int at = Math.min(escape + 2, text.length());
        while (at < text.length() && (text.charAt(at) < 0x40 || text.charAt(at) > 0x7e)) {
            at++;
        }
        return Math.min(at + 1, text.length());
    }

    private void text(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\n') {
                cells.add(new Cell("\n", style, row, column));
                row++;
                column = 0;
            } else if (Columns.isControl(c)) {
                place("^", 1);
                place(Character.toString(c < 0x80 ? c ^ 0x40 : '?'), 1);
            } else if (Columns.of(c) == 0) {
                mark(Character.toString(c));
            } else {
                place(Character.toString(c), Columns.of(c));
            }
        }
    }

    private void place(String text, int columns) {
        if (column + columns > width) {
            row++;
            column = 0;
        }
        cells.add(new Cell(text, style, row, column));
        column += columns;
    }

    /** Belongs to the character before; one that has none is not shown. */
    private void mark(String mark) {
        int last = cells.size() - 1;
        if (last >= 0 && !cells.get(last).isNewline()) {
            Cell cell = cells.get(last);
            cells.set(last, new Cell(cell.text() + mark, cell.style(), cell.row(), cell.column()));
        }
    }

    private Picture picture(int cursorCell) {
        boolean full = column >= width;
        Place end = full ? new Place(row + 1, 0) : new Place(row, column);
        Place cursor = end;
        if (cursorCell < cells.size()) {
            Cell at = cells.get(cursorCell);
            cursor = new Place(at.row(), Math.min(at.column(), width - 1));
        }
        return new Picture(List.copyOf(cells), cursor, end, full);
    }
}
