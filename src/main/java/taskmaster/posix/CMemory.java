package taskmaster.posix;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory as C sees it: an address, and what is there, in the machine's byte order and within
 * bounds.
 *
 * <p>A buffer and not {@code MemorySegment.get}, which makes the JVM write a class for each type it
 * is used with: 25 ms at start-up, with an AOT cache.
 */
final class CMemory {

    private final long address;
    private final ByteBuffer bytes;

    CMemory(MemorySegment segment) {
        address = segment.address();
        bytes = segment.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    long address() {
        return address;
    }

    int size() {
        return bytes.capacity();
    }

    int getInt(int at) {
        return bytes.getInt(at);
    }

    void putInt(int at, int value) {
        bytes.putInt(at, value);
    }

    long getLong(int at) {
        return bytes.getLong(at);
    }

    void putLong(int at, long value) {
        bytes.putLong(at, value);
    }

    /** The first bytes. */
    void get(byte[] into, int count) {
        bytes.get(0, into, 0, count);
    }

    void get(byte[] into, int start, int count) {
        bytes.get(0, into, start, count);
    }

    void put(int at, byte[] from, int count) {
        bytes.put(at, from, 0, count);
    }

    void put(int at, byte[] from, int offset, int count) {
        bytes.put(at, from, offset, count);
    }

    /** From the beginning on. */
    void put(long[] from) {
        bytes.asLongBuffer().put(0, from);
    }
}
