package taskmaster.activity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.TimeZone;

/**
 * Lines as bytes: time, level and text, in UTF-8. Owned by one thread.
 *
 * <p>One message is one line: newlines and control characters (C0, DEL, C1, and Unicode's line and
 * paragraph separators) become {@code \n}, {@code \r}, {@code \t}, {@code \x1b}, {@code \u2028}. A
 * backslash is left alone, so that what people wrote stays as they wrote it.
 *
 * <p>Time is formatted by hand, and the zone's offset comes from {@code java.util.TimeZone}:
 * loading {@code java.time}'s formatter and zone rules costs three times as much, and a daemon's
 * start waits for its first line.
 */
final class LineBuffer {

    private static final int INITIAL = 1024;

    /** A burst's buffer is given back when it has grown beyond this. */
    private static final int KEEP = 128 * 1024;

    private static final long DAY_SECONDS = 86_400;
    private static final byte[] INDENT = "    ".getBytes(ISO_8859_1);

    /** Always there: to clear takes no memory. */
    private final byte[] small = new byte[INITIAL];

    private byte[] bytes = small;
    private int size;

    /** The second that {@link #stamp} is for: many lines share one. */
    private long stampSecond = Long.MIN_VALUE;

    private byte[] stamp = new byte[0];

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        if (bytes.length > KEEP) {
            bytes = small;
        }
    }

    void append(Line line) {
        long second = Math.floorDiv(line.millis(), 1000L);
        if (second != stampSecond) {
            long offset = TimeZone.getDefault().getOffset(line.millis()) / 1000;
            stamp = stamp(second + offset);
            stampSecond = second;
        }
        put(stamp);
        putMillis((int) Math.floorMod(line.millis(), 1000L));
        put(line.level().name().getBytes(ISO_8859_1));
        put((byte) ' ');
        putText(line.text());
        for (String more : line.more()) {
            put(INDENT);
            putText(more);
        }
    }

    private void put(byte b) {
        grow(1);
        bytes[size++] = b;
    }

    void put(byte[] more) {
        grow(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    private void putText(String text) {
        put(escape(text).getBytes(UTF_8));
        put((byte) '\n');
    }

    private void putMillis(int millis) {
        grow(5);
        bytes[size++] = ',';
        digits(bytes, size, millis, 3);
        size += 3;
        bytes[size++] = ' ';
    }

    private void grow(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    /** {@code 2026-11-22 13:31:08} for seconds since 1970 in local time. */
    static byte[] stamp(long localSecond) {
        long day = Math.floorDiv(localSecond, DAY_SECONDS);
        int time = (int) Math.floorMod(localSecond, DAY_SECONDS);
        // Days to a date by counting from 1 March of year 0, where a leap day ends its year;
        // 146097 days are 400 years, 153 days any five months from March on.
        long shifted = day + 719_468;
        long era = Math.floorDiv(shifted, 146_097L);
        int dayOfEra = (int) Math.floorMod(shifted, 146_097L);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        byte[] out = "0000-00-00 00:00:00".getBytes(ISO_8859_1);
        digits(out, 0, year, 4);
        digits(out, 5, month, 2);
        digits(out, 8, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2);
        digits(out, 11, time / 3600, 2);
        digits(out, 14, time / 60 % 60, 2);
        digits(out, 17, time % 60, 2);
        return out;
    }

    private static void digits(byte[] out, int at, int value, int count) {
        int rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    static String escape(String text) {
        int clean = 0;
        while (clean < text.length() && !needsEscape(text.charAt(clean))) {
            clean++;
        }
        if (clean == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, clean);
        for (int i = clean; i < text.length(); i++) {
            char c = text.charAt(i);
            if (needsEscape(c)) {
                escape(out, c);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean needsEscape(char c) {
        boolean turnsText =
                (c >= 0x202a && c <= 0x202e)
                        || (c >= 0x2066 && c <= 0x2069)
                        || (c == 0x200e || c == 0x200f || c == 0x061c);
        return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || turnsText;
    }

    private static void escape(StringBuilder out, char c) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                int width = c < 0x100 ? 2 : 4;
                out.append(width == 2 ? "\\x" : "\\u");
                for (int shift = 4 * (width - 1); shift >= 0; shift -= 4) {
                    out.append(Character.forDigit(c >> shift & 0xf, 16));
                }
            }
        }
    }
}
