package taskmaster.ctl;

/** Numbers as they are typed. */
final class Digits {

    private Digits() {}

    /**
     * The value of decimal digits, of too many the highest there is; -1 where {@code text} is
     * something else.
     */
    static long value(String text) {
        long value = text.isEmpty() ? -1 : 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value > Long.MAX_VALUE / 10 - 1 ? Long.MAX_VALUE : value * 10 + digit;
        }
        return value;
    }
}
