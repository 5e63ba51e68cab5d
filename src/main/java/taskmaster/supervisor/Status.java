package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.json.JsonObjectBuilder;
import taskmaster.lifecycle.Pause;
import taskmaster.lifecycle.StateName;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/** The replies that only tell: status, pid, avail. Owned by the supervisor's thread. */
final class Status {

    private final Slots slots;
    private final Kernel kernel;
    private final Disowned disowned;

    Status(Slots slots, Kernel kernel, Disowned disowned) {
        this.slots = slots;
        this.kernel = kernel;
        this.disowned = disowned;
    }

    Reply status(Request.Status request) {
        Slots.Found found = slots.find(request.target());
        if (found.isNothing()) {
            return unknown(request.target(), found.unknown());
        }
        long now = kernel.now();
        var processes = new ArrayList<Json>(found.slots().size());
        for (Slot slot : found.slots()) {
            processes.add(process(slot, now, request.jobs()));
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

    private Json.Obj process(Slot slot, long now, boolean asJob) {
        StateName state = slot.state.name();
        JsonObjectBuilder out =
                Json.object()
                        .put("name", slot.name().toString())
                        .put("job", slot.job)
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
        out.put("restarts", slot.restarts).put("reason", slot.reason);
        pause(out, slot);
        List<Integer> left = disowned.of(slot);
        if (!left.isEmpty()) {
            var pids = new ArrayList<Json>(left.size());
            for (int pid : left) {
                pids.add(Json.Num.of(pid));
            }
            out.put("disowned", new Json.Arr(pids));
        }
        if (slot.survives) {
            out.put("survives", true);
        }
        if (asJob) {
            job(out, slot);
        }
        return out.build();
    }

    private static void pause(JsonObjectBuilder out, Slot slot) {
        Optional<Pause> pause = slot.state.pause();
        out.put("paused", pause.isPresent());
        if (pause.isEmpty()) {
            return;
        }
        out.put("paused_signal", pause.get().by().name());
        out.put("paused_since", Clock.iso(slot.pausedAt));
        if (slot.pausedBy.isPresent()) {
            out.put("paused_by", Integer.toUnsignedLong(slot.pausedBy.getAsInt()));
        }
    }

    /** What job control shows besides, and needs to find a job by its command line. */
    private static void job(JsonObjectBuilder out, Slot slot) {
        out.put("command_line", slot.spec().launch().commandLine());
        out.put("autorestart", slot.spec().policy().autorestart().name().toLowerCase(Locale.ROOT));
    }

    static Json exit(WaitStatus status) {
        return switch (status) {
            case WaitStatus.Exited(int code) -> Json.object().put("code", code).build();
            case WaitStatus.Killed(var signal, boolean core) -> {
                var killed = Json.object().put("signal", signal.name());
                yield core ? killed.put("core", true).build() : killed.build();
            }
        };
    }

    Reply pid(Request.Pid request) {
        if (request.target().isEmpty()) {
            return Reply.content(
                    Reply.OK, Json.object().put("pid", ProcessHandle.current().pid()).build());
        }
        Target target = request.target().get();
        Slots.Found found = slots.find(target);
        if (found.isNothing()) {
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
