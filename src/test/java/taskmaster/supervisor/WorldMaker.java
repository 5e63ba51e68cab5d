package taskmaster.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import taskmaster.config.Autorestart;
import taskmaster.config.Policy;
import taskmaster.posix.Errno;
import taskmaster.posix.Signal;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/** Makes a {@link World} of a seed: the same one of the same seed, on every machine. */
final class WorldMaker {

    private static final long SECOND = Seconds.SECOND;
    private static final long MILLI = 1_000_000;
    private static final int CLIENTS = 3;

    private static final List<String> NAMES = List.of("web", "db", "job", "mail", "log");

    private static final List<Errno> CLONE_ERRORS =
            List.of(Errno.EAGAIN, Errno.ENOMEM, Errno.EMFILE);

    private static final List<String> FAILING_STEPS =
            List.of(
                    "open stdout \"/var/log/x\"",
                    "set the resource limits",
                    "become user \"nobody\"",
                    "change to directory \"/srv\"",
                    "find \"x\" in PATH",
                    "run \"/bin/x\"");

    private static final List<Errno> STEP_ERRORS =
            List.of(Errno.ENOENT, Errno.EACCES, Errno.EPERM, Errno.ENOEXEC, Errno.EMFILE);

    private final Random random;
    private final List<Program> everKnown = new ArrayList<>();
    private List<Program> current = new ArrayList<>();

    private WorldMaker(long seed) {
        // Neighbouring seeds begin alike.
        random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    static World make(long seed) {
        return new WorldMaker(seed).make();
    }

    private World make() {
        var machine =
                new World.Machine(
                        chance(3) ? random.nextInt(4) : 0,
                        chance(2),
                        chance(2) ? 128 : 30_000,
                        chance(2));
        int programs = 1 + random.nextInt(3);
        for (int i = 0; i < programs; i++) {
            current.add(program(NAMES.get(i)));
        }
        everKnown.addAll(current);
        List<Program> first = List.copyOf(current);
        int count = 3 + random.nextInt(30);
        var steps = new ArrayList<World.Timed>(count);
        long at = 0;
        for (int i = 0; i < count; i++) {
            long gap = i == 0 && chance(2) ? 0 : gap();
            at += gap;
            boolean together = i > 0 && gap == 0 && chance(2);
            Step step = step();
            steps.add(new World.Timed(at, together, step));
            if (step instanceof Step.Pause(long nanos)) {
                at += nanos; // the next step comes after it
            }
        }
        return new World(machine, first, steps);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** Often nothing, often whole seconds: what is interesting happens where timers are due. */
    private long gap() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> 0;
            case 3 -> random.nextInt(1000) * MILLI;
            case 4 -> SECOND / 2;
            case 5, 6 -> (1 + random.nextInt(3)) * SECOND;
            default -> (1 + random.nextInt(12)) * SECOND;
        };
    }

    // Programs.

    private Program program(String name) {
        var lives = new ArrayList<Life>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            lives.add(life());
        }
        return new Program(
                name,
                chance(3) ? 2 + random.nextInt(2) : 1,
                chance(2) ? 999 : 1 + random.nextInt(3),
                policy(),
                1,
                lives);
    }

    private Policy policy() {
        boolean stopAsGroup = chance(3);
        return new Policy(
                !chance(4),
                Duration.ofSeconds(oneOf(List.of(0, 1, 1, 1, 2, 5))),
                random.nextInt(4),
                oneOf(Arrays.asList(Autorestart.values())),
                oneOf(List.of(Set.of(0), Set.of(0), Set.of(0, 2), Set.<Integer>of())),
                chance(3) ? oneOf(signals("INT", "QUIT", "HUP", "USR1", "KILL")) : Signal.TERM,
                Duration.ofSeconds(oneOf(List.of(1, 2, 5, 10))),
                stopAsGroup,
                stopAsGroup || !chance(4));
    }

    private static List<Signal> signals(String... names) {
        var signals = new ArrayList<Signal>();
        for (String name : names) {
            signals.add(Signal.parse(name).orElseThrow());
        }
        return signals;
    }

    private Life life() {
        if (chance(3)) {
            return Life.GOOD;
        }
        return new Life(
                exec(),
                lasts(),
                status(),
                chance(2) ? Life.Manner.OBEYS : oneOf(Arrays.asList(Life.Manner.values())),
                chance(4) ? 1 + random.nextInt(2) : 0,
                chance(10),
                chance(10) ? (1 + random.nextInt(20)) * SECOND : 0);
    }

    private Life.Exec exec() {
        long after =
                chance(5) ? oneOf(List.of(MILLI, 40 * MILLI, SECOND, 3 * SECOND, 20 * SECOND)) : 0;
        boolean early = after > 0 && chance(3);
        return chance(5)
                ? new Life.Exec.Fails(after, early, oneOf(FAILING_STEPS), oneOf(STEP_ERRORS))
                : new Life.Exec.Works(after, early);
    }

    /** Among them: at once, right at startsecs, and around a second start. */
    private long lasts() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> SECOND;
            case 2 -> oneOf(List.of(SECOND - 1, SECOND + 1, 2 * SECOND, 5 * SECOND));
            case 3 -> random.nextInt(8000) * MILLI;
            default -> Life.FOREVER;
        };
    }

    private WaitStatus status() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> new WaitStatus.Exited(0);
            case 2 -> new WaitStatus.Exited(1 + random.nextInt(3));
            default -> new WaitStatus.Killed(oneOf(signals("SEGV", "KILL", "TERM")), false);
        };
    }

    // Steps.

    private Step step() {
        return switch (random.nextInt(44)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 ->
                    new Step.Ask(1 + random.nextInt(CLIENTS), request());
            case 14, 15, 16, 17 -> new Step.FileHolds(newFile());
            case 18, 19, 20, 21, 22 -> new Step.Ask(1 + random.nextInt(CLIENTS), reload());
            case 23, 24, 25, 26, 27 -> new Step.Ends(process(), status());
            case 28 -> new Step.Leave(1 + random.nextInt(CLIENTS));
            case 29 -> new Step.IsStopped(process());
            case 30, 31 -> new Step.CloneFails(oneOf(CLONE_ERRORS), 1 + random.nextInt(5));
            case 32 ->
                    new Step.SignalFails(
                            oneOf(List.of(Errno.EPERM, Errno.ESRCH)), 1 + random.nextInt(4));
            case 33 -> new Step.ReaperSleeps((1 + random.nextInt(30)) * SECOND / 10);
            case 34 -> new Step.ToldForNothing();
            case 35 -> pause();
            case 36 -> chance(3) ? new Step.OrphanEnds() : new Step.DaemonGets(Signal.HUP);
            case 37 -> chance(3) ? new Step.ClockJumps(-3_600_000) : rare();
            case 39, 40 -> new Step.IsStopped(process());
            case 41, 42 -> new Step.GoesOn(process());
            case 38 -> new Step.SlowDisk(random.nextInt(3) * SECOND);
            default -> chance(4) ? new Step.DaemonGets(Signal.TERM) : rare();
        };
    }

    private Step rare() {
        return switch (random.nextInt(7)) {
            case 0 -> new Step.SpawnThrows(chance(2));
            case 1 -> new Step.Ask(1, new Request.Shutdown());
            case 2 -> new Step.DaemonGets(Signal.USR2);
            case 3 -> new Step.Ask(1, new Request.Reopen());
            default -> new Step.Ends(process(), new WaitStatus.Killed(Signal.KILL, false));
        };
    }

    private Step pause() {
        return new Step.Pause(
                chance(4) ? 3 * 3600 * SECOND : oneOf(List.of(10 * MILLI, SECOND, 4 * SECOND)));
    }

    private Request request() {
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new Request.Start(target(), waiting());
            case 3, 4, 5 -> new Request.Stop(target(), waiting());
            case 6, 7, 8 -> new Request.Restart(target(), waiting());
            default ->
                    chance(2)
                            ? chance(2) ? new Request.Status(target()) : waitFor()
                            : chance(3)
                                    ? new Request.Disown(target(), chance(2), chance(2))
                                    : new Request.SendSignal(
                                            target(),
                                            oneOf(List.of("HUP", "TERM", "KILL", "STOP", "CONT")));
        };
    }

    /** What runs for ever must not be waited for so long. */
    private Request waitFor() {
        var limit = Optional.of(Duration.ofSeconds(1 + random.nextInt(12)));
        return new Request.Wait(target(), chance(2), chance(2), new Request.Waiting(false, limit));
    }

    private Request reload() {
        Request.Part part = new Request.Part.Everything();
        if (chance(5) && target() instanceof Target.Named named) {
            part = new Request.Part.Programs(named);
        } else if (chance(10)) {
            part = new Request.Part.Section("server");
        }
        return new Request.Reload(part, chance(8), waiting());
    }

    private Target target() {
        if (chance(4)) {
            return new Target.All();
        }
        var names = new ArrayList<String>();
        int count = chance(3) ? 2 : 1;
        for (int i = 0; i < count; i++) {
            names.add(chance(4) ? fullProcess() : oneOf(everKnown).name());
        }
        return new Target.Named(Target.Kind.ANY, names);
    }

    private Request.Waiting waiting() {
        return switch (random.nextInt(4)) {
            case 0 -> Request.Waiting.NONE;
            case 1 ->
                    new Request.Waiting(
                            false, Optional.of(Duration.ofSeconds(1 + random.nextInt(12))));
            default -> Request.Waiting.FOREVER;
        };
    }

    private String process() {
        Program program = oneOf(everKnown);
        return program.numprocs() == 1
                ? program.name()
                : program.name() + "_" + random.nextInt(program.numprocs());
    }

    private String fullProcess() {
        String process = process();
        int underscore = process.indexOf('_');
        return underscore < 0 ? process : process.substring(0, underscore) + ":" + process;
    }

    private Optional<List<Program>> newFile() {
        if (chance(8)) {
            return Optional.empty();
        }
        var changed = new ArrayList<>(current);
        int changes = 1 + random.nextInt(2);
        for (int i = 0; i < changes; i++) {
            change(changed);
        }
        changed.sort(Comparator.comparing(Program::name));
        current = changed;
        return Optional.of(List.copyOf(changed));
    }

    private void change(List<Program> programs) {
        if (programs.isEmpty() || chance(4)) {
            String name = oneOf(NAMES);
            programs.removeIf(program -> program.name().equals(name));
            Program made = program(name).withVersion(2 + everKnown.size());
            everKnown.add(made);
            programs.add(made);
            return;
        }
        int index = random.nextInt(programs.size());
        Program old = programs.get(index);
        switch (random.nextInt(5)) {
            case 0 -> programs.remove(index);
            case 1 -> programs.set(index, old.with(policy()));
            case 2 -> programs.set(index, old.withNumprocs(1 + random.nextInt(3)));
            case 3 -> programs.set(index, old.withPriority(1 + random.nextInt(3)));
            default -> programs.set(index, old.withVersion(2 + everKnown.size()));
        }
        if (index < programs.size()) {
            everKnown.add(programs.get(index));
        }
    }
}
