package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import taskmaster.json.Json;
import taskmaster.json.JsonObjectBuilder;
import taskmaster.lifecycle.StateName;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/** The replies that only tell: status, pid, avail. Owned by the supervisor's thread. */
final class Status {

    private final Slots slots;
    private final Kernel kernel;

    Status(Slots slots, Kernel kernel) {
        this.slots = slots;
        this.kernel = kernel;
    }

    Reply status(Request.Status request) {
        Slots.Found found = slots.find(request.target());
        if (found.slots().isEmpty() && !found.unknown().isEmpty()) {
            return unknown(request.target(), found.unknown());
        }
        long now = kernel.now();
        var processes = new ArrayList<Json>(found.slots().size());
        for (Slot slot : found.slots()) {
            processes.add(process(slot, now));
        }
        return partly(
                Json.object().put("processes", new Json.Arr(processes)),
                request.target(),
                found.unknown());
    }

    /** What was found, and for the names that name nothing that they do not. */
    private static Reply partly(JsonObjectBuilder content, Target target, List<String> unknown) {
        if (unknown.isEmpty()) {
            return Reply.content(Reply.OK, content.build());
        }
        content.put("results", unknownResults(target, unknown));
        return Reply.content(Reply.MIXED, content.build());
    }

    private static Json.Obj process(Slot slot, long now) {
        StateName state = slot.state.name();
        JsonObjectBuilder out =
                Json.object()
                        .put("name", slot.name().toString())
                        .put("program", slot.spec().program())
                        .put("group", slot.name().group())
                        .put("process", slot.name().process())
                        .put("state", state.name());
        if (slot.state.livePid().isPresent()) {
            out.put("pid", slot.state.livePid().getAsInt());
            out.put("uptime", new Json.Num(Clock.seconds(now - slot.startedAt)));
        } else {
            out.putNull("pid").putNull("uptime");
        }
        if (slot.since == 0) {
            out.putNull("since");
        } else {
            out.put("since", Clock.iso(slot.since));
        }
        if (slot.lastExit.isEmpty()) {
            out.putNull("exit");
        } else {
            out.put("exit", exit(slot.lastExit.get()));
        }
        return out.put("restarts", slot.restarts).put("reason", slot.reason).build();
    }

    static Json exit(WaitStatus status) {
        return switch (status) {
            case WaitStatus.Exited(int code) -> Json.object().put("code", code).build();
            case WaitStatus.Killed(var signal, boolean core) ->
                    Json.object().put("signal", signal.name()).build();
        };
    }

    Reply pid(Request.Pid request) {
        if (request.target().isEmpty()) {
            return Reply.content(
                    Reply.OK, Json.object().put("pid", ProcessHandle.current().pid()).build());
        }
        Target target = request.target().get();
        Slots.Found found = slots.find(target);
        if (found.slots().isEmpty() && !found.unknown().isEmpty()) {
            return unknown(target, found.unknown());
        }
        var pids = new ArrayList<Json>();
        for (Slot slot : found.slots()) {
            pids.add(
                    Json.object()
                            .put("name", slot.name().toString())
                            .put("pid", slot.state.livePid().orElse(0))
                            .build());
        }
        return partly(Json.object().put("pids", new Json.Arr(pids)), target, found.unknown());
    }

    Reply avail() {
        var processes = new ArrayList<Json>();
        for (Slot slot : slots.all()) {
            processes.add(
                    Json.object()
                            .put("name", slot.name().toString())
                            .put("group", slot.name().group())
                            .put("process", slot.name().process())
                            .put("in_use", !slot.leaving)
                            .put("autostart", slot.wanted().policy().autostart())
                            .put("group_priority", slot.wanted().groupPriority())
                            .put("priority", slot.wanted().priority())
                            .build());
        }
        return Reply.content(
                Reply.OK, Json.object().put("processes", new Json.Arr(processes)).build());
    }

    /** One unknown name is the request's failure; several are listed. */
    static Reply unknown(Target target, List<String> names) {
        if (names.size() > 1) {
            return Reply.content(
                    Reply.MIXED,
                    Json.object().put("results", unknownResults(target, names)).build());
        }
        return Names.unknown(target, names.getFirst()).toError(names.getFirst());
    }

    static Json.Arr unknownResults(Target target, List<String> names) {
        var results = new ArrayList<Json>(names.size());
        for (String name : names) {
            results.add(Names.unknown(target, name).toJson(name));
        }
        return new Json.Arr(results);
    }
}
