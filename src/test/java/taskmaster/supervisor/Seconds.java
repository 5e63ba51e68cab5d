package taskmaster.supervisor;

import java.math.BigDecimal;

/** Spans of virtual time, as the histories of the simulation write them. */
final class Seconds {

    static final long SECOND = 1_000_000_000L;

    private Seconds() {}

    /** {@code 3.0s}, {@code 0.05s} of nanoseconds. */
    static String text(long nanos) {
        BigDecimal seconds = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
        return seconds.setScale(Math.max(1, seconds.scale())).toPlainString() + "s";
    }
}
