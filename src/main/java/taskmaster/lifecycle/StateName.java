package taskmaster.lifecycle;

/** The states that users see; supervisord's names. */
public enum StateName {
    STOPPED,
    STARTING,
    RUNNING,
    BACKOFF,
    STOPPING,
    EXITED,
    FATAL;

    /** A process of the kernel belongs to it. */
    public boolean isLive() {
        return this == STARTING || this == RUNNING || this == STOPPING;
    }
}
