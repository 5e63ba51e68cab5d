package taskmaster.output;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** How long a file is written before it is rotated, whatever its size; by local time. */
public enum Period {
    ENDLESS,
    HOURLY,
    DAILY;

    /**
     * When the period is over in which a moment lies. Where clocks are set back an hour may be two.
     *
     * @param millis since 1970, as the result; never for {@link #ENDLESS}: the largest there is
     */
    long endOf(long millis, ZoneId zone) {
        if (this == ENDLESS) {
            return Long.MAX_VALUE;
        }
        ChronoUnit unit = this == HOURLY ? ChronoUnit.HOURS : ChronoUnit.DAYS;
        LocalDateTime begin =
                LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), zone).truncatedTo(unit);
        return begin.plus(1, unit).atZone(zone).toInstant().toEpochMilli();
    }
}
