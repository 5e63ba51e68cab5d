package taskmaster.ctl;

/** How far a clock is from UTC. */
@FunctionalInterface
interface TimeZoneOffset {

    /** Seconds east of UTC at {@code epochSecond}. */
    int secondsAt(long epochSecond);
}
