package taskmaster.output;

import java.util.Arrays;

/** The last bytes that came, at most {@link #MOST}; it takes as much memory as it needs. */
final class Recent {

    /** A screen of the largest kind, with colours. */
    static final int MOST = 16 * 1024;

    private static final int LEAST = 512;

    private byte[] ring = new byte[0];

    /** Of all that ever came. */
    private long count;

    void add(byte[] bytes, int length) {
        grow(length);
        int from = Math.max(0, length - ring.length);
        count += from;
        for (int i = from; i < length; ) {
            int at = (int) (count % ring.length);
            int part = Math.min(length - i, ring.length - at);
            System.arraycopy(bytes, i, ring, at, part);
            count += part;
            i += part;
        }
    }

    /** As long as it was never full, what is there begins at 0. */
    private void grow(int more) {
        if (ring.length < MOST && count + more > ring.length) {
            int wanted = Math.max(LEAST, Integer.highestOneBit((int) count + more) * 2);
            ring = Arrays.copyOf(ring, Math.min(MOST, wanted));
        }
    }

    /** The last lines, as tail(1) counts them: the end of a last one need not have come. */
    byte[] lines(long wanted) {
        byte[] all = all();
        if (wanted == 0) {
            return new byte[0];
        }
        long found = 0;
        for (int i = all.length - 2; i >= 0; i--) {
            if (all[i] == '\n') {
                found++;
                if (found == wanted) {
                    return Arrays.copyOfRange(all, i + 1, all.length);
                }
            }
        }
        return count > all.length ? wholeLines(all) : all;
    }

    /** The beginning of the first one is no longer there. */
    private static byte[] wholeLines(byte[] all) {
        for (int i = 0; i < all.length - 1; i++) {
            if (all[i] == '\n') {
                return Arrays.copyOfRange(all, i + 1, all.length);
            }
        }
        return all;
    }

    /** The last bytes, at most so many: from the beginning of a line on, where there were more. */
    byte[] last(long most) {
        byte[] all = all();
        if (most <= all.length) {
            return Arrays.copyOfRange(all, all.length - (int) most, all.length);
        }
        return wholeLines(all);
    }

    private byte[] all() {
        int length = (int) Math.min(count, ring.length);
        byte[] all = new byte[length];
        for (int i = 0; i < length; i++) {
            all[i] = ring[(int) ((count - length + i) % ring.length)];
        }
        return all;
    }
}
