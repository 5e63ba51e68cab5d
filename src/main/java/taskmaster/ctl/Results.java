package taskmaster.ctl;

import java.util.List;
import taskmaster.json.Json;
import taskmaster.protocol.Verb;

/**
 * The lines and the exit code of outcomes that come one a process: {@code web: started}, {@code
 * web: ERROR (not running)}.
 *
 * <p>The words on stdout are supervisorctl's. Why a start failed is what supervisorctl cannot say:
 * it follows on stderr.
 */
final class Results {

    private final Verb verb;
    private final StringBuilder out = new StringBuilder(256);
    private final StringBuilder err = new StringBuilder();
    private int exit = Outcome.DONE;

    Results(Verb verb) {
        this.verb = verb;
    }

    void addAll(List<Json> results) {
        appendStopped(results);
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof Json.Obj result) {
                add(result);
            }
        }
    }

    /** What a restart has stopped comes first, as supervisorctl has it. */
    private void appendStopped(List<Json> results) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof Json.Obj result
                    && result.getBoolean("stopped").orElse(false)) {
                out.append(StatusTable.name(result)).append(": stopped\n");
            }
        }
    }

    private void add(Json.Obj result) {
        String name = StatusTable.name(result);
        var error = result.getObject("error");
        if (error.isPresent()) {
            addError(name, error.get());
        } else {
            String word = Text.plain(result.getString("result").orElse("done"));
            out.append(name).append(": ").append(word).append('\n');
        }
    }

    void addError(String name, Json.Obj error) {
        String code = error.getString("code").orElse("failed");
        String message = Text.plain(error.getString("message").orElse(""));
        if (verb == Verb.PID && code.startsWith("no_such_")) {
            out.append("No ").append(words(code).substring(3)).append(' ').append(name);
            out.append('\n');
        } else {
            out.append(name).append(": ERROR (").append(words(code)).append(")\n");
        }
        if (!message.isEmpty() && needsMessage(code)) {
            err.append(name).append(": ").append(message).append('\n');
        }
        exit = worse(exit, exitOf(code));
    }

    /** The code as supervisorctl says it. */
    private String words(String code) {
        return switch (code) {
            case "not_executable" -> "file is not executable";
            case "bad_signal" -> "bad signal name";
            case "no_such_file" -> isTail() ? "no log file" : "no such file";
            case "no_such_process" -> isTail() ? "no such process name" : "no such process";
            default -> Text.plain(code.replace('_', ' '));
        };
    }

    private boolean isTail() {
        return verb == Verb.TAIL || verb == Verb.LOGS || verb == Verb.MAINTAIL;
    }

    /** Whether {@code code} alone does not tell enough. */
    private boolean needsMessage(String code) {
        return switch (code) {
            case "already_started", "not_running", "timeout", "bad_signal" -> false;
            case "no_such_process", "no_such_group", "no_such_program" -> false;
            case "no_such_file" -> !isTail();
            default -> true;
        };
    }

    private int exitOf(String code) {
        boolean starts = verb == Verb.START || verb == Verb.RESTART;
        return switch (code) {
            case "already_started" -> starts ? Outcome.DONE : Outcome.FAILED;
            case "not_running" -> notRunning();
            case "spawn_error", "abnormal_termination" ->
                    starts ? Outcome.NOT_RUNNING : Outcome.FAILED;
            case "no_such_group" -> starts ? Outcome.USAGE : failure(verb);
            default -> failure(verb);
        };
    }

    private int notRunning() {
        if (verb == Verb.STOP || verb == Verb.RESTART) {
            return Outcome.DONE;
        }
        boolean hadToRun =
                verb == Verb.SIGNAL
                        || verb == Verb.SEND
                        || verb == Verb.ATTACH
                        || verb == Verb.RESIZE
                        || verb == Verb.DISOWN;
        return hadToRun ? Outcome.NOT_RUNNING : failure(verb);
    }

    /** The exit code of {@code verb} when it failed for no reason that has a code of its own. */
    static int failure(Verb verb) {
        return verb == Verb.STATUS ? Outcome.UNKNOWN : Outcome.FAILED;
    }

    /** Of status, 3 goes before 4; else the higher. */
    int worse(int one, int other) {
        boolean stopped = one == Outcome.STOPPED || other == Outcome.STOPPED;
        return stopped && verb == Verb.STATUS ? Outcome.STOPPED : Math.max(one, other);
    }

    StringBuilder out() {
        return out;
    }

    void exit(int code) {
        exit = worse(exit, code);
    }

    Outcome outcome() {
        return Outcome.printed(out.toString(), err.toString(), exit);
    }
}
