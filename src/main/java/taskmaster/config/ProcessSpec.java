package taskmaster.config;

/**
 * One process to keep: a program of the file, or one of its {@code numprocs}.
 *
 * @param program the section's name
 * @param number %(process_num)d
 * @param groupPriority of its group; of the program where it is in no group
 * @param priority of the program; lower starts first and stops last
 */
public record ProcessSpec(
        ProcessName name,
        String program,
        int number,
        int groupPriority,
        int priority,
        Policy policy,
        Launch launch) {}
