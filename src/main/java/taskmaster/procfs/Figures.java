package taskmaster.procfs;

/**
 * What one session of processes used.
 *
 * @param cpu percent of one core, since the scan before; negative where there is none, or it did
 *     not have this process
 * @param memory bytes that are resident, pages that several share counted for each
 * @param processes how many they are
 */
public record Figures(double cpu, long memory, int threads, int processes) {}
