package taskmaster.protocol;

/** Where requests go: the daemon's mailbox. Any thread may call it; it does not wait. */
@FunctionalInterface
public interface RequestPort {

    /** {@code responder} gets exactly one final reply. */
    void submit(Request request, Responder responder);
}
