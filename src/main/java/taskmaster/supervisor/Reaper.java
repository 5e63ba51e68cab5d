package taskmaster.supervisor;

import java.util.concurrent.Semaphore;
import taskmaster.posix.ChildExit;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Retry;

/**
 * The thread that waits for children to end, to be stopped or to go on. It sees that and leaves it
 * as it is: what must be done while the pid is still ours, the reaping, and the taking of a stop,
 * are the supervisor's.
 *
 * <p>It says one thing, then waits for {@link #goOn}: what is not yet taken would be seen again and
 * again.
 */
final class Reaper {

    private final Posix posix;
    private final Mailbox mailbox;
    private final Runnable beforeTelling;

    /** What it is to go on from; to count takes no memory. */
    private final Semaphore orders = new Semaphore(0);

    /** {@code beforeTelling} runs on this thread when a child has ended; it may wait a little. */
    Reaper(Posix posix, Mailbox mailbox, Runnable beforeTelling) {
        this.beforeTelling = beforeTelling;
        this.posix = posix;
        this.mailbox = mailbox;
    }

    void start() {
        var thread = new Thread(null, this::run, "reaper", 128 << 10);
        thread.setDaemon(true);
        thread.start();
    }

    /** What it saw has been dealt with; or there is a child again. Any thread. */
    void goOn() {
        orders.release();
    }

    /**
     * Without memory it looks again: the zombie stays until it is reaped, and nobody else sees it.
     */
    private void run() {
        Retry.Attempt<RuntimeException> tell = () -> mailbox.put(look());
        Retry.Attempt<RuntimeException> wait = orders::acquireUninterruptibly;
        while (true) {
            Retry.untilThereIsMemory(tell);
            Retry.untilThereIsMemory(wait);
        }
    }

    private Message look() {
        try {
            if (posix.children().awaitChange() instanceof ChildExit) {
                beforeTelling.run();
            }
            return new Message.ChildEnded();
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.ECHILD)) {
                throw new IllegalStateException("waitid cannot fail like this", e);
            }
            return new Message.NoChild();
        }
    }
}
