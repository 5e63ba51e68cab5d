package taskmaster.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;

class StateChangesTest {

    private static Json.Obj json(String text) {
        try {
            return (Json.Obj) JsonParser.parse(text);
        } catch (JsonException e) {
            throw new AssertionError(text, e);
        }
    }

    private static String process(String name, String state, String pid, String reason) {
        return "{\"name\":\"%s\",\"state\":\"%s\",\"pid\":%s,\"reason\":\"%s\"}"
                .formatted(name, state, pid, reason);
    }

    private static Map<String, StateChanges.Seen> seen(String... processes) {
        return StateChanges.processes(
                json("{\"processes\":[" + String.join(",", processes) + "]}"));
    }

    private static String changes(
            Map<String, StateChanges.Seen> before,
            Map<String, StateChanges.Seen> now,
            String reply) {
        List<String> lines =
                new StateChanges(new Palette(false))
                        .between(before, now, StateChanges.told(json(reply)));
        return String.join("", lines);
    }

    private static final String UP = process("web", "RUNNING", "12", "");

    @Test
    void tellsWhatAProcessBecameAndWhy() {
        assertEquals("", changes(seen(UP), seen(UP), "{}"));
        assertEquals(
                "web: RUNNING -> EXITED (exit status 3), pid 12\n",
                changes(seen(UP), seen(process("web", "EXITED", "null", "exit status 3")), "{}"));
        assertEquals(
                "web: EXITED -> RUNNING, pid 12\n",
                changes(seen(process("web", "EXITED", "null", "")), seen(UP), "{}"));
        assertEquals(
                "web: restarted, RUNNING, pid 12 -> 13\n",
                changes(seen(UP), seen(process("web", "RUNNING", "13", "")), "{}"));
        assertEquals(
                "web: BACKOFF -> FATAL (too quick)\n",
                changes(
                        seen(process("web", "BACKOFF", "null", "too quick")),
                        seen(process("web", "FATAL", "null", "too quick")),
                        "{}"));
    }

    @Test
    void tellsPausesAndTheirEnds() {
        var paused = seen(UP.replace("}", ",\"paused\":true}"));
        assertEquals("web: paused, pid 12\n", changes(seen(UP), paused, "{}"));
        assertEquals("web: continued, pid 12\n", changes(paused, seen(UP), "{}"));
        assertEquals(
                "web: STARTING -> RUNNING, paused, pid 12\n",
                changes(seen(process("web", "STARTING", "12", "")), paused, "{}"));
        assertEquals(
                "web: RUNNING -> EXITED, pid 12\n",
                changes(paused, seen(process("web", "EXITED", "null", "")), "{}"));
    }

    @Test
    void tellsWhatCameAndWent() {
        assertEquals("web: added, RUNNING, pid 12\n", changes(seen(), seen(UP), "{}"));
        var other = process("db", "STOPPED", "null", "");
        assertEquals("web: removed, pid 12\n", changes(seen(UP, other), seen(other), "{}"));
    }

    @Test
    void doesNotTellEachProcessOfADaemonThatEnds() {
        assertEquals("", changes(seen(UP), seen(), "{}"));
    }

    @Test
    void doesNotRepeatWhatTheCommandSaid() {
        String started = "{\"results\":[{\"name\":\"web\",\"result\":\"started\"}]}";
        var stopped = seen(process("web", "STOPPED", "null", ""));
        assertEquals("", changes(stopped, seen(UP), started));
        assertEquals(
                "web: STOPPED -> EXITED\n",
                changes(stopped, seen(process("web", "EXITED", "null", "")), started));
        String added = "{\"changes\":[{\"name\":\"web\",\"change\":\"added\"}]}";
        assertEquals("", changes(seen(), seen(UP), added));
        assertEquals("", changes(seen(UP), seen(), added));
    }

    @Test
    void theNewStateHasItsColour() {
        var exited = seen(process("web", "EXITED", "null", "exit status 3"));
        List<String> lines =
                new StateChanges(new Palette(true)).between(seen(UP), exited, Map.of());
        assertEquals(
                List.of("web: RUNNING -> \033[31mEXITED\033[0m (exit status 3), pid 12\n"), lines);
    }
}
