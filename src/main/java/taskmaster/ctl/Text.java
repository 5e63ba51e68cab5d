package taskmaster.ctl;

/** Columns and characters of a terminal. */
final class Text {

    private Text() {}

    static void pad(StringBuilder text, int spaces) {
        for (int i = 0; i < spaces; i++) {
            text.append(' ');
        }
    }

    /** {@code word}, and spaces up to {@code width}. */
    static void column(StringBuilder text, String word, int width) {
        text.append(word);
        pad(text, width - word.length());
    }

    static void twoDigits(StringBuilder text, long value) {
        if (value < 10) {
            text.append('0');
        }
        text.append(value);
    }

    /**
     * {@code text} without control characters: what a program or a file is called must not drive
     * the terminal.
     */
    static String plain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return replaced(text);
            }
        }
        return text;
    }

    private static String replaced(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(Character.isISOControl(c) ? '?' : c);
        }
        return plain.toString();
    }
}
