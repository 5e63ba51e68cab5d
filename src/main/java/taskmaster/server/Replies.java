package taskmaster.server;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import taskmaster.posix.Epoll;
import taskmaster.protocol.Reply;

/**
 * Replies on their way from other threads to the server's.
 *
 * <p>A wake-up is a system call, so it is made only when the thread sleeps, and once. The thread
 * says that it will sleep, then looks into the queue; senders add, then look whether it sleeps: one
 * of the two always sees the other.
 */
final class Replies {

    /**
     * @param reply empty when the request produced more than its connection could take
     * @param weight of the reply, as {@link Exchange} counts it
     */
    record Delivery(Exchange exchange, Optional<Reply> reply, long weight) {}

    /** A reply of less than this is never refused: it tells what became of a request. */
    static final long SMALL = 16 * 1024;

    private final AtomicLong waiting = new AtomicLong();
    private final long most;
    private final Queue<Delivery> queue;
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Epoll epoll;

    /**
     * {@code most}: the weight that may wait. Whoever answers can be faster than the server's
     * thread, and answers to hundreds of clients at once would fill the heap.
     */
    Replies(Epoll epoll, long most) {
        this(epoll, most, new ConcurrentLinkedQueue<>());
    }

    /** {@code queue}: for any number of threads. */
    Replies(Epoll epoll, long most, Queue<Delivery> queue) {
        this.epoll = epoll;
        this.most = most;
        this.queue = queue;
    }

    /** Any thread. What is larger than all may be has room while nothing else waits. */
    boolean hasRoomFor(long weight) {
        long before = waiting.get();
        return weight < SMALL || before == 0 || before + weight <= most;
    }

    /** Any thread. */
    void add(Exchange exchange, Reply reply, long weight) {
        var delivery = new Delivery(exchange, Optional.of(reply), weight);
        waiting.addAndGet(weight);
        try {
            queue.add(delivery);
        } catch (OutOfMemoryError e) {
            waiting.addAndGet(-weight);
            throw e;
        }
    }

    /** Any thread. */
    void addOverflow(Exchange exchange) {
        queue.add(new Delivery(exchange, Optional.empty(), 0));
    }

    /** Any thread, after it added something. */
    void wakeUp() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            epoll.wakeUp();
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
        Delivery next = queue.poll();
        if (next != null) {
            waiting.addAndGet(-next.weight);
        }
        return next;
    }
}
