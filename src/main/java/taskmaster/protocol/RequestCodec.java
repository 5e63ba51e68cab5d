package taskmaster.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.protocol.Request.Amount;
import taskmaster.protocol.Request.Part;
import taskmaster.protocol.Request.Stream;
import taskmaster.protocol.Request.Waiting;

/**
 * The JSON form of requests.
 *
 * <p>One object: {@code command}, {@code target}, {@code name}, {@code id} and what belongs to the
 * verb. Nothing is guessed: a field that is unknown, or that the verb does not have, makes the
 * request invalid, because a client that misspells {@code name} must not stop everything.
 */
public final class RequestCodec {

    /** What became of one JSON value. */
    public sealed interface Decoded {
        record Asked(Envelope envelope) implements Decoded {}

        /** {@code reply} has status 400; {@code id} is there when the client gave a usable one. */
        record Refused(Optional<Json> id, Reply reply) implements Decoded {}
    }

    static final List<String> TARGETS = List.of("all", "program", "group", "process");

    /** For reload: the first four as ever, then the sections that are not programs. */
    static final List<String> RELOAD_TARGETS =
            List.of("all", "program", "group", "process", "server", "unix_http_server", "client");

    private static final List<String> STREAMS = List.of("stdout", "stderr", "both");

    /**
     * Each name is compared with each process while everybody else waits: seven thousand patterns,
     * which fit into one line, took seconds for a thousand processes.
     */
    static final int MAX_NAMES = 1000;

    static final int MAX_STARS = 64;

    private static final List<String> NONE = List.of();
    private static final List<String> NAMED = List.of("target", "name");
    private static final List<String> STATUS = List.of("target", "name", "jobs");
    private static final List<String> WAIT = List.of("target", "name", "any", "ended", "timeout");
    private static final List<String> DISOWNED = List.of("target", "name", "survive", "running");
    private static final List<String> WAITED = List.of("target", "name", "wait", "timeout");
    private static final List<String> RELOADED =
            List.of("target", "name", "dry_run", "wait", "timeout");
    private static final List<String> SIGNALLED = List.of("signal", "group", "target", "name");
    private static final List<String> SENT = List.of("data", "base64", "target", "name");
    private static final List<String> TAILED =
            List.of("name", "target", "stream", "lines", "bytes", "follow");
    private static final List<String> LOGGED = List.of("stream", "lines", "bytes");
    private static final List<String> MAIN_TAILED = List.of("lines", "bytes", "follow");
    private static final List<List<String>> ALL_FIELDS =
            List.of(RELOADED, SIGNALLED, SENT, TAILED, STATUS, DISOWNED, WAIT);

    private static final Map<String, Verb> VERBS = new HashMap<>();
    private static final List<String> WORDS = new ArrayList<>();

    static {
        for (Verb verb : Verb.values()) {
            VERBS.put(verb.word(), verb);
            WORDS.add(verb.word());
        }
    }

    private RequestCodec() {}

    /** Never throws, whatever {@code json} is. */
    public static Decoded decode(Json json) {
        if (!(json instanceof Json.Obj object)) {
            String message = "a request must be a JSON object like {\"command\":\"status\"}";
            var reply = Reply.error(Reply.BAD_REQUEST, "bad_request", message);
            return new Decoded.Refused(Optional.empty(), reply);
        }
        Optional<Json> id = Optional.ofNullable(object.members().get("id"));
        if (id.isPresent() && (id.get() instanceof Json.Obj || id.get() instanceof Json.Arr)) {
            var problem = Fields.badValue("id", "must be a string, a number, true, false or null");
            return new Decoded.Refused(Optional.empty(), problem.reply());
        }
        try {
            Request request = request(new Fields(object));
            return new Decoded.Asked(new Envelope(id, request));
        } catch (InvalidRequestException e) {
            return new Decoded.Refused(id, e.reply());
        }
    }

    private static Request request(Fields fields) throws InvalidRequestException {
        Optional<String> word = fields.string("command");
        if (word.isEmpty()) {
            throw Fields.missing("command", " (one of " + String.join(", ", WORDS) + ")");
        }
        Verb verb = VERBS.get(word.get());
        if (verb == null) {
            throw new InvalidRequestException(
                    "unknown_command",
                    "\"command\": unknown verb "
                            + Fields.quoted(word.get())
                            + Suggestion.of(word.get(), WORDS));
        }
        refuseOtherFields(fields, verb);
        return switch (verb) {
            case STATUS -> new Request.Status(target(fields), fields.flag("jobs", false));
            case START -> new Request.Start(target(fields), waiting(fields));
            case STOP -> new Request.Stop(target(fields), waiting(fields));
            case RESTART -> new Request.Restart(target(fields), waiting(fields));
            case SIGNAL -> signal(fields);
            case SEND -> send(fields);
            case DISOWN -> disown(fields);
            case WAIT -> awaited(fields);
            case EVENTS -> new Request.Events(target(fields));
            case PID -> pid(fields);
            case RELOAD, UPDATE ->
                    new Request.Reload(
                            part(fields), fields.flag("dry_run", false), waiting(fields));
            case REREAD -> new Request.Reload(part(fields), true, Waiting.FOREVER);
            case SHUTDOWN -> new Request.Shutdown();
            case VERSION -> new Request.Version();
            case HELP -> new Request.Help();
            case AVAIL -> new Request.Avail();
            case REOPEN -> new Request.Reopen();
            case CLEAR -> new Request.Clear(target(fields));
            case TAIL -> tail(fields);
            case LOGS ->
                    new Request.Tail(
                            new Target.All(),
                            stream(fields, Stream.BOTH),
                            amount(fields, Amount.LINES),
                            true);
            case MAINTAIL ->
                    new Request.MainTail(
                            amount(fields, Amount.DEFAULT), fields.flag("follow", false));
        };
    }

    private static List<String> fieldsOf(Verb verb) {
        return switch (verb) {
            case PID, REREAD, CLEAR, EVENTS -> NAMED;
            case STATUS -> STATUS;
            case DISOWN -> DISOWNED;
            case WAIT -> WAIT;
            case START, STOP, RESTART -> WAITED;
            case RELOAD, UPDATE -> RELOADED;
            case SIGNAL -> SIGNALLED;
            case SEND -> SENT;
            case SHUTDOWN, VERSION, HELP, AVAIL, REOPEN -> NONE;
            case TAIL -> TAILED;
            case LOGS -> LOGGED;
            case MAINTAIL -> MAIN_TAILED;
        };
    }

    private static void refuseOtherFields(Fields fields, Verb verb) throws InvalidRequestException {
        List<String> known = fieldsOf(verb);
        for (String name : fields.names()) {
            if (name.equals("command") || name.equals("id") || known.contains(name)) {
                continue;
            }
            for (List<String> elsewhere : ALL_FIELDS) {
                if (elsewhere.contains(name)) {
                    throw new InvalidRequestException(
                            "unknown_field",
                            "field \"" + name + "\" does not belong to \"" + verb.word() + "\"");
                }
            }
            throw new InvalidRequestException(
                    "unknown_field",
                    "unknown field " + Fields.quoted(name) + Suggestion.of(name, known));
        }
    }

    private static Target target(Fields fields) throws InvalidRequestException {
        return target(fields, fields.choice("target", TARGETS));
    }

    /** {@code choice} is an index of {@link #TARGETS}, or -1 for none. */
    private static Target target(Fields fields, int choice) throws InvalidRequestException {
        List<String> names = fields.strings("name");
        if (choice == 0) {
            if (!names.isEmpty()) {
                throw Fields.badValue("name", "cannot be given when \"target\" is all");
            }
            return new Target.All();
        }
        if (names.isEmpty()) {
            if (choice > 0) {
                String why = ": \"target\" is " + TARGETS.get(choice) + ", so say which";
                throw Fields.missing("name", why);
            }
            return new Target.All();
        }
        refuseTooMany(names);
        return new Target.Named(kind(choice), names);
    }

    private static void refuseTooMany(List<String> names) throws InvalidRequestException {
        int stars = 0;
        for (String name : names) {
            for (int at = name.indexOf('*'); at >= 0; at = name.indexOf('*', at + 1)) {
                stars++;
            }
        }
        if (names.size() > MAX_NAMES || stars > MAX_STARS) {
            throw Fields.badValue(
                    "name",
                    "may hold " + MAX_NAMES + " names and " + MAX_STARS + " times * at most");
        }
    }

    private static Target.Kind kind(int choice) {
        return switch (choice) {
            case 1 -> Target.Kind.PROGRAM;
            case 2 -> Target.Kind.GROUP;
            case 3 -> Target.Kind.PROCESS;
            default -> Target.Kind.ANY;
        };
    }

    private static Waiting waiting(Fields fields) throws InvalidRequestException {
        boolean wait = fields.flag("wait", true);
        var limit = fields.seconds("timeout");
        if (wait) {
            return limit.isEmpty() ? Waiting.FOREVER : new Waiting(false, limit);
        }
        if (limit.isPresent()) {
            throw Fields.badValue("timeout", "has no meaning when \"wait\" is false");
        }
        return Waiting.NONE;
    }

    private static Request signal(Fields fields) throws InvalidRequestException {
        Optional<String> signal = fields.word("signal");
        if (signal.isEmpty()) {
            throw Fields.missing("signal", " (such as \"HUP\")");
        }
        return new Request.SendSignal(target(fields), signal.get(), fields.flag("group", false));
    }

    private static Request awaited(Fields fields) throws InvalidRequestException {
        return new Request.Wait(
                target(fields),
                fields.flag("any", false),
                fields.flag("ended", false),
                new Waiting(false, fields.seconds("timeout")));
    }

    private static Request disown(Fields fields) throws InvalidRequestException {
        if (!fields.has("name") && !fields.has("target")) {
            throw Fields.missing("name", ": say which processes, or \"target\":\"all\"");
        }
        return new Request.Disown(
                target(fields), fields.flag("survive", false), fields.flag("running", false));
    }

    private static Request send(Fields fields) throws InvalidRequestException {
        Optional<String> data = fields.string("data");
        Optional<String> base64 = fields.string("base64");
        if (data.isPresent() == base64.isPresent()) {
            throw Fields.missing("data", ": give either it or \"base64\"");
        }
        if (!(target(fields) instanceof Target.Named named)) {
            throw Fields.missing("name", ": say which process");
        }
        if (base64.isEmpty()) {
            return new Request.Send(named, new Request.Input(false, data.get()));
        }
        var input = new Request.Input(true, base64.get());
        try {
            if (input.bytes().length == 0) {
                throw Fields.badValue("base64", "must hold at least one byte");
            }
        } catch (IllegalArgumentException e) {
            throw Fields.badValue("base64", "must be base64 (RFC 4648 section 4)");
        }
        return new Request.Send(named, input);
    }

    private static Request pid(Fields fields) throws InvalidRequestException {
        boolean daemons = !fields.has("target") && !fields.has("name");
        return new Request.Pid(daemons ? Optional.empty() : Optional.of(target(fields)));
    }

    private static Part part(Fields fields) throws InvalidRequestException {
        int choice = fields.choice("target", RELOAD_TARGETS);
        if (choice >= TARGETS.size()) {
            if (fields.has("name")) {
                String section = RELOAD_TARGETS.get(choice);
                throw Fields.badValue("name", "cannot be given when \"target\" is " + section);
            }
            return new Part.Section(RELOAD_TARGETS.get(choice));
        }
        return switch (target(fields, choice)) {
            case Target.All all -> new Part.Everything();
            case Target.Named named -> new Part.Programs(named);
        };
    }

    private static Request tail(Fields fields) throws InvalidRequestException {
        if (!fields.has("name") && !fields.has("target")) {
            throw Fields.missing("name", ": say which processes, or \"target\":\"all\"");
        }
        return new Request.Tail(
                target(fields),
                stream(fields, Stream.STDOUT),
                amount(fields, Amount.DEFAULT),
                fields.flag("follow", false));
    }

    private static Stream stream(Fields fields, Stream otherwise) throws InvalidRequestException {
        return switch (fields.choice("stream", STREAMS)) {
            case 0 -> Stream.STDOUT;
            case 1 -> Stream.STDERR;
            case 2 -> Stream.BOTH;
            default -> otherwise;
        };
    }

    private static Amount amount(Fields fields, Amount otherwise) throws InvalidRequestException {
        long lines = fields.count("lines");
        long bytes = fields.count("bytes");
        if (lines >= 0 && bytes >= 0) {
            throw Fields.badValue("lines", "and \"bytes\" cannot both be given");
        }
        if (lines >= 0) {
            return new Amount(true, lines);
        }
        return bytes >= 0 ? new Amount(false, bytes) : otherwise;
    }

    /** The object that {@link #decode} turns into the same envelope. */
    public static Json.Obj encode(Envelope envelope) {
        return RequestWriter.write(envelope);
    }
}
