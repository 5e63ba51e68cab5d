package taskmaster.supervisor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.activity.ActivityLog;
import taskmaster.activity.ActivityLog.Level;
import taskmaster.config.Config;
import taskmaster.config.ConfigDiff;
import taskmaster.config.ConfigProblem;
import taskmaster.config.Loaded;
import taskmaster.config.ProcessName;
import taskmaster.config.ProcessSpec;
import taskmaster.json.Json;
import taskmaster.lifecycle.Event;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/**
 * Makes what runs equal to what the file says. Owned by the supervisor's thread.
 *
 * <p>What left the file is stopped first, in waves; when it is gone, what changed is restarted and
 * what is new is started, so that a renamed program finds its port free. What did not change is not
 * touched. One reload at a time; a file with a problem changes nothing.
 *
 * <p>What cannot even be killed is not waited for without end: it stays in status until it is gone,
 * the reload goes on and says so. A bug in the applying of one reload ends that one: the next can
 * apply what it left.
 */
final class Reloader {

    /** How long after its SIGKILL a process is waited for; then it hangs in the kernel. */
    static final Duration AFTER_KILL = Duration.ofSeconds(5);

    /** Files that were read and wait for the one that is being applied; each is a configuration. */
    private static final int MOST_WAITING = 8;

    private final Slots slots;
    private final Engine engine;
    private final Commands commands;
    private final Kernel kernel;
    private final Timers timers;
    private final Settings settings;
    private final ExitOn exitOn;
    private final Logs logs;
    private final ActivityLog log;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private Config current;
    private boolean busy;
    private boolean taking;
    private Optional<Reply> refusal = Optional.empty();

    /**
     * A file that was read, perhaps while another one was being applied.
     *
     * @param requests of each process, how many there had been by then
     */
    private record Waiting(
            Loaded loaded, Request.Reload request, Responder responder, Map<Slot, Long> requests) {}

    Reloader(
            Slots slots,
            Engine engine,
            Commands commands,
            Kernel kernel,
            Timers timers,
            Settings settings,
            ExitOn exitOn,
            Logs logs,
            ActivityLog log,
            Config current) {
        this.slots = slots;
        this.engine = engine;
        this.commands = commands;
        this.kernel = kernel;
        this.timers = timers;
        this.settings = settings;
        this.exitOn = exitOn;
        this.logs = logs;
        this.log = log;
        this.current = current;
    }

    /**
     * The file has been read; {@code responder} is answered when everything that had to go is gone.
     */
    void take(Loaded loaded, Request.Reload request, Responder responder) {
        if (request.dryRun()) {
            use(new Waiting(loaded, request, responder, Map.of()));
            return;
        }
        Map<Slot, Long> requests = new HashMap<>();
        for (Slot slot : slots.all()) {
            requests.put(slot, slot.requests);
        }
        waiting.add(new Waiting(loaded, request, responder, requests));
        takeWaiting();
    }

    /** Whether another file may be read. */
    boolean hasRoom() {
        return waiting.size() < MOST_WAITING;
    }

    /** Not from within itself: each may be done at once. */
    private void takeWaiting() {
        if (taking) {
            return;
        }
        taking = true;
        try {
            while (!busy && !waiting.isEmpty()) {
                Waiting next = waiting.remove();
                guarded(next.responder, () -> use(next));
            }
        } finally {
            taking = false;
        }
    }

    /** Whose reload it is hears of a bug in it, and not who happened to be there. */
    private void guarded(Responder responder, Runnable part) {
        try {
            part.run();
        } catch (RuntimeException | Error bug) {
            busy = false;
            responder.send(Loop.SORRY);
            log.bug("a bug while applying a configuration", bug);
        }
    }

    /** The daemon is ending: nothing more is changed; all who ask hear {@code reply}. */
    void end(Reply reply) {
        refusal = Optional.of(reply);
        for (Waiting one : waiting) {
            one.responder.send(reply);
        }
        waiting.clear();
    }

    private void use(Waiting read) {
        switch (read.loaded) {
            case Loaded.Invalid(List<ConfigProblem> problems) -> refuse(problems, read.responder);
            case Loaded.Valid(Config after) -> compare(after, read);
        }
    }

    private void refuse(List<ConfigProblem> problems, Responder responder) {
        var lines = new ArrayList<String>(problems.size());
        for (ConfigProblem problem : problems) {
            lines.add(problem.toString());
            log.log(Level.ERRO, "cannot reload: " + problem);
        }
        Json.Obj error =
                Json.object()
                        .put("code", "bad_configuration")
                        .put("message", "the configuration has problems; nothing was changed")
                        .put("problems", Json.strings(lines))
                        .build();
        responder.send(new Reply(Reply.BAD_REQUEST, Json.object().put("error", error).build()));
    }

    private void compare(Config after, Waiting read) {
        Request.Reload request = read.request;
        Responder responder = read.responder;
        ConfigDiff whole = ConfigDiff.between(current, after);
        Optional<ConfigDiff> part = part(whole, request.part(), responder);
        if (part.isEmpty()) {
            return;
        }
        ConfigDiff diff = part.get();
        if (request.dryRun()) {
            responder.send(describe(diff, whole.needsDaemonRestart(), false));
            return;
        }
        boolean everything = request.part() instanceof Request.Part.Everything;
        boolean section = request.part() instanceof Request.Part.Section;
        List<String> unapplied = List.of();
        if (everything || section) {
            unapplied = settings.apply(current, after);
            exitOn.change(after.daemon().exitOn());
        }
        for (String name : unapplied) {
            log.log(
                    Level.WARN,
                    "reload: " + name + " takes effect with the next start of taskmasterd");
        }
        if (!section) {
            note(diff);
        }
        current = everything ? after : current.withProcesses(processesAfter(diff));
        Reply done = describe(diff, unapplied, true);
        if (request.waiting().none()) {
            responder.send(done);
            apply(diff, read.requests, new Unheard(), done);
        } else {
            apply(diff, read.requests, responder, done);
        }
    }

    /** The part that was asked for; empty, and answered, where its names are in neither file. */
    private static Optional<ConfigDiff> part(
            ConfigDiff whole, Request.Part part, Responder responder) {
        return switch (part) {
            case Request.Part.Everything e -> Optional.of(whole);
            case Request.Part.Section s -> Optional.of(whole.restrictedTo(spec -> false));
            case Request.Part.Programs p -> {
                Target.Named target = p.names();
                List<String> unknown = new ArrayList<>();
                for (String name : target.names()) {
                    if (isEmpty(
                            whole.restrictedTo(spec -> Slots.isNamed(spec, name, target.kind())))) {
                        unknown.add(name);
                    }
                }
                if (unknown.isEmpty()) {
                    yield Optional.of(whole.restrictedTo(spec -> isMeant(spec, target)));
                }
                responder.send(Status.unknown(target, unknown));
                yield Optional.empty();
            }
        };
    }

    private static boolean isMeant(ProcessSpec spec, Target.Named target) {
        for (String name : target.names()) {
            if (Slots.isNamed(spec, name, target.kind())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEmpty(ConfigDiff diff) {
        return diff.changesNoProcess() && diff.unchanged().isEmpty();
    }

    /** What is configured once a part has been applied: the rest stays as it was. */
    private List<ProcessSpec> processesAfter(ConfigDiff diff) {
        var processes = new ArrayList<ProcessSpec>();
        for (ProcessSpec spec : current.processes()) {
            ProcessName name = spec.name();
            if (diff.restarted().containsKey(name)) {
                processes.add(diff.restarted().get(name));
            } else if (diff.adjusted().containsKey(name)) {
                processes.add(diff.adjusted().get(name));
            } else if (!diff.removed().containsKey(name)) {
                processes.add(spec);
            }
        }
        processes.addAll(diff.added().values());
        return processes;
    }

    private void apply(ConfigDiff diff, Map<Slot, Long> requests, Responder responder, Reply done) {
        var leaving = new ArrayList<Slot>();
        for (ProcessSpec spec : diff.removed().values()) {
            slots.get(spec.name()).ifPresent(leaving::add);
        }
        for (Slot slot : leaving) {
            slot.leaving = true;
            slot.requests++;
        }
        for (ProcessSpec spec : diff.adjusted().values()) {
            slots.get(spec.name()).ifPresent(slot -> slot.change(spec));
        }
        busy = true;
        new StopSequence(
                        engine,
                        leaving,
                        slot -> true,
                        this::removeWhenDown,
                        () -> allGone(diff, leaving, requests, responder, done))
                .within(AFTER_KILL, timers, kernel)
                .begin();
    }

    /** As long as it lives it is shown; and where the file has it again, it stays. */
    private void removeWhenDown(Slot slot) {
        if (slot.state.livePid().isPresent()) {
            slot.watch(s -> isRemoved(s));
        } else if (slot.leaving) {
            slots.remove(slot);
        }
    }

    private boolean isRemoved(Slot slot) {
        if (slot.leaving && slot.state.livePid().isEmpty()) {
            slots.remove(slot);
        }
        return !slot.leaving || slot.state.livePid().isEmpty();
    }

    private void allGone(
            ConfigDiff diff,
            List<Slot> leaving,
            Map<Slot, Long> requests,
            Responder responder,
            Reply done) {
        busy = false;
        if (refusal.isPresent()) {
            responder.send(refusal.get());
            return;
        }
        guarded(
                responder,
                () -> {
                    List<Json> remaining = remaining(leaving);
                    startNew(diff, requests);
                    responder.send(remaining.isEmpty() ? done : withFailures(done, remaining));
                });
        takeWaiting();
    }

    /** What was told to go and is still there, as failed. */
    private List<Json> remaining(List<Slot> leaving) {
        var failures = new ArrayList<Json>();
        for (Slot slot : leaving) {
            if (slot.state.livePid().isPresent()) {
                String message =
                        "it is removed but does not end (pid "
                                + slot.state.livePid().getAsInt()
                                + "); it is shown until it does";
                log.log(Level.WARN, "reload: " + slot.name() + ": " + message);
                failures.add(
                        Result.error(Reply.FAILED, "still_running", message)
                                .toJson(slot.name().toString()));
            }
        }
        return failures;
    }

    private static Reply withFailures(Reply done, List<Json> failures) {
        Json.Obj content = done.body().getObject("content").orElseThrow();
        var all = Json.object();
        for (Map.Entry<String, Json> member : content.members().entrySet()) {
            all.put(member.getKey(), member.getValue());
        }
        return Reply.content(Reply.MIXED, all.put("results", failures).build());
    }

    private void startNew(ConfigDiff diff, Map<Slot, Long> requests) {
        engine.keepOutputs(current.processes());
        logs.configured(current.processes());
        for (ProcessSpec spec : diff.restarted().values()) {
            slots.get(spec.name())
                    .ifPresent(slot -> {
                        // One that came by a reload in between was asked for by that, once.
                        boolean asked = slot.requests > requests.getOrDefault(slot, 1L);
                        restart(slot, spec, asked);
                    });
        }
        var added = new ArrayList<ProcessSpec>();
        var back = new ArrayList<Slot>();
        for (ProcessSpec spec : diff.added().values()) {
            Optional<Slot> still = slots.get(spec.name());
            if (still.isPresent()) {
                // It was removed by an earlier reload and has not ended: one name, one process.
                still.get().leaving = false;
                still.get().change(spec);
                back.add(still.get());
            } else {
                added.add(spec);
            }
        }
        back.addAll(slots.addAll(added));
        commands.autostart(back);
    }

    /**
     * A process that a user stopped stays stopped; one that failed or ended has its chance with the
     * new words. Requests under way go on: a reload wants nothing up or down by itself.
     *
     * @param asked something else has been asked of it since: the last request wins
     */
    private void restart(Slot slot, ProcessSpec spec, boolean asked) {
        slot.change(spec);
        switch (slot.state.name()) {
            case STARTING, RUNNING, BACKOFF -> engine.feed(slot, new Event.RestartRequested());
            case FATAL, EXITED -> {
                if (spec.policy().autostart() && !asked) {
                    engine.feed(slot, new Event.StartRequested());
                }
            }
            case STOPPED, STOPPING -> {}
        }
    }

    private void note(ConfigDiff diff) {
        engine.events().configChanged(diff);
        for (ProcessSpec spec : diff.removed().values()) {
            log.log(Level.INFO, "reload: " + spec.name() + " removed");
        }
        for (ProcessSpec spec : diff.restarted().values()) {
            log.log(Level.INFO, "reload: " + spec.name() + " changed, restarting it");
        }
        for (ProcessSpec spec : diff.adjusted().values()) {
            log.log(Level.INFO, "reload: " + spec.name() + " changed, not restarted");
        }
        for (ProcessSpec spec : diff.added().values()) {
            log.log(Level.INFO, "reload: " + spec.name() + " added");
        }
    }

    private static Reply describe(ConfigDiff diff, List<String> daemonSettings, boolean applied) {
        return Reply.content(
                Reply.OK,
                Json.object()
                        .put("changes", changes(diff))
                        .put("daemon", Json.strings(daemonSettings))
                        .put("applied", applied)
                        .build());
    }

    static Json.Arr changes(ConfigDiff diff) {
        var changes = new ArrayList<Json>();
        list(changes, diff.removed().values(), "removed");
        list(changes, diff.restarted().values(), "restarted");
        list(changes, diff.adjusted().values(), "adjusted");
        list(changes, diff.added().values(), "added");
        return new Json.Arr(changes);
    }

    private static void list(List<Json> changes, Collection<ProcessSpec> specs, String change) {
        for (ProcessSpec spec : specs) {
            ProcessName name = spec.name();
            changes.add(
                    Json.object()
                            .put("group", name.group())
                            .put("name", name.toString())
                            .put("change", change)
                            .build());
        }
    }
}
