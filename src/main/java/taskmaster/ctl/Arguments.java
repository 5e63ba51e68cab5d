package taskmaster.ctl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import taskmaster.protocol.Request;
import taskmaster.protocol.Request.Amount;
import taskmaster.protocol.Target;
import taskmaster.protocol.Verb;

/**
 * The arguments of taskmasterctl, told apart: the command, its words, and the options. They may
 * stand before and after the command; {@code --} ends them. After {@code tail}, {@code logs} and
 * {@code maintail}, {@code -c} means bytes, as it does in tail(1); before them it is the
 * configuration file.
 */
final class Arguments {

    /** More digits than any log is long, and still thousandths of it a long. */
    private static final long MOST = 999_999_999_999_999L;

    private final String[] args;
    private int next;

    private Optional<Verb> verb = Optional.empty();
    private Optional<ShellWord> jobWord = Optional.empty();
    private String command = "";
    private final List<String> words = new ArrayList<>();
    private final List<String> kindNames = new ArrayList<>();
    private Target.Kind kind = Target.Kind.ANY;
    private final List<Flag> flags = new ArrayList<>();

    private Optional<String> config = Optional.empty();
    private Optional<String> url = Optional.empty();
    private Optional<Duration> timeout = Optional.empty();
    private Optional<Amount> amount = Optional.empty();
    private Optional<Duration> interval = Optional.empty();
    private OptionalLong samples = OptionalLong.empty();
    private Optional<Invocation.Colour> colour = Optional.empty();

    Arguments(String[] args) {
        this.args = args;
    }

    /** Reads them all; what was read before a mistake stays known. */
    void scan() throws UsageException {
        boolean onlyWords = false;
        while (next < args.length) {
            String arg = args[next++];
            if (onlyWords || arg.length() < 2 || arg.charAt(0) != '-') {
                word(arg);
            } else if (arg.equals("--")) {
                onlyWords = true;
            } else if (arg.charAt(1) == '-') {
                int equals = arg.indexOf('=');
                if (equals < 0) {
                    longOption(arg, Optional.empty());
                } else {
                    longOption(arg.substring(0, equals), Optional.of(arg.substring(equals + 1)));
                }
            } else {
                shortOption(arg);
            }
        }
    }

    private void word(String word) throws UsageException {
        if (verb.isPresent()) {
            words.add(word);
            return;
        }
        command = word;
        verb = Usage.verb(word);
        if (verb.isEmpty()) {
            jobWord = ShellWord.find(word);
            if (jobWord.isEmpty() || !jobWord.get().alsoOutside()) {
                throw new UsageException("*** Unknown syntax: " + word + Usage.meant(word));
            }
            while (next < args.length) {
                words.add(args[next++]);
            }
        }
    }

    private void shortOption(String arg) throws UsageException {
        char letter = arg.charAt(1);
        Optional<String> glued =
                arg.length() > 2 ? Optional.of(arg.substring(2)) : Optional.empty();
        String option = "-" + letter;
        boolean tails = tails();
        if (letter == 'c' && !tails) {
            config = Optional.of(value(option, glued));
        } else if (letter == 's') {
            url = Optional.of(value(option, glued));
        } else if ((tails || is(Verb.ATTACH)) && letter == 'n') {
            amount = Optional.of(new Amount(true, count(option, value(option, glued))));
        } else if (tails && letter == 'c') {
            amount = Optional.of(new Amount(false, count(option, value(option, glued))));
        } else if (tails && letter >= '0' && letter <= '9') {
            amount = Optional.of(new Amount(false, count("tail", arg.substring(1))));
        } else if (is(Verb.TOP) && letter == 'n') {
            samples = OptionalLong.of(count(option, value(option, glued)));
        } else if (is(Verb.TOP) && letter == 'd') {
            interval = Optional.of(interval(value(option, glued)));
        } else {
            flag(arg);
        }
    }

    private void longOption(String option, Optional<String> given) throws UsageException {
        switch (option) {
            case "--configuration" -> config = Optional.of(value(option, given));
            case "--serverurl" -> url = Optional.of(value(option, given));
            case "--color" -> colour = Optional.of(colour(value(option, given)));
            case "--timeout" -> timeout = Optional.of(seconds(option, value(option, given)));
            case "--program" -> named(Target.Kind.PROGRAM, value(option, given));
            case "--group" -> named(Target.Kind.GROUP, value(option, given));
            case "--process" -> named(Target.Kind.PROCESS, value(option, given));
            default -> flag(given.isPresent() ? option + "=" + given.get() : option);
        }
    }

    private void flag(String option) throws UsageException {
        Optional<Flag> flag = Flag.find(option, verb);
        if (flag.isEmpty()) {
            throw new UsageException("Error: bad argument " + option);
        }
        flags.add(flag.get());
    }

    private String value(String option, Optional<String> given) throws UsageException {
        if (given.isPresent()) {
            return given.get();
        }
        if (next == args.length) {
            throw new UsageException("Error: " + option + " needs a value");
        }
        return args[next++];
    }

    private void named(Target.Kind newKind, String name) throws UsageException {
        if (kind != newKind && kind != Target.Kind.ANY) {
            throw new UsageException(
                    "Error: one request is about programs, groups or processes, not about two of"
                            + " them");
        }
        kind = newKind;
        kindNames.add(name);
    }

    private static Invocation.Colour colour(String when) throws UsageException {
        for (Invocation.Colour known : Invocation.Colour.values()) {
            if (known.name().equalsIgnoreCase(when)) {
                return known;
            }
        }
        throw new UsageException(
                "Error: --color: \"" + when + "\" is none of auto, always and never");
    }

    /** What follows {@code option}, or is called so. */
    static long count(String option, String digits) throws UsageException {
        long count = Digits.value(digits);
        if (count < 0 || count > MOST) {
            throw new UsageException("Error: " + option + ": \"" + digits + "\" is not a count");
        }
        return count;
    }

    private static Duration interval(String text) throws UsageException {
        Duration interval = seconds("-d", text);
        if (interval.compareTo(Request.Top.SHORTEST) < 0
                || interval.compareTo(Request.Top.LONGEST) > 0) {
            throw new UsageException("Error: -d: \"" + text + "\" is not from 0.1 to 60 seconds");
        }
        return interval;
    }

    /** {@code 5}, {@code 0.25}: to the millisecond, more than nothing. */
    private static Duration seconds(String option, String text) throws UsageException {
        int dot = text.indexOf('.');
        String whole = dot < 0 ? text : text.substring(0, dot);
        String fraction = dot < 0 ? "0" : text.substring(dot + 1);
        long seconds = whole.isEmpty() ? 0 : Digits.value(whole);
        long millis = Digits.value((fraction + "000").substring(0, 3));
        boolean valid =
                seconds >= 0
                        && seconds <= 999_999_999
                        && Digits.value(fraction) >= 0
                        && seconds + millis > 0;
        if (!valid) {
            throw new UsageException(
                    "Error: "
                            + option
                            + ": \""
                            + text
                            + "\" is not a number of seconds from 0.001 to 999999999");
        }
        return Duration.ofMillis(seconds * 1000 + millis);
    }

    /** The command of the daemon's, empty as long as none is given. */
    Optional<Verb> verb() {
        return verb;
    }

    boolean is(Verb asked) {
        return verb.isPresent() && verb.get() == asked;
    }

    /** Whether it is one of the verbs that show logs. */
    boolean tails() {
        return is(Verb.TAIL) || is(Verb.LOGS) || is(Verb.MAINTAIL);
    }

    /** The command of job control; what follows it is {@link #words}, options too. */
    Optional<ShellWord> jobWord() {
        return jobWord;
    }

    /** The command as it was typed: fg, not attach. */
    String command() {
        return command;
    }

    /** What follows the command. */
    List<String> words() {
        return words;
    }

    /** What is named with an option, all of them of {@link #kind}. */
    List<String> kindNames() {
        return kindNames;
    }

    Target.Kind kind() {
        return kind;
    }

    boolean has(Flag flag) {
        return flags.contains(flag);
    }

    Optional<Duration> timeout() {
        return timeout;
    }

    Optional<Amount> amount() {
        return amount;
    }

    /** Of top. */
    Optional<Duration> interval() {
        return interval;
    }

    Invocation.Options options() {
        boolean readsInput = is(Verb.SEND) && !words.isEmpty() && words.getLast().equals("-");
        return new Invocation.Options(
                config, url, has(Flag.JSON), timeout, has(Flag.RAW), readsInput, colour, samples);
    }
}
