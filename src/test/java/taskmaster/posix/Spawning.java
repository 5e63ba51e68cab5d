package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the tests of spawning share: a plan that can be varied, and the way to an end. */
final class Spawning {

    static final Posix POSIX = Posix.open();
    static final Duration LONG = Duration.ofSeconds(60);
    static final String NO_OUTPUT = "/dev/null";

    private Spawning() {}

    static Spawner spawner() throws ErrnoException {
        return Spawner.create(POSIX, environment("PATH=/usr/bin:/bin"), Map.of());
    }

    /** One that closes descriptors one by one. */
    static Spawner spawnerWithoutCloseRange() throws ErrnoException {
        BaseEnvironment environment = environment("PATH=/usr/bin:/bin");
        return new Spawner(POSIX, new ChildScript(POSIX, environment, Map.of(), false));
    }

    static BaseEnvironment environment(String... entries) {
        byte[] block = (String.join("\0", entries) + "\0").getBytes(StandardCharsets.UTF_8);
        return BaseEnvironment.of(block, Set.of());
    }

    /** Runs a program without arguments; output goes nowhere. */
    static Plan plan(String... argv) {
        return new Plan(argv);
    }

    static Outcome start(Spawner spawner, Plan plan) throws ErrnoException {
        Child child = spawner.spawn(plan.build());
        Outcome outcome = child.await(LONG);
        if (outcome instanceof Outcome.Pending) {
            POSIX.kill(child.pid(), Signal.KILL);
        }
        end(child.pid());
        return outcome;
    }

    /** Runs to the end, and well. */
    static void run(Spawner spawner, Plan plan) throws ErrnoException {
        Child child = spawner.spawn(plan.build());
        assertEquals(new Outcome.Executed(), child.await(LONG));
        assertEquals(new WaitStatus.Exited(0), end(child.pid()));
    }

    /** The message of a start that must fail, whose child must end with 127. */
    static String failure(Spawner spawner, Plan plan) throws ErrnoException {
        Child child = spawner.spawn(plan.build());
        Outcome outcome = child.await(LONG);
        if (outcome instanceof Outcome.Pending) {
            POSIX.kill(child.pid(), Signal.KILL);
        }
        assertEquals(new WaitStatus.Exited(127), end(child.pid()));
        return assertInstanceOf(Outcome.Failed.class, outcome).failure().describe();
    }

    /** Waits for the end of a child and reaps it. Other children that have ended are left alone. */
    static WaitStatus end(int pid) throws ErrnoException {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (System.nanoTime() < deadline) {
            int seen = POSIX.children().awaitExit().orElseThrow().pid();
            if (seen == pid) {
                return POSIX.children().reap(pid).orElseThrow();
            }
            Thread.onSpinWait();
        }
        return fail("child " + pid + " does not end");
    }

    /** A plan in the making. */
    static final class Plan {

        private final List<String> argv;
        private List<String> executables;
        private Map<String, String> env = Map.of();
        private boolean inheritsEnv = true;
        private Optional<User> user = Optional.empty();
        private Optional<String> directory = Optional.empty();
        private int umask = 022;
        private InputPlan stdin = new InputPlan.Nothing();
        private OutputPlan stdout = new OutputPlan.Append(NO_OUTPUT, TrustedPath.Guard.NONE);
        private OutputPlan stderr = new OutputPlan.SameAsStdout();
        private List<Integer> inherited = List.of();

        private Plan(String... argv) {
            this.argv = List.of(argv);
            executables = List.of(argv[0]);
        }

        Plan executables(String... paths) {
            executables = List.of(paths);
            return this;
        }

        Plan env(Map<String, String> variables) {
            env = variables;
            return this;
        }

        Plan onlyEnv(Map<String, String> variables) {
            inheritsEnv = false;
            return env(variables);
        }

        Plan user(User someone) {
            user = Optional.of(someone);
            return this;
        }

        Plan directory(Path path) {
            directory = Optional.of(path.toString());
            return this;
        }

        Plan umask(int mask) {
            umask = mask;
            return this;
        }

        Plan stdin(InputPlan input) {
            stdin = input;
            return this;
        }

        Plan stdout(Path path) {
            return stdout(new OutputPlan.Append(path.toString(), TrustedPath.Guard.NONE));
        }

        Plan stdout(OutputPlan output) {
            stdout = output;
            return this;
        }

        Plan stderr(OutputPlan output) {
            stderr = output;
            return this;
        }

        Plan inherited(int... descriptors) {
            List<Integer> list = new ArrayList<>();
            for (int fd : descriptors) {
                list.add(fd);
            }
            inherited = list;
            return this;
        }

        ChildPlan build() {
            return new ChildPlan(
                    executables,
                    argv,
                    inheritsEnv,
                    env,
                    user,
                    directory,
                    umask,
                    stdin,
                    stdout,
                    stderr,
                    inherited);
        }
    }

    /** The lines of a report ({@code native-tests/report.c}) with a key. */
    static List<String> facts(Path report, String key) throws java.io.IOException {
        List<String> values = new ArrayList<>();
        for (String line : Files.readAllLines(report)) {
            if (line.startsWith(key + "=")) {
                values.add(line.substring(key.length() + 1).strip());
            }
        }
        return values;
    }
}
