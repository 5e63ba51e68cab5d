package taskmaster.supervisor;

/**
 * Heap that is kept for the moment when there is none: for tidying up after an {@link
 * OutOfMemoryError}, and for the words about it. Owned by the supervisor's thread.
 */
final class HeapReserve {

    /** A stack trace of a hundred lines, as text, and some objects. */
    private static final int BYTES = 64 * 1024;

    private static final byte[] EMPTY = {};

    private byte[] held = new byte[BYTES];

    /** What was held is free for whoever needs it first: this thread, if it goes on at once. */
    void release() {
        held = EMPTY;
    }

    /** Holds it again if there is memory; else the next time. */
    void refill() {
        if (held.length == 0) {
            try {
                held = new byte[BYTES];
            } catch (OutOfMemoryError e) {
                // Not yet.
            }
        }
    }
}
