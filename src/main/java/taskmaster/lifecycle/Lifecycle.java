package taskmaster.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import taskmaster.config.Autorestart;
import taskmaster.config.Policy;
import taskmaster.config.ProcessSpec;
import taskmaster.lifecycle.Action.Arm;
import taskmaster.lifecycle.Action.Disown;
import taskmaster.lifecycle.Action.Explain;
import taskmaster.lifecycle.Action.Importance;
import taskmaster.lifecycle.Action.Note;
import taskmaster.lifecycle.Action.Reap;
import taskmaster.lifecycle.Action.Send;
import taskmaster.lifecycle.Action.Spawn;
import taskmaster.lifecycle.Event.ChildExited;
import taskmaster.lifecycle.Event.Continued;
import taskmaster.lifecycle.Event.DisownRequested;
import taskmaster.lifecycle.Event.KillRequested;
import taskmaster.lifecycle.Event.Paused;
import taskmaster.lifecycle.Event.RestartRequested;
import taskmaster.lifecycle.Event.SpawnFailed;
import taskmaster.lifecycle.Event.Spawned;
import taskmaster.lifecycle.Event.StartRequested;
import taskmaster.lifecycle.Event.StopRequested;
import taskmaster.lifecycle.Event.TimerFired;
import taskmaster.lifecycle.ProcessState.Backoff;
import taskmaster.lifecycle.ProcessState.Exited;
import taskmaster.lifecycle.ProcessState.Fatal;
import taskmaster.lifecycle.ProcessState.Running;
import taskmaster.lifecycle.ProcessState.Spawning;
import taskmaster.lifecycle.ProcessState.Starting;
import taskmaster.lifecycle.ProcessState.Stopped;
import taskmaster.lifecycle.ProcessState.Stopping;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.WaitStatus;

/**
 * The life of one process, as a pure function.
 *
 * <pre>
 *            start                       up for startsecs
 *  STOPPED ---------> STARTING ----------------------------> RUNNING
 *     ^                |  ^  exits sooner                      |  exits
 *     |                v  | after n seconds                    v
 *     |              BACKOFF ---> FATAL (startretries)       EXITED --> STARTING (autorestart)
 *     |                                                        |
 *     +------ STOPPING &lt;---- stop, from STARTING and RUNNING     |
 *     +------ at once  &lt;---- stop, from BACKOFF and EXITED &lt;-----+
 * </pre>
 *
 * <ul>
 *   <li>The last request wins: start while STOPPING is remembered, stop takes a pending restart
 *       back.
 *   <li>A process that ended is first swept (the rest of its group is killed while the zombie still
 *       holds the pid), then reaped, then perhaps replaced: there are never two.
 *   <li>Two automatic starts are never less than {@link #LEAST_BETWEEN_STARTS} apart.
 *   <li>A process is paused, in STARTING, RUNNING or STOPPING, when the kernel has told that a
 *       signal stopped it, whoever sent that. The time counts for nothing: {@code startsecs} goes
 *       on where it was. A stop does not wait: it sends CONT after its signal, and SIGKILL, which
 *       needs none, comes at {@code stopwaitsecs}.
 *   <li>Every state has at most one timer; it carries the state's epoch. STARTING that is paused
 *       has none.
 *   <li>An event that the state does not expect changes nothing, and is noted.
 * </ul>
 */
public final class Lifecycle {

    private static final long SECOND = 1_000_000_000L;

    /**
     * So that a program which ends at once, with {@code startsecs = 0}, cannot burn the machine;
     * nanoseconds.
     */
    public static final long LEAST_BETWEEN_STARTS = SECOND;

    /** Where every process begins. */
    public static final ProcessState INITIAL = new Stopped(0);

    private Lifecycle() {}

    /**
     * Where a process is when its handling failed by a bug of ours: up or given up, as there is a
     * child or none, and without a timer.
     *
     * @param pid of its child that is not yet reaped
     * @param startedAt nanoseconds of the monotonic clock
     */
    public static ProcessState leftAlone(ProcessState before, OptionalInt pid, long startedAt) {
        long epoch = before.epoch() + 1;
        return pid.isPresent()
                ? new Running(epoch, pid.getAsInt(), startedAt, before.pause())
                : new Fatal(epoch);
    }

    /** {@code now}: nanoseconds of the monotonic clock. */
    public static Transition step(ProcessSpec spec, ProcessState state, Event event, long now) {
        if (event instanceof TimerFired(long epoch) && epoch != state.epoch()) {
            return new Transition(state, List.of());
        }
        return switch (state) {
            case Stopped s -> whenDown(spec, state, event, now);
            case Fatal s -> whenDown(spec, state, event, now);
            case Exited s -> whenExited(spec, s, event, now);
            case Backoff s -> whenBackoff(spec, s, event, now);
            case Spawning s -> whenSpawning(spec, s, event, now);
            case Starting s -> whenStarting(spec, s, event, now);
            case Running s -> whenRunning(spec, s, event, now);
            case Stopping s -> whenStopping(spec, s, event, now);
        };
    }

    private static Transition whenDown(
            ProcessSpec spec, ProcessState state, Event event, long now) {
        return switch (event) {
            case StartRequested e -> spawn(state, now, 0, false);
            case RestartRequested e -> spawn(state, now, 0, false);
            case StopRequested e -> state instanceof Stopped ? same(state) : stopped(state);
            case KillRequested e -> same(state);
            case TimerFired e -> same(state);
            case DisownRequested e -> same(state);
            case Paused e -> unexpected(spec, state, event);
            case Continued e -> unexpected(spec, state, event);
            case Spawned e -> unexpected(spec, state, event);
            case SpawnFailed e -> unexpected(spec, state, event);
            case ChildExited e -> stray(spec, state, e);
        };
    }

    private static Transition whenExited(ProcessSpec spec, Exited s, Event event, long now) {
        return switch (event) {
            case KillRequested e -> s.restartPending() ? stopped(s) : same(s);
            case TimerFired e -> s.restartPending() ? spawn(s, now, 0, true) : same(s);
            default -> whenDown(spec, s, event, now);
        };
    }

    private static Transition whenBackoff(ProcessSpec spec, Backoff s, Event event, long now) {
        return switch (event) {
            case StopRequested e -> stopped(s);
            case KillRequested e -> stopped(s);
            case TimerFired e -> spawn(s, now, s.failures(), true);
            default -> whenDown(spec, s, event, now);
        };
    }

    private static Transition whenSpawning(ProcessSpec spec, Spawning s, Event event, long now) {
        return switch (event) {
            case Spawned(int pid, boolean executed) -> up(spec, s, pid, executed);
            case SpawnFailed(SpawnFailure failure) -> {
                var actions = new ArrayList<Action>();
                actions.add(spawnError(spec, failure));
                yield failedStart(
                        spec, s.epoch(), s.failures() + 1, failure.describe(), now, actions);
            }
            case ChildExited e -> stray(spec, s, e);
            case StartRequested e -> unexpected(spec, s, event);
            case StopRequested e -> unexpected(spec, s, event);
            case RestartRequested e -> unexpected(spec, s, event);
            case KillRequested e -> unexpected(spec, s, event);
            case DisownRequested e -> unexpected(spec, s, event);
            case Paused e -> unexpected(spec, s, event);
            case Continued e -> unexpected(spec, s, event);
            case TimerFired e -> same(s);
        };
    }

    private static Transition up(ProcessSpec spec, Spawning s, int pid, boolean executed) {
        var actions = new ArrayList<Action>();
        actions.add(new Note(Importance.INFO, "spawned: '" + spec.name() + "' with pid " + pid));
        long startTime = spec.policy().startTime().toNanos();
        if (startTime == 0 && executed) {
            actions.add(entersRunning(spec));
            actions.add(new Explain(""));
            return new Transition(new Running(s.epoch() + 1, pid, s.startedAt()), actions);
        }
        long epoch = s.epoch() + 1;
        actions.add(new Arm(epoch, s.startedAt() + startTime));
        return new Transition(new Starting(epoch, pid, s.startedAt(), s.failures()), actions);
    }

    private static Transition whenStarting(ProcessSpec spec, Starting s, Event event, long now) {
        return switch (event) {
            case TimerFired e ->
                    new Transition(
                            new Running(s.epoch() + 1, s.pid(), s.startedAt()),
                            List.of(entersRunning(spec), new Explain("")));
            case Paused(int pid, Signal by) when pid == s.pid() -> pauseStart(s, by, now);
            case Continued e when e.pid() == s.pid() -> resumeStart(spec, s, now);
            case ChildExited e -> {
                if (e.pid() != s.pid()) {
                    yield stray(spec, s, e);
                }
                long counted = s.pause().isPresent() ? s.pause().get().since() : now;
                boolean longEnough = counted - s.startedAt() >= spec.policy().startTime().toNanos();
                yield longEnough && e.failure().isEmpty()
                        ? endedByItself(spec, s.epoch(), s.startedAt(), e, now)
                        : endedTooSoon(spec, s.epoch(), s.failures(), e, now);
            }
            default -> whenUp(spec, s, s.pid(), s.startedAt(), event, now);
        };
    }

    private static Transition whenRunning(ProcessSpec spec, Running s, Event event, long now) {
        return switch (event) {
            case TimerFired e -> same(s);
            case Paused(int pid, Signal by) when pid == s.pid() -> {
                Optional<Pause> pause = Optional.of(pause(s, by, now));
                yield same(new Running(s.epoch(), pid, s.startedAt(), pause));
            }
            case Continued e when e.pid() == s.pid() ->
                    same(new Running(s.epoch(), s.pid(), s.startedAt()));
            case ChildExited e -> {
                if (e.pid() != s.pid()) {
                    yield stray(spec, s, e);
                }
                yield e.failure().isEmpty()
                        ? endedByItself(spec, s.epoch(), s.startedAt(), e, now)
                        : endedTooSoon(spec, s.epoch(), 0, e, now);
            }
            default -> whenUp(spec, s, s.pid(), s.startedAt(), event, now);
        };
    }

    /** What STARTING and RUNNING have in common. */
    private static Transition whenUp(
            ProcessSpec spec, ProcessState s, int pid, long startedAt, Event event, long now) {
        return switch (event) {
            case StopRequested e -> stop(spec, s, pid, startedAt, false, now);
            case RestartRequested e -> stop(spec, s, pid, startedAt, true, now);
            case KillRequested e ->
                    kill(spec, new Stopping(s.epoch(), pid, startedAt, false, s.pause()), now);
            case StartRequested e -> same(s);
            case DisownRequested e -> disown(spec, s, pid);
            default -> unexpected(spec, s, event);
        };
    }

    /** The new epoch ends the timer: as long as it is paused startsecs does not go on. */
    private static Transition pauseStart(Starting s, Signal by, long now) {
        Optional<Pause> pause = Optional.of(pause(s, by, now));
        return same(new Starting(s.epoch() + 1, s.pid(), s.startedAt(), s.failures(), pause));
    }

    private static Transition resumeStart(ProcessSpec spec, Starting s, long now) {
        if (s.pause().isEmpty()) {
            return same(s);
        }
        long epoch = s.epoch() + 1;
        long startedAt = s.startedAt() + (now - s.pause().get().since());
        return new Transition(
                new Starting(epoch, s.pid(), startedAt, s.failures()),
                List.of(new Arm(epoch, startedAt + spec.policy().startTime().toNanos())));
    }

    /** Stopped once more while it is: it went on in between, too shortly to be seen. */
    private static Pause pause(ProcessState before, Signal by, long now) {
        return new Pause(by, before.pause().isPresent() ? before.pause().get().since() : now);
    }

    private static Transition disown(ProcessSpec spec, ProcessState s, int pid) {
        String what = "disowned: " + spec.name() + " (" + pid + ") is left to itself";
        return new Transition(
                new Stopped(s.epoch() + 1),
                List.of(
                        new Disown(pid),
                        new Note(Importance.INFO, what),
                        new Explain("disowned: process " + pid + " was left to itself")));
    }

    private static Transition whenStopping(ProcessSpec spec, Stopping s, Event event, long now) {
        return switch (event) {
            case StartRequested e -> same(s.thenStart(true));
            case RestartRequested e -> same(s.thenStart(true));
            case StopRequested e -> same(s.thenStart(false));
            case DisownRequested e -> same(s); // it has been told to end already
            case KillRequested e -> kill(spec, s.thenStart(false), now);
            case Paused(int pid, Signal by) -> {
                Optional<Pause> pause = Optional.of(pause(s, by, now));
                yield pid == s.pid() ? same(s.withPause(pause)) : unexpected(spec, s, event);
            }
            case Continued e ->
                    e.pid() == s.pid()
                            ? same(s.withPause(Optional.empty()))
                            : unexpected(spec, s, event);
            case TimerFired e -> kill(spec, s, now);
            case ChildExited e -> e.pid() == s.pid() ? down(spec, s, e, now) : stray(spec, s, e);
            case Spawned e -> unexpected(spec, s, event);
            case SpawnFailed e -> unexpected(spec, s, event);
        };
    }

    private static Transition stop(
            ProcessSpec spec,
            ProcessState s,
            int pid,
            long startedAt,
            boolean thenStart,
            long now) {
        Policy policy = spec.policy();
        long epoch = s.epoch() + 1;
        // CONT after the signal, so that a process that was stopped can act on it (runit and s6 do
        // the same).
        return new Transition(
                new Stopping(epoch, pid, startedAt, thenStart, s.pause()),
                List.of(
                        new Send(pid, policy.stopSignal(), policy.stopAsGroup()),
                        new Send(pid, Signal.CONT, policy.stopAsGroup()),
                        new Arm(epoch, now + policy.stopTime().toNanos())));
    }

    /** Again and again, since one may hang in the kernel; but not in a hurry. */
    private static Transition kill(ProcessSpec spec, Stopping s, long now) {
        long epoch = s.epoch() + 1;
        return new Transition(
                s.withEpoch(epoch),
                List.of(
                        new Note(
                                Importance.WARN,
                                "killing '" + spec.name() + "' (" + s.pid() + ") with SIGKILL"),
                        new Send(s.pid(), Signal.KILL, spec.policy().killAsGroup()),
                        new Arm(
                                epoch,
                                now + Math.max(SECOND, spec.policy().stopTime().toNanos()))));
    }

    private static Transition down(ProcessSpec spec, Stopping s, ChildExited e, long now) {
        var actions = new ArrayList<Action>();
        sweep(spec, e.pid(), actions);
        boolean expected = isExpected(spec.policy(), e.status());
        actions.add(
                new Note(
                        expected ? Importance.INFO : Importance.WARN,
                        "stopped: " + spec.name() + " (" + e.status().describe() + ")"));
        actions.add(new Explain(""));
        if (s.thenStart()) {
            Transition next = spawn(s, now, 0, false);
            actions.addAll(next.actions());
            return new Transition(next.next(), actions);
        }
        return new Transition(new Stopped(s.epoch() + 1), actions);
    }

    /** It was RUNNING, or would have been had the timer come in time. */
    private static Transition endedByItself(
            ProcessSpec spec, long epoch, long startedAt, ChildExited e, long now) {
        Policy policy = spec.policy();
        boolean expected = isExpected(policy, e.status());
        var actions = new ArrayList<Action>();
        sweep(spec, e.pid(), actions);
        actions.add(exited(spec, e.status(), expected));
        actions.add(new Explain(expected ? "" : e.status().describe()));
        boolean again =
                policy.autorestart() == Autorestart.TRUE
                        || (policy.autorestart() == Autorestart.UNEXPECTED && !expected);
        if (!again) {
            return new Transition(new Exited(epoch + 1, false), actions);
        }
        long earliest = startedAt + LEAST_BETWEEN_STARTS;
        if (now - earliest >= 0) {
            actions.add(new Spawn(true));
            return new Transition(new Spawning(epoch + 1, now, 0), actions);
        }
        actions.add(new Arm(epoch + 1, earliest));
        return new Transition(new Exited(epoch + 1, true), actions);
    }

    private static Transition endedTooSoon(
            ProcessSpec spec, long epoch, int failuresBefore, ChildExited e, long now) {
        var actions = new ArrayList<Action>();
        sweep(spec, e.pid(), actions);
        Optional<SpawnFailure> failure = e.failure();
        actions.add(
                failure.isPresent()
                        ? spawnError(spec, failure.get())
                        : exited(spec, e.status(), false));
        String reason =
                failure.isPresent()
                        ? failure.get().describe()
                        : "Exited too quickly ("
                                + e.status().describe()
                                + "; process log may have details)";
        return failedStart(spec, epoch, failuresBefore + 1, reason, now, actions);
    }

    private static Transition failedStart(
            ProcessSpec spec,
            long epoch,
            int failures,
            String reason,
            long now,
            List<Action> actions) {
        actions.add(new Explain(reason));
        if (failures > spec.policy().startRetries()) {
            actions.add(
                    new Note(
                            Importance.INFO,
                            "gave up: "
                                    + spec.name()
                                    + " entered FATAL state, too many start retries too quickly"));
            return new Transition(new Fatal(epoch + 1), actions);
        }
        actions.add(new Arm(epoch + 1, now + failures * SECOND));
        return new Transition(new Backoff(epoch + 1, failures), actions);
    }

    private static Transition spawn(ProcessState s, long now, int failures, boolean automatic) {
        return new Transition(
                new Spawning(s.epoch() + 1, now, failures), List.of(new Spawn(automatic)));
    }

    private static Transition stopped(ProcessState s) {
        return new Transition(new Stopped(s.epoch() + 1), List.of(new Explain("")));
    }

    /** While the zombie holds the pid, no stranger's group can have that number. */
    private static void sweep(ProcessSpec spec, int pid, List<Action> actions) {
        if (spec.policy().killAsGroup()) {
            actions.add(new Send(pid, Signal.KILL, true));
        }
        actions.add(new Reap(pid));
    }

    private static boolean isExpected(Policy policy, WaitStatus status) {
        return status instanceof WaitStatus.Exited(int code) && policy.exitCodes().contains(code);
    }

    private static Note entersRunning(ProcessSpec spec) {
        return new Note(
                Importance.INFO,
                "success: "
                        + spec.name()
                        + " entered RUNNING state, process has stayed up for > than "
                        + spec.policy().startTime().toSeconds()
                        + " seconds (startsecs)");
    }

    private static Note exited(ProcessSpec spec, WaitStatus status, boolean expected) {
        return new Note(
                expected ? Importance.INFO : Importance.WARN,
                "exited: "
                        + spec.name()
                        + " ("
                        + status.describe()
                        + (expected ? "; expected)" : "; not expected)"));
    }

    private static Note spawnError(ProcessSpec spec, SpawnFailure failure) {
        return new Note(Importance.WARN, "spawnerr: " + spec.name() + ": " + failure.describe());
    }

    private static Transition same(ProcessState state) {
        return new Transition(state, List.of());
    }

    /** A zombie that this state knows nothing of is still taken away. */
    private static Transition stray(ProcessSpec spec, ProcessState state, ChildExited e) {
        var actions = new ArrayList<Action>(unexpected(spec, state, e).actions());
        actions.add(new Reap(e.pid()));
        return new Transition(state, actions);
    }

    private static Transition unexpected(ProcessSpec spec, ProcessState state, Event event) {
        return new Transition(
                state,
                List.of(
                        new Note(
                                Importance.WARN,
                                "unexpected: " + spec.name() + ": " + event + " in " + state)));
    }
}
