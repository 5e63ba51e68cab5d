package taskmaster.config;

import java.time.Duration;
import java.util.Set;
import taskmaster.posix.Signal;

/**
 * How a process is kept and stopped. A change of these is applied to a running process, which does
 * not notice.
 */
public record Policy(
        boolean autostart,
        Duration startTime,
        int startRetries,
        Autorestart autorestart,
        Set<Integer> exitCodes,
        Signal stopSignal,
        Duration stopTime,
        boolean stopAsGroup,
        boolean killAsGroup) {

    public Policy {
        exitCodes = Set.copyOf(exitCodes);
    }

    /** No restart after an exit, and no second try of a start that failed. */
    Policy withoutRestart() {
        return new Policy(
                autostart,
                startTime,
                0,
                Autorestart.FALSE,
                exitCodes,
                stopSignal,
                stopTime,
                stopAsGroup,
                killAsGroup);
    }
}
