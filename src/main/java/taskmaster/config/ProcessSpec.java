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
        Launch launch) {

    /** The same process when nothing is to be started again. */
    public ProcessSpec withoutRestart() {
        return new ProcessSpec(
                name, program, number, groupPriority, priority, policy.withoutRestart(), launch);
    }

    /**
     * Whether a name without {@code *} means it: its own, with or without that of its group or
     * program in front, or that of its program or group alone.
     */
    public boolean isCalled(String given) {
        return given.equals(name.process())
                || given.equals(name.group() + ":" + name.process())
                || given.equals(program + ":" + name.process())
                || given.equals(program)
                || given.equals(name.group());
    }

    ProcessSpec withLaunch(Launch changed) {
        return new ProcessSpec(name, program, number, groupPriority, priority, policy, changed);
    }
}
