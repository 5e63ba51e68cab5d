package taskmaster.ctl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
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

    /** What is being typed. */
    private final String word;

    private final Map<String, String> found = new LinkedHashMap<>();

    private Candidates(Collection<StateChanges.Seen> processes, String word) {
        this.processes = processes;
        this.word = word;
    }

    /**
     * What {@code typed.word()} may become: words that begin with it, in the order in which they
     * are shown, and their descriptions.
     */
    static Map<String, String> of(Statements.Typed typed, Collection<StateChanges.Seen> processes) {
        Candidates candidates = new Candidates(processes, typed.word());
        candidates.find(typed.words());
        Map<String, String> fitting = new LinkedHashMap<>();
        for (Map.Entry<String, String> candidate : candidates.found.entrySet()) {
            if (candidate.getKey().startsWith(typed.word())) {
                fitting.put(candidate.getKey(), candidate.getValue());
            }
        }
        return fitting;
    }

    private void find(List<String> words) {
        List<String> plain = new ArrayList<>();
        String option = "";
        for (String before : words) {
            String verb = verb(plain);
            if (!option.isEmpty()) {
                option = "";
            } else if (isOption(before, verb)) {
                option = takesValue(before, verb) ? before : "";
            } else {
                plain.add(before);
            }
        }
        if (!option.isEmpty()) {
            value(option, verb(plain));
        } else if (plain.isEmpty()) {
            first();
        } else {
            after(verb(plain), plain);
        }
    }

    /** The first word, as the daemon has it; empty where there is none yet. */
    private static String verb(List<String> plain) {
        if (plain.isEmpty()) {
            return "";
        }
        Optional<Verb> known = Usage.verb(plain.get(0));
        return known.isPresent() ? known.get().word() : plain.get(0);
    }

    private static boolean isOption(String word, String verb) {
        return word.length() > 1 && word.startsWith("-") && !verb.equals("set");
    }

    private static boolean takesValue(String option, String verb) {
        boolean counts = option.equals("-n");
        return switch (verb) {
            case "kill" -> counts || option.equals("-s");
            case "jobs", "bg" -> false;
            case "tail", "logs", "maintail", "attach" -> counts || WITH_VALUE.contains(option);
            case "top" -> counts || option.equals("-d") || WITH_VALUE.contains(option);
            default -> WITH_VALUE.contains(option);
        };
    }

    private static boolean isLogs(String verb) {
        return verb.equals("tail") || verb.equals("logs") || verb.equals("maintail");
    }

    private void value(String option, String verb) {
        if (verb.equals("kill")) {
            signals();
            return;
        }
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
            case "--process" -> names(process -> true);
            default -> {}
        }
    }

    private void first() {
        if (word.startsWith("-")) {
            options("");
            return;
        }
        if (word.startsWith("%")) {
            jobs(Candidates::isUp);
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
        if (ShellWord.find(verb).isPresent()) {
            ofShellWord(verb);
            return;
        }
        if (isLogs(verb) || verb.equals("attach")) {
            found.put("-n", "so many lines");
        }
        if (isLogs(verb)) {
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

    private void ofShellWord(String word) {
        switch (word) {
            case "jobs" -> {
                found.put("-l", "with pids and command lines");
                found.put("-n", "what has changed since the last time");
                found.put("-p", "only pids");
                found.put("-r", "only those that run");
                found.put("-s", "only paused ones");
                found.put("-x", "run a command with process groups in place of jobs");
            }
            case "kill" -> {
                found.put("-s", "a signal by its name");
                found.put("-n", "a signal by its number");
                found.put("-l", "the names of signals");
            }
            case "suspend" -> found.put("-f", "also without a terminal");
            default -> {}
        }
    }

    private void after(String verb, List<String> plain) {
        boolean isFirst = plain.size() == 1;
        if (verb.equals(ShellWord.SET.word())) {
            ofSet(plain.get(plain.size() - 1));
        } else if (word.startsWith("-")) {
            options(verb);
        } else {
            switch (verb) {
                case "help" -> first();
                case "start" -> named(process -> DOWN.contains(process.state()));
                case "stop", "restart", "disown" -> named(Candidates::isUp);
                case "signal" -> {
                    if (isFirst) {
                        signals();
                    } else {
                        named(Candidates::isUp);
                    }
                }
                case "send" -> {
                    if (isFirst) {
                        named(Candidates::isUp);
                    }
                }
                case "attach", "resize" -> {
                    if (isFirst) {
                        one(Candidates::isUp);
                    }
                }
                case "kill" -> one(Candidates::isUp);
                case "bg" -> one(StateChanges.Seen::paused);
                case "jobs" -> one(process -> true);
                case "tail" -> {
                    named(process -> true);
                    if (!isFirst) {
                        streams();
                    }
                }
                case "logs" -> streams();
                case "reload", "update" -> names(process -> true);
                case "status", "pid", "clear", "events", "wait", "top" -> named(process -> true);
                default -> {}
            }
        }
    }

    private static boolean isUp(StateChanges.Seen process) {
        return UP.contains(process.state());
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
    private void signals() {
        String before = word.startsWith("SIG") ? "SIG" : "";
        for (String name : Signal.names()) {
            found.put(before + name, "");
        }
    }

    /** Those that are meant, by job or by name. */
    private void named(Predicate<StateChanges.Seen> meant) {
        if (word.startsWith("%")) {
            jobs(meant);
        } else {
            names(meant);
        }
    }

    /** The same where groups are not, and all is not. */
    private void one(Predicate<StateChanges.Seen> meant) {
        if (word.startsWith("%")) {
            jobs(meant);
            return;
        }
        for (StateChanges.Seen process : fitting(meant)) {
            found.put(process.name(), state(process));
        }
    }

    /** As job specs: by number and by name, unless that is a number. */
    private void jobs(Predicate<StateChanges.Seen> meant) {
        List<StateChanges.Seen> fitting = fitting(meant);
        for (StateChanges.Seen process : fitting) {
            found.put("%" + process.job(), process.name() + " " + state(process));
        }
        for (StateChanges.Seen process : fitting) {
            if (Digits.value(process.name()) < 0) {
                found.put("%" + process.name(), state(process));
            }
        }
    }

    /** With groups of several, and all. */
    private void names(Predicate<StateChanges.Seen> meant) {
        List<StateChanges.Seen> fitting = fitting(meant);
        Map<String, Integer> groups = new LinkedHashMap<>();
        for (StateChanges.Seen process : fitting) {
            found.put(process.name(), state(process));
            groups.merge(group(process), 1, Integer::sum);
        }
        for (Map.Entry<String, Integer> group : groups.entrySet()) {
            if (group.getValue() > 1) {
                found.put(group.getKey() + ":*", group.getValue() + " processes");
            }
        }
        if (fitting.size() > 1) {
            found.put("all", fitting.size() + " processes");
        }
    }

    /** All where none is meant. */
    private List<StateChanges.Seen> fitting(Predicate<StateChanges.Seen> meant) {
        List<StateChanges.Seen> fitting = processes.stream().filter(meant).toList();
        return fitting.isEmpty() ? List.copyOf(processes) : fitting;
    }

    /** In the words of status. */
    private static String state(StateChanges.Seen process) {
        return process.state() + (process.paused() ? ", paused" : "");
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
