package taskmaster.supervisor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import taskmaster.lifecycle.Event;
import taskmaster.lifecycle.ProcessState;
import taskmaster.lifecycle.StateName;
import taskmaster.lifecycle.Waves;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Signal;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/**
 * The requests that change processes: start, stop, restart, signal. Owned by the supervisor's
 * thread.
 *
 * <p>The last request wins, and every one is answered: each raises {@link Slot#requests}, and a
 * part of an older one that comes later (the next wave of a stop, the start after a stop) sees that
 * and lets go.
 */
final class Commands {

    /** From a signal that was sent to the kernel's word that it stopped its process. */
    private static final long PAUSES_WITHIN = 1_000_000_000L;

    private final Slots slots;
    private final Engine engine;
    private final Kernel kernel;
    private final Timers timers;

    /**
     * Starts that wait for their turn: one at a time, between messages, so that a thousand starts
     * keep nobody waiting.
     */
    private final ArrayDeque<Runnable> backlog = new ArrayDeque<>();

    Commands(Slots slots, Engine engine, Kernel kernel, Timers timers) {
        this.slots = slots;
        this.engine = engine;
        this.kernel = kernel;
        this.timers = timers;
    }

    /** Does one thing that was put off; false when there is none. */
    boolean workOff() {
        Runnable next = backlog.poll();
        if (next == null) {
            return false;
        }
        next.run();
        return true;
    }

    /**
     * The daemon is ending: nothing that waits for its turn is started, and who waits for that is
     * told so while there is somebody to tell it.
     */
    void dropBacklog() {
        for (Slot slot : slots.all()) {
            slot.requests++;
        }
        boolean more = true;
        while (more) {
            more = workOff();
        }
    }

    /** Starts in order those of these that start by themselves, each in its turn. */
    void autostart(List<Slot> candidates) {
        for (Slot slot : inStartOrder(candidates)) {
            // One that left the file and came back before it was down is still its old self.
            if (!slot.wanted().policy().autostart()) {
                continue;
            }
            long request = ++slot.requests;
            backlog.add(() -> {
                if (slot.requests == request && !slot.leaving) {
                    engine.feed(slot, new Event.StartRequested());
                }
            });
        }
    }

    void start(Request.Start request, Responder responder) {
        boolean all = request.target() instanceof Target.All;
        Slots.Found found = slots.find(request.target());
        Results results = Results.of(request.target(), found, responder);
        for (Slot slot : inStartOrder(found.slots())) {
            if (all && isUp(slot)) {
                slot.requests++; // takes back a stop that waits for its turn
            } else {
                startOne(slot, results, results.expect(slot.name().toString()), false);
            }
        }
        close(results, request.waiting());
    }

    private void startOne(Slot slot, Results results, int index, boolean stopped) {
        long request = ++slot.requests;
        backlog.add(() -> {
            if (slot.leaving) {
                results.set(index, gone());
            } else if (slot.requests != request) {
                results.set(index, Result.superseded("otherwise"));
            } else if (isUp(slot)) {
                results.set(
                        index,
                        Result.error(Reply.CONFLICT, "already_started", "it is already started"));
            } else {
                watchStart(slot, results, index, stopped);
                engine.feed(slot, new Event.StartRequested());
            }
        });
    }

    /** One that is left alone may run, but is not kept: a start takes care of it again. */
    private static boolean isUp(Slot slot) {
        StateName name = slot.state.name();
        return !slot.leftAlone && (name == StateName.STARTING || name == StateName.RUNNING);
    }

    private static Result gone() {
        return Result.error(Reply.CONFLICT, "leaving", "it is no longer in the configuration");
    }

    /** Answers when the process runs, or has failed, or somebody stopped it. */
    private static void watchStart(Slot slot, Results results, int index, boolean wasUp) {
        slot.watch(s -> {
            if (s.leftAlone) {
                results.set(index, Result.bug(s));
                return true;
            }
            switch (s.state) {
                case ProcessState.Spawning x -> {}
                case ProcessState.Starting x -> {}
                case ProcessState.Running x -> results.set(index, Result.restarted(wasUp));
                case ProcessState.Exited x -> results.set(index, Result.restarted(wasUp));
                case ProcessState.Backoff x -> results.set(index, Result.startFailed(s));
                case ProcessState.Fatal x -> results.set(index, Result.startFailed(s));
                case ProcessState.Stopped x -> results.set(index, Result.superseded("stopped"));
                case ProcessState.Stopping x -> {
                    if (!x.thenStart()) {
                        results.set(index, Result.superseded("stopped"));
                    }
                }
            }
            return results.has(index) || !results.isAwaited();
        });
    }

    void stop(Request.Stop request, Responder responder) {
        boolean all = request.target() instanceof Target.All;
        Slots.Found found = slots.find(request.target());
        Results results = Results.of(request.target(), found, responder);
        Map<Slot, Integer> indexes = new HashMap<>();
        List<Slot> toStop = new ArrayList<>();
        for (Slot slot : found.slots()) {
            if (isStoppable(slot)) {
                toStop.add(slot);
                indexes.put(slot, results.expect(slot.name().toString()));
            } else {
                slot.requests++; // takes back a start that waits for its turn
                if (!all) {
                    results.add(slot.name().toString(), Result.notRunning());
                }
            }
        }
        stopThen(
                toStop,
                claim(toStop),
                results::isAwaited,
                slot ->
                        results.set(
                                indexes.get(slot),
                                slot.leftAlone ? Result.bug(slot) : Result.done("stopped")),
                slot -> results.set(indexes.get(slot), Result.superseded("otherwise")),
                () -> {});
        close(results, request.waiting());
    }

    private static boolean isStoppable(Slot slot) {
        return switch (slot.state) {
            case ProcessState.Exited s -> s.restartPending();
            case ProcessState.Stopped s -> false;
            case ProcessState.Fatal s -> false;
            default -> true;
        };
    }

    /** A new request of each of these; with its number, to see later whether it is the last. */
    private static Map<Slot, Long> claim(List<Slot> claimed) {
        Map<Slot, Long> requests = new HashMap<>();
        for (Slot slot : claimed) {
            requests.put(slot, ++slot.requests);
        }
        return requests;
    }

    private static boolean isLast(Slot slot, Map<Slot, Long> requests) {
        return slot.requests == requests.get(slot);
    }

    /**
     * Stops in waves; a process of which something else is asked before its turn is let go. A start
     * that is still to come is taken back at once: it is not for this one to wait for its turn.
     *
     * @param isAwaited false: nobody hears the answer any more
     */
    private void stopThen(
            List<Slot> toStop,
            Map<Slot, Long> requests,
            BooleanSupplier isAwaited,
            Consumer<Slot> whenDown,
            Consumer<Slot> whenLetGo,
            Runnable whenAllDown) {
        for (Slot slot : toStop) {
            if (slot.state.livePid().isEmpty() || slot.state.name() == StateName.STOPPING) {
                engine.feed(slot, new Event.StopRequested());
            }
        }
        new StopSequence(
                        engine,
                        toStop,
                        slot -> {
                            boolean wanted = isLast(slot, requests);
                            if (!wanted) {
                                whenLetGo.accept(slot);
                            }
                            return wanted;
                        },
                        whenDown,
                        whenAllDown)
                .until(() -> !isAwaited.getAsBoolean() && isLastOfNone(toStop, requests))
                .begin();
    }

    private static boolean isLastOfNone(List<Slot> claimed, Map<Slot, Long> requests) {
        for (Slot slot : claimed) {
            if (isLast(slot, requests)) {
                return false;
            }
        }
        return true;
    }

    void restart(Request.Restart request, Responder responder) {
        Slots.Found found = slots.find(request.target());
        Results results = Results.of(request.target(), found, responder);
        if (found.slots().size() == 1) {
            restartOne(found.slots().getFirst(), results);
        } else {
            restartMany(found.slots(), results);
        }
        close(results, request.waiting());
    }

    private void restartOne(Slot slot, Results results) {
        int index = results.expect(slot.name().toString());
        if (slot.leaving) {
            results.set(index, gone());
            return;
        }
        slot.requests++;
        boolean live = slot.state.name().isLive();
        engine.feed(slot, new Event.RestartRequested());
        watchStart(slot, results, index, live);
        engine.tellWatchers(slot);
    }

    /** All are stopped, highest priority number first, before the first is started again. */
    private void restartMany(List<Slot> found, Results results) {
        Map<Slot, Integer> indexes = new HashMap<>();
        Map<Slot, Boolean> wasLive = new HashMap<>();
        for (Slot slot : found) {
            indexes.put(slot, results.expect(slot.name().toString()));
            wasLive.put(slot, slot.state.name().isLive());
        }
        Map<Slot, Long> requests = claim(found);
        stopThen(
                found,
                requests,
                results::isAwaited,
                slot -> {},
                slot -> results.set(indexes.get(slot), Result.superseded("otherwise")),
                () -> {
                    for (Slot slot : inStartOrder(found)) {
                        if (isLast(slot, requests)) {
                            startOne(slot, results, indexes.get(slot), wasLive.get(slot));
                        } else {
                            results.set(indexes.get(slot), Result.superseded("otherwise"));
                        }
                    }
                });
    }

    void signal(Request.SendSignal request, Responder responder) {
        Optional<Signal> signal = Signal.parse(request.signal());
        if (signal.isEmpty()) {
            String message = "\"" + request.signal() + "\" is not a signal";
            responder.send(Reply.error(Reply.BAD_REQUEST, "bad_signal", message));
            return;
        }
        boolean all = request.target() instanceof Target.All;
        Slots.Found found = slots.find(request.target());
        Results results = Results.of(request.target(), found, responder);
        for (Slot slot : found.slots()) {
            if (slot.state.livePid().isPresent()) {
                noteAsked(slot, signal.get(), responder);
                Result result = signalOne(slot, signal.get(), request.group());
                results.add(slot.name().toString(), result);
            } else if (!all) {
                results.add(slot.name().toString(), Result.notRunning());
            }
        }
        results.expectNoMore();
    }

    /** If the kernel tells soon that this has stopped it, it was this user. */
    private void noteAsked(Slot slot, Signal signal, Responder responder) {
        if (signal.stops() && responder.uid().isPresent()) {
            long until = kernel.now() + PAUSES_WITHIN;
            int uid = responder.uid().getAsInt();
            slot.pauseAsked = Optional.of(new Slot.PauseAsked(signal, uid, until));
        }
    }

    private Result signalOne(Slot slot, Signal signal, boolean group) {
        try {
            engine.deliver(slot.state.livePid().orElseThrow(), signal, group);
            return Result.done("signalled");
        } catch (ErrnoException e) {
            return Result.error(Reply.FAILED, "failed", "cannot signal: " + e.getMessage());
        }
    }

    /** What is left to itself is nothing that an older request may still start or stop. */
    void disown(Request.Disown request, Responder responder) {
        boolean all = request.target() instanceof Target.All;
        Slots.Found found = slots.find(request.target());
        Results results = Results.of(request.target(), found, responder);
        for (Slot slot : found.slots()) {
            boolean meant = slot.state.pause().isEmpty() || !request.running();
            if (meant && (slot.state.livePid().isPresent() || !all)) {
                results.add(slot.name().toString(), disownOne(slot, request.survive()));
            }
        }
        results.expectNoMore();
    }

    private Result disownOne(Slot slot, boolean survive) {
        if (slot.state instanceof ProcessState.Stopping) {
            return Result.error(Reply.CONFLICT, "stopping", "it is stopping");
        }
        if (slot.state.livePid().isEmpty()) {
            return Result.notRunning();
        }
        if (!engine.isProgram(slot)) {
            String message = "it has not become its program yet; try again later";
            return Result.error(Reply.CONFLICT, "starting", message);
        }
        if (survive) {
            slot.survives = true;
            return Result.done("survives");
        }
        slot.requests++;
        engine.feed(slot, new Event.DisownRequested());
        return slot.leftAlone ? Result.bug(slot) : Result.done("disowned");
    }

    void sendInput(Request.Send request, Responder responder) {
        Slots.Found found = slots.find(request.target());
        Results results = Results.of(request.target(), found, responder);
        byte[] bytes = request.data().bytes();
        for (Slot slot : found.slots()) {
            results.add(slot.name().toString(), sendOne(slot, bytes));
        }
        results.expectNoMore();
    }

    private static Result sendOne(Slot slot, byte[] bytes) {
        if (slot.state.livePid().isEmpty()) {
            return Result.notRunning();
        }
        if (slot.input.isEmpty()) {
            String advice =
                    "it reads no pipe and no terminal: set stdin = \"pipe\" or tty = true and reload";
            return Result.error(Reply.CONFLICT, "no_stdin", advice);
        }
        Kernel.Input input = slot.input.get();
        try {
            int taken = input.write(bytes);
            if (taken == bytes.length) {
                return Result.done("sent");
            }
            String count = taken == 0 ? "none" : "only " + taken;
            String full =
                    count
                            + " of "
                            + bytes.length
                            + " bytes were taken: the program has not read "
                            + input.waiting()
                            + " that were sent before; try again when it has";
            return taken == 0
                    ? Result.error(Reply.UNAVAILABLE, "stdin_full", full)
                    : Result.error(Reply.FAILED, "partly_sent", full);
        } catch (ErrnoException e) {
            return e.errno().equals(Errno.EPIPE)
                    ? Result.error(Reply.CONFLICT, "stdin_closed", "it has closed its stdin")
                    : Result.error(Reply.FAILED, "failed", "cannot send: " + e.getMessage());
        }
    }

    private void close(Results results, Request.Waiting waiting) {
        results.limit(waiting, timers, kernel.now());
        results.expectNoMore();
    }

    private static List<Slot> inStartOrder(List<Slot> found) {
        return Waves.startOrder(found, Slot::spec);
    }
}
