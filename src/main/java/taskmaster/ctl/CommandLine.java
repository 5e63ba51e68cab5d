package taskmaster.ctl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import taskmaster.protocol.Request;
import taskmaster.protocol.Request.Amount;
import taskmaster.protocol.Request.Part;
import taskmaster.protocol.Request.Stream;
import taskmaster.protocol.Request.Waiting;
import taskmaster.protocol.Target;
import taskmaster.protocol.Verb;

/**
 * Reads the arguments of taskmasterctl. Options may stand before and after the command; {@code --}
 * ends them. After {@code tail}, {@code logs} and {@code maintail}, {@code -c} means bytes, as it
 * does in tail(1); before them it is the configuration file. After {@code disown}, {@code -h} is
 * bash's.
 *
 * <p>Plain loops on purpose: this runs once in a process that lives for some 50 ms.
 */
final class CommandLine {

    /** What supervisorctl's {@code tail -f} begins with. */
    private static final Amount FOLLOW_DEFAULT = new Amount(false, 1024);

    /** More digits than any log is long, and still a long. */
    private static final int MAX_DIGITS = 15;

    private final String[] args;
    private int next;

    private Optional<Verb> verb = Optional.empty();
    private final List<String> words = new ArrayList<>();
    private final List<String> kindNames = new ArrayList<>();
    private Target.Kind kind = Target.Kind.ANY;

    private Optional<String> config = Optional.empty();
    private Optional<String> url = Optional.empty();
    private Optional<Duration> timeout = Optional.empty();
    private Optional<Amount> amount = Optional.empty();
    private Optional<Duration> interval = Optional.empty();
    private OptionalLong samples = OptionalLong.empty();
    private boolean json;
    private boolean noWait;
    private boolean follow;
    private boolean raw;
    private boolean noNewline;
    private boolean toGroup;
    private Optional<ShellWord> jobWord = Optional.empty();
    private boolean survive;
    private boolean all;
    private boolean onlyRunning;
    private boolean any;
    private boolean ended;
    private boolean readsInput;
    private boolean help;
    private boolean version;
    private boolean interactive;
    private boolean stopsAtError;
    private Optional<Invocation.Colour> colour = Optional.empty();

    private CommandLine(String[] args) {
        this.args = args;
    }

    static Invocation parse(String[] args) {
        if (args.length > 0 && args[0].equals("--complete")) {
            return new Invocation.Complete(List.of(args).subList(1, args.length));
        }
        CommandLine line = new CommandLine(args);
        try {
            line.scan();
            return line.invocation();
        } catch (UsageException e) {
            return new Invocation.Answered(
                    Outcome.refused(e.getMessage() + "\n" + line.hint(), Outcome.USAGE));
        }
    }

    /** The user's mistake, in words. It does not leave this class. */
    private static final class UsageException extends Exception {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }

    private String hint() {
        return verb.isPresent()
                ? "usage: taskmasterctl " + verb.get().usage() + "\n"
                : "For help, use taskmasterctl --help\n";
    }

    private void scan() throws UsageException {
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
        verb = Usage.verb(word);
        if (verb.isEmpty()) {
            Optional<ShellWord> own = ShellWord.find(word);
            if (own.isPresent() && own.get().alsoOutside()) {
                jobWord = own;
                while (next < args.length) {
                    words.add(args[next++]);
                }
                return;
            }
            throw new UsageException("*** Unknown syntax: " + word + Usage.meant(word));
        }
    }

    private boolean tails() {
        return verb.isPresent()
                && (verb.get() == Verb.TAIL
                        || verb.get() == Verb.LOGS
                        || verb.get() == Verb.MAINTAIL);
    }

    private boolean is(Verb asked) {
        return verb.isPresent() && verb.get() == asked;
    }

    private void shortOption(String arg) throws UsageException {
        char letter = arg.charAt(1);
        Optional<String> glued =
                arg.length() > 2 ? Optional.of(arg.substring(2)) : Optional.empty();
        String option = "-" + letter;
        if (letter == 'c' && !tails()) {
            config = Optional.of(value(option, glued));
        } else if (letter == 's') {
            url = Optional.of(value(option, glued));
        } else if ((tails() || is(Verb.ATTACH)) && letter == 'n') {
            amount = Optional.of(new Amount(true, count(option, value(option, glued))));
        } else if (tails() && letter == 'c') {
            amount = Optional.of(new Amount(false, count(option, value(option, glued))));
        } else if (tails() && letter >= '0' && letter <= '9') {
            amount = Optional.of(new Amount(false, count("tail", arg.substring(1))));
        } else if (is(Verb.TOP) && letter == 'n') {
            samples = OptionalLong.of(count(option, value(option, glued)));
        } else if (is(Verb.TOP) && letter == 'd') {
            interval = Optional.of(interval(value(option, glued)));
        } else if (glued.isPresent()) {
            throw new UsageException("Error: bad argument " + arg);
        } else if (letter == 'h' && is(Verb.DISOWN)) {
            survive = true;
        } else if (letter == 'h') {
            help = true;
        } else if (letter == 'v') {
            version = true;
        } else if (tails() && letter == 'f') {
            follow = true;
        } else if (letter == 'i') {
            interactive = true;
        } else if (letter == 'e') {
            stopsAtError = true;
        } else if (letter == 'n' && is(Verb.SEND)) {
            noNewline = true;
        } else if (letter == 'a' && is(Verb.DISOWN)) {
            all = true;
        } else if (letter == 'r' && is(Verb.DISOWN)) {
            onlyRunning = true;
        } else if (letter == 'n' && is(Verb.WAIT)) {
            any = true;
        } else if (letter == 'f' && is(Verb.WAIT)) {
            ended = true;
        } else if (letter == 'g' && is(Verb.SIGNAL)) {
            toGroup = true;
        } else {
            throw new UsageException("Error: bad argument " + arg);
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
            default -> flag(option, given);
        }
    }

    private void flag(String option, Optional<String> given) throws UsageException {
        if (given.isPresent()) {
            throw new UsageException("Error: bad argument " + option + "=" + given.get());
        }
        switch (option) {
            case "--json" -> json = true;
            case "--no-wait" -> noWait = true;
            case "--raw" -> raw = true;
            case "--interactive" -> interactive = true;
            case "--help" -> help = true;
            case "--version" -> version = true;
            default -> throw new UsageException("Error: bad argument " + option);
        }
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

    private static long count(String option, String digits) throws UsageException {
        long count = 0;
        if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
            throw new UsageException("Error: " + option + ": \"" + digits + "\" is not a count");
        }
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                throw new UsageException(
                        "Error: " + option + ": \"" + digits + "\" is not a count");
            }
            count = count * 10 + (c - '0');
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
        long millis;
        try {
            millis = count(option, whole.isEmpty() ? "0" : whole) * 1000;
            String thousandths = (fraction + "000").substring(0, 3);
            millis += count(option, thousandths);
            count(option, fraction);
        } catch (UsageException e) {
            millis = 0;
        }
        if (millis == 0 || whole.length() > 9) {
            throw new UsageException(
                    "Error: "
                            + option
                            + ": \""
                            + text
                            + "\" is not a number of seconds from 0.001 to 999999999");
        }
        return Duration.ofMillis(millis);
    }

    private Invocation invocation() throws UsageException {
        if (version) {
            return new Invocation.Answered(Outcome.printed(Usage.version(), Outcome.DONE));
        }
        if (help) {
            return new Invocation.Answered(
                    Outcome.printed(
                            verb.isPresent() ? Usage.of(verb.get()) : Usage.full(), Outcome.DONE));
        }
        if (jobWord.isPresent()) {
            return new Invocation.Jobs(options(), jobWord.get(), words);
        }
        if (stopsAtError && verb.isPresent() && !interactive) {
            throw new UsageException("Error: -e is for the shell");
        }
        if (verb.isPresent() && !interactive) {
            return command(verb.get());
        }
        if (verb.isEmpty() && (json || noWait || raw || timeout.isPresent() || !nothingNamed())) {
            return new Invocation.Answered(
                    Outcome.refused("Error: a command is needed\n" + Usage.brief(), Outcome.USAGE));
        }
        Optional<Invocation> first =
                verb.isPresent() ? Optional.of(command(verb.get())) : Optional.empty();
        return new Invocation.Shell(options(), stopsAtError, first);
    }

    private Invocation command(Verb asked) throws UsageException {
        if (asked == Verb.HELP && !json) {
            return new Invocation.Answered(localHelp());
        }
        Request request = request(asked);
        return new Invocation.Ask(options(), asked, request);
    }

    private Invocation.Options options() {
        return new Invocation.Options(config, url, json, timeout, raw, readsInput, colour, samples);
    }

    private Outcome localHelp() throws UsageException {
        if (words.isEmpty()) {
            return Outcome.printed(Usage.full(), Outcome.DONE);
        }
        atMost(1);
        // supervisorctl's exit code, also for what there is no help on.
        return Outcome.printed(Usage.about(words.get(0)), Outcome.DONE);
    }

    private Request request(Verb asked) throws UsageException {
        if (noWait && !waits(asked)) {
            throw new UsageException("Error: " + asked.word() + " never waits");
        }
        if (raw && !tails()) {
            throw new UsageException("Error: --raw is for tail, logs and maintail");
        }
        return switch (asked) {
            case STATUS -> new Request.Status(target());
            case START -> new Request.Start(target(), waiting());
            case STOP -> new Request.Stop(target(), waiting());
            case RESTART -> new Request.Restart(target(), waiting());
            case SIGNAL -> signal();
            case SEND -> send();
            case ATTACH -> {
                long lines = amount.isPresent() ? amount.get().count() : 0;
                yield new Request.Attach(oneName(), lines);
            }
            case RESIZE -> resize();
            case PID -> new Request.Pid(nothingNamed() ? Optional.empty() : Optional.of(target()));
            case RELOAD, UPDATE -> new Request.Reload(part(), false, waiting());
            case REREAD -> {
                noNames();
                yield new Request.Reload(new Part.Everything(), true, Waiting.FOREVER);
            }
            case DISOWN -> {
                if (all || onlyRunning) {
                    noNames();
                    yield new Request.Disown(new Target.All(), survive, onlyRunning);
                }
                if (nothingNamed()) {
                    throw new UsageException("Error: disown requires a process name");
                }
                yield new Request.Disown(target(), survive, onlyRunning);
            }
            case EVENTS -> new Request.Events(target());
            case WAIT -> new Request.Wait(target(), any, ended, waiting());
            case CLEAR -> {
                if (nothingNamed()) {
                    throw new UsageException("Error: clear requires a process name");
                }
                yield new Request.Clear(target());
            }
            case TAIL -> tail();
            case LOGS -> {
                Stream stream = takeStream().orElse(Stream.BOTH);
                if (!nothingNamed()) {
                    throw new UsageException("Error: logs accepts no names: use tail -f");
                }
                yield new Request.Tail(new Target.All(), stream, amount.orElse(Amount.LINES), true);
            }
            case TOP -> new Request.Top(target(), interval.orElse(Request.Top.DEFAULT));
            case SHUTDOWN, VERSION, AVAIL, REOPEN, MAINTAIL, HELP -> withoutNames(asked);
        };
    }

    private Request withoutNames(Verb asked) throws UsageException {
        noNames();
        return switch (asked) {
            case SHUTDOWN -> new Request.Shutdown();
            case VERSION -> new Request.Version();
            case AVAIL -> new Request.Avail();
            case REOPEN -> new Request.Reopen();
            case MAINTAIL -> new Request.MainTail(amount(false), follow);
            default -> new Request.Help();
        };
    }

    private static boolean waits(Verb asked) {
        return asked == Verb.START
                || asked == Verb.STOP
                || asked == Verb.RESTART
                || asked == Verb.RELOAD
                || asked == Verb.UPDATE;
    }

    private Waiting waiting() {
        if (noWait) {
            return Waiting.NONE;
        }
        return timeout.isPresent() ? new Waiting(false, timeout) : Waiting.FOREVER;
    }

    private Request signal() throws UsageException {
        if (words.isEmpty()) {
            throw new UsageException("Error: signal requires a signal name");
        }
        String signal = words.remove(0);
        return new Request.SendSignal(target(), signal, toGroup);
    }

    private Request send() throws UsageException {
        int names = kindNames.isEmpty() ? 1 : 0;
        if (words.size() != names + 1) {
            throw new UsageException(
                    "Error: send requires a process name and one text: quote it, or - to read it");
        }
        String text = words.get(names);
        readsInput = text.equals("-");
        if (readsInput && noNewline) {
            throw new UsageException("Error: -n: to what is read nothing is added");
        }
        if (noNewline && text.isEmpty()) {
            throw new UsageException("Error: there is nothing to send");
        }
        return new Request.Send(
                new Target.Named(kind, kindNames.isEmpty() ? words.subList(0, 1) : kindNames),
                new Request.Input(false, noNewline ? text : text + "\n"));
    }

    /** Nothing else is left, then. */
    private Target.Named oneName() throws UsageException {
        if (words.size() + kindNames.size() != 1) {
            throw new UsageException(
                    "Error: " + verb.get().word() + " requires the name of one process");
        }
        return new Target.Named(kind, kindNames.isEmpty() ? words : kindNames);
    }

    private Request resize() throws UsageException {
        if (words.size() < 2) {
            throw new UsageException("Error: resize requires a name, rows and columns");
        }
        int columns = cells("COLUMNS", words.remove(words.size() - 1));
        int rows = cells("ROWS", words.remove(words.size() - 1));
        return new Request.Resize(oneName(), rows, columns);
    }

    private static int cells(String what, String digits) throws UsageException {
        long count = count(what, digits);
        if (count < 1 || count > Request.Resize.MOST) {
            throw new UsageException(
                    "Error: " + what + " must be from 1 to " + Request.Resize.MOST);
        }
        return (int) count;
    }

    private Part part() throws UsageException {
        Target target = target();
        return target instanceof Target.Named names
                ? new Part.Programs(names)
                : new Part.Everything();
    }

    private Request tail() throws UsageException {
        if (nothingNamed()) {
            throw new UsageException("Error: tail requires a process name");
        }
        Optional<Stream> stream =
                words.size() > 1 || !kindNames.isEmpty() ? takeStream() : Optional.empty();
        for (int i = 1; i < words.size(); i++) {
            if (stream(words.get(i)).isPresent()) {
                throw new UsageException("Error: " + words.get(i) + " must come last");
            }
        }
        Target target = target();
        return new Request.Tail(
                target, stream.orElse(Stream.STDOUT), amount(mayBeSeveral(target)), follow);
    }

    /** What names one process in supervisorctl's way is shown in its way, by bytes. */
    private static boolean mayBeSeveral(Target target) {
        if (!(target instanceof Target.Named named) || named.names().size() > 1) {
            return true;
        }
        String name = named.names().get(0);
        return name.indexOf('*') >= 0 || name.endsWith(":") || named.kind() == Target.Kind.GROUP;
    }

    /** The last word, if it is one. */
    private Optional<Stream> takeStream() {
        Optional<Stream> stream =
                words.isEmpty() ? Optional.empty() : stream(words.get(words.size() - 1));
        if (stream.isPresent()) {
            words.remove(words.size() - 1);
        }
        return stream;
    }

    private static Optional<Stream> stream(String word) {
        for (Stream stream : Stream.values()) {
            if (stream.word().equals(word)) {
                return Optional.of(stream);
            }
        }
        return Optional.empty();
    }

    private Amount amount(boolean several) {
        if (amount.isPresent()) {
            return amount.get();
        }
        if (several) {
            return Amount.LINES;
        }
        return follow ? FOLLOW_DEFAULT : Amount.DEFAULT;
    }

    private boolean nothingNamed() {
        return words.isEmpty() && kindNames.isEmpty();
    }

    private Target target() throws UsageException {
        if (nothingNamed()) {
            return new Target.All();
        }
        if (!words.isEmpty() && !kindNames.isEmpty()) {
            throw new UsageException(
                    "Error: names are given either with --program, --group or --process, or"
                            + " without an option, not both");
        }
        if (words.contains("all")) {
            return new Target.All();
        }
        return new Target.Named(kind, kindNames.isEmpty() ? words : kindNames);
    }

    private void noNames() throws UsageException {
        if (!nothingNamed()) {
            throw new UsageException("Error: " + verb.get().word() + " accepts no arguments");
        }
    }

    private void atMost(int count) throws UsageException {
        if (words.size() > count) {
            throw new UsageException("Error: too many arguments for " + verb.get().word());
        }
    }
}
