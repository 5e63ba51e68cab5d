package taskmaster.toml;

import java.util.ArrayList;
import java.util.List;

/**
 * The text, the place in it, and the problems found so far.
 *
 * <p>Rules: {@code offset} is the first char not yet read. Only {@link #newline} passes the end of
 * a line, so that {@code line} is always right. Every char is looked at a bounded number of times:
 * columns are counted on from the last one asked for.
 */
final class TomlSource {

    /** Nobody reads more; and a binary file, read by mistake, has one in every line. */
    static final int MAX_PROBLEMS = 1000;

    private static final int END = -1;

    private final String text;
    private final List<TomlDocument.Problem> problems = new ArrayList<>();
    private int offset;
    private int line = 1;
    private int lineStart;

    /** The column of {@code countedTo}, in the current line. */
    private int column = 1;

    private int countedTo;

    /** The line that {@link #lineLooksLikeStatement} looked at last, and what it saw. */
    private int judgedLine;

    private boolean judgement;
    private boolean overfull;

    TomlSource(String text) {
        this.text = text;
        if (!text.isEmpty() && text.charAt(0) == '\uFEFF') {
            // The byte order mark of some editors; it takes no column.
            offset = 1;
            lineStart = 1;
            countedTo = 1;
        }
    }

    /** The next char, -1 at the end. */
    int peek() {
        return offset < text.length() ? text.charAt(offset) : END;
    }

    int peek(int ahead) {
        return offset + ahead < text.length() ? text.charAt(offset + ahead) : END;
    }

    boolean startsWith(String prefix) {
        return text.startsWith(prefix, offset);
    }

    boolean atEnd() {
        return offset >= text.length();
    }

    /** LF or CRLF. */
    boolean atNewline() {
        int c = peek();
        return c == '\n' || (c == '\r' && peek(1) == '\n');
    }

    /** Passes {@code count} chars, none of which ends a line. */
    void advance(int count) {
        offset += count;
    }

    void newline() {
        offset += text.charAt(offset) == '\r' ? 2 : 1;
        line++;
        lineStart = offset;
        countedTo = offset;
        column = 1;
    }

    /** Back to the start of the current line. */
    void restartLine() {
        offset = lineStart;
        countedTo = offset;
        column = 1;
    }

    int line() {
        return line;
    }

    int offset() {
        return offset;
    }

    String since(int start) {
        return text.substring(start, offset);
    }

    void appendSince(int start, StringBuilder out) {
        out.append(text, start, offset);
    }

    Position position() {
        column += text.codePointCount(countedTo, offset);
        countedTo = offset;
        return new Position(line, column);
    }

    /** Spaces and tabs; also a carriage return that ends no line, which is reported. */
    void skipBlank() {
        while (true) {
            int c = peek();
            if (c == '\r' && peek(1) != '\n') {
                problem(
                        position(),
                        "a carriage return alone does not end a line: write LF or CRLF");
            } else if (c != ' ' && c != '\t') {
                return;
            }
            offset++;
        }
    }

    /** From the {@code #} to the end of the line. */
    void skipComment() {
        while (!atEnd() && !atNewline()) {
            checkCharacter("in a comment");
            offset++;
        }
    }

    /** Blanks, comments and line ends. */
    void skipLines() {
        while (true) {
            skipBlank();
            if (peek() == '#') {
                skipComment();
            } else if (atNewline()) {
                newline();
            } else {
                return;
            }
        }
    }

    /** Reports the next char if it may stand neither in a comment nor in a string. */
    void checkCharacter(String where) {
        char c = text.charAt(offset);
        if (c == '\t' || (c >= ' ' && c != 0x7F && !Character.isSurrogate(c))) {
            return;
        }
        if (Character.isHighSurrogate(c)
                && peek(1) != END
                && Character.isLowSurrogate((char) peek(1))) {
            return;
        }
        if (Character.isLowSurrogate(c)
                && offset > 0
                && Character.isHighSurrogate(text.charAt(offset - 1))) {
            return;
        }
        String kind = Character.isSurrogate(c) ? "the half character " : "the control character ";
        problem(position(), kind + codePoint(c) + " cannot stand " + where);
    }

    /** {@code U+0000}. */
    static String codePoint(int codePoint) {
        String digits = Integer.toHexString(codePoint).toUpperCase(java.util.Locale.ROOT);
        return "U+" + "0".repeat(Math.max(0, 4 - digits.length())) + digits;
    }

    /** The next character in words, for a message. */
    String found() {
        if (atEnd()) {
            return "the end of the file";
        }
        if (atNewline()) {
            return "the end of the line";
        }
        int c = text.codePointAt(offset);
        if (c == ' ') {
            return "a blank";
        }
        if (!isPrintable(c)) {
            return codePoint(c);
        }
        return c == '"' ? "'\"'" : "\"" + Character.toString(c) + "\"";
    }

    /** Whether {@code codePoint} can be seen in a message, or is a plain blank. */
    static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> true;
        };
    }

    TomlSyntaxException fail(String message) {
        return new TomlSyntaxException(position(), message);
    }

    /**
     * Notes a problem, in order of place. The first of a line counts: what follows on the same line
     * is mostly its consequence.
     */
    void problem(Position position, String message) {
        int at = problems.size();
        while (at > 0 && problems.get(at - 1).position().compareTo(position) > 0) {
            at--;
        }
        boolean known =
                (at > 0 && problems.get(at - 1).position().line() == position.line())
                        || (at < problems.size()
                                && problems.get(at).position().line() == position.line());
        if (known || overfull) {
            return;
        }
        problems.add(at, new TomlDocument.Problem(position, message));
        if (problems.size() == MAX_PROBLEMS) {
            overfull = true;
            problems.add(
                    new TomlDocument.Problem(
                            problems.getLast().position(),
                            "more than " + MAX_PROBLEMS + " problems: the rest is not read"));
        }
    }

    /** Whether there are so many problems that reading on is of no use. */
    boolean isOverfull() {
        return overfull;
    }

    List<TomlDocument.Problem> problems() {
        return problems;
    }

    /**
     * Whether the current line, seen alone, begins a statement: {@code key =} or {@code [table]}.
     * Then an array that is still open has lost its end.
     */
    boolean lineLooksLikeStatement() {
        if (judgedLine != line) {
            judgedLine = line;
            int start = afterBlanks(lineStart);
            judgement = charAt(start) == '[' ? isHeader(start) : isKeyAndEquals(start);
        }
        return judgement;
    }

    private boolean isKeyAndEquals(int start) {
        int i = start;
        while (true) {
            int end = i;
            int quote = charAt(i);
            if (quote == '"' || quote == '\'') {
                end++;
                while (charAt(end) != quote && charAt(end) != '\n' && charAt(end) != END) {
                    end++;
                }
                end++;
            } else {
                while (Key.isBare(charAt(end))) {
                    end++;
                }
            }
            if (end == i) {
                return false;
            }
            i = afterBlanks(end);
            if (charAt(i) != '.') {
                return charAt(i) == '=';
            }
            i = afterBlanks(i + 1);
        }
    }

    /** A header with a word in it; {@code [1]} and {@code [true]} can be items of an array. */
    private boolean isHeader(int start) {
        int i = charAt(start + 1) == '[' ? start + 2 : start + 1;
        int name = i;
        while (Key.isBare(charAt(i)) || charAt(i) == '.' || charAt(i) == ' ') {
            i++;
        }
        String word = i <= text.length() ? text.substring(name, i).trim() : "";
        if (charAt(i) != ']'
                || word.isEmpty()
                || !Character.isLetter(word.charAt(0))
                || ScalarReader.isWordOfToml(word)) {
            return false;
        }
        i = afterBlanks(charAt(i + 1) == ']' ? i + 2 : i + 1);
        int after = charAt(i);
        return after == END || after == '\n' || after == '\r' || after == '#';
    }

    private int afterBlanks(int start) {
        int i = start;
        while (charAt(i) == ' ' || charAt(i) == '\t') {
            i++;
        }
        return i;
    }

    private int charAt(int at) {
        return at < text.length() ? text.charAt(at) : END;
    }
}
