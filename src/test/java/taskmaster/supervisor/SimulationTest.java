package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.config.Launch;
import taskmaster.posix.ChildChange;
import taskmaster.posix.Errno;
import taskmaster.posix.Signal;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/** The whole supervisor in worlds made of seeds; {@code scripts/simulate} runs more of them. */
final class SimulationTest {

    private static final int WORLDS = 10_000;
    private static final long SECOND = Seconds.SECOND;

    @Test
    void tenThousandWorldsBreakNoLaw() throws IOException {
        try (var shared = new Simulation.Shared()) {
            for (long seed = 1; seed <= WORLDS; seed++) {
                World world = WorldMaker.make(seed);
                if (Simulation.run(world, new Trace(false), shared).violation().isPresent()) {
                    fail(History.ofBroken(seed, shared));
                }
            }
        }
    }

    @Test
    void theSameSeedHasTheSameHistory() throws IOException {
        try (var shared = new Simulation.Shared()) {
            for (long seed = 1; seed <= 100; seed++) {
                assertEquals(history(seed, shared), history(seed, shared));
            }
            assertNotEquals(history(1, shared), history(2, shared));
        }
    }

    private static String history(long seed, Simulation.Shared shared) {
        var trace = new Trace(true);
        Simulation.run(WorldMaker.make(seed), trace, shared);
        return trace.text();
    }

    @Test
    void aHistoryReadsAsATest() throws IOException {
        Life stubborn =
                new Life(
                        Life.AT_ONCE,
                        Life.FOREVER,
                        Life.EXIT_0,
                        Life.Manner.IGNORES_TERM,
                        1,
                        false,
                        0);
        Program web = Program.of("web").withLives(List.of(stubborn));
        var waiting = new Request.Waiting(false, Optional.of(Duration.ofSeconds(2)));
        var target = new Target.Named(Target.Kind.ANY, List.of("web"));
        var steps =
                List.of(
                        new World.Timed(
                                2 * SECOND,
                                false,
                                new Step.Ask(1, new Request.Stop(target, waiting))),
                        new World.Timed(13 * SECOND, false, new Step.CloneFails(Errno.EAGAIN, 1)),
                        new World.Timed(
                                13 * SECOND,
                                true,
                                new Step.Ask(
                                        2, new Request.Start(target, Request.Waiting.FOREVER))));
        var trace = new Trace(true);
        try (var shared = new Simulation.Shared()) {
            Simulation.run(new World(World.Machine.PLAIN, List.of(web), steps), trace, shared);
        }
        assertEquals(
                """
                config: web; then runs, ignores TERM, forks 1
                    0.0s  web starts as 100
                at 2.0s client 1: stop web, waiting 2.0s
                    2.0s  100 of web gets TERM
                    2.0s  100 of web gets CONT
                    4.0s  (client 1: stop web, waiting 2.0s) is answered 504
                    12.0s  the group of 100 of web gets KILL
                    12.0s  100 of web dies of KILL
                    12.0s  101 of web dies of KILL
                    12.0s  the group of 100 of web gets KILL
                at 13.0s clone fails with EAGAIN once
                at 13.0s, at once, client 2: start web
                    13.0s  no process for web: EAGAIN
                    13.0s  (client 2: start web) is answered 500
                then nothing fails any more, and all that is started runs
                    14.0s  web starts as 102
                the daemon gets TERM
                    15.0s  102 of web gets TERM
                    15.0s  102 of web dies of TERM
                    15.0s  102 of web gets CONT
                    15.0s  the group of 102 of web gets KILL
                """,
                trace.text());
    }

    @Test
    void whatNoSupervisorMayDoToTheKernelIsSeen() throws Exception {
        assertEquals("no signal to a stranger", broken(k -> k.send(99, Signal.TERM, false)));
        assertEquals("only zombies are reaped", broken(k -> k.reap(100)));
        assertEquals("one process a slot", broken(k -> k.spawn(launch())));
        assertEquals(
                "no signal to a stranger",
                broken(k -> {
                    k.end(k.running("web").orElseThrow(), new WaitStatus.Exited(0));
                    k.reap(100);
                    k.send(100, Signal.KILL, true);
                }));
    }

    /** What a supervisor does wrong that has started one process, 100. */
    private interface Wrong {
        void in(VirtualKernel kernel) throws Exception;
    }

    private static String broken(Wrong wrong) throws Exception {
        var kernel = new VirtualKernel(World.Machine.PLAIN, new Trace(false), new Unobserved());
        kernel.knows(List.of(Program.of("web")));
        assertEquals(100, kernel.spawn(launch()).pid());
        assertEquals(Optional.empty(), kernel.violation);
        wrong.in(kernel);
        return kernel.violation.orElseThrow().law();
    }

    private static Launch launch() {
        return Program.of("web").specs().getFirst().launch();
    }

    private static final class Unobserved implements VirtualKernel.Observer {
        @Override
        public void spawning(String process) {}

        @Override
        public void signalled(VirtualProcess to, Signal signal) {}

        @Override
        public void paused(VirtualProcess process, ChildChange change) {}

        @Override
        public void reaped(VirtualProcess leader, int left) {}
    }
}
