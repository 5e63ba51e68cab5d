package taskmaster.lifecycle;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import taskmaster.config.Autorestart;
import taskmaster.config.Launch;
import taskmaster.config.Policy;
import taskmaster.config.ProcessName;
import taskmaster.config.ProcessSpec;
import taskmaster.posix.Signal;

/** Specifications for tests, with the defaults of the configuration file. */
public final class Specs {

    public static final Policy DEFAULTS =
            new Policy(
                    true,
                    Duration.ofSeconds(1),
                    3,
                    Autorestart.UNEXPECTED,
                    Set.of(0),
                    Signal.TERM,
                    Duration.ofSeconds(10),
                    false,
                    true);

    private Specs() {}

    public static ProcessSpec of(String name) {
        return of(name, 999, DEFAULTS);
    }

    public static ProcessSpec of(String name, int priority, Policy policy) {
        return new ProcessSpec(
                new ProcessName(name, name),
                name,
                0,
                priority,
                priority,
                policy,
                launch("/bin/" + name));
    }

    public static Launch launch(String command) {
        return new Launch(
                command,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                022,
                new Launch.Input.Nothing(),
                Launch.LogTarget.plain(Path.of("/dev/null")),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    /** The defaults, but for these. */
    public static Policy policy(boolean autostart, boolean stopAsGroup) {
        return new Policy(
                autostart,
                DEFAULTS.startTime(),
                DEFAULTS.startRetries(),
                DEFAULTS.autorestart(),
                DEFAULTS.exitCodes(),
                DEFAULTS.stopSignal(),
                DEFAULTS.stopTime(),
                stopAsGroup,
                DEFAULTS.killAsGroup());
    }

    public static Policy policy(int startSeconds, int retries, Autorestart autorestart) {
        return new Policy(
                true,
                Duration.ofSeconds(startSeconds),
                retries,
                autorestart,
                Set.of(0),
                Signal.TERM,
                Duration.ofSeconds(10),
                false,
                true);
    }
}
