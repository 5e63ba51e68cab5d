package taskmaster.ctl;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import taskmaster.protocol.Request;

/**
 * Ends a connection whose other side does not answer in the time of {@code --timeout}; a blocking
 * read of a Unix socket has no time limit of its own. The thread is only there with that option.
 */
final class Deadline {

    /** The daemon counts the time of a start or stop itself and says how far it came. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile boolean passed;

    private Deadline() {}

    static Deadline start(Connection connection, Invocation.Ask ask) {
        Duration limit = ask.options().timeout().orElseThrow();
        if (waits(ask.request())) {
            limit = limit.plus(GRACE);
        }
        return start(connection, limit);
    }

    static Deadline start(Connection connection, Duration limit) {
        Deadline deadline = new Deadline();
        long nanos = limit.toNanos();
        Thread thread = new Thread(() -> deadline.watch(connection, nanos), "deadline");
        thread.setDaemon(true);
        thread.start();
        return deadline;
    }

    private static boolean waits(Request request) {
        return request instanceof Request.Start
                || request instanceof Request.Stop
                || request instanceof Request.Restart
                || request instanceof Request.Wait
                || request instanceof Request.Reload;
    }

    private void watch(Connection connection, long nanos) {
        try {
            if (!cancelled.await(nanos, TimeUnit.NANOSECONDS)) {
                passed = true;
                connection.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The answer is on its way. */
    void cancel() {
        cancelled.countDown();
    }

    boolean hasPassed() {
        return passed;
    }
}
