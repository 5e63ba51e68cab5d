package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting children does not hold up, wear out or endanger the process that does it. */
class SpawnerTest {

    private static final Outcome EXECUTED = new Outcome.Executed();
    private static final Outcome PENDING = new Outcome.Pending();

    @Test
    void aChildThatHangsBeforeItsProgramIsPendingAndCanBeKilled(@TempDir Path temporary)
            throws Exception {
        Path fifo = temporary.resolve("fifo");
        Commands.output(List.of("mkfifo", fifo.toString()));
        Child child = Spawning.spawner().spawn(Spawning.plan("/bin/true").stdout(fifo).build());
        assertEquals(PENDING, child.await(Duration.ofMillis(20)));
        assertFalse(child.release());
        Spawning.POSIX.kill(child.pid(), Signal.KILL);
        assertEquals(EXECUTED, child.await(Spawning.LONG));
        assertTrue(child.release());
        assertEquals(new WaitStatus.Killed(Signal.KILL, false), Spawning.end(child.pid()));
    }

    @Test
    void aPendingChildGoesOnWhenItCan(@TempDir Path temporary) throws Exception {
        Path fifo = temporary.resolve("fifo");
        Commands.output(List.of("mkfifo", fifo.toString()));
        Child child = Spawning.spawner().spawn(Spawning.plan("/bin/true").stdout(fifo).build());
        assertEquals(PENDING, child.outcome());
        int reader = Spawning.POSIX.open(fifo.toString(), 0);
        assertEquals(EXECUTED, child.await(Spawning.LONG));
        assertEquals(new WaitStatus.Exited(0), Spawning.end(child.pid()));
        Spawning.POSIX.close(reader);
    }

    @Test
    void whileOneChildHangsOthersStart(@TempDir Path temporary) throws Exception {
        Path fifo = temporary.resolve("fifo");
        Commands.output(List.of("mkfifo", fifo.toString()));
        Spawner spawner = Spawning.spawner();
        Child hanging = spawner.spawn(Spawning.plan("/bin/true").stdout(fifo).build());
        for (int i = 0; i < 50; i++) {
            Spawning.run(spawner, Spawning.plan("/bin/true"));
        }
        assertEquals(PENDING, hanging.outcome());
        Spawning.POSIX.kill(hanging.pid(), Signal.KILL);
        Spawning.end(hanging.pid());
    }

    @Test
    void signalsToChildrenOnTheirWayNeverReachTheJvm() throws Exception {
        Spawner spawner = Spawning.spawner();
        List<Signal> signals =
                List.of(Signal.TERM, Signal.QUIT, Signal.USR2, Signal.HUP, new Signal(11));
        for (int i = 0; i < 200; i++) {
            Child child = spawner.spawn(Spawning.plan("/bin/sleep", "60").build());
            Signal signal = signals.get(i % signals.size());
            Spawning.POSIX.kill(child.pid(), signal);
            assertEquals(EXECUTED, child.await(Spawning.LONG));
            WaitStatus status = Spawning.end(child.pid());
            assertTrue(
                    status instanceof WaitStatus.Killed killed && killed.signal().equals(signal),
                    status.describe());
        }
    }

    @Test
    void manyAreOnTheirWayAtOnce() throws Exception {
        Spawner spawner = Spawning.spawner();
        List<Child> children = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String program = i % 2 == 0 ? "/bin/true" : "/no/such/" + i;
            children.add(spawner.spawn(Spawning.plan(program).build()));
        }
        for (int i = 0; i < 100; i++) {
            Outcome outcome = children.get(i).await(Spawning.LONG);
            String said =
                    outcome instanceof Outcome.Failed(SpawnFailure failure)
                            ? failure.action()
                            : outcome.toString();
            assertEquals(i % 2 == 0 ? "Executed[]" : "run \"/no/such/" + i + "\"", said);
            Spawning.end(children.get(i).pid());
        }
    }

    @Test
    void descriptorsStayWhereTheyWere() throws Exception {
        Spawner spawner = Spawning.spawner();
        Spawning.run(spawner, Spawning.plan("/bin/true"));
        OwnDescriptors before = OwnDescriptors.now();
        for (int i = 0; i < 200; i++) {
            Spawning.start(spawner, Spawning.plan(i % 2 == 0 ? "/bin/true" : "/no/such"));
        }
        before.assertNotOneMoreForEachOf(200 / 2);
    }

    @Test
    void twoThousandSpawnsLeaveDescriptorsAndMemoryWhereTheyWere() throws Exception {
        String said = Commands.otherJvm("spawn", "2000");
        assertTrue(said.contains("descriptors +0"), said);
        int kibibytes =
                Integer.parseInt(said.replaceAll("(?s).*resident \\+?(-?\\d+) KiB.*", "$1"));
        assertTrue(kibibytes < 6 * 1024, said);
    }

    @Test
    void anOrdinaryProgramNeedsHalfABlock() {
        ChildPlan plan =
                Spawning.plan("/usr/sbin/nginx", "-g", "daemon off;")
                        .executables("/usr/local/bin/nginx", "/usr/bin/nginx", "/usr/sbin/nginx")
                        .stdout(new OutputPlan.Append("/tmp/nginx.stdout", TrustedPath.Guard.NAME))
                        .stderr(new OutputPlan.Append("/tmp/nginx.stderr", TrustedPath.Guard.NAME))
                        .user(new User("www-data", 33, 33, List.of(33)))
                        .build();
        assertTrue(bytes(plan) < Blocks.BYTES, bytes(plan) + " bytes");
    }

    private static long bytes(ChildPlan plan) {
        try {
            String[] variables = new String[40];
            java.util.Arrays.setAll(variables, i -> "VARIABLE_" + i + "=" + "x".repeat(60));
            BaseEnvironment environment = Spawning.environment(variables);
            ChildScript script =
                    new ChildScript(Spawning.POSIX, environment, java.util.Map.of(), true);
            return script.measure(plan, new int[0], new ChildText(plan)).bytes();
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    @Property(tries = 40)
    void anyArgumentsArrive(@ForAll @Size(max = 20) List<@StringLength(max = 300) String> some)
            throws Exception {
        List<String> argv = new ArrayList<>(List.of("/usr/bin/printf", "%s\\001", "first"));
        StringBuilder expected = new StringBuilder("first\1");
        for (String argument : some) {
            String text = printable(argument);
            argv.add(text);
            expected.append(text).append('\1');
        }
        Path out = Files.createTempFile("arguments", "");
        Spawning.run(Spawning.spawner(), Spawning.plan(argv.toArray(String[]::new)).stdout(out));
        assertEquals(expected.toString(), Files.readString(out));
        Files.delete(out);
    }

    /** Without NUL, which C strings cannot have, and halves of pairs, which UTF-8 cannot. */
    private static String printable(String text) {
        StringBuilder kept = new StringBuilder();
        text.codePoints()
                .filter(c -> c != 0 && !(c >= 0xd800 && c <= 0xdfff))
                .forEach(kept::appendCodePoint);
        return kept.toString();
    }
}
