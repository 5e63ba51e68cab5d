package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import taskmaster.json.Json;

/** One part of {@code events} as a line. Pure. */
final class EventLine {

    private EventLine() {}

    /** Nothing of the first part, which only says that the watch has begun, and of the last. */
    static Outcome of(Json.Obj event) {
        String what = event.getString("event").orElse("");
        if (what.isEmpty() || what.equals("watching")) {
            return Outcome.printed("", Outcome.DONE);
        }
        StringBuilder text = new StringBuilder(96);
        text.append(Text.plain(event.getString("time").orElse(""))).append(' ');
        text.append(event.getString("name").isPresent() ? StatusTable.name(event) + " " : "");
        describe(text, what, event);
        return Outcome.printed(text.append('\n').toString(), Outcome.DONE);
    }

    private static void describe(StringBuilder text, String what, Json.Obj event) {
        switch (what) {
            case "state" -> {
                text.append(Text.plain(event.getString("from").orElse("?"))).append(" -> ");
                text.append(Text.plain(event.getString("to").orElse("?")));
                appendPid(text, event);
                event.getObject("exit").ifPresent(e -> text.append(", ").append(exit(e)));
                text.append(event.getBoolean("disowned").orElse(false) ? ", disowned" : "");
            }
            case "paused" -> {
                text.append("paused by SIG")
                        .append(Text.plain(event.getString("signal").orElse("?")));
                if (event.getLong("by").isPresent()) {
                    text.append(" (uid ").append(event.getLong("by").getAsLong()).append(')');
                }
                appendPid(text, event);
            }
            case "continued" -> appendPid(text.append("continued"), event);
            case "config" -> changes(text.append("configuration:"), event.getItems("changes"));
            case "shutdown" -> text.append("taskmasterd is shutting down");
            case "captured" -> captured(text, event);
            default -> text.append(Text.plain(what));
        }
    }

    private static void appendPid(StringBuilder text, Json.Obj event) {
        if (event.getLong("pid").isPresent()) {
            text.append(", pid ").append(event.getLong("pid").getAsLong());
        }
    }

    /** {@code exit status 3}, {@code terminated by SIGKILL (core dumped)}: the words of the log. */
    private static String exit(Json.Obj exit) {
        Optional<String> signal = exit.getString("signal");
        if (signal.isEmpty()) {
            return "exit status " + exit.getLong("code").orElse(0);
        }
        String core = exit.getBoolean("core").orElse(false) ? " (core dumped)" : "";
        return "terminated by SIG" + Text.plain(signal.get()) + core;
    }

    private static void changes(StringBuilder text, List<Json> changes) {
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i) instanceof Json.Obj change) {
                text.append(i == 0 ? " " : ", ").append(StatusTable.name(change));
                text.append(' ').append(Text.plain(change.getString("change").orElse("")));
            }
        }
    }

    private static void captured(StringBuilder text, Json.Obj event) {
        String data = new String(WireFormat.bytes(event), UTF_8);
        text.append("captured of ").append(Text.plain(event.getString("stream").orElse("?")));
        text.append(": ").append(Text.plain(data));
    }
}
