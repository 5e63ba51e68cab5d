package taskmaster.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.protocol.Request;
import taskmaster.protocol.Request.Amount;
import taskmaster.protocol.Request.Part;
import taskmaster.protocol.Request.Stream;
import taskmaster.protocol.Request.Waiting;
import taskmaster.protocol.Target;
import taskmaster.protocol.Verb;

/**
 * From arguments to the request that they mean. Job specs stay as they are: they are names that
 * {@link JobWords} explains.
 */
final class Requests {

    /** What supervisorctl's {@code tail -f} begins with. */
    private static final Amount FOLLOW_DEFAULT = new Amount(false, 1024);

    private final Arguments arguments;
    private final Verb verb;

    /** Those that are not yet used for something else. */
    private final List<String> words;

    private final List<String> kindNames;

    private Requests(Arguments arguments, Verb verb) {
        this.arguments = arguments;
        this.verb = verb;
        words = new ArrayList<>(arguments.words());
        kindNames = arguments.kindNames();
    }

    static Request of(Verb verb, Arguments arguments) throws UsageException {
        Optional<Verb> asked = Optional.of(verb);
        if (arguments.has(Flag.NO_WAIT) && !Flag.NO_WAIT.belongsTo(asked)) {
            throw new UsageException("Error: " + verb.word() + " never waits");
        }
        if (arguments.has(Flag.RAW) && !Flag.RAW.belongsTo(asked)) {
            throw new UsageException("Error: --raw is for tail, logs and maintail");
        }
        return new Requests(arguments, verb).request();
    }

    private Request request() throws UsageException {
        return switch (verb) {
            case STATUS -> new Request.Status(target());
            case START -> new Request.Start(target(), waiting());
            case STOP -> new Request.Stop(target(), waiting());
            case RESTART -> new Request.Restart(target(), waiting());
            case SIGNAL -> signal();
            case SEND -> send();
            case ATTACH -> attach();
            case RESIZE -> resize();
            case PID -> new Request.Pid(nothingNamed() ? Optional.empty() : Optional.of(target()));
            case RELOAD, UPDATE -> new Request.Reload(part(), false, waiting());
            case REREAD -> {
                noNames();
                yield new Request.Reload(new Part.Everything(), true, Waiting.FOREVER);
            }
            case DISOWN -> disown();
            case EVENTS -> new Request.Events(target());
            case WAIT ->
                    new Request.Wait(
                            target(),
                            arguments.has(Flag.ANY),
                            arguments.has(Flag.ENDED),
                            waiting());
            case CLEAR -> {
                requireNames();
                yield new Request.Clear(target());
            }
            case TAIL -> tail();
            case LOGS -> {
                Stream stream = takeStream().orElse(Stream.BOTH);
                if (!nothingNamed()) {
                    throw new UsageException("Error: logs accepts no names: use tail -f");
                }
                Amount amount = arguments.amount().orElse(Amount.LINES);
                yield new Request.Tail(new Target.All(), stream, amount, true);
            }
            case TOP -> new Request.Top(target(), arguments.interval().orElse(Request.Top.DEFAULT));
            case SHUTDOWN, VERSION, AVAIL, REOPEN, MAINTAIL, HELP -> withoutNames();
        };
    }

    private Request withoutNames() throws UsageException {
        noNames();
        return switch (verb) {
            case SHUTDOWN -> new Request.Shutdown();
            case VERSION -> new Request.Version();
            case AVAIL -> new Request.Avail();
            case REOPEN -> new Request.Reopen();
            case MAINTAIL -> new Request.MainTail(amount(false), arguments.has(Flag.FOLLOW));
            default -> new Request.Help();
        };
    }

    private Waiting waiting() {
        if (arguments.has(Flag.NO_WAIT)) {
            return Waiting.NONE;
        }
        return arguments.timeout().isPresent()
                ? new Waiting(false, arguments.timeout())
                : Waiting.FOREVER;
    }

    private Request signal() throws UsageException {
        if (words.isEmpty()) {
            throw new UsageException("Error: signal requires a signal name");
        }
        String signal = words.remove(0);
        return new Request.SendSignal(target(), signal, arguments.has(Flag.TO_GROUP));
    }

    private Request send() throws UsageException {
        boolean noNewline = arguments.has(Flag.NO_NEWLINE);
        if (words.size() != (kindNames.isEmpty() ? 2 : 1)) {
            throw new UsageException(
                    "Error: send requires a process name and one text: quote it, or - to read it");
        }
        String text = words.removeLast();
        if (text.equals("-") && noNewline) {
            throw new UsageException("Error: -n: to what is read nothing is added");
        }
        if (text.isEmpty() && noNewline) {
            throw new UsageException("Error: there is nothing to send");
        }
        return new Request.Send(named(), new Request.Input(false, noNewline ? text : text + "\n"));
    }

    private Request attach() throws UsageException {
        long lines = arguments.amount().isPresent() ? arguments.amount().get().count() : 0;
        return new Request.Attach(nothingNamed() ? currentJob() : oneName(), lines);
    }

    private Request disown() throws UsageException {
        boolean survive = arguments.has(Flag.SURVIVE);
        boolean onlyRunning = arguments.has(Flag.ONLY_RUNNING);
        if (onlyRunning || arguments.has(Flag.ALL)) {
            noNames();
            return new Request.Disown(new Target.All(), survive, onlyRunning);
        }
        return new Request.Disown(nothingNamed() ? currentJob() : target(), survive, false);
    }

    private static Target.Named currentJob() {
        return new Target.Named(Target.Kind.ANY, List.of(JobSpec.CURRENT));
    }

    private Request resize() throws UsageException {
        if (words.size() < 2) {
            throw new UsageException("Error: resize requires a name, rows and columns");
        }
        int columns = cells("COLUMNS", words.removeLast());
        int rows = cells("ROWS", words.removeLast());
        return new Request.Resize(oneName(), rows, columns);
    }

    private static int cells(String what, String digits) throws UsageException {
        long count = Arguments.count(what, digits);
        if (count < 1 || count > Request.Resize.MOST) {
            throw new UsageException(
                    "Error: " + what + " must be from 1 to " + Request.Resize.MOST);
        }
        return (int) count;
    }

    private Part part() throws UsageException {
        return target() instanceof Target.Named names
                ? new Part.Programs(names)
                : new Part.Everything();
    }

    private Request tail() throws UsageException {
        requireNames();
        Optional<Stream> stream =
                words.size() > 1 || !kindNames.isEmpty() ? takeStream() : Optional.empty();
        for (int i = 1; i < words.size(); i++) {
            if (stream(words.get(i)).isPresent()) {
                throw new UsageException("Error: " + words.get(i) + " must come last");
            }
        }
        Target target = target();
        return new Request.Tail(
                target,
                stream.orElse(Stream.STDOUT),
                amount(mayBeSeveral(target)),
                arguments.has(Flag.FOLLOW));
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
        Optional<Stream> stream = words.isEmpty() ? Optional.empty() : stream(words.getLast());
        if (stream.isPresent()) {
            words.removeLast();
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
        if (arguments.amount().isPresent()) {
            return arguments.amount().get();
        }
        if (several) {
            return Amount.LINES;
        }
        return arguments.has(Flag.FOLLOW) ? FOLLOW_DEFAULT : Amount.DEFAULT;
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
        return words.contains("all") ? new Target.All() : named();
    }

    private Target.Named named() {
        return new Target.Named(arguments.kind(), kindNames.isEmpty() ? words : kindNames);
    }

    /** Nothing else is left, then. */
    private Target.Named oneName() throws UsageException {
        if (words.size() + kindNames.size() != 1) {
            throw new UsageException("Error: " + verb.word() + " requires the name of one process");
        }
        return named();
    }

    private void requireNames() throws UsageException {
        if (nothingNamed()) {
            throw new UsageException("Error: " + verb.word() + " requires a process name");
        }
    }

    private void noNames() throws UsageException {
        if (!nothingNamed()) {
            throw new UsageException("Error: " + verb.word() + " accepts no arguments");
        }
    }
}
