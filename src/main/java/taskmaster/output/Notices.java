package taskmaster.output;

/** What the daemon's log is told of. Any thread; no call waits. */
public interface Notices {

    void warn(String message);

    /** What a program printed between supervisord's marks, or its beginning. */
    void captured(String stream, byte[] bytes);

    /** Something that only a mistake of ours explains. */
    void bug(String what, Throwable thrown);
}
