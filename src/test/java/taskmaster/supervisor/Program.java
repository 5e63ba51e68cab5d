package taskmaster.supervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import taskmaster.config.Autorestart;
import taskmaster.config.Launch;
import taskmaster.config.Policy;
import taskmaster.config.ProcessName;
import taskmaster.config.ProcessSpec;
import taskmaster.posix.Signal;

/**
 * A program of a simulated configuration.
 *
 * @param version another one needs another process
 * @param lives of its first start, its second, and so on; the last one is that of all later ones
 */
record Program(
        String name, int numprocs, int priority, Policy policy, int version, List<Life> lives) {

    /** What the configuration file has for keys that are not written. */
    static final Policy DEFAULTS =
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

    Program {
        lives = List.copyOf(lives);
    }

    static Program of(String name) {
        return new Program(name, 1, 999, DEFAULTS, 1, List.of(Life.GOOD));
    }

    Program with(Policy changed) {
        return new Program(name, numprocs, priority, changed, version, lives);
    }

    Program withNumprocs(int changed) {
        return new Program(name, changed, priority, policy, version, lives);
    }

    Program withPriority(int changed) {
        return new Program(name, numprocs, changed, policy, version, lives);
    }

    Program withVersion(int changed) {
        return new Program(name, numprocs, priority, policy, changed, lives);
    }

    Program withLives(List<Life> changed) {
        return new Program(name, numprocs, priority, policy, version, changed);
    }

    List<ProcessSpec> specs() {
        var specs = new ArrayList<ProcessSpec>(numprocs);
        for (int i = 0; i < numprocs; i++) {
            String process = numprocs == 1 ? name : name + "_" + i;
            var processName = new ProcessName(name, process);
            specs.add(
                    new ProcessSpec(
                            processName, name, i, priority, priority, policy, launch(process)));
        }
        return specs;
    }

    private Launch launch(String process) {
        return new Launch(
                "/bin/" + process,
                List.of(name, Integer.toString(version)),
                Optional.empty(),
                Optional.empty(),
                022,
                new Launch.Input.Nothing(),
                Launch.LogTarget.plain(Path.of("/dev/null")),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    /** {@code web startsecs=0 autorestart=true}: what differs from the defaults. */
    String describe() {
        var text = new StringBuilder(name);
        add(text, "version", version, 1);
        add(text, "numprocs", numprocs, 1);
        add(text, "priority", priority, 999);
        add(text, "autostart", policy.autostart(), DEFAULTS.autostart());
        add(text, "startsecs", policy.startTime().toSeconds(), 1L);
        add(text, "startretries", policy.startRetries(), DEFAULTS.startRetries());
        add(text, "autorestart", word(policy.autorestart()), word(DEFAULTS.autorestart()));
        add(text, "exitcodes", sorted(policy.exitCodes()), sorted(DEFAULTS.exitCodes()));
        add(text, "stopsignal", policy.stopSignal().name(), DEFAULTS.stopSignal().name());
        add(text, "stopwaitsecs", policy.stopTime().toSeconds(), 10L);
        add(text, "stopasgroup", policy.stopAsGroup(), DEFAULTS.stopAsGroup());
        add(text, "killasgroup", policy.killAsGroup(), DEFAULTS.killAsGroup());
        for (int i = 0; i < lives.size(); i++) {
            boolean plain = lives.size() == 1 && lives.getFirst().equals(Life.GOOD);
            if (!plain) {
                text.append(i + 1 == lives.size() ? "; then " : "; start " + (i + 1) + ": ");
                text.append(lives.get(i).describe());
            }
        }
        return text.toString();
    }

    private static void add(StringBuilder text, String key, Object value, Object usual) {
        if (!value.equals(usual)) {
            text.append(' ').append(key).append('=').append(value);
        }
    }

    private static String word(Autorestart autorestart) {
        return autorestart.name().toLowerCase(Locale.ROOT);
    }

    private static String sorted(Set<Integer> codes) {
        return new TreeSet<>(codes).toString();
    }
}
