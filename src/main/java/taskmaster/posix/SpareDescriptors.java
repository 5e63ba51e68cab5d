package taskmaster.posix;

/**
 * Descriptors that are kept for what must work when there are no others: opened at the start on
 * /dev/null, closed for one operation, and taken back. Any thread.
 */
public final class SpareDescriptors {

    private static final int NONE = -1;

    private final Posix posix;
    private final int[] held;

    /** Who takes as many as it can get; those that are missing are taken back later. */
    public SpareDescriptors(Posix posix, int count) {
        this.posix = posix;
        held = new int[count];
        for (int i = 0; i < count; i++) {
            held[i] = NONE;
        }
        takeBack();
    }

    /** So many descriptors are free, unless another thread is faster. */
    public synchronized void release() {
        for (int i = 0; i < held.length; i++) {
            if (held[i] != NONE) {
                int fd = held[i];
                held[i] = NONE;
                try {
                    posix.close(fd);
                } catch (ErrnoException e) {
                    // It is gone all the same.
                }
            }
        }
    }

    /** After the operation; what is not to be had is left for the next time. */
    public synchronized void takeBack() {
        try {
            for (int i = 0; i < held.length; i++) {
                if (held[i] == NONE) {
                    held[i] = posix.open("/dev/null", 0);
                }
            }
        } catch (ErrnoException e) {
            // EMFILE: the next time.
        }
    }
}
