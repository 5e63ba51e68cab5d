package taskmaster.ctl;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;
import taskmaster.protocol.Verb;

/** From a reply to what the user sees of it. Pure, but for the zone and the view of logs. */
final class Answer {

    private final Verb verb;
    private final Request request;
    private final TimeZoneOffset zone;
    private final LogView view;
    private final Palette palette;

    Answer(Verb verb, Request request, TimeZoneOffset zone, LogView view, Palette palette) {
        this.verb = verb;
        this.request = request;
        this.zone = zone;
        this.view = view;
        this.palette = palette;
    }

    Outcome to(Reply reply) {
        if (!reply.isSuccess()) {
            return failure(reply);
        }
        Json.Obj content = WireFormat.content(reply);
        return switch (verb) {
            case STATUS -> status(content);
            case START, STOP, RESTART, SIGNAL, SEND, RESIZE, CLEAR, DISOWN -> results(content);
            case ATTACH -> attached(content);
            case EVENTS -> EventLine.of(content);
            case WAIT -> JobWait.outcome(content, names());
            case PID -> pids(content);
            case RELOAD, UPDATE, REREAD -> changes(content);
            case AVAIL -> available(content);
            case TAIL, LOGS, MAINTAIL -> logs(content, reply.isFinal());
            case HELP -> help(content);
            case TOP -> top(content);
            case REOPEN -> Outcome.printed("Reopened all logs\n", Outcome.DONE);
            case SHUTDOWN -> Outcome.printed("Shut down\n", Outcome.DONE);
            case VERSION ->
                    Outcome.printed(
                            Text.plain(content.getString("version").orElse("")) + "\n",
                            Outcome.DONE);
        };
    }

    private Outcome status(Json.Obj content) {
        Results results = new Results(verb);
        List<Json> processes = content.getItems("processes");
        StatusTable.append(results.out(), processes, zone, palette);
        results.addAll(content.getItems("results"));
        if (!names().isEmpty() && !StatusTable.allRun(processes)) {
            results.exit(Outcome.STOPPED);
        }
        return results.outcome();
    }

    private Outcome results(Json.Obj content) {
        Results results = new Results(verb);
        results.addAll(content.getItems("results"));
        return results.outcome();
    }

    private Outcome pids(Json.Obj content) {
        Results results = new Results(verb);
        if (content.getLong("pid").isPresent()) {
            results.out().append(content.getLong("pid").getAsLong()).append('\n');
        }
        List<Json> pids = content.getItems("pids");
        for (int i = 0; i < pids.size(); i++) {
            if (pids.get(i) instanceof Json.Obj process) {
                long pid = process.getLong("pid").orElse(0);
                results.out().append(pid).append('\n');
                if (pid == 0 && !names().isEmpty()) {
                    results.exit(Outcome.NOT_RUNNING);
                }
            }
        }
        results.addAll(content.getItems("results"));
        return results.outcome();
    }

    private Outcome changes(Json.Obj content) {
        Results results = new Results(verb);
        Changes.append(results.out(), verb, content);
        results.addAll(content.getItems("results"));
        return results.outcome();
    }

    private static Outcome available(Json.Obj content) {
        StringBuilder text = new StringBuilder();
        StatusTable.appendAvailable(text, content.getItems("processes"));
        return Outcome.printed(text.toString(), Outcome.DONE);
    }

    private Outcome top(Json.Obj content) {
        TopSample sample = TopSample.of(content);
        StringBuilder text = new StringBuilder();
        TopTable.append(text, sample, palette);
        Results results = new Results(Verb.TOP);
        results.out().append(text);
        results.addAll(content.getItems("results"));
        return results.outcome();
    }

    /** Only with --json, which prints the reply instead. */
    private static Outcome help(Json.Obj content) {
        StringBuilder text = new StringBuilder();
        List<Json> commands = content.getItems("commands");
        for (int i = 0; i < commands.size(); i++) {
            if (commands.get(i) instanceof Json.Obj command) {
                text.append(Text.plain(command.getString("usage").orElse(""))).append('\n');
            }
        }
        return Outcome.printed(text.toString(), Outcome.DONE);
    }

    /** The program's bytes on stdout, of several programs with their names. */
    private Outcome logs(Json.Obj content, boolean last) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringBuilder err = new StringBuilder();
        Results results = new Results(verb);
        List<Json> entries = content.getItems("results");
        log(content, out, err, results);
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof Json.Obj entry) {
                log(entry, out, err, results);
            }
        }
        if (last) {
            view.end(out);
        }
        Outcome failures = results.outcome();
        out.writeBytes(failures.out());
        return new Outcome(out.toByteArray(), err + failures.err(), failures.exit());
    }

    private void log(Json.Obj part, ByteArrayOutputStream out, StringBuilder err, Results results) {
        Optional<String> name = part.getString("name");
        Optional<Json.Obj> error = part.getObject("error");
        if (error.isPresent()) {
            results.addError(StatusTable.name(part), error.get());
        }
        if (part.getString("event").orElse("").equals("truncated")) {
            String which = name.isPresent() ? Text.plain(name.get()) + ": " : "";
            err.append("==> ").append(which).append("File truncated <==\n");
        }
        byte[] bytes = WireFormat.bytes(part);
        if (name.isPresent()) {
            boolean both = request instanceof Request.Tail t && t.stream() == Request.Stream.BOTH;
            view.show(name.get(), part.getString("stream").orElse(""), both, bytes, out);
        } else {
            view.show(bytes, out);
        }
    }

    /**
     * Only with --json, which prints the reply instead: else {@link Foreground} shows the parts.
     */
    private static Outcome attached(Json.Obj content) {
        int exit = content.getObject("exit").map(e -> Job.exit(e).status()).orElse(Outcome.DONE);
        return new Outcome(new byte[0], "", exit);
    }

    private Outcome failure(Reply reply) {
        Json.Obj error = reply.body().getObject("error").orElse(Json.Obj.EMPTY);
        if (verb == Verb.WAIT) {
            return JobWait.failure(reply, Text.plain(error.getString("message").orElse("")));
        }
        if (verb == Verb.SHUTDOWN && reply.status() == Reply.UNAVAILABLE) {
            return Outcome.printed("ERROR: already shutting down\n", Outcome.DONE);
        }
        List<Json> problems = error.getItems("problems");
        if (!problems.isEmpty()) {
            return badConfiguration(problems);
        }
        if (isAboutProcesses(reply.status(), error.getString("code").orElse(""))) {
            Results results = new Results(verb);
            for (String name : failed(error)) {
                results.addError(name, error);
            }
            return results.outcome();
        }
        String message = Text.plain(error.getString("message").orElse(""));
        return Outcome.refused(
                "ERROR: "
                        + (message.isEmpty() ? "taskmasterd answered " + reply.status() : message)
                        + "\n",
                reply.status() == Reply.FORBIDDEN ? Outcome.NOT_ALLOWED : Results.failure(verb));
    }

    /** Whether the error is about what the request named, not about the request itself. */
    private boolean isAboutProcesses(int status, String code) {
        boolean concerns =
                status == Reply.NOT_FOUND
                        || status == Reply.CONFLICT
                        || status == Reply.FAILED
                        || status == Reply.TIMEOUT
                        || code.equals("bad_signal")
                        || code.equals("stdin_full");
        return concerns
                && (!names().isEmpty() || request instanceof Request.MainTail)
                && verb != Verb.RELOAD
                && verb != Verb.UPDATE;
    }

    private List<String> failed(Json.Obj error) {
        Optional<String> name = error.getString("name");
        if (name.isPresent()) {
            return List.of(Text.plain(name.get()));
        }
        return request instanceof Request.MainTail ? List.of("maintail") : names();
    }

    private static Outcome badConfiguration(List<Json> problems) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < problems.size(); i++) {
            if (problems.get(i) instanceof Json.Str problem) {
                text.append(Text.plain(problem.value())).append('\n');
            }
        }
        text.append("ERROR: the configuration is not valid; nothing was changed\n");
        return Outcome.refused(text.toString(), Outcome.FAILED);
    }

    /** What the user named; empty when that was all. */
    private List<String> names() {
        return names(request);
    }

    /** What {@code request} names; empty where it names nothing or is about all. */
    static List<String> names(Request request) {
        return target(request) instanceof Target.Named named ? named.names() : List.of();
    }

    static Target target(Request request) {
        if (request instanceof Request.Pid pid && pid.target().isPresent()) {
            return pid.target().get();
        }
        return request instanceof Request.Targeted targeted ? targeted.target() : new Target.All();
    }
}
