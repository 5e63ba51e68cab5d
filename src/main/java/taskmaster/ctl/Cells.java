package taskmaster.ctl;

import taskmaster.line.Columns;

/** Texts in the cells of a table on a terminal. */
final class Cells {

    private Cells() {}

    /**
     * The beginning of {@code text} in at most so many cells; with … at its end where it is cut.
     */
    static String cut(String text, int width) {
        if (Columns.of(text) <= width) {
            return text;
        }
        return width <= 0 ? "" : Columns.cut(text, width - 1) + "…";
    }
}
