package taskmaster.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import taskmaster.config.Autorestart;
import taskmaster.config.ProcessSpec;
import taskmaster.posix.Errno;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.WaitStatus;

/** Random histories of one process against the rules that always hold. */
final class LifecyclePropertyTest {

    private static final long SECOND = 1_000_000_000L;

    /** What the world does next; a pid and an epoch are filled in as the history goes. */
    enum Move {
        START,
        STOP,
        RESTART,
        KILL,
        EXIT_WELL,
        EXIT_BADLY,
        EXEC_FAILS,
        CLONE_FAILS_NEXT,
        TIMER,
        LATE_TIMER,
        STRAY_EXIT,
        PAUSE,
        CONTINUE,
        DISOWN,
        WAIT
    }

    @Provide
    Arbitrary<List<Move>> histories() {
        return Arbitraries.of(Move.class).list().ofMaxSize(60);
    }

    @Provide
    Arbitrary<ProcessSpec> specs() {
        return Arbitraries.integers()
                .between(0, 3)
                .flatMap(seconds ->
                        Arbitraries.integers()
                                .between(0, 4)
                                .flatMap(retries ->
                                        Arbitraries.of(Autorestart.class)
                                                .map(a ->
                                                        Specs.of(
                                                                "x",
                                                                999,
                                                                Specs.policy(
                                                                        seconds, retries, a)))));
    }

    /** The kernel and the clock around one process. */
    private static final class World {
        final ProcessSpec spec;
        ProcessState state = Lifecycle.INITIAL;
        long now;
        int nextPid = 100;
        OptionalInt alive = OptionalInt.empty();
        OptionalInt zombie = OptionalInt.empty();
        boolean cloneFails;
        long lastSpawn = -SECOND;
        Optional<Action.Arm> armed = Optional.empty();

        /** Since the last start, as far as it was not paused. */
        long ran;

        World(ProcessSpec spec) {
            this.spec = spec;
        }

        void feed(Event event) {
            Optional<Event> next = Optional.of(event);
            while (next.isPresent()) {
                long epochBefore = state.epoch();
                boolean wasStarting = state instanceof ProcessState.Starting;
                Transition t = Lifecycle.step(spec, state, next.get(), now);
                state = t.next();
                assertTrue(state.epoch() >= epochBefore);
                if (wasStarting && state instanceof ProcessState.Running) {
                    assertTrue(ran >= spec.policy().startTime().toNanos(), "it ran too short");
                }
                next = Optional.empty();
                for (Action action : t.actions()) {
                    Optional<Event> answer = perform(action);
                    next = answer.isPresent() ? answer : next;
                }
            }
            check();
        }

        Optional<Event> perform(Action action) {
            switch (action) {
                case Action.Spawn(boolean automatic) -> {
                    assertTrue(alive.isEmpty() && zombie.isEmpty(), "two processes");
                    if (automatic) {
                        assertTrue(now - lastSpawn >= SECOND, "two starts within a second");
                    }
                    lastSpawn = now;
                    ran = 0;
                    if (cloneFails) {
                        cloneFails = false;
                        return Optional.of(
                                new Event.SpawnFailed(
                                        new SpawnFailure("make a process", Errno.EAGAIN)));
                    }
                    alive = OptionalInt.of(++nextPid);
                    return Optional.of(new Event.Spawned(nextPid, true));
                }
                case Action.Send(int pid, Signal signal, boolean group) ->
                        assertTrue(
                                alive.equals(OptionalInt.of(pid))
                                        || zombie.equals(OptionalInt.of(pid)),
                                "a signal to a stranger");
                case Action.Reap(int pid) -> {
                    if (zombie.equals(OptionalInt.of(pid))) {
                        zombie = OptionalInt.empty();
                    }
                }
                case Action.Disown(int pid) -> {
                    assertEquals(OptionalInt.of(pid), alive, "it is no stranger that is left");
                    alive = OptionalInt.empty();
                }
                case Action.Arm arm -> armed = Optional.of(arm);
                case Action.Note note -> {}
                case Action.Explain explain -> {}
            }
            return Optional.empty();
        }

        void check() {
            assertEquals(alive, state.livePid(), "what lives is what is known");
            assertTrue(zombie.isEmpty(), "a zombie was left");
            boolean needsTimer =
                    state instanceof ProcessState.Backoff
                            || state instanceof ProcessState.Stopping
                            || (state instanceof ProcessState.Starting s && s.pause().isEmpty())
                            || (state instanceof ProcessState.Exited e && e.restartPending());
            if (needsTimer) {
                assertTrue(
                        armed.isPresent() && armed.get().epoch() == state.epoch(),
                        () -> "no timer in " + state);
            }
        }

        void pass(long nanos) {
            now += nanos;
            ran += state.pause().isPresent() ? 0 : nanos;
        }

        void exit(WaitStatus status, Optional<SpawnFailure> failure) {
            if (alive.isPresent()) {
                zombie = alive;
                alive = OptionalInt.empty();
                int pid = zombie.getAsInt();
                feed(new Event.ChildExited(pid, status, failure));
            }
        }

        void move(Move move) {
            switch (move) {
                case START -> feed(new Event.StartRequested());
                case STOP -> feed(new Event.StopRequested());
                case RESTART -> feed(new Event.RestartRequested());
                case KILL -> feed(new Event.KillRequested());
                case EXIT_WELL -> exit(new WaitStatus.Exited(0), Optional.empty());
                case EXIT_BADLY ->
                        exit(new WaitStatus.Killed(Signal.KILL, false), Optional.empty());
                case EXEC_FAILS -> {
                    if (state instanceof ProcessState.Starting) {
                        exit(
                                new WaitStatus.Exited(127),
                                Optional.of(new SpawnFailure("run \"x\"", Errno.ENOENT)));
                    }
                }
                case CLONE_FAILS_NEXT -> cloneFails = true;
                case TIMER -> {
                    if (armed.isPresent()) {
                        pass(Math.max(0, armed.get().deadline() - now));
                        feed(new Event.TimerFired(armed.get().epoch()));
                    }
                }
                case LATE_TIMER -> {
                    ProcessState before = state;
                    feed(new Event.TimerFired(state.epoch() - 1));
                    assertEquals(before, state);
                }
                case STRAY_EXIT -> {
                    ProcessState before = state;
                    feed(new Event.ChildExited(99_999, new WaitStatus.Exited(0), Optional.empty()));
                    assertEquals(before, state);
                }
                case PAUSE -> {
                    if (alive.isPresent()) {
                        feed(new Event.Paused(alive.getAsInt(), Signal.STOP));
                        assertTrue(state.pause().isPresent());
                    }
                }
                case CONTINUE -> {
                    if (alive.isPresent()) {
                        feed(new Event.Continued(alive.getAsInt()));
                        assertTrue(state.pause().isEmpty());
                    }
                }
                case DISOWN -> feed(new Event.DisownRequested());
                case WAIT -> pass(SECOND / 3);
            }
        }
    }

    @Property(tries = 3000)
    void neverTwoProcessesNeverAStrangerSignalledNeverAStateWithoutATimer(
            @ForAll("specs") ProcessSpec spec, @ForAll("histories") List<Move> history) {
        var world = new World(spec);
        for (Move move : history) {
            world.move(move);
        }
    }

    @Property(tries = 1000)
    void afterAStopAndTheExitItIsDownAndStaysDown(
            @ForAll("specs") ProcessSpec spec, @ForAll("histories") List<Move> history) {
        var world = new World(spec);
        for (Move move : history) {
            world.move(move);
        }
        world.feed(new Event.StopRequested());
        world.exit(new WaitStatus.Exited(0), Optional.empty());
        assertTrue(!world.state.name().isLive());
        ProcessState down = world.state;
        world.move(Move.TIMER);
        assertEquals(down, world.state);
    }

    @Property(tries = 500)
    void theSameHistoryGivesTheSameStates(
            @ForAll("specs") ProcessSpec spec, @ForAll("histories") List<Move> history) {
        var first = new ArrayList<ProcessState>();
        var second = new ArrayList<ProcessState>();
        for (List<ProcessState> states : List.of(first, second)) {
            var world = new World(spec);
            for (Move move : history) {
                world.move(move);
                states.add(world.state);
            }
        }
        assertEquals(first, second);
    }
}
