package taskmaster.protocol;

import java.util.OptionalInt;

/** The way back to one request of one client. Any thread may call it; no call waits. */
public interface Responder {

    /**
     * Hands on a reply. After a final one, and after the client has gone, further ones are dropped.
     */
    void send(Reply reply);

    /**
     * True while the client has not taken all that was sent: who sends what is soon out of date
     * skips it then.
     */
    default boolean isBehind() {
        return false;
    }

    /** The user who asks, where that is known; unsigned, as all user ids. */
    default OptionalInt uid() {
        return OptionalInt.empty();
    }

    /** False once the client has gone; a stream then ends. */
    boolean isOpen();

    /**
     * Runs {@code action} once when the client goes before the final reply; at once if it has gone.
     * On any thread.
     */
    void onClose(Runnable action);
}
