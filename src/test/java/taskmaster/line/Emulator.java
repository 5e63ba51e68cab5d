package taskmaster.line;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * A terminal as most are: it wraps before the character that does not fit, and knows what {@link
 * Screen} uses of ECMA-48. Anything else is a fault of who wrote it.
 */
final class Emulator implements Screen.Sink {

    /** The right half of a wide character. */
    private static final String HALF = "";

    private final int width;
    private final int height;

    /** All rows since the beginning; those of the window are the last ones. */
    private final List<String[]> rows = new ArrayList<>();

    private int top;
    private int row;
    private int column;
    private int bells;
    private long written;

    Emulator(int width, int height) {
        this.width = width;
        this.height = height;
        rows.add(blank());
    }

    private String[] blank() {
        String[] blank = new String[width];
        java.util.Arrays.fill(blank, " ");
        return blank;
    }

    @Override
    public void write(byte[] bytes) {
        written += bytes.length;
        String text = new String(bytes, UTF_8);
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == 0x1b) {
                i = sequence(text, i);
            } else {
                character(c);
            }
        }
    }

    private int sequence(String text, int start) {
        if (text.charAt(start) != '[') {
            throw new AssertionError("ESC " + text.charAt(start));
        }
        int end = start + 1;
        while (text.charAt(end) < 0x40) {
            end++;
        }
        String parameter = text.substring(start + 1, end);
        int number = parameter.matches("\\d+") ? Integer.parseInt(parameter) : 1;
        switch (text.charAt(end)) {
            case 'A' -> row = Math.max(top, row - number);
            case 'C' -> column = Math.min(width - 1, column + number);
            case 'H' -> {
                row = top;
                column = 0;
            }
            case 'J' -> clear(parameter);
            case 'K' -> clearRow(rows.get(row), column);
            case 'm' -> {} // colours are not looked at
            case 'h', 'l' -> require(parameter.equals("?2004"), parameter);
            default -> throw new AssertionError("CSI " + parameter + text.charAt(end));
        }
        return end + 1;
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    private void clear(String parameter) {
        if (parameter.equals("2")) {
            top = rows.size();
            rows.add(blank());
            row = top;
            column = 0;
            return;
        }
        require(parameter.isEmpty(), "ED " + parameter);
        clearRow(rows.get(row), column);
        while (rows.size() > row + 1) {
            rows.remove(rows.size() - 1);
        }
    }

    private void clearRow(String[] cells, int from) {
        require(from < width, "who clears here clears the last column, on many terminals");
        for (int i = from; i < width; i++) {
            cells[i] = " ";
        }
    }

    private void character(int c) {
        switch (c) {
            case '\r' -> column = 0;
            case '\n' -> lineFeed();
            case 7 -> bells++;
            default -> {
                require(!Columns.isControl(c), "control character " + c);
                put(c);
            }
        }
    }

    private void lineFeed() {
        row++;
        if (row == rows.size()) {
            rows.add(blank());
        }
        top = Math.max(top, row - height + 1);
    }

    private void put(int c) {
        int columns = Columns.of(c);
        if (columns == 0) {
            int before = Math.max(0, column - 1);
            while (before > 0 && rows.get(row)[before].isEmpty()) {
                before--;
            }
            rows.get(row)[before] += Character.toString(c);
            return;
        }
        if (column + columns > width) {
            lineFeed();
            column = 0;
        }
        rows.get(row)[column] = Character.toString(c);
        if (columns == 2) {
            rows.get(row)[column + 1] = HALF;
        }
        column += columns;
    }

    int bells() {
        return bells;
    }

    long written() {
        return written;
    }

    /**
     * All that was ever shown, without the blanks at the ends of rows, and blank rows at the end.
     */
    String text() {
        var text = new StringBuilder();
        for (String[] cells : rows) {
            text.append(String.join("", cells).stripTrailing()).append('\n');
        }
        return text.toString().stripTrailing();
    }

    /** {@code row,column} from the beginning of everything on. */
    String cursor() {
        return row + "," + Math.min(column, width - 1);
    }

    int row() {
        return row;
    }
}
