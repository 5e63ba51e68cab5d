package taskmaster.ctl;

import java.util.List;
import taskmaster.json.Json;
import taskmaster.protocol.Verb;

/** What {@code reload}, {@code update} and {@code reread} say about a configuration. */
final class Changes {

    private Changes() {}

    static void append(StringBuilder text, Verb verb, Json.Obj content) {
        List<Json> changes = content.getItems("changes");
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i) instanceof Json.Obj change) {
                String kind = change.getString("change").orElse("");
                text.append(StatusTable.name(change)).append(": ");
                text.append(verb == Verb.REREAD ? shown(kind) : applied(kind)).append('\n');
            }
        }
        List<Json> settings = content.getItems("daemon");
        for (int i = 0; i < settings.size(); i++) {
            if (settings.get(i) instanceof Json.Str setting) {
                text.append(Text.plain(setting.value()));
                text.append(": changed (takes effect when taskmasterd starts again)\n");
            }
        }
        // supervisorctl's update is silent then.
        if (changes.isEmpty() && verb != Verb.UPDATE) {
            text.append("No config updates to processes\n");
        }
    }

    private static String shown(String kind) {
        return switch (kind) {
            case "added" -> "available";
            case "removed" -> "disappeared";
            default -> "changed";
        };
    }

    private static String applied(String kind) {
        return switch (kind) {
            case "added" -> "added process";
            case "removed" -> "removed process";
            case "adjusted" -> "adjusted (not restarted)";
            default -> "updated process";
        };
    }
}
