package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes a world smaller as long as it stays bad: fewer steps, fewer and plainer programs, rounder
 * times.
 */
final class Shrinker {

    /** Each try is a run; a shrunk history is wanted soon. */
    private static final int MOST_TRIES = 5000;

    private final Predicate<World> isBad;
    private World best;
    private int tries;

    private Shrinker(World world, Predicate<World> isBad) {
        this.best = world;
        this.isBad = isBad;
    }

    /** {@code isBad} holds for {@code world}, and for what comes back. */
    static World shrink(World world, Predicate<World> isBad) {
        return new Shrinker(world, isBad).shrink();
    }

    private World shrink() {
        boolean better = true;
        while (better && tries < MOST_TRIES) {
            better = fewerSteps();
            better |= fewerPrograms();
            better |= take(withMachine(World.Machine.PLAIN));
            better |= plainerPrograms();
            better |= plainerSteps();
            better |= earlier();
        }
        return best;
    }

    private boolean take(World candidate) {
        if (candidate.equals(best) || tries >= MOST_TRIES) {
            return false;
        }
        tries++;
        if (!isBad.test(candidate)) {
            return false;
        }
        best = candidate;
        return true;
    }

    private World withMachine(World.Machine machine) {
        return new World(machine, best.programs(), best.steps());
    }

    private World withPrograms(List<Program> programs) {
        return new World(best.machine(), programs, best.steps());
    }

    private World withSteps(List<World.Timed> steps) {
        return new World(best.machine(), best.programs(), steps);
    }

    /** Halves first, then ever smaller pieces, down to one step. */
    private boolean fewerSteps() {
        boolean better = false;
        for (int size = Math.max(1, best.steps().size() / 2); size >= 1; size /= 2) {
            int from = best.steps().size() - size;
            while (from >= 0) {
                better |= take(withSteps(without(best.steps(), from, from + size)));
                from = Math.min(from, best.steps().size()) - size;
            }
        }
        return better;
    }

    /** What came together with a step that is left out comes by itself. */
    private static List<World.Timed> without(List<World.Timed> steps, int from, int to) {
        var rest = new ArrayList<>(steps);
        rest.subList(from, to).clear();
        if (from < rest.size()) {
            World.Timed next = rest.get(from);
            boolean together = next.together() && from > 0 && rest.get(from - 1).at() == next.at();
            rest.set(from, new World.Timed(next.at(), together, next.step()));
        }
        return rest;
    }

    private boolean fewerPrograms() {
        boolean better = false;
        for (int i = best.programs().size() - 1; i >= 0; i--) {
            var rest = new ArrayList<>(best.programs());
            rest.remove(i);
            better |= take(withPrograms(rest));
        }
        return better;
    }

    private boolean plainerPrograms() {
        boolean better = false;
        for (int i = 0; i < best.programs().size(); i++) {
            for (Function<Program, Optional<Program>> change : Plainer.PROGRAM) {
                Optional<Program> plainer = change.apply(best.programs().get(i));
                if (plainer.isPresent()) {
                    var programs = new ArrayList<>(best.programs());
                    programs.set(i, plainer.get());
                    better |= take(withPrograms(programs));
                }
            }
        }
        return better;
    }

    private boolean plainerSteps() {
        boolean better = false;
        for (int i = 0; i < best.steps().size(); i++) {
            while (takePlainer(i)) {
                better = true;
            }
            World.Timed timed = best.steps().get(i);
            better |= take(withStep(i, new World.Timed(timed.at(), false, timed.step())));
        }
        return better;
    }

    private boolean takePlainer(int index) {
        World.Timed timed = best.steps().get(index);
        for (Step plainer : Plainer.step(timed.step())) {
            if (take(withStep(index, new World.Timed(timed.at(), timed.together(), plainer)))) {
                return true;
            }
        }
        return false;
    }

    private World withStep(int index, World.Timed step) {
        var steps = new ArrayList<>(best.steps());
        steps.set(index, step);
        return withSteps(steps);
    }

    /** Shortens the time before each step, and moves all later ones with it. */
    private boolean earlier() {
        boolean better = false;
        for (int i = 0; i < best.steps().size(); i++) {
            long before = i == 0 ? 0 : best.steps().get(i - 1).at();
            long gap = best.steps().get(i).at() - before;
            for (long shorter : new long[] {0, roundDown(gap), roundDown(gap / 2)}) {
                if (shorter < gap && take(withSteps(moved(best.steps(), i, shorter - gap)))) {
                    better = true;
                    break;
                }
            }
        }
        return better;
    }

    private static long roundDown(long nanos) {
        long unit = nanos >= Seconds.SECOND ? Seconds.SECOND : Seconds.SECOND / 1000;
        return nanos / unit * unit;
    }

    private static List<World.Timed> moved(List<World.Timed> steps, int from, long by) {
        var moved = new ArrayList<>(steps);
        for (int i = from; i < moved.size(); i++) {
            World.Timed step = moved.get(i);
            moved.set(i, new World.Timed(step.at() + by, step.together(), step.step()));
        }
        return moved;
    }
}
