package taskmaster.posix;

/** What the kernel limits by process (man 2 getrlimit), as far as it matters here. */
public enum Resource {
    /** One more than the highest descriptor. */
    NOFILE(7),
    /** Processes and threads of a user. */
    NPROC(6);

    final int number;

    Resource(int number) {
        this.number = number;
    }
}
