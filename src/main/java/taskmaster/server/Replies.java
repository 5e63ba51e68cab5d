package taskmaster.server;

import java.nio.channels.Selector;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import taskmaster.protocol.Reply;

/**
 * Replies on their way from other threads to the server's.
 *
 * <p>A wake-up of the selector is a system call, so it is made only when the thread sleeps, and
 * once. The thread says that it will sleep, then looks into the queue; senders add, then look
 * whether it sleeps: one of the two always sees the other.
 */
final class Replies {

    /**
     * @param reply empty when the request produced more than its connection could take
     * @param weight of the reply, as {@link Exchange} counts it
     */
    record Delivery(Exchange exchange, Optional<Reply> reply, long weight) {}

    private final Queue<Delivery> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Selector selector;

    Replies(Selector selector) {
        this.selector = selector;
    }

    /** Any thread. */
    void add(Exchange exchange, Reply reply, long weight) {
        queue.add(new Delivery(exchange, Optional.of(reply), weight));
    }

    /** Any thread. */
    void addOverflow(Exchange exchange) {
        queue.add(new Delivery(exchange, Optional.empty(), 0));
    }

    /** Any thread, after it added something. */
    void wakeUp() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    /** The server's thread: false when it must not sleep because something is here. */
    boolean maySleep() {
        asleep.set(true);
        if (queue.isEmpty()) {
            return true;
        }
        asleep.set(false);
        return false;
    }

    /** The server's thread. */
    void awake() {
        asleep.set(false);
    }

    /** The server's thread; null when there is none, as queues do. */
    Delivery poll() {
        return queue.poll();
    }
}
