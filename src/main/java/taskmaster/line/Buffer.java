package taskmaster.line;

/**
 * A line and the cursor in it, which is always between two characters as they are seen: never in
 * front of a combining mark. Places are in chars.
 */
final class Buffer {

    /** More than any request may hold, and little enough to keep some in memory. */
    static final int MOST = 32 * 1024;

    private String text = "";
    private int cursor;

    /** What can be gone back to. */
    record Snapshot(String text, int cursor) {}

    String text() {
        return text;
    }

    int cursor() {
        return cursor;
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    boolean isAtEnd() {
        return cursor == text.length();
    }

    Snapshot snapshot() {
        return new Snapshot(text, cursor);
    }

    void set(Snapshot snapshot) {
        set(snapshot.text(), snapshot.cursor());
    }

    void set(String line, int at) {
        text = line;
        cursor = Math.clamp(at, 0, line.length());
        if (cursor > 0) {
            cursor = endOfMarks(cursor);
        }
    }

    void moveTo(int at) {
        set(text, at);
    }

    /** False where it would get too long. */
    boolean replace(int start, int end, String by) {
        if (text.length() - (end - start) + by.length() > MOST) {
            return false;
        }
        set(text.substring(0, start) + by + text.substring(end), start + by.length());
        return true;
    }

    boolean insert(String what) {
        return replace(cursor, cursor, what);
    }

    /** Takes out what is between; the cursor is there then. */
    String delete(int start, int end) {
        String taken = text.substring(start, end);
        set(text.substring(0, start) + text.substring(end), start);
        return taken;
    }

    private int endOfMarks(int at) {
        int end = at;
        while (end < text.length() && Columns.of(text.codePointAt(end)) == 0) {
            end += Character.charCount(text.codePointAt(end));
        }
        return end;
    }

    /** The end of the character that begins there. */
    int next(int at) {
        return at >= text.length()
                ? text.length()
                : endOfMarks(at + Character.charCount(text.codePointAt(at)));
    }

    /** The beginning of the character that ends there. */
    int previous(int at) {
        int start = at;
        while (start > 0) {
            int c = text.codePointBefore(start);
            start -= Character.charCount(c);
            if (Columns.of(c) > 0) {
                break;
            }
        }
        return start;
    }

    private static boolean isPartOfWord(int c) {
        return Character.isLetterOrDigit(c) || Columns.of(c) == 0;
    }

    /** The end of this word, or of the next one. */
    int wordEnd() {
        int at = cursor;
        while (at < text.length() && !isPartOfWord(text.codePointAt(at))) {
            at = next(at);
        }
        while (at < text.length() && isPartOfWord(text.codePointAt(at))) {
            at = next(at);
        }
        return at;
    }

    /** The beginning of this word, or of the one before. */
    int wordStart() {
        int at = cursor;
        while (at > 0 && !isPartOfWord(text.codePointAt(previous(at)))) {
            at = previous(at);
        }
        while (at > 0 && isPartOfWord(text.codePointAt(previous(at)))) {
            at = previous(at);
        }
        return at;
    }

    /** The same where only blanks are between words. */
    int argumentStart() {
        int at = cursor;
        while (at > 0 && Character.isWhitespace(text.codePointAt(previous(at)))) {
            at = previous(at);
        }
        while (at > 0 && !Character.isWhitespace(text.codePointAt(previous(at)))) {
            at = previous(at);
        }
        return at;
    }

    /** Exchanges the characters around the cursor, at the end the two before it; false: cannot. */
    boolean transpose() {
        int end = isAtEnd() ? text.length() : next(cursor);
        int middle = previous(end);
        int start = previous(middle);
        if (start == middle) {
            return false;
        }
        String exchanged = text.substring(middle, end) + text.substring(start, middle);
        return replace(start, end, exchanged);
    }
}
