package taskmaster.supervisor;

import java.util.List;

/**
 * Everything about one simulated run: what is configured, how the machine is, and what happens. The
 * same world always has the same history.
 *
 * @param programs what the configuration file holds at the start
 * @param steps in the order of their times
 */
record World(Machine machine, List<Program> programs, List<Timed> steps) {

    World {
        programs = List.copyOf(programs);
        steps = List.copyOf(steps);
    }

    /**
     * How the machine is.
     *
     * @param reaperLag turns of the loop before the reaper has told of an end
     * @param newestFirst which of several ended children is seen first
     * @param pids how many pids there are before they come again
     * @param impatient whether a second TERM follows the one that ends the run
     */
    record Machine(int reaperLag, boolean newestFirst, int pids, boolean impatient) {
        static final Machine PLAIN = new Machine(0, false, 30_000, false);
    }

    /**
     * A step and its time, in nanoseconds since the start.
     *
     * @param together the loop has done nothing since the step before, which has the same time
     */
    record Timed(long at, boolean together, Step step) {

        String describe() {
            return "at " + Seconds.text(at) + (together ? ", at once, " : " ") + step.describe();
        }
    }
}
