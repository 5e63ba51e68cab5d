package taskmaster.ctl;

import java.util.List;
import java.util.Optional;
import taskmaster.json.Json;

/** {@code status} and {@code avail} in supervisorctl's columns. */
final class StatusTable {

    /** supervisorctl's: names are padded to at least this, and three more. */
    private static final int NAME_WIDTH = 30;

    private static final int STATE_WIDTH = 10;

    private StatusTable() {}

    static void append(
            StringBuilder text, List<Json> processes, TimeZoneOffset zone, Palette palette) {
        int width = nameWidth(processes);
        for (int i = 0; i < processes.size(); i++) {
            if (processes.get(i) instanceof Json.Obj process) {
                String state = process.getString("state").orElse("UNKNOWN");
                Text.column(text, name(process), width);
                boolean expected = process.getString("reason").orElse("").isEmpty();
                palette.state(text, state, expected);
                Text.pad(text, STATE_WIDTH - state.length());
                String description = description(process, state, zone);
                text.append(description);
                appendPause(text, process, description.isEmpty());
                text.append('\n');
            }
        }
    }

    static void appendAvailable(StringBuilder text, List<Json> processes) {
        int width = nameWidth(processes);
        for (int i = 0; i < processes.size(); i++) {
            if (processes.get(i) instanceof Json.Obj process) {
                Text.column(text, name(process), width);
                Text.column(text, is(process, "in_use") ? "in use" : "avail", STATE_WIDTH);
                Text.column(text, is(process, "autostart") ? "auto" : "manual", STATE_WIDTH);
                text.append(process.getLong("group_priority").orElse(0))
                        .append(':')
                        .append(process.getLong("priority").orElse(0))
                        .append('\n');
            }
        }
    }

    /** Whether all of {@code processes} run, as the exit code of status means it. */
    static boolean allRun(List<Json> processes) {
        for (int i = 0; i < processes.size(); i++) {
            if (processes.get(i) instanceof Json.Obj process) {
                String state = process.getString("state").orElse("");
                if (!state.equals("RUNNING") && !state.equals("STARTING")) {
                    return false;
                }
            }
        }
        return true;
    }

    static String name(Json.Obj object) {
        return Text.plain(object.getString("name").orElse(""));
    }

    private static boolean is(Json.Obj object, String field) {
        Optional<Boolean> value = object.getBoolean(field);
        return value.isPresent() && value.get();
    }

    private static int nameWidth(List<Json> processes) {
        int longest = NAME_WIDTH;
        for (int i = 0; i < processes.size(); i++) {
            if (processes.get(i) instanceof Json.Obj process) {
                longest = Math.max(longest, name(process).length());
            }
        }
        return longest + 3;
    }

    private static String description(Json.Obj process, String state, TimeZoneOffset zone) {
        return switch (state) {
            case "RUNNING" -> running(process);
            case "STOPPED", "EXITED" -> {
                Optional<String> since = process.getString("since");
                yield since.isPresent() ? LocalTime.of(since.get(), zone) : "Not started";
            }
            case "STARTING", "STOPPING" -> "";
            default -> Text.plain(process.getString("reason").orElse(""));
        };
    }

    /** {@code , paused (by uid 1000)} */
    private static void appendPause(StringBuilder text, Json.Obj process, boolean alone) {
        if (!is(process, "paused")) {
            return;
        }
        text.append(alone ? "paused" : ", paused");
        var by = process.getLong("paused_by");
        if (by.isPresent()) {
            text.append(" (by uid ").append(by.getAsLong()).append(')');
        }
    }

    private static String running(Json.Obj process) {
        StringBuilder text = new StringBuilder(32).append("pid ");
        text.append(process.getLong("pid").orElse(0)).append(", uptime ");
        long seconds =
                process.get("uptime").orElse(Json.Null.NULL) instanceof Json.Num uptime
                        ? (long) uptime.toDouble()
                        : 0;
        appendUptime(text, Math.max(0, seconds));
        return text.toString();
    }

    /** {@code 0:00:03}, {@code 1 day, 2:03:04}. */
    private static void appendUptime(StringBuilder text, long seconds) {
        long days = seconds / 86_400;
        if (days > 0) {
            text.append(days).append(days == 1 ? " day, " : " days, ");
        }
        text.append(seconds / 3600 % 24).append(':');
        Text.twoDigits(text, seconds / 60 % 60);
        text.append(':');
        Text.twoDigits(text, seconds % 60);
    }
}
