package taskmaster.supervisor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
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
import taskmaster.posix.ChildChange;
import taskmaster.posix.ChildExit;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Signal;
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

    private static final String RUNS_ALONE =
            "a bug in taskmasterd while handling it; it runs, but is left alone until it is started,"
                    + " stopped or restarted by hand; see the log";

    private static final String DOWN_BY_A_BUG =
            "a bug in taskmasterd while handling it; it is left alone until it is started by hand;"
                    + " see the log";

    /** How soon after a start the kernel looks after it; nanoseconds, doubled each time. */
    private static final long LOOK_SOON = 5_000_000L;

    private final Kernel kernel;
    private final ActivityLog log;
    private final HeapReserve reserve = new HeapReserve();
    private final Timers timers;
    private final Map<Integer, Slot> byPid = new HashMap<>();
    private final Orphans orphans;
    private final Disowned disowned;
    private final Sparse pauses;
    private final Events events;
    private final ExitOn exitOn;
    private boolean startsNothing;
    private boolean looking;
    private final ArrayDeque<Slot> launching = new ArrayDeque<>();

    Engine(Kernel kernel, ActivityLog log, Timers timers, ExitOn exitOn, Events events) {
        this.kernel = kernel;
        this.log = log;
        this.timers = timers;
        this.exitOn = exitOn;
        this.events = events;
        orphans = new Orphans(kernel, log, timers);
        disowned = new Disowned(kernel, log);
        pauses = new Sparse(kernel, log, timers, "", " more pauses of processes in one second");
    }

    void keepOutputs(Collection<ProcessSpec> configured) {
        disowned.keepOutputs(configured);
    }

    boolean hasChildren() {
        return !byPid.isEmpty() || !disowned.isEmpty();
    }

    /** What is told to who watches. */
    Events events() {
        return events;
    }

    Disowned disowned() {
        return disowned;
    }

    /** It has become its program, and can be left to itself; an exec under way is waited for. */
    boolean isProgram(Slot slot) {
        if (slot.launched.isPresent()) {
            slot.launched.get().settle(SETTLE);
        }
        return hasExecuted(slot);
    }

    /** The daemon is ending: what ends by itself is not started again. */
    void startNothingMore() {
        startsNothing = true;
    }

    /**
     * Lets an event happen to a process, and all that follows from it at once. A bug in that is
     * this process's: it is left alone, and nothing is thrown.
     */
    void feed(Slot slot, Event event) {
        takeCareAgain(slot, event);
        Optional<Event> next = Optional.of(event);
        while (next.isPresent()) {
            try {
                next = step(slot, next.get());
            } catch (RuntimeException | Error bug) {
                leaveAlone(slot, next.get(), bug);
                next = Optional.empty();
            }
            tellWatchers(slot);
        }
    }

    private Optional<Event> step(Slot slot, Event event) {
        ProcessState before = slot.state;
        boolean restarts = !startsNothing && !slot.leftAlone;
        ProcessSpec spec = restarts ? slot.spec() : slot.spec().withoutRestart();
        Transition transition = Lifecycle.step(spec, before, event, kernel.now());
        slot.state = transition.next();
        exitOn.see(slot, before, event);
        events.see(slot, before, event);
        if (slot.state.epoch() != before.epoch()) {
            cancelTimer(slot);
        }
        if (before.name() != slot.state.name() && !slot.state.name().isLive()) {
            slot.adoptNext();
            slot.since = kernel.wallClock();
        }
        Optional<Event> next = Optional.empty();
        for (Action action : transition.actions()) {
            Optional<Event> answer = perform(slot, action);
            next = answer.isPresent() ? answer : next;
        }
        return next;
    }

    private void cancelTimer(Slot slot) {
        slot.timer.ifPresent(timers::cancel);
        slot.timer = Optional.empty();
    }

    /** Who asks for something ends the leaving alone: the rules hold again, from where it is. */
    private static void takeCareAgain(Slot slot, Event event) {
        boolean asked =
                event instanceof Event.StartRequested
                        || event instanceof Event.StopRequested
                        || event instanceof Event.RestartRequested
                        || event instanceof Event.KillRequested
                        || event instanceof Event.DisownRequested;
        if (asked && slot.leftAlone) {
            slot.leftAlone = false;
            slot.reason = "";
        }
    }

    /**
     * After a bug nobody knows what was done and what was not, except for one thing: whether there
     * is a child. So that is the state, without a timer and without restarts.
     */
    private void leaveAlone(Slot slot, Event event, Throwable bug) {
        reserve.release();
        slot.leftAlone = true;
        cancelTimer(slot);
        if (event instanceof Event.ChildExited ended) {
            reapAfterBug(ended.pid());
        }
        OptionalInt pid = pidOf(slot);
        slot.state = Lifecycle.leftAlone(slot.state, pid, slot.startedAt);
        slot.reason = pid.isPresent() ? RUNS_ALONE : DOWN_BY_A_BUG;
        report("a bug while handling " + slot.name() + " (" + event + ")", bug);
        reserve.refill();
    }

    /** Where it cannot be reaped it stays known, and is seen again. */
    private void reapAfterBug(int pid) {
        try {
            if (byPid.containsKey(pid)) {
                reap(pid);
            }
        } catch (RuntimeException | Error again) {
            report("cannot reap " + pid, again);
        }
    }

    private void report(String what, Throwable bug) {
        try {
            log.bug(what, bug);
        } catch (OutOfMemoryError e) {
            // No words; what had to be done is done.
        }
    }

    private OptionalInt pidOf(Slot slot) {
        for (Map.Entry<Integer, Slot> child : byPid.entrySet()) {
            if (child.getValue() == slot) {
                return OptionalInt.of(child.getKey());
            }
        }
        return OptionalInt.empty();
    }

    /** A watcher's bug is not the process's. */
    void tellWatchers(Slot slot) {
        slot.tellWatchers(bug -> report("a bug while answering who waited", bug));
    }

    private Optional<Event> perform(Slot slot, Action action) {
        switch (action) {
            case Action.Spawn(boolean automatic) -> {
                return Optional.of(spawn(slot, automatic));
            }
            case Action.Send send -> send(slot, send);
            case Action.Reap(int pid) -> reap(pid);
            case Action.Disown(int pid) -> disown(slot, pid);
            case Action.Arm(long epoch, long deadline) -> arm(slot, epoch, deadline);
            case Action.Note note -> log.log(level(note.importance()), note.text());
            case Action.Explain(String reason) ->
                    slot.reason = slot.leftAlone ? slot.reason : reason;
        }
        return Optional.empty();
    }

    private Event spawn(Slot slot, boolean automatic) {
        slot.adoptNext();
        slot.spawnFailure = Optional.empty();
        slot.survives = false;
        slot.pauseAsked = Optional.empty();
        slot.startedAt = kernel.now();
        slot.since = kernel.wallClock();
        slot.restarts = automatic ? slot.restarts + 1 : slot.restarts;
        makeRoom();
        try {
            Kernel.Launched child = kernel.spawn(slot.spec().launch());
            know(child.pid(), slot);
            slot.input = child.input();
            slot.launched = Optional.of(child);
            launching.add(slot);
            lookAfterStarts(LOOK_SOON);
            if (slot.spec().policy().startTime().isZero()) {
                child.settle(SETTLE);
            }
            return new Event.Spawned(child.pid(), hasExecuted(slot));
        } catch (ErrnoException e) {
            return failed(slot, new SpawnFailure("make a process", e.errno()));
        } catch (Kernel.Unprepared e) {
            return failed(slot, e.failure());
        }
    }

    private static Event failed(Slot slot, SpawnFailure failure) {
        slot.spawnFailure = Optional.of(failure);
        return new Event.SpawnFailed(failure);
    }

    private void lookAfterStarts(long delay) {
        if (looking || !kernel.lookAfterStarts()) {
            return;
        }
        timers.at(
                kernel.now() + delay,
                () -> {
                    looking = false;
                    lookAfterStarts(Math.min(2 * delay, LOOK_AGAIN));
                });
        looking = true;
    }

    /** There is a process: if there is no memory to remember it, there must be. */
    private void know(int pid, Slot slot) {
        try {
            byPid.put(pid, slot);
        } catch (OutOfMemoryError e) {
            reserve.release();
            byPid.put(pid, slot);
            reserve.refill();
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
            deliver(send.pid(), send.signal(), send.group());
        } catch (ErrnoException e) {
            log.log(Level.WARN, "cannot signal " + slot.name() + ": " + e.getMessage());
        }
    }

    /** To a process that is not reaped, or its group. @throws ErrnoException EPERM */
    void deliver(int pid, Signal signal, boolean group) throws ErrnoException {
        try {
            kernel.send(pid, signal, group);
        } catch (ErrnoException e) {
            if (!group || !e.errno().equals(Errno.ESRCH)) {
                throw e;
            }
            // A child that has not come to its setsid yet has no group, and is alone.
            kernel.send(pid, signal, false);
        }
    }

    private void reap(int pid) {
        kernel.reap(pid);
        Slot slot = byPid.remove(pid);
        if (slot != null) {
            slot.input.ifPresent(Kernel.Input::close);
            slot.input = Optional.empty();
        }
    }

    /** Known there before it is forgotten here: a pid is always in one of the two. */
    private void disown(Slot slot, int pid) {
        disowned.add(pid, slot);
        byPid.remove(pid);
        slot.survives = false;
        slot.leaveAttached(bug -> report("a bug while telling who is attached", bug));
    }

    private void arm(Slot slot, long epoch, long deadline) {
        slot.timer = Optional.of(timers.at(deadline, () -> fire(slot, epoch)));
    }

    /**
     * What hangs before its exec, or failed in it and is a zombie by now, has not stayed up: it is
     * looked at again later.
     */
    private void fire(Slot slot, long epoch) {
        try {
            boolean starting = slot.state instanceof ProcessState.Starting s && s.epoch() == epoch;
            if (starting && !hasExecuted(slot)) {
                arm(slot, epoch, kernel.now() + LOOK_AGAIN);
                return;
            }
        } catch (RuntimeException | Error bug) {
            leaveAlone(slot, new Event.TimerFired(epoch), bug);
            tellWatchers(slot);
            return;
        }
        feed(slot, new Event.TimerFired(epoch));
    }

    /** Handles one child that has ended, was stopped or goes on; false when there is none. */
    boolean takeOneChange() {
        Optional<ChildChange> seen = kernel.peekChange();
        if (seen.isEmpty()) {
            return false;
        }
        if (seen.get() instanceof ChildExit exit) {
            takeEnd(exit);
        } else {
            Optional<ChildChange> taken = kernel.takeChange(seen.get().pid());
            if (taken.isPresent() && byPid.containsKey(taken.get().pid())) {
                takePause(byPid.get(taken.get().pid()), taken.get());
            }
        }
        return true;
    }

    /** What was stopped and goes on; of others than those that are kept that is nobody's matter. */
    private void takePause(Slot slot, ChildChange change) {
        switch (change) {
            case ChildChange.Stopped(int pid, Signal by) -> {
                slot.paused(by, kernel.now(), kernel.wallClock());
                feed(slot, new Event.Paused(pid, by));
                pauses.line("paused: " + slot.name() + " (" + pid + ") by SIG" + by.name());
            }
            case ChildChange.Continued(int pid) -> {
                feed(slot, new Event.Continued(pid));
                pauses.line("continued: " + slot.name() + " (" + pid + ")");
            }
            case ChildExit exit ->
                    throw new IllegalStateException("an end is reaped, not taken: " + exit);
        }
    }

    private void takeEnd(ChildExit ended) {
        int pid = ended.pid();
        Slot slot = byPid.get(pid);
        if (slot == null) {
            takeStranger(ended);
            return;
        }
        Event event = new Event.ChildExited(pid, ended.status(), Optional.empty());
        try {
            event = noteEnd(slot, ended);
        } catch (RuntimeException | Error bug) {
            // Also this process's, or it would be seen first, and thrown, for ever.
            leaveAlone(slot, event, bug);
            tellWatchers(slot);
            return;
        }
        feed(slot, event);
        if (byPid.get(pid) == slot && !slot.state.livePid().equals(OptionalInt.of(pid))) {
            reap(pid);
        }
    }

    private void takeStranger(ChildExit ended) {
        if (disowned.has(ended.pid())) {
            disowned.ended(ended);
        } else {
            kernel.reap(ended.pid());
            orphans.reaped(ended);
        }
    }

    /** What its end tells of its start. */
    private Event noteEnd(Slot slot, ChildExit ended) {
        if (slot.launched.isPresent() && slot.launched.get().pid() == ended.pid()) {
            slot.spawnFailure = slot.launched.get().failure();
            launching.remove(slot);
            slot.launched = Optional.empty();
        }
        if (slot.spawnFailure.isEmpty()) {
            slot.lastExit = Optional.of(ended.status());
        }
        slot.tellAttached(ended.status(), bug -> report("a bug while telling of an end", bug));
        return new Event.ChildExited(ended.pid(), ended.status(), slot.spawnFailure);
    }

    private static Level level(Action.Importance importance) {
        return switch (importance) {
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
        };
    }
}
