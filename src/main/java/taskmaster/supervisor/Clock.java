package taskmaster.supervisor;

import java.time.LocalDate;

/**
 * Times as the protocol writes them, without a formatter: status is asked ten thousand times a
 * second.
 */
final class Clock {

    private static final long DAY = 86_400_000L;

    private Clock() {}

    /** Seconds with three decimals of nanoseconds: {@code 12.345}. */
    static String seconds(long nanos) {
        long millis = Math.max(0, nanos / 1_000_000);
        var out = new StringBuilder(16);
        out.append(millis / 1000).append('.');
        pad(out, millis % 1000, 3);
        return out.toString();
    }

    /** {@code 2026-11-22T13:31:08.123Z} of milliseconds since 1970. */
    static String iso(long millis) {
        var out = new StringBuilder(24);
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(millis, DAY));
        long rest = Math.floorMod(millis, DAY);
        pad(out, date.getYear(), 4);
        out.append('-');
        pad(out, date.getMonthValue(), 2);
        out.append('-');
        pad(out, date.getDayOfMonth(), 2);
        out.append('T');
        pad(out, rest / 3_600_000, 2);
        out.append(':');
        pad(out, rest / 60_000 % 60, 2);
        out.append(':');
        pad(out, rest / 1000 % 60, 2);
        out.append('.');
        pad(out, rest % 1000, 3);
        return out.append('Z').toString();
    }

    private static void pad(StringBuilder out, long value, int width) {
        String digits = Long.toString(value);
        for (int i = digits.length(); i < width; i++) {
            out.append('0');
        }
        out.append(digits);
    }
}
