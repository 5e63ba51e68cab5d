package taskmaster.config;

/**
 * What a process is called: {@code web:web_0}, or only {@code nginx} where group and process are
 * the same word.
 */
public record ProcessName(String group, String process) implements Comparable<ProcessName> {

    @Override
    public String toString() {
        return group.equals(process) ? process : group + ":" + process;
    }

    @Override
    public int compareTo(ProcessName other) {
        int byGroup = group.compareTo(other.group);
        return byGroup != 0 ? byGroup : process.compareTo(other.process);
    }
}
