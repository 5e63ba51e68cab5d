package taskmaster.output;

/** What the daemon's log is told of. Any thread; no call waits. */
public interface Notices {

    void warn(String message);

    /** Something that only a mistake of ours explains. */
    void bug(String what, Throwable thrown);
}
