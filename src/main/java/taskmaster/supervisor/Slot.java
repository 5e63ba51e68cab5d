package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import taskmaster.config.ProcessName;
import taskmaster.config.ProcessSpec;
import taskmaster.lifecycle.Lifecycle;
import taskmaster.lifecycle.ProcessState;
import taskmaster.lifecycle.StateName;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.WaitStatus;

/**
 * The place of one configured process: its state, and what has happened to it. Owned by the
 * supervisor's thread; {@link Engine} alone changes the state.
 */
final class Slot {

    /** Told after each change of state. */
    interface Watcher {

        /** True when it has seen enough. */
        boolean isDone(Slot slot);
    }

    private ProcessSpec spec;

    /** What it becomes at its next start: how it is stopped is still the old one's business. */
    private Optional<ProcessSpec> next = Optional.empty();

    ProcessState state = Lifecycle.INITIAL;
    Optional<Kernel.Launched> launched = Optional.empty();

    /** The way to the stdin of the process that is alive, where that is a pipe or a terminal. */
    Optional<Kernel.Input> input = Optional.empty();

    /**
     * Wall clock, milliseconds; of the start where the process is up, else of the change; 0 when
     * never started.
     */
    long since;

    /** Monotonic clock, nanoseconds; of the last start. */
    long startedAt;

    Optional<WaitStatus> lastExit = Optional.empty();
    int restarts;
    String reason = "";

    /**
     * Its handling failed by a bug: no timer, no restart, until somebody asks for something. {@link
     * #state} says whether there is a process.
     */
    boolean leftAlone;

    /** Of the last start, where it did not become the program. */
    Optional<SpawnFailure> spawnFailure = Optional.empty();

    /** That of its state. */
    Optional<Timers.Timer> timer = Optional.empty();

    /** Its number, from when it is first seen; no other has it as long as it is configured. */
    int job;

    /** While the order to start it is given; for who watches. */
    StateName stateBeforeStart = StateName.STOPPED;

    /** Wall clock, milliseconds; of the pause, where {@link #state} has one. */
    long pausedAt;

    /** By whose request it was paused, where that is known. */
    OptionalInt pausedBy = OptionalInt.empty();

    /** A signal that somebody sent, and that may pause it. */
    Optional<PauseAsked> pauseAsked = Optional.empty();

    record PauseAsked(Signal signal, int uid, long until) {}

    /** Its process is left to itself when the daemon ends; of this process only. */
    boolean survives;

    /** No longer configured; goes when it is down. */
    boolean leaving;

    /**
     * Counts the requests made of this process, so that a part of an older one can see that it is
     * no longer wanted.
     */
    long requests;

    private List<Watcher> watchers = new ArrayList<>();

    /** Who sees what the process that is alive prints, and is to be told how it ended. */
    private List<Attached> attached = new ArrayList<>();

    Slot(ProcessSpec spec) {
        this.spec = spec;
    }

    ProcessName name() {
        return spec.name();
    }

    ProcessSpec spec() {
        return spec;
    }

    /** That of the process that is alive, where it has one. */
    Optional<Kernel.Terminal> terminal() {
        return input.isPresent() && input.get() instanceof Kernel.Terminal terminal
                ? Optional.of(terminal)
                : Optional.empty();
    }

    /** What is wanted of it, now or from its next start on. */
    ProcessSpec wanted() {
        return next.orElse(spec);
    }

    /** Takes a changed specification; the launch part waits for the next start. */
    void change(ProcessSpec changed) {
        if (state.name().isLive() && !changed.launch().equals(spec.launch())) {
            next = Optional.of(changed);
        } else {
            spec = changed;
            next = Optional.empty();
        }
    }

    /** The old process is gone: from here on the new specification holds. */
    void adoptNext() {
        if (next.isPresent()) {
            spec = next.get();
            next = Optional.empty();
        }
    }

    /** The kernel has stopped it; {@code now} of the monotonic clock. */
    void paused(Signal by, long now, long wallClock) {
        if (state.pause().isPresent()) {
            return;
        }
        pausedAt = wallClock;
        boolean asked =
                pauseAsked.isPresent()
                        && pauseAsked.get().signal().equals(by)
                        && now <= pauseAsked.get().until();
        pausedBy = asked ? OptionalInt.of(pauseAsked.get().uid()) : OptionalInt.empty();
        pauseAsked = Optional.empty();
    }

    void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    /** One that is being told says itself that it has seen enough. */
    void forget(Watcher watcher) {
        watchers.remove(watcher);
    }

    /** Watchers may add watchers. One that throws has seen enough. */
    void tellWatchers(Consumer<Throwable> onBug) {
        if (watchers.isEmpty()) {
            return;
        }
        List<Watcher> untold = watchers;
        watchers = new ArrayList<>();
        for (int i = 0; i < untold.size(); i++) {
            Watcher watcher = untold.get(i);
            try {
                if (!watcher.isDone(this)) {
                    watchers.add(watcher);
                }
            } catch (RuntimeException | Error bug) {
                onBug.accept(bug);
            }
        }
    }

    void attach(Attached client) {
        attached.removeIf(one -> !one.isOpen());
        attached.add(client);
    }

    /** The process has ended. */
    void tellAttached(WaitStatus status, Consumer<Throwable> onBug) {
        tellAttached(client -> client.ended(status), onBug);
    }

    /** The process is not of this place any more: the next one here is another. */
    void leaveAttached(Consumer<Throwable> onBug) {
        tellAttached(Attached::left, onBug);
    }

    /** One that throws has been told enough. */
    private void tellAttached(Consumer<Attached> tell, Consumer<Throwable> onBug) {
        List<Attached> untold = attached;
        attached = new ArrayList<>();
        for (int i = 0; i < untold.size(); i++) {
            try {
                tell.accept(untold.get(i));
            } catch (RuntimeException | Error bug) {
                onBug.accept(bug);
            }
        }
    }

    /** Who still waits for something of it. */
    int watching() {
        return watchers.size();
    }
}
