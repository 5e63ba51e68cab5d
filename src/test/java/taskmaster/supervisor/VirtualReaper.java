package taskmaster.supervisor;

/**
 * What {@link Reaper} does, without a thread: sees an end, tells it once, and waits for an order.
 */
final class VirtualReaper {

    private final VirtualKernel kernel;
    private final Mailbox mailbox;
    private final int lag;
    private boolean looking = true;
    private int orders;
    private int behind;
    private long asleepUntil = VirtualKernel.START;

    /** {@code lag}: turns of the loop from an end to its telling. */
    VirtualReaper(VirtualKernel kernel, Mailbox mailbox, int lag) {
        this.kernel = kernel;
        this.mailbox = mailbox;
        this.lag = lag;
    }

    void goOn() {
        orders++;
    }

    void sleep(long nanos) {
        asleepUntil = kernel.now() + nanos;
    }

    void makePeace() {
        asleepUntil = kernel.now();
    }

    /** When it can say what it cannot say now; {@code Long.MAX_VALUE}: nothing. */
    long nextHappening() {
        return asleepUntil > kernel.now() ? asleepUntil : Long.MAX_VALUE;
    }

    /** False: there is nothing for it to do. */
    boolean turn() {
        if (!looking) {
            if (orders == 0) {
                return false;
            }
            orders--;
            looking = true;
        }
        boolean zombies = kernel.hasNews();
        if (kernel.now() < asleepUntil || (!zombies && kernel.hasChildren())) {
            return false;
        }
        if (behind < lag) {
            behind++;
            return true;
        }
        behind = 0;
        looking = false;
        mailbox.put(zombies ? new Message.ChildEnded() : new Message.NoChild());
        return true;
    }
}
