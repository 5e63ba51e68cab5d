package taskmaster.supervisor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import taskmaster.activity.ActivityLog;
import taskmaster.activity.ActivityLog.Level;
import taskmaster.config.ProcessSpec;
import taskmaster.lifecycle.Action;
import taskmaster.lifecycle.Event;
import taskmaster.lifecycle.Lifecycle;
import taskmaster.lifecycle.ProcessState;
import taskmaster.lifecycle.Transition;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.SpawnFailure;

/**
 * Steps processes and performs what comes out of a step. Owned by the supervisor's thread.
 *
 * <p>A pid is in {@link #byPid} from its clone to its reaping, so every child of ours is known at
 * every moment. Signals go only to pids of that table: one that is not yet reaped is never a
 * stranger's.
 */
final class Engine {

    /**
     * How long a start whose outcome is needed at once is waited for: exec may hang on a dead
     * mount.
     */
    private static final Duration SETTLE = Duration.ofMillis(50);

    /** Starts under way at the same time; each holds memory of ours until it is settled. */
    private static final int MOST_LAUNCHING = 8;

    /** How soon an unsettled start is looked at again; nanoseconds. */
    private static final long LOOK_AGAIN = 1_000_000_000L;

    private final Kernel kernel;
    private final ActivityLog log;
    private final Timers timers;
    private final Map<Integer, Slot> byPid = new HashMap<>();
    private final Orphans orphans;
    private final ExitOn exitOn;
    private boolean startsNothing;
    private final ArrayDeque<Slot> launching = new ArrayDeque<>();

    Engine(Kernel kernel, ActivityLog log, Timers timers, ExitOn exitOn) {
        this.kernel = kernel;
        this.log = log;
        this.timers = timers;
        this.exitOn = exitOn;
        orphans = new Orphans(kernel, log, timers);
    }

    boolean hasChildren() {
        return !byPid.isEmpty();
    }

    /** The daemon is ending: what ends by itself is not started again. */
    void startNothingMore() {
        startsNothing = true;
    }

    /** Lets an event happen to a process, and all that follows from it at once. */
    void feed(Slot slot, Event event) {
        Optional<Event> next = Optional.of(event);
        while (next.isPresent()) {
            ProcessState before = slot.state;
            ProcessSpec spec = startsNothing ? slot.spec().withoutRestart() : slot.spec();
            Transition transition = Lifecycle.step(spec, before, next.get(), kernel.now());
            slot.state = transition.next();
            exitOn.see(slot, before, next.get());
            if (slot.state.epoch() != before.epoch()) {
                slot.timer.ifPresent(timers::cancel);
                slot.timer = Optional.empty();
            }
            if (before.name() != slot.state.name() && !slot.state.name().isLive()) {
                slot.adoptNext();
                slot.since = kernel.wallClock();
            }
            next = Optional.empty();
            for (Action action : transition.actions()) {
                Optional<Event> answer = perform(slot, action);
                next = answer.isPresent() ? answer : next;
            }
            slot.tellWatchers();
        }
    }

    private Optional<Event> perform(Slot slot, Action action) {
        switch (action) {
            case Action.Spawn(boolean automatic) -> {
                return Optional.of(spawn(slot, automatic));
            }
            case Action.Send send -> send(slot, send);
            case Action.Reap(int pid) -> reap(pid);
            case Action.Arm(long epoch, long deadline) -> arm(slot, epoch, deadline);
            case Action.Note note -> log.log(level(note.importance()), note.text());
            case Action.Explain(String reason) -> slot.reason = reason;
        }
        return Optional.empty();
    }

    private Event spawn(Slot slot, boolean automatic) {
        slot.adoptNext();
        slot.spawnFailure = Optional.empty();
        slot.startedAt = kernel.now();
        slot.since = kernel.wallClock();
        slot.restarts = automatic ? slot.restarts + 1 : slot.restarts;
        makeRoom();
        try {
            Kernel.Launched child = kernel.spawn(slot.spec().launch());
            byPid.put(child.pid(), slot);
            slot.launched = Optional.of(child);
            launching.add(slot);
            if (slot.spec().policy().startTime().isZero()) {
                child.settle(SETTLE);
            }
            return new Event.Spawned(child.pid(), hasExecuted(slot));
        } catch (ErrnoException e) {
            slot.spawnFailure = Optional.of(new SpawnFailure("make a process", e.errno()));
            return new Event.SpawnFailed(slot.spawnFailure.get());
        }
    }

    /** Bounds the memory of starts under way: the oldest one is waited for. */
    private void makeRoom() {
        if (launching.size() >= MOST_LAUNCHING && launching.peek().launched.isPresent()) {
            launching.peek().launched.get().settle(SETTLE);
        }
        while (!launching.isEmpty() && forgetLaunch(launching.peek())) {
            launching.remove();
        }
        if (launching.size() >= MOST_LAUNCHING) {
            launching.remove();
        }
    }

    /**
     * Lets go of a start that is known to have gone well; true when nothing more is to be waited
     * for.
     */
    private static boolean forgetLaunch(Slot slot) {
        if (slot.launched.isEmpty()) {
            return true;
        }
        Kernel.Launched child = slot.launched.get();
        if (!child.isSettled()) {
            return false;
        }
        if (child.failure().isEmpty()) {
            slot.launched = Optional.empty();
        }
        return true;
    }

    private static boolean hasExecuted(Slot slot) {
        return forgetLaunch(slot) && slot.launched.isEmpty();
    }

    private void send(Slot slot, Action.Send send) {
        if (byPid.get(send.pid()) != slot) {
            log.log(Level.WARN, "not signalled: " + slot.name() + " has no process " + send.pid());
            return;
        }
        try {
            deliver(send);
        } catch (ErrnoException e) {
            log.log(Level.WARN, "cannot signal " + slot.name() + ": " + e.getMessage());
        }
    }

    private void deliver(Action.Send send) throws ErrnoException {
        try {
            kernel.send(send.pid(), send.signal(), send.group());
        } catch (ErrnoException e) {
            if (!send.group() || !e.errno().equals(Errno.ESRCH)) {
                throw e;
            }
            // A child that has not come to its setsid yet has no group, and is alone.
            kernel.send(send.pid(), send.signal(), false);
        }
    }

    private void reap(int pid) {
        kernel.reap(pid);
        byPid.remove(pid);
    }

    private void arm(Slot slot, long epoch, long deadline) {
        slot.timer = Optional.of(timers.at(deadline, () -> fire(slot, epoch)));
    }

    /**
     * What hangs before its exec, or failed in it and is a zombie by now, has not stayed up: it is
     * looked at again later.
     */
    private void fire(Slot slot, long epoch) {
        boolean starting = slot.state instanceof ProcessState.Starting s && s.epoch() == epoch;
        if (starting && !hasExecuted(slot)) {
            arm(slot, epoch, kernel.now() + LOOK_AGAIN);
            return;
        }
        feed(slot, new Event.TimerFired(epoch));
    }

    /** Handles one child that has ended; false when there is none. */
    boolean takeOneEnded() {
        Optional<Kernel.Ended> ended = kernel.peekEnded();
        if (ended.isEmpty()) {
            return false;
        }
        int pid = ended.get().pid();
        Slot slot = byPid.get(pid);
        if (slot == null) {
            kernel.reap(pid);
            orphans.reaped(ended.get());
            return true;
        }
        if (slot.launched.isPresent() && slot.launched.get().pid() == pid) {
            slot.spawnFailure = slot.launched.get().failure();
            launching.remove(slot);
            slot.launched = Optional.empty();
        }
        if (slot.spawnFailure.isEmpty()) {
            slot.lastExit = Optional.of(ended.get().status());
        }
        try {
            feed(slot, new Event.ChildExited(pid, ended.get().status(), slot.spawnFailure));
        } finally {
            if (byPid.get(pid) == slot && !slot.state.livePid().equals(OptionalInt.of(pid))) {
                reap(pid);
            }
        }
        return true;
    }

    private static Level level(Action.Importance importance) {
        return switch (importance) {
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
        };
    }
}
