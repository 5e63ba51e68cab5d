package taskmaster.toml;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Dates and times of RFC 3339, from their word. The only user of java.time here, so that a text
 * without dates does not load it.
 *
 * <p>A leap second (:60) is refused: java.time has none. Digits beyond nanoseconds are cut off. An
 * offset beyond 18 hours, which java.time cannot hold, is read as the same instant in UTC.
 */
final class TimeReader {

    private static final int MAX_OFFSET_MINUTES = 18 * 60;

    private final String word;
    private final Position at;
    private int offset;

    private TimeReader(String word, Position at) {
        this.word = word;
        this.at = at;
    }

    static TomlValue read(String word, Position at) throws TomlSyntaxException {
        TimeReader reader = new TimeReader(word, at);
        try {
            TomlValue value =
                    word.length() > 2 && word.indexOf(':') >= 0 && word.indexOf(':') <= 2
                            ? new TomlValue.Time(reader.time(), at)
                            : reader.dateAndMore();
            if (reader.offset < word.length()) {
                throw reader.fail("nothing can follow a date or time");
            }
            return value;
        } catch (DateTimeException impossible) {
            throw reader.fail("there is no such date or time");
        }
    }

    private TomlValue dateAndMore() throws TomlSyntaxException {
        LocalDate date = date();
        int separator = peek();
        if (separator != 'T' && separator != 't' && separator != ' ') {
            return new TomlValue.Time(date, at);
        }
        offset++;
        LocalDateTime local = LocalDateTime.of(date, time());
        int zone = peek();
        if (zone == 'Z' || zone == 'z') {
            offset++;
            return new TomlValue.Time(OffsetDateTime.of(local, ZoneOffset.UTC), at);
        }
        if (zone != '+' && zone != '-') {
            return new TomlValue.Time(local, at);
        }
        offset++;
        String form = "an offset is written +01:00";
        int hours = digits(2, form);
        expect(':', form);
        int minutes = digits(2, form);
        if (hours > 23 || minutes > 59) {
            throw fail("an offset is at most 23:59");
        }
        int total = (hours * 60 + minutes) * (zone == '-' ? -1 : 1);
        if (Math.abs(total) > MAX_OFFSET_MINUTES) {
            local = local.minusMinutes(total);
            total = 0;
        }
        ZoneOffset zoneOffset = ZoneOffset.ofTotalSeconds(total * 60);
        return new TomlValue.Time(OffsetDateTime.of(local, zoneOffset), at);
    }

    private LocalDate date() throws TomlSyntaxException {
        String form = "a date is written 1979-05-27";
        int year = digits(4, form);
        expect('-', form);
        int month = digits(2, form);
        expect('-', form);
        return LocalDate.of(year, month, digits(2, form));
    }

    private LocalTime time() throws TomlSyntaxException {
        String form = "a time is written 07:32:00, with seconds";
        int hour = digits(2, form);
        expect(':', form);
        int minute = digits(2, form);
        expect(':', form);
        int second = digits(2, form);
        if (second == 60) {
            throw fail("a leap second cannot be kept: write second 59");
        }
        int nanos = 0;
        if (peek() == '.') {
            offset++;
            int from = offset;
            for (int scale = 100_000_000; isDigit(peek()); scale /= 10) {
                nanos += (peek() - '0') * scale;
                offset++;
            }
            if (offset == from) {
                throw fail("a digit is missing after the point of the seconds");
            }
        }
        return LocalTime.of(hour, minute, second, nanos);
    }

    private int digits(int count, String form) throws TomlSyntaxException {
        int value = 0;
        for (int i = 0; i < count; i++) {
            if (!isDigit(peek())) {
                throw fail(form);
            }
            value = value * 10 + peek() - '0';
            offset++;
        }
        return value;
    }

    private void expect(char c, String form) throws TomlSyntaxException {
        if (peek() != c) {
            throw fail(form);
        }
        offset++;
    }

    private int peek() {
        return offset < word.length() ? word.charAt(offset) : -1;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private TomlSyntaxException fail(String what) {
        String quoted = TextReader.quote(word);
        return new TomlSyntaxException(
                at, what + "; if " + quoted + " is meant as a string, it needs quotes");
    }
}
