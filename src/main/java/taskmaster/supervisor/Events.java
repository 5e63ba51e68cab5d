package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import taskmaster.config.ConfigDiff;
import taskmaster.json.Json;
import taskmaster.json.JsonObjectBuilder;
import taskmaster.lifecycle.Event;
import taskmaster.lifecycle.ProcessState;
import taskmaster.lifecycle.StateName;
import taskmaster.posix.Signal;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/**
 * The verb events: what happens, told to who watches, as it happens. Owned by the supervisor's
 * thread, but for {@link #captured}. Without a watcher nothing is made.
 *
 * <p>A watcher who is too slow is dropped by its {@link Responder}, as with tail; nothing here
 * waits or piles up.
 */
final class Events {

    /** Of captured output that waits for the supervisor's turn; what is more is dropped. */
    static final long MOST_CAPTURED = 1 << 20;

    private record Watcher(Target target, Responder responder) {}

    private final Slots slots;
    private final Kernel kernel;
    private final Mailbox mailbox;
    private List<Watcher> watchers = List.of();
    private volatile boolean watched;
    private final AtomicLong capturedWaiting = new AtomicLong();

    Events(Slots slots, Kernel kernel, Mailbox mailbox) {
        this.slots = slots;
        this.kernel = kernel;
        this.mailbox = mailbox;
    }

    /** The first part says that everything from now on is told. */
    void watch(Request.Events request, Responder responder) {
        Slots.Found found = slots.find(request.target());
        if (!found.unknown().isEmpty()) {
            responder.send(Status.unknown(request.target(), found.unknown()));
            return;
        }
        var watcher = new Watcher(request.target(), responder);
        var more = new ArrayList<>(watchers);
        more.add(watcher);
        watchers = List.copyOf(more);
        watched = true;
        responder.send(Reply.content(Reply.PARTIAL, event("watching").build()));
        responder.onClose(() -> mailbox.put(new Message.Run(() -> forget(watcher))));
    }

    private void forget(Watcher watcher) {
        var rest = new ArrayList<>(watchers);
        rest.remove(watcher);
        watchers = List.copyOf(rest);
        watched = !rest.isEmpty();
    }

    /** The daemon ends. */
    void end() {
        for (Watcher watcher : watchers) {
            watcher.responder.send(Reply.content(Reply.OK, Json.Obj.EMPTY));
        }
        watchers = List.of();
        watched = false;
    }

    /**
     * After a step. A start is told when there is a process, so that its pid can be, or when there
     * is none.
     */
    void see(Slot slot, ProcessState before, Event event) {
        if (watchers.isEmpty()) {
            return;
        }
        switch (event) {
            case Event.Paused(int pid, Signal by) -> paused(slot, pid, by);
            case Event.Continued(int pid) when before.pause().isPresent() ->
                    tell(slot, about("continued", slot).put("pid", pid));
            default -> seeChange(slot, before, event);
        }
    }

    private void paused(Slot slot, int pid, Signal by) {
        JsonObjectBuilder out = about("paused", slot).put("pid", pid).put("signal", by.name());
        if (slot.pausedBy.isPresent()) {
            out.put("by", Integer.toUnsignedLong(slot.pausedBy.getAsInt()));
        }
        tell(slot, out);
    }

    private void seeChange(Slot slot, ProcessState before, Event event) {
        StateName from = before.name();
        if (before instanceof ProcessState.Spawning) {
            from = slot.stateBeforeStart;
            if (event instanceof Event.SpawnFailed) {
                change(slot, from, StateName.STARTING, event);
                from = StateName.STARTING;
            }
        }
        if (slot.state instanceof ProcessState.Spawning) {
            slot.stateBeforeStart = before.name();
            if (event instanceof Event.ChildExited) {
                change(slot, before.name(), StateName.EXITED, event);
                slot.stateBeforeStart = StateName.EXITED;
            }
        } else if (from != slot.state.name()) {
            change(slot, from, slot.state.name(), event);
        }
    }

    private void change(Slot slot, StateName from, StateName to, Event event) {
        JsonObjectBuilder out = about("state", slot).put("from", from.name()).put("to", to.name());
        OptionalInt pid = slot.state.livePid();
        if (event instanceof Event.ChildExited ended) {
            out.put("pid", ended.pid()).put("exit", Status.exit(ended.status()));
        } else if (pid.isPresent()) {
            out.put("pid", pid.getAsInt());
        }
        if (event instanceof Event.DisownRequested) {
            out.put("disowned", true);
        }
        tell(slot, out);
    }

    /** A configuration has been applied. */
    void configChanged(ConfigDiff diff) {
        if (!watchers.isEmpty() && !diff.changesNoProcess()) {
            tellAll(event("config").put("changes", Reloader.changes(diff)).build());
        }
    }

    /** The daemon begins to end. */
    void shuttingDown() {
        if (!watchers.isEmpty()) {
            tellAll(event("shutdown").build());
        }
    }

    /**
     * What a program printed between supervisord's marks. Any thread; does not wait.
     *
     * @param stream {@code group:process.stdout}
     */
    void captured(String stream, byte[] bytes) {
        if (!watched || capturedWaiting.get() > MOST_CAPTURED) {
            return;
        }
        capturedWaiting.addAndGet(bytes.length);
        mailbox.put(
                new Message.Run(() -> {
                    capturedWaiting.addAndGet(-bytes.length);
                    tellCaptured(stream, bytes);
                }));
    }

    private void tellCaptured(String stream, byte[] bytes) {
        int dot = stream.lastIndexOf('.');
        String process = stream.substring(0, dot);
        for (Slot slot : slots.all()) {
            if (process.equals(slot.name().group() + ":" + slot.name().process())) {
                JsonObjectBuilder out =
                        about("captured", slot).put("stream", stream.substring(dot + 1));
                tell(slot, LogStream.addBytes(out, bytes));
            }
        }
    }

    private JsonObjectBuilder event(String what) {
        return Json.object().put("event", what).put("time", Clock.iso(kernel.wallClock()));
    }

    private JsonObjectBuilder about(String what, Slot slot) {
        return event(what).put("name", slot.name().toString()).put("job", slot.job);
    }

    private void tell(Slot slot, JsonObjectBuilder event) {
        Optional<Reply> part = Optional.empty();
        for (Watcher watcher : watchers) {
            if (isMeant(watcher.target, slot)) {
                if (part.isEmpty()) {
                    part = Optional.of(Reply.content(Reply.PARTIAL, event.build()));
                }
                watcher.responder.send(part.get());
            }
        }
    }

    private static boolean isMeant(Target target, Slot slot) {
        if (!(target instanceof Target.Named named)) {
            return true;
        }
        for (String name : named.names()) {
            if (Slots.isNamed(slot.spec(), name, named.kind())) {
                return true;
            }
        }
        return false;
    }

    private void tellAll(Json.Obj event) {
        for (Watcher watcher : watchers) {
            watcher.responder.send(Reply.content(Reply.PARTIAL, event));
        }
    }
}
