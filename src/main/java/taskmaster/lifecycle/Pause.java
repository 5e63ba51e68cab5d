package taskmaster.lifecycle;

import taskmaster.posix.Signal;

/**
 * A process that lives and does nothing, since a signal stopped it; until CONT.
 *
 * @param by STOP, TSTP, TTIN or TTOU
 * @param since nanoseconds of the monotonic clock
 */
public record Pause(Signal by, long since) {}
