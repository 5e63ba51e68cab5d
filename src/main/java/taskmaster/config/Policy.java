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
}
