package taskmaster.supervisor;

import java.util.concurrent.LinkedBlockingQueue;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;

/**
 * The thread that waits for children to end. It sees an end and leaves the zombie as it is: what
 * must be done while the pid is still ours, and the reaping, is the supervisor's.
 *
 * <p>It says one thing, then waits for {@link #goOn}: a zombie that is not yet reaped would be seen
 * again and again.
 */
final class Reaper {

    private final Posix posix;
    private final Mailbox mailbox;
    private final LinkedBlockingQueue<Boolean> orders = new LinkedBlockingQueue<>();

    Reaper(Posix posix, Mailbox mailbox) {
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
        orders.add(Boolean.TRUE);
    }

    private void run() {
        try {
            while (true) {
                tell();
                orders.take();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Without memory it looks again: the zombie stays until it is reaped, and nobody else sees it.
     */
    private void tell() {
        boolean told = false;
        while (!told) {
            try {
                mailbox.put(look());
                told = true;
            } catch (OutOfMemoryError e) {
                Thread.onSpinWait();
            }
        }
    }

    private Message look() {
        try {
            posix.awaitExit();
            return new Message.ChildEnded();
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.ECHILD)) {
                throw new IllegalStateException("waitid cannot fail like this", e);
            }
            return new Message.NoChild();
        }
    }
}
