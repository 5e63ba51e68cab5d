package taskmaster.line;

/** What one key, or a paste, means. */
public sealed interface Key {

    /** A character that is neither a control character nor half of a pair. */
    record Text(int codePoint) implements Key {}

    /** With Alt, or after Escape. */
    record Alt(int codePoint) implements Key {}

    /**
     * With Ctrl.
     *
     * @param letter {@code a} to {@code z}, or one of {@code @ [ \ ] ^ _}
     */
    record Control(char letter) implements Key {}

    /**
     * What was pasted as a whole: lines end in newlines, tabs are tabs, and there is no other
     * control character in it.
     */
    record Paste(String text) implements Key {}

    /** Keys that have names. */
    enum Named implements Key {
        ENTER,
        TAB,
        /** Shift-Tab. */
        BACK_TAB,
        BACKSPACE,
        DELETE,
        INSERT,
        ESCAPE,
        UP,
        DOWN,
        LEFT,
        RIGHT,
        HOME,
        END,
        PAGE_UP,
        PAGE_DOWN,
        /** Ctrl-Left or Alt-Left. */
        WORD_LEFT,
        WORD_RIGHT,
        /** Alt-Backspace. */
        WORD_BACKSPACE,
        /** Ctrl-Delete or Alt-Delete. */
        WORD_DELETE
    }
}
