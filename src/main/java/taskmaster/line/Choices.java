package taskmaster.line;

import java.util.List;

/** The list of what could be typed: in columns, or one a line where they are described. */
final class Choices {

    private static final int GAP = 2;

    /** Of the window's rows, for the line itself and the row that says how many are left out. */
    private static final int ROWS_KEPT = 2;

    private Choices() {}

    /** As lines that end in newlines, and that neither wrap nor scroll. */
    static String text(List<Candidate> candidates, int width, int height) {
        int rows = Math.max(1, height - ROWS_KEPT);
        int widest = 0;
        boolean described = false;
        for (Candidate candidate : candidates) {
            widest = Math.max(widest, Columns.of(candidate.word()));
            described |= !candidate.description().isEmpty();
        }
        return described
                ? describedOnes(candidates, widest, width, rows)
                : columns(candidates, widest, width, rows);
    }

    private static String describedOnes(
            List<Candidate> candidates, int widest, int width, int rows) {
        var text = new StringBuilder();
        int shown = Math.min(rows, candidates.size());
        for (Candidate candidate : candidates.subList(0, shown)) {
            var row = new StringBuilder(candidate.word());
            pad(row, candidate.word(), widest + GAP);
            row.append(candidate.description());
            text.append(Columns.cut(row.toString().stripTrailing(), width - 1)).append('\n');
        }
        return more(text, candidates.size() - shown);
    }

    /** Read downwards, as ls has it. */
    private static String columns(List<Candidate> candidates, int widest, int width, int rows) {
        int columns = Math.max(1, (width - 1 + GAP) / (widest + GAP));
        int shown = Math.min(candidates.size(), columns * rows);
        int used = (shown + columns - 1) / columns;
        var text = new StringBuilder();
        for (int r = 0; r < used; r++) {
            var row = new StringBuilder();
            for (int i = r; i < shown; i += used) {
                row.append(candidates.get(i).word());
                if (i + used < shown) {
                    pad(row, candidates.get(i).word(), widest + GAP);
                }
            }
            text.append(Columns.cut(row.toString(), width - 1)).append('\n');
        }
        return more(text, candidates.size() - shown);
    }

    private static void pad(StringBuilder row, String word, int columns) {
        for (int i = Columns.of(word); i < columns; i++) {
            row.append(' ');
        }
    }

    private static String more(StringBuilder text, int count) {
        return count > 0
                ? text.append("and ").append(count).append(" more\n").toString()
                : text.toString();
    }
}
