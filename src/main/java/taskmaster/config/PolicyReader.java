package taskmaster.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import taskmaster.posix.Signal;
import taskmaster.toml.TomlValue;

/** Reads the keys of {@code [programs.X]} that say how its processes are kept and stopped. */
final class PolicyReader {

    /** Attempts are counted in an int, with room. */
    private static final int MAX_RETRIES = 1_000_000_000;

    private PolicyReader() {}

    static Policy read(Section section) {
        boolean stopAsGroup = section.bool("stopasgroup", false);
        boolean killAsGroup = section.bool("killasgroup", true);
        if (stopAsGroup && !killAsGroup) {
            section.problem(
                    "killasgroup",
                    "may not be false with stopasgroup = true:"
                            + " what ignores the stop signal would never be killed");
        }
        return new Policy(
                section.bool("autostart", true),
                section.seconds("startsecs", 1, true),
                section.integer("startretries", 3, 0, MAX_RETRIES),
                autorestart(section),
                exitCodes(section),
                stopSignal(section),
                section.seconds("stopwaitsecs", 10, false),
                stopAsGroup,
                killAsGroup);
    }

    private static Autorestart autorestart(Section section) {
        Optional<TomlValue> value = section.value("autorestart");
        if (value.isEmpty()) {
            return Autorestart.UNEXPECTED;
        }
        String words = "one of the strings \"false\", \"true\", \"unexpected\"";
        if (value.get() instanceof TomlValue.Bool bool) {
            String message = "must be " + words + ", not a boolean: write \"" + bool.value() + "\"";
            section.problem("autorestart", message);
            return Autorestart.UNEXPECTED;
        }
        Optional<String> text = section.text("autorestart");
        if (text.isEmpty()) {
            return Autorestart.UNEXPECTED;
        }
        for (Autorestart choice : Autorestart.values()) {
            if (choice.name().toLowerCase(java.util.Locale.ROOT).equals(text.get())) {
                return choice;
            }
        }
        List<String> known = List.of("false", "true", "unexpected", "always", "never");
        String meant = Hints.closest(text.get(), known).orElse("");
        meant = meant.equals("always") ? "true" : meant.equals("never") ? "false" : meant;
        String hint = meant.isEmpty() ? "" : " (did you mean \"" + meant + "\"?)";
        section.problem("autorestart", Hints.quote(text.get()) + " is not " + words + hint);
        return Autorestart.UNEXPECTED;
    }

    private static Set<Integer> exitCodes(Section section) {
        Optional<TomlValue> value = section.value("exitcodes");
        if (value.isEmpty()) {
            return Set.of(0);
        }
        Set<Integer> codes = new TreeSet<>();
        List<TomlValue> items = List.of(value.get());
        if (value.get() instanceof TomlValue.Array array) {
            items = array.items();
        }
        for (TomlValue item : items) {
            if (!(item instanceof TomlValue.Int code)) {
                String message = "must be integers, like [0, 2], not " + item.typeName();
                section.problemAt(item.position(), "exitcodes", message);
            } else if (section.inRange("exitcodes", code, 0, 255)) {
                codes.add((int) code.value());
            }
        }
        return codes;
    }

    private static Signal stopSignal(Section section) {
        Optional<TomlValue> value = section.value("stopsignal");
        if (value.isEmpty()) {
            return Signal.TERM;
        }
        String written;
        String shown;
        if (value.get() instanceof TomlValue.Int number) {
            written = Long.toString(number.value());
            shown = number.literal();
        } else {
            Optional<String> text = section.text("stopsignal");
            if (text.isEmpty()) {
                return Signal.TERM;
            }
            written = text.get();
            shown = Hints.quote(written);
        }
        Optional<Signal> signal = Signal.parse(written);
        if (signal.isEmpty()) {
            boolean prefixed = written.regionMatches(true, 0, "SIG", 0, 3);
            String name = prefixed ? written.substring(3) : written;
            String hint = Hints.didYouMean(name, new ArrayList<>(Signal.names()));
            if (hint.isEmpty()) {
                hint = ": write a name like \"TERM\" or a number from 1 to " + Signal.MAX;
            }
            section.problem("stopsignal", shown + " is not a signal" + hint);
        }
        return signal.orElse(Signal.TERM);
    }
}
