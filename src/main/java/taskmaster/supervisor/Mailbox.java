package taskmaster.supervisor;

import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Where everything comes in: requests, ended children, signals. Any thread puts, the supervisor's
 * takes.
 *
 * <p>Not bounded by itself: clients are (256 connections, one request of each at a time), and so
 * are the others.
 */
final class Mailbox {

    private final LinkedBlockingQueue<Message> queue = new LinkedBlockingQueue<>();

    void put(Message message) {
        queue.add(message);
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
