package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import taskmaster.config.ProcessSpec;
import taskmaster.posix.Signal;
import taskmaster.protocol.Request;

final class ShrinkerTest {

    private static World first(Predicate<World> isBad) {
        long seed = 1;
        while (!isBad.test(WorldMaker.make(seed))) {
            seed++;
        }
        return WorldMaker.make(seed);
    }

    private static int find(World world, Predicate<Step> wanted, int from) {
        for (int i = from; i < world.steps().size(); i++) {
            if (wanted.test(world.steps().get(i).step())) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isStop(Step step) {
        return step instanceof Step.Ask(int client, Request.Stop stop);
    }

    private static boolean isPause(Step step) {
        return step instanceof Step.Pause;
    }

    @Test
    void onlyTheStepsThatMatterAreLeft() {
        Predicate<World> isBad =
                world -> {
                    int stop = find(world, ShrinkerTest::isStop, 0);
                    return stop >= 0 && find(world, ShrinkerTest::isPause, stop) >= 0;
                };
        World world = first(w -> isBad.test(w) && w.steps().size() > 20);
        World small = Shrinker.shrink(world, isBad);
        assertEquals(2, small.steps().size());
        assertTrue(isBad.test(small));
        assertEquals(List.of(), small.programs());
        assertEquals(World.Machine.PLAIN, small.machine());
        assertEquals(0, small.steps().getLast().at());
        assertEquals(new Step.Pause(Seconds.SECOND), small.steps().getLast().step());
    }

    @Test
    void onlyTheValuesThatMatterAreNotPlain() {
        Predicate<World> isBad =
                world -> {
                    for (Program program : world.programs()) {
                        if (program.policy().stopSignal().equals(Signal.INT)
                                && program.lives().getFirst().members() > 0) {
                            return true;
                        }
                    }
                    return false;
                };
        World small = Shrinker.shrink(first(isBad), isBad);
        assertEquals(List.of(), small.steps());
        Program program = small.programs().getFirst();
        Life life = program.lives().getFirst();
        assertEquals(
                program.name() + " stopsignal=INT; then runs, forks " + life.members(),
                program.describe());
    }

    @Test
    void timesBecomeAsEarlyAndRoundAsTheyMay() {
        Predicate<World> isBad =
                world ->
                        !world.steps().isEmpty()
                                && world.steps().getLast().at() > 3 * Seconds.SECOND / 2;
        World world = first(w -> isBad.test(w) && w.steps().getLast().at() % Seconds.SECOND != 0);
        World small = Shrinker.shrink(world, isBad);
        assertEquals(1, small.steps().size());
        assertEquals(0, small.steps().getLast().at() % Seconds.SECOND);
        assertTrue(small.steps().getLast().at() <= 4 * Seconds.SECOND);
    }

    @Test
    void aFileIsMadePlainToo() {
        Predicate<World> isBad =
                world -> {
                    int file = find(world, step -> holdsTwoProcesses(step), 0);
                    return file >= 0;
                };
        World small = Shrinker.shrink(first(isBad), isBad);
        assertEquals(1, small.steps().size());
        var file = (Step.FileHolds) small.steps().getFirst().step();
        int processes = 0;
        for (Program program : file.programs().orElseThrow()) {
            for (ProcessSpec spec : program.specs()) {
                assertEquals(Program.DEFAULTS, spec.policy());
                processes++;
            }
        }
        assertTrue(processes >= 2 && processes <= 3, file::describe);
    }

    private static boolean holdsTwoProcesses(Step step) {
        if (!(step instanceof Step.FileHolds holds) || holds.programs().isEmpty()) {
            return false;
        }
        int processes = 0;
        for (Program program : holds.programs().get()) {
            processes += program.numprocs();
        }
        return processes >= 2;
    }
}
