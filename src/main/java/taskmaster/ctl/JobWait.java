package taskmaster.ctl;

import java.util.List;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;

/** What {@code wait} ends with, as bash's. Pure. */
final class JobWait {

    /** timeout(1)'s. */
    static final int TIMED_OUT = 124;

    /** bash's, where there is nothing to wait for. */
    static final int NO_JOB = 127;

    private JobWait() {}

    /**
     * The last one's, by the order of {@code names}, which are empty where all were waited for: 0
     * then. Of a job that was paused 128 and the number of its signal.
     */
    static Outcome outcome(Json.Obj content, List<String> names) {
        List<Json> results = content.getItems("results");
        StringBuilder text = new StringBuilder();
        int last = names.isEmpty() ? Outcome.DONE : NO_JOB;
        for (int i = 0; i < results.size(); i++) {
            if (!(results.get(i) instanceof Json.Obj result)) {
                continue;
            }
            text.append(StatusTable.name(result)).append(": ").append(words(result)).append('\n');
            last = names.isEmpty() ? Outcome.DONE : status(result);
        }
        return Outcome.printed(text.toString(), last);
    }

    private static String words(Json.Obj result) {
        if (result.getString("result").orElse("").equals("paused")) {
            return "Stopped (SIG" + Text.plain(result.getString("signal").orElse("STOP")) + ")";
        }
        var error = result.getObject("error");
        if (error.isPresent()) {
            return Text.plain(error.get().getString("message").orElse("no such process"));
        }
        var exit = result.getObject("exit");
        return exit.isPresent() ? Job.ended(Job.exit(exit.get())) : "never ran";
    }

    private static int status(Json.Obj result) {
        if (result.getString("result").orElse("").equals("paused")) {
            String signal = result.getString("signal").orElse("STOP");
            return new Job.Exit(0, signal, false).status();
        }
        var exit = result.getObject("exit");
        return exit.isPresent() ? Job.exit(exit.get()).status() : NO_JOB;
    }

    static Outcome failure(Reply reply, String message) {
        int exit =
                switch (reply.status()) {
                    case Reply.TIMEOUT -> TIMED_OUT;
                    case Reply.NOT_FOUND, Reply.MIXED -> NO_JOB;
                    case Reply.FORBIDDEN -> Outcome.NOT_ALLOWED;
                    default -> Outcome.FAILED;
                };
        return Outcome.refused("wait: " + message + "\n", exit);
    }
}
