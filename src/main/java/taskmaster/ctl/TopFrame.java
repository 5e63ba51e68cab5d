package taskmaster.ctl;

import java.util.ArrayList;
import java.util.List;
import taskmaster.line.Columns;

/** A {@link TopView} as the lines of a screen, none wider than that. Pure. */
final class TopFrame {

    private static final String KEYS =
            "q Quit  s Stop  u Start  r Restart  f Follow  / Filter  N P M T R S Sort  < > Order"
                    + "  h Help";

    private static final List<String> HELP =
            List.of(
                    "",
                    "  N  P  M     sort by name, CPU, memory; again: the other way round",
                    "  T  R  S     sort by uptime, restarts, state",
                    "  <  >        the smallest first, the largest first",
                    "  arrows, PgUp, PgDn, Home, End     select a process",
                    "  /           show only those with a text in name or state; Esc: all",
                    "  s  u  r     stop, start (up), restart the selected one, after y",
                    "  f  Enter    follow what it prints; q comes back",
                    "  Ctrl-L      draw the screen anew",
                    "  q           leave",
                    "",
                    "  CPU is in percent of one core, since the sample before. All figures are",
                    "  those of the process and of all it started in its session.",
                    "",
                    "  any key goes back");

    private static final Palette PLAIN = new Palette(false);

    private static final int ROWS_WITH_SUMMARY = 8;
    private static final int ROWS_WITH_HEADINGS = 3;
    private static final int ROWS_WITH_KEYS = 2;

    private final int width;
    private final int height;
    private final Palette palette;

    TopFrame(int width, int height, Palette palette) {
        this.width = width;
        this.height = height;
        this.palette = palette;
    }

    /** How many rows of processes there is room for. */
    int page() {
        int rest = height;
        rest -= height >= ROWS_WITH_SUMMARY ? 2 : 0;
        rest -= height >= ROWS_WITH_HEADINGS ? 1 : 0;
        rest -= height >= ROWS_WITH_KEYS ? 1 : 0;
        return rest;
    }

    /** At most {@code height} of them. */
    List<String> lines(TopView view) {
        List<String> lines = new ArrayList<>(height);
        if (height >= ROWS_WITH_SUMMARY) {
            List<String> summary = TopTable.summary(view.sample());
            lines.add(Cells.cut(summary.get(0), width));
            lines.add(Cells.cut(summary.get(1) + order(view), width));
        }
        if (view.mode() instanceof TopView.Mode.Help) {
            help(lines);
        } else {
            table(view, lines);
        }
        if (height >= ROWS_WITH_KEYS) {
            lines.add(Cells.cut(bottom(view), width));
        }
        return lines;
    }

    private static String order(TopView view) {
        String text =
                "; by "
                        + view.order().column().heading()
                        + (view.descending() ? ", largest first" : ", smallest first");
        return view.filter().isEmpty()
                ? text
                : text + "; with \"" + view.filter() + "\": " + view.rows().size();
    }

    private void help(List<String> lines) {
        int room = page() + (height >= ROWS_WITH_HEADINGS ? 1 : 0);
        for (int i = 0; i < room; i++) {
            lines.add(i < HELP.size() ? Cells.cut(HELP.get(i), width) : "");
        }
    }

    private void table(TopView view, List<String> lines) {
        List<TopSample.Row> rows = view.rows();
        TopTable table = new TopTable(width, view.sample().rows());
        if (height >= ROWS_WITH_HEADINGS) {
            lines.add("\033[7m" + padded(table.headings()) + "\033[0m");
        }
        int selected = view.selectedIndex();
        for (int i = 0; i < page(); i++) {
            int index = view.first() + i;
            if (index >= rows.size()) {
                lines.add("");
            } else if (index == selected) {
                lines.add("\033[1;7m" + padded(table.row(rows.get(index), PLAIN)) + "\033[0m");
            } else {
                lines.add(table.row(rows.get(index), palette));
            }
        }
    }

    private String padded(String line) {
        StringBuilder text = new StringBuilder(line);
        Text.pad(text, width - Columns.of(line));
        return text.toString();
    }

    private static String bottom(TopView view) {
        return switch (view.mode()) {
            case TopView.Mode.Table table -> view.message().isEmpty() ? KEYS : view.message();
            case TopView.Mode.Filter filter -> "/" + view.filter();
            case TopView.Mode.Confirm(TopView.Action action, String name) ->
                    action.word() + " " + name + "? (y/n)";
            case TopView.Mode.Help help -> "";
        };
    }
}
