package taskmaster.ctl;

/** How many cells of a terminal a text takes. */
final class Cells {

    private Cells() {}

    static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            width += width(text.codePointAt(i));
        }
        return width;
    }

    /**
     * The beginning of {@code text} in at most so many cells; with … at its end where it is cut.
     */
    static String cut(String text, int width) {
        if (width(text) <= width) {
            return text;
        }
        int room = width - 1;
        int end = 0;
        while (end < text.length() && room >= width(text.codePointAt(end))) {
            room -= width(text.codePointAt(end));
            end += Character.charCount(text.codePointAt(end));
        }
        return width <= 0 ? "" : text.substring(0, end) + "…";
    }

    /**
     * As wcwidth(3): 0 for what is put on the character before, 2 for the wide ones of East Asia.
     */
    private static int width(int code) {
        if (code < 0x300) {
            return 1;
        }
        int type = Character.getType(code);
        if (type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT) {
            return 0;
        }
        return isWide(code) ? 2 : 1;
    }

    /** Unicode TR 11, the blocks that are wide as a whole; and emoji. */
    private static boolean isWide(int code) {
        return (code >= 0x1100 && code <= 0x115f)
                || (code >= 0x2e80 && code <= 0xa4cf && code != 0x303f)
                || (code >= 0xac00 && code <= 0xd7a3)
                || (code >= 0xf900 && code <= 0xfaff)
                || (code >= 0xfe30 && code <= 0xfe6f)
                || (code >= 0xff00 && code <= 0xff60)
                || (code >= 0xffe0 && code <= 0xffe6)
                || (code >= 0x1f300 && code <= 0x1f64f)
                || (code >= 0x1f900 && code <= 0x1f9ff)
                || (code >= 0x20000 && code <= 0x3fffd);
    }
}
