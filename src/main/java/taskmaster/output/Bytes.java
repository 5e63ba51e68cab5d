package taskmaster.output;

import java.util.Arrays;

/** Bytes that are being collected. Owned by one thread. */
final class Bytes {

    private static final int INITIAL = 256;

    /** What has grown beyond this is given back when it is emptied. */
    private static final int KEEP = 128 * 1024;

    private byte[] array = new byte[INITIAL];
    private int size;

    byte[] array() {
        return array;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        if (array.length > KEEP) {
            array = new byte[INITIAL];
        }
    }

    void add(byte b) {
        grow(1);
        array[size++] = b;
    }

    void add(byte[] more) {
        grow(more.length);
        System.arraycopy(more, 0, array, size, more.length);
        size += more.length;
    }

    private void grow(int more) {
        if (array.length - size < more) {
            array = Arrays.copyOf(array, Math.max(2 * array.length, size + more));
        }
    }

    byte[] copy() {
        return Arrays.copyOf(array, size);
    }
}
