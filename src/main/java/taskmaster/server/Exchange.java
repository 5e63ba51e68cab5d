package taskmaster.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Responder;

/**
 * One request of one connection, and the way back for its replies. Any thread may use it as a
 * {@link Responder}; the rest belongs to the server's thread.
 *
 * <p>States, guarded by this: open -> answered (a final reply was sent), open -> gone (the client
 * left). Replies enter the queue under the same lock, so none follows the final one.
 */
final class Exchange implements Responder {

    private enum State {
        OPEN,
        ANSWERED,
        GONE
    }

    private static final int VALUE_WEIGHT = 64;

    private static final Reply TOO_MUCH =
            Reply.error(
                    Reply.TOO_MANY,
                    "too_much_waiting",
                    "what was asked is done, but its long reply was dropped: too much waits for all"
                            + " clients together; try again later");

    private final Connection connection;
    private final Optional<Json> id;
    private final Replies replies;
    private final long maxUndelivered;

    private State state = State.OPEN;

    /** Of parts in the queue. A sender can be faster than the server's thread is given time. */
    private long undelivered;

    private boolean overflowed;

    /** Parts have left the queue, and the client has not taken them. */
    private boolean unread;

    private List<Runnable> closeActions = List.of();

    Exchange(Connection connection, Optional<Json> id, Replies replies, long maxUndelivered) {
        this.connection = connection;
        this.id = id;
        this.replies = replies;
        this.maxUndelivered = maxUndelivered;
    }

    @Override
    public void send(Reply reply) {
        synchronized (this) {
            if (state != State.OPEN || overflowed) {
                return;
            }
            add(reply, weight(reply.body()));
        }
        replies.wakeUp();
    }

    /** Where there is no memory to add it, nothing has happened: another one can be sent. */
    private void add(Reply reply, long weight) {
        boolean last = reply.isFinal();
        if (!last && undelivered > maxUndelivered) {
            replies.addOverflow(this);
            overflowed = true;
            return;
        }
        if (last && !replies.hasRoomFor(weight)) {
            replies.add(this, TOO_MUCH, 0);
        } else {
            replies.add(this, reply, weight);
            undelivered += weight;
        }
        if (last) {
            state = State.ANSWERED;
            closeActions = List.of();
        }
    }

    @Override
    public synchronized boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public synchronized boolean isBehind() {
        return undelivered > 0 || unread;
    }

    /** Whether what left the queue still waits to be sent. */
    synchronized void setUnread(boolean waits) {
        unread = waits;
    }

    @Override
    public void onClose(Runnable action) {
        synchronized (this) {
            if (state == State.OPEN) {
                if (closeActions.isEmpty()) {
                    closeActions = new ArrayList<>(1);
                }
                closeActions.add(action);
                return;
            }
            if (state == State.ANSWERED) {
                return;
            }
        }
        action.run();
    }

    @Override
    public OptionalInt uid() {
        return OptionalInt.of(connection.peer().uid());
    }

    Connection connection() {
        return connection;
    }

    Optional<Json> id() {
        return id;
    }

    /** One of its replies is out of the queue. */
    synchronized void delivered(long weight) {
        undelivered -= weight;
    }

    /** Bytes of memory, roughly: the texts, and something for each value. */
    private static long weight(Json json) {
        long weight = VALUE_WEIGHT;
        if (json instanceof Json.Str text) {
            weight += text.value().length();
        } else if (json instanceof Json.Arr array) {
            for (Json item : array.items()) {
                weight += weight(item);
            }
        } else if (json instanceof Json.Obj object) {
            for (Json value : object.members().values()) {
                weight += weight(value);
            }
        }
        return weight;
    }

    /** The client left. Returns what is to be run. */
    synchronized List<Runnable> clientGone() {
        if (state != State.OPEN) {
            return List.of();
        }
        state = State.GONE;
        List<Runnable> actions = closeActions;
        closeActions = List.of();
        return actions;
    }
}
