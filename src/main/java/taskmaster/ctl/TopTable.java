package taskmaster.ctl;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import taskmaster.line.Columns;

/** How wide the columns of {@code top} are, and a row in them. Pure. */
final class TopTable {

    /** As many columns and characters as there are. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private final List<TopColumn> columns;
    private final Map<TopColumn, Integer> widths = new EnumMap<>(TopColumn.class);

    /** For a terminal of so many columns; what has no room is left out, the name last. */
    TopTable(int width, List<TopSample.Row> rows) {
        columns = new ArrayList<>(List.of(TopColumn.values()));
        int least = 0;
        for (TopColumn column : columns) {
            int wanted = column.width();
            if (column.standsRight()) {
                wanted = Math.max(wanted, longest(column, rows));
            }
            widths.put(column, wanted);
            least += wanted + 1;
        }
        least--;
        while (least > width && columns.size() > 1) {
            least -= widths.get(removeLeastImportant()) + 1;
        }
        long left = (long) width - least;
        if (left < 0) {
            widths.put(TopColumn.NAME, Math.max(0, width));
            return;
        }
        left -= widen(TopColumn.NAME, left, rows);
        if (columns.contains(TopColumn.LAST)) {
            widen(TopColumn.LAST, left, rows);
        }
    }

    private TopColumn removeLeastImportant() {
        TopColumn least = columns.get(0);
        for (TopColumn column : columns) {
            if (column.rank() > least.rank()) {
                least = column;
            }
        }
        columns.remove(least);
        return least;
    }

    private static int longest(TopColumn column, List<TopSample.Row> rows) {
        int longest = Columns.of(column.heading());
        for (TopSample.Row row : rows) {
            longest = Math.max(longest, Columns.of(column.cell(row)));
        }
        return longest;
    }

    /** Returns by how much. */
    private long widen(TopColumn column, long most, List<TopSample.Row> rows) {
        int width = widths.get(column);
        long more = Math.clamp((long) longest(column, rows) - width, 0, most);
        widths.put(column, (int) (width + more));
        return more;
    }

    List<TopColumn> columns() {
        return columns;
    }

    String headings() {
        StringBuilder line = new StringBuilder();
        for (TopColumn column : columns) {
            add(line, column, column.heading());
        }
        return line.toString();
    }

    String row(TopSample.Row row, Palette palette) {
        StringBuilder line = new StringBuilder();
        for (TopColumn column : columns) {
            String cell = column.cell(row);
            if (column == TopColumn.STATE && Columns.of(cell) <= widths.get(column)) {
                line.append(' ');
                palette.state(line, cell, !row.troubled());
                Text.pad(line, widths.get(column) - Columns.of(cell));
            } else {
                add(line, column, cell);
            }
        }
        return line.toString();
    }

    private void add(StringBuilder line, TopColumn column, String cell) {
        if (column != columns.get(0)) {
            line.append(' ');
        }
        int width = widths.get(column);
        String text = Cells.cut(cell, width);
        int pad = width - Columns.of(text);
        if (column.standsRight()) {
            Text.pad(line, pad);
        }
        line.append(text);
        boolean last = column == columns.get(columns.size() - 1);
        if (!column.standsRight() && !last) {
            Text.pad(line, pad);
        }
    }

    /** A sample as plain text. */
    static void append(StringBuilder text, TopSample sample, Palette palette) {
        TopTable table = new TopTable(UNLIMITED, sample.rows());
        for (String line : summary(sample)) {
            text.append(line).append('\n');
        }
        text.append(table.headings()).append('\n');
        for (TopSample.Row row : sample.rows()) {
            text.append(table.row(row, palette)).append('\n');
        }
    }

    /** Two lines about all of it. */
    static List<String> summary(TopSample sample) {
        StringBuilder first = new StringBuilder("taskmasterd");
        TopSample.Row daemon = sample.daemon();
        first.append(" pid ").append(TopColumn.PID.cell(daemon));
        first.append(", up ").append(TopColumn.UPTIME.cell(daemon));
        appendCounts(first, sample.rows());
        StringBuilder second = new StringBuilder("CPU ");
        long cpu = 0;
        long memory = 0;
        for (TopSample.Row row : sample.rows()) {
            cpu += Math.max(0, row.cpu());
            memory += Math.max(0, row.memory());
        }
        second.append(sample.first() ? "-" : TopColumn.percent(cpu) + "%");
        second.append(", memory ").append(TopColumn.bytes(memory));
        second.append("; taskmasterd ");
        second.append(daemon.cpu() < 0 ? "-" : TopColumn.percent(daemon.cpu()) + "%");
        second.append(", ").append(TopColumn.MEMORY.cell(daemon));
        if (!sample.whole()) {
            second.append("; too many processes: only those that were started, not theirs");
        }
        return List.of(first.toString(), second.toString());
    }

    /** {@code ; 5 processes: 3 RUNNING, 2 STOPPED}. */
    private static void appendCounts(StringBuilder text, List<TopSample.Row> rows) {
        Map<String, Integer> counts = new java.util.TreeMap<>();
        for (TopSample.Row row : rows) {
            counts.put(row.shownState(), counts.getOrDefault(row.shownState(), 0) + 1);
        }
        text.append("; ").append(rows.size());
        text.append(rows.size() == 1 ? " process" : " processes");
        String before = ": ";
        for (Map.Entry<String, Integer> count : counts.entrySet()) {
            text.append(before).append(count.getValue()).append(' ').append(count.getKey());
            before = ", ";
        }
    }
}
