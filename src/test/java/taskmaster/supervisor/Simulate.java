package taskmaster.supervisor;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;

/**
 * Runs simulated worlds until the time is over or a law is broken; {@code scripts/simulate} starts
 * it. A seed with nothing else is replayed, and its history printed.
 */
final class Simulate {

    private static final String USAGE =
            "usage: scripts/simulate [--seconds N] [--worlds N] [--seed N]";

    /** How long it runs where nothing says how long. */
    private static final long USUAL = 10;

    private Simulate() {}

    public static void main(String[] args) throws IOException {
        long seconds = Long.MAX_VALUE;
        long worlds = Long.MAX_VALUE;
        Optional<Long> seed = Optional.empty();
        try {
            for (int i = 0; i < args.length; i += 2) {
                String value = i + 1 < args.length ? args[i + 1] : "";
                switch (args[i]) {
                    case "--seconds" -> seconds = atLeastOne(value);
                    case "--worlds" -> worlds = atLeastOne(value);
                    case "--seed" -> seed = Optional.of(Long.parseLong(value));
                    default -> throw new NumberFormatException();
                }
            }
        } catch (NumberFormatException e) {
            System.err.println(USAGE);
            System.exit(2);
        }
        boolean endless = seconds == Long.MAX_VALUE && worlds == Long.MAX_VALUE;
        boolean good;
        try (var shared = new Simulation.Shared()) {
            if (seed.isPresent() && endless) {
                good = replay(seed.get(), shared, System.out);
            } else {
                long first = seed.orElseGet(System::currentTimeMillis);
                good = run(first, worlds, endless ? USUAL : seconds, shared, System.out);
            }
        }
        System.exit(good ? 0 : 1);
    }

    /** None at all would look like success. */
    private static long atLeastOne(String value) {
        long number = Long.parseLong(value);
        if (number < 1) {
            throw new NumberFormatException();
        }
        return number;
    }

    /** Seeds {@code first} and up; true when all went well. */
    private static boolean run(
            long first, long worlds, long seconds, Simulation.Shared shared, PrintStream out) {
        long began = System.nanoTime();
        long limit = Math.min(seconds, Integer.MAX_VALUE) * Seconds.SECOND;
        long done = 0;
        long turns = 0;
        Optional<Long> broken = Optional.empty();
        while (broken.isEmpty() && done < worlds && System.nanoTime() - began < limit) {
            long seed = first + done;
            Simulation.Outcome outcome =
                    Simulation.run(WorldMaker.make(seed), new Trace(false), shared);
            done++;
            turns += outcome.turns();
            broken = outcome.violation().isPresent() ? Optional.of(seed) : Optional.empty();
        }
        double took = Math.max(1, System.nanoTime() - began) / 1e9;
        out.println(
                done
                        + " worlds from seed "
                        + first
                        + ", "
                        + turns
                        + " steps, "
                        + (long) (turns / took)
                        + " steps/s, "
                        + Math.round(took * 10) / 10.0
                        + " s");
        broken.ifPresent(seed -> out.println(History.ofBroken(seed, shared)));
        return broken.isEmpty();
    }

    private static boolean replay(long seed, Simulation.Shared shared, PrintStream out) {
        var trace = new Trace(true);
        Simulation.Outcome outcome = Simulation.run(WorldMaker.make(seed), trace, shared);
        out.print(trace.text());
        if (outcome.violation().isEmpty()) {
            out.println("seed " + seed + ": no law is broken");
            return true;
        }
        out.println();
        out.println(History.ofBroken(seed, shared));
        return false;
    }
}
