package taskmaster.output;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** {@code 2026-11-22T13:31:08.123Z}; lines of one second share most of it. */
final class IsoTime {

    private static final int MILLIS_AT = 20;

    private final byte[] text = "0000-00-00T00:00:00.000Z".getBytes(US_ASCII);
    private long second = Long.MIN_VALUE;

    /** The text, which is used again by the next call. */
    byte[] of(long millis) {
        long now = Math.floorDiv(millis, 1000L);
        if (now != second) {
            second = now;
            LocalDateTime time = LocalDateTime.ofEpochSecond(now, 0, ZoneOffset.UTC);
            digits(0, time.getYear(), 4);
            digits(5, time.getMonthValue(), 2);
            digits(8, time.getDayOfMonth(), 2);
            digits(11, time.getHour(), 2);
            digits(14, time.getMinute(), 2);
            digits(17, time.getSecond(), 2);
        }
        digits(MILLIS_AT, (int) Math.floorMod(millis, 1000L), 3);
        return text;
    }

    private void digits(int at, int value, int count) {
        int rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
