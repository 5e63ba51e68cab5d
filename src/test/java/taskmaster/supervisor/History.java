package taskmaster.supervisor;

import java.util.Optional;
import java.util.function.Predicate;

/** A broken law, as a person wants to read of it. */
final class History {

    private History() {}

    /** What is the shortest way to break the law that this seed breaks. */
    static String ofBroken(long seed, Simulation.Shared shared) {
        World world = WorldMaker.make(seed);
        Optional<Violation> violation = Simulation.run(world, new Trace(false), shared).violation();
        String law = violation.orElseThrow().law();
        World small = Shrinker.shrink(world, breaks(law, shared));
        var trace = new Trace(true);
        Simulation.run(small, trace, shared);
        return "seed "
                + seed
                + " breaks a law (scripts/simulate --seed "
                + seed
                + " shows all of it); shrunk from "
                + world.steps().size()
                + " steps to "
                + small.steps().size()
                + ":\n"
                + trace.text();
    }

    private static Predicate<World> breaks(String law, Simulation.Shared shared) {
        return candidate -> {
            Optional<Violation> broken =
                    Simulation.run(candidate, new Trace(false), shared).violation();
            return broken.isPresent() && broken.get().law().equals(law);
        };
    }
}
