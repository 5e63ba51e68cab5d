package taskmaster.ctl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import taskmaster.posix.Signal;
import taskmaster.protocol.Request;
import taskmaster.protocol.Verb;

/**
 * The words that can stand where somebody types, with what they mean. Pure: the processes are those
 * that were last seen.
 */
final class Candidates {

    /** Options whose value is the next word. */
    private static final Set<String> WITH_VALUE =
            Set.of(
                    "-c",
                    "--configuration",
                    "-s",
                    "--serverurl",
                    "--timeout",
                    "--color",
                    "--program",
                    "--group",
                    "--process");

    private static final Set<String> UP = Set.of("RUNNING", "STARTING");
    private static final Set<String> DOWN = Set.of("STOPPED", "EXITED", "FATAL");

    private final Collection<StateChanges.Seen> processes;
    private final Map<String, String> found = new LinkedHashMap<>();

    private Candidates(Collection<StateChanges.Seen> processes) {
        this.processes = processes;
    }

    /**
     * What {@code typed.word()} may become: words that begin with it, in the order in which they
     * are shown, and their descriptions.
     */
    static Map<String, String> of(Statements.Typed typed, Collection<StateChanges.Seen> processes) {
        Candidates candidates = new Candidates(processes);
        candidates.find(typed.words(), typed.word());
        Map<String, String> fitting = new LinkedHashMap<>();
        for (Map.Entry<String, String> candidate : candidates.found.entrySet()) {
            if (candidate.getKey().startsWith(typed.word())) {
                fitting.put(candidate.getKey(), candidate.getValue());
            }
        }
        return fitting;
    }

    private void find(List<String> words, String word) {
        List<String> plain = new ArrayList<>();
        String option = "";
        for (String before : words) {
            if (!option.isEmpty()) {
                option = "";
            } else if (isOption(before, plain)) {
                option = takesValue(before, plain) ? before : "";
            } else {
                plain.add(before);
            }
        }
        if (!option.isEmpty()) {
            value(option);
        } else if (plain.isEmpty()) {
            first(word);
        } else {
            after(plain, word);
        }
    }

    private static boolean isOption(String word, List<String> plain) {
        boolean set = !plain.isEmpty() && plain.get(0).equals(ShellWord.SET.word());
        return word.length() > 1 && word.startsWith("-") && !set;
    }

    private static boolean takesValue(String option, List<String> plain) {
        boolean logs = !plain.isEmpty() && isLogs(plain.get(0));
        return WITH_VALUE.contains(option) || (logs && option.equals("-n"));
    }

    private static boolean isLogs(String verb) {
        return verb.equals("tail") || verb.equals("logs") || verb.equals("maintail");
    }

    private void value(String option) {
        switch (option) {
            case "--color" -> {
                for (Invocation.Colour when : Invocation.Colour.values()) {
                    found.put(when.name().toLowerCase(java.util.Locale.ROOT), "");
                }
            }
            case "--program" -> {
                for (StateChanges.Seen process : processes) {
                    found.put(process.program(), "");
                }
            }
            case "--group" -> {
                for (StateChanges.Seen process : processes) {
                    found.put(group(process), "");
                }
            }
            case "--process" -> names(Set.of());
            default -> {}
        }
    }

    private void first(String word) {
        if (word.startsWith("-")) {
            options("");
            return;
        }
        Map<String, String> sorted = new TreeMap<>();
        for (Verb verb : Verb.values()) {
            sorted.put(verb.word(), verb.summary());
        }
        for (ShellWord own : ShellWord.values()) {
            sorted.put(own.word(), own.summary());
        }
        found.putAll(sorted);
    }

    private void options(String verb) {
        if (isLogs(verb)) {
            found.put("-n", "so many lines");
            found.put("-c", "so many bytes");
        }
        if (verb.equals("top")) {
            found.put("-d", "seconds between samples");
            found.put("-n", "so many samples, as text");
        }
        Optional<Verb> known = Usage.verb(verb);
        for (Flag flag : Flag.values()) {
            if (flag.belongsTo(known)) {
                flag(flag);
            }
        }
        found.put("--timeout", "wait no longer than so many seconds");
        flag(Flag.JSON);
        found.put("--color", "auto, always or never");
        found.put("--program", "what a name is");
        found.put("--group", "what a name is");
        found.put("--process", "what a name is");
        flag(Flag.HELP);
    }

    private void flag(Flag flag) {
        found.put(flag.option(), flag.meaning());
    }

    private void after(List<String> plain, String word) {
        String verb = plain.get(0);
        boolean isFirst = plain.size() == 1;
        if (verb.equals(ShellWord.SET.word())) {
            ofSet(plain.get(plain.size() - 1));
        } else if (word.startsWith("-")) {
            options(verb);
        } else {
            switch (verb) {
                case "help" -> first("");
                case "start" -> names(DOWN);
                case "stop", "restart" -> names(UP);
                case "signal" -> {
                    if (isFirst) {
                        signals(word);
                    } else {
                        names(UP);
                    }
                }
                case "send", "disown" -> {
                    if (isFirst || verb.equals("disown")) {
                        names(UP);
                    }
                }
                case "tail" -> {
                    names(Set.of());
                    if (!isFirst) {
                        streams();
                    }
                }
                case "logs" -> streams();
                case "status", "pid", "reload", "update", "clear", "events", "wait", "top" ->
                        names(Set.of());
                default -> {}
            }
        }
    }

    private void ofSet(String before) {
        if (before.equals("-o") || before.equals("+o")) {
            for (ShellOption option : ShellOption.values()) {
                found.put(option.word(), "");
            }
            return;
        }
        found.put("-b", "show changes at once");
        found.put("+b", "show them before the prompt");
        found.put("-e", "leave at the first error");
        found.put("+e", "go on after errors");
        found.put("-o", "an option by its name");
        found.put("+o", "an option by its name");
    }

    private void streams() {
        for (Request.Stream stream : Request.Stream.values()) {
            found.put(stream.word(), "");
        }
    }

    /** As they are begun: {@code HUP}, {@code SIGHUP}. */
    private void signals(String word) {
        String before = word.startsWith("SIG") ? "SIG" : "";
        for (String name : Signal.names()) {
            found.put(before + name, "");
        }
    }

    /** Those in one of the states, or all where none is; groups of several, and all. */
    private void names(Set<String> states) {
        Map<String, String> names = new LinkedHashMap<>();
        Map<String, Integer> groups = new LinkedHashMap<>();
        for (StateChanges.Seen process : processes) {
            if (states.isEmpty() || states.contains(process.state())) {
                names.put(process.name(), process.state());
                groups.merge(group(process), 1, Integer::sum);
            }
        }
        if (names.isEmpty() && !states.isEmpty()) {
            names(Set.of());
            return;
        }
        found.putAll(names);
        for (Map.Entry<String, Integer> group : groups.entrySet()) {
            if (group.getValue() > 1) {
                found.put(group.getKey() + ":*", group.getValue() + " processes");
            }
        }
        if (names.size() > 1) {
            found.put("all", names.size() + " processes");
        }
    }

    private static String group(StateChanges.Seen process) {
        int colon = process.name().indexOf(':');
        return colon < 0 ? process.name() : process.name().substring(0, colon);
    }

    /** As it has to be typed. */
    static String quoted(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (" \t\r\n'\"\\;&|<>#".indexOf(word.charAt(i)) >= 0) {
                return "'" + word.replace("'", "'\\''") + "'";
            }
        }
        return word;
    }
}
