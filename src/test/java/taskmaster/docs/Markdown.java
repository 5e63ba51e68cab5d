package taskmaster.docs;

import java.util.ArrayList;
import java.util.List;

/** The README by its sections. */
final class Markdown {

    private final List<String> lines;

    Markdown(String text) {
        lines = text.lines().toList();
    }

    /** What stands below {@code ## title}; nothing where there is no such section. */
    List<String> section(String title) {
        int begin = lines.indexOf("## " + title);
        List<String> section = new ArrayList<>();
        for (int i = begin + 1; begin >= 0 && i < lines.size(); i++) {
            if (lines.get(i).startsWith("## ")) {
                break;
            }
            section.add(lines.get(i));
        }
        return section;
    }

    /** Adds a section's text to a page: paragraphs, lists, code and tables. */
    static void append(List<String> section, Roff page) {
        int i = 0;
        while (i < section.size()) {
            int end = endOfBlock(section, i);
            if (end > i) {
                block(section.subList(i, end), page);
            }
            i = Math.max(end, i + 1);
        }
    }

    /** A fenced block may have empty lines in it, an indented one too. */
    private static int endOfBlock(List<String> lines, int begin) {
        String first = lines.get(begin);
        int end = begin;
        if (first.startsWith("```")) {
            do {
                end++;
            } while (!lines.get(end).startsWith("```"));
            return end + 1;
        }
        while (end < lines.size() && !lines.get(end).isEmpty()) {
            end++;
        }
        return end;
    }

    private static void block(List<String> lines, Roff page) {
        String first = lines.getFirst();
        if (first.startsWith("```")) {
            page.example(lines.subList(1, lines.size() - 1));
        } else if (first.startsWith("    ")) {
            page.example(lines.stream().map(line -> line.replaceFirst("^ {4}", "")).toList());
        } else if (first.startsWith("### ")) {
            page.subheading(first.substring(4));
        } else if (first.startsWith("|")) {
            table(lines, page);
        } else if (first.startsWith("- ")) {
            String all = String.join("\n", lines).replaceAll("\n {2,}", " ");
            all.lines().forEach(item -> page.bullet(item.substring(2)));
        } else {
            page.paragraph(String.join(" ", lines));
        }
    }

    /**
     * The first column is what a row is about. Where that is empty in some rows, as in a table of
     * keys by section, it is a heading, and the second one is.
     */
    private static void table(List<String> lines, Roff page) {
        List<List<String>> rows = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            rows.add(cells(line));
        }
        boolean grouped = rows.stream().anyMatch(row -> row.getFirst().isEmpty());
        for (List<String> row : rows) {
            List<String> cells = row;
            if (grouped) {
                if (!row.getFirst().isEmpty()) {
                    page.subheading("[" + row.getFirst().replace("`", "") + "]");
                }
                cells = row.subList(1, row.size());
            }
            page.row(cells.getFirst(), meaning(cells, grouped));
        }
    }

    /** Of a key: what it means and its default; of others the cells one after the other. */
    private static String meaning(List<String> cells, boolean isKey) {
        if (!isKey) {
            return String.join(". ", cells.subList(1, cells.size()));
        }
        String standard = cells.get(1);
        String text = cells.get(2);
        String ending = standard.isEmpty() ? "" : "Default: " + standard + ".";
        return text.isEmpty() ? ending : text + ". " + ending;
    }

    private static List<String> cells(String row) {
        List<String> cells = new ArrayList<>();
        for (String cell : row.substring(1).split("(?<!\\\\)\\|", -1)) {
            cells.add(cell.strip());
        }
        return cells.subList(0, cells.size() - 1);
    }
}
