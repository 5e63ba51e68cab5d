package taskmaster.supervisor;

import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Where everything comes in: requests, ended children, signals. Any thread puts, the supervisor's
 * takes.
 *
 * <p>Of requests it takes so many and no more: a client has one at a time, but whoever leaves may
 * come back with another. Everything else is bounded where it comes from.
 */
final class Mailbox {

    /** Many more than there are connections. */
    static final int MOST_FOR_REQUESTS = 2048;

    private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>();

    void put(Message message) {
        queue.add(message);
    }

    /** A request; false where too much waits already. */
    boolean offer(Message.Ask ask) {
        return queue.size() < MOST_FOR_REQUESTS && queue.add(ask);
    }

    /** The next message if there is one; null otherwise. */
    Message poll() {
        return queue.poll();
    }

    /** Waits for a message, or until so many nanoseconds have passed: null then. */
    Message take(OptionalLong nanos) throws InterruptedException {
        return nanos.isEmpty() ? queue.take() : queue.poll(nanos.getAsLong(), TimeUnit.NANOSECONDS);
    }
}
