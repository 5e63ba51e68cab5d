package taskmaster.ctl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.json.Json;

/**
 * What differs between two replies to {@code status}, in words. What the user's own command has
 * just told is not told again.
 */
final class StateChanges {

    /** One process as status has it; pid 0 where it has none, {@code job} its number as a job. */
    record Seen(
            String name,
            String program,
            String state,
            long pid,
            String reason,
            boolean paused,
            long job) {}

    private final Palette palette;

    StateChanges(Palette palette) {
        this.palette = palette;
    }

    static Map<String, Seen> processes(Json.Obj content) {
        Map<String, Seen> seen = new LinkedHashMap<>();
        for (Json item : content.getItems("processes")) {
            if (item instanceof Json.Obj process) {
                String name = StatusTable.name(process);
                seen.put(
                        name,
                        new Seen(
                                name,
                                Text.plain(process.getString("program").orElse(name)),
                                process.getString("state").orElse("UNKNOWN"),
                                process.getLong("pid").orElse(0),
                                Text.plain(process.getString("reason").orElse("")),
                                process.getBoolean("paused").orElse(false),
                                process.getLong("job").orElse(0)));
            }
        }
        return seen;
    }

    /** What a reload has told is told, whatever state that led to. */
    private static final String ANY = "*";

    /**
     * The state in which a command has left processes, as far as it said so: {@code web: started},
     * {@code web: updated process}.
     */
    static Map<String, String> told(Json.Obj content) {
        Map<String, String> told = new HashMap<>();
        for (Json item : content.getItems("results")) {
            if (item instanceof Json.Obj result) {
                switch (result.getString("result").orElse("")) {
                    case "started" -> told.put(StatusTable.name(result), "RUNNING");
                    case "stopped" -> told.put(StatusTable.name(result), "STOPPED");
                    default -> {}
                }
            }
        }
        for (Json item : content.getItems("changes")) {
            if (item instanceof Json.Obj change) {
                told.put(StatusTable.name(change), ANY);
            }
        }
        return told;
    }

    /** A line each, with its line feed. */
    List<String> between(
            Map<String, Seen> before, Map<String, Seen> now, Map<String, String> told) {
        List<String> lines = new ArrayList<>();
        for (Seen process : now.values()) {
            Optional<Seen> old = Optional.ofNullable(before.get(process.name()));
            if (!isTold(process, told) && differs(old, process)) {
                lines.add(line(old, process));
            }
        }
        if (now.isEmpty()) {
            return lines; // a daemon that ends lists nothing any more: that is told, not each
        }
        for (Seen process : before.values()) {
            if (!now.containsKey(process.name()) && !told.containsKey(process.name())) {
                lines.add(process.name() + ": removed" + pid(process.pid()) + "\n");
            }
        }
        return lines;
    }

    private static boolean isTold(Seen now, Map<String, String> told) {
        String state = told.getOrDefault(now.name(), "");
        return state.equals(ANY) || state.equals(now.state());
    }

    private static boolean differs(Optional<Seen> old, Seen now) {
        return old.isEmpty()
                || !old.get().state().equals(now.state())
                || (old.get().pid() != now.pid() && now.pid() != 0)
                || old.get().paused() != now.paused();
    }

    private String line(Optional<Seen> old, Seen now) {
        StringBuilder text = new StringBuilder(now.name()).append(": ");
        if (old.isEmpty()) {
            text.append("added, ");
            state(text, now);
            return text.append(pid(now.pid())).append('\n').toString();
        }
        long was = old.get().pid();
        if (old.get().state().equals(now.state()) && was == now.pid()) {
            text.append(now.paused() ? "paused" : "continued");
            return text.append(pid(was)).append('\n').toString();
        }
        if (old.get().state().equals(now.state())) {
            text.append("restarted, ");
        } else {
            text.append(old.get().state()).append(" -> ");
        }
        state(text, now);
        if (was != 0 && now.pid() != 0 && was != now.pid()) {
            text.append(pid(was)).append(" -> ").append(now.pid());
        } else {
            text.append(pid(Math.max(was, now.pid())));
        }
        return text.append('\n').toString();
    }

    private void state(StringBuilder text, Seen process) {
        palette.state(text, process.state(), process.reason().isEmpty());
        if (!process.reason().isEmpty()) {
            text.append(" (").append(process.reason()).append(')');
        }
        text.append(process.paused() ? ", paused" : "");
    }

    private static String pid(long pid) {
        return pid == 0 ? "" : ", pid " + pid;
    }
}
