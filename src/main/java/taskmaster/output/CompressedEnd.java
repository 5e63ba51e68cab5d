package taskmaster.output;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The last bytes of a compressed log, in bounded memory: it is read from its beginning. */
final class CompressedEnd {

    /**
     * What is longer uncompressed is not read: all who read logs wait for it, some 0.3 s for this.
     */
    static final long LONGEST = 64L << 20;

    private static final int BLOCK = 32 * 1024;

    private CompressedEnd() {}

    /**
     * Reads all of it and keeps the end.
     *
     * @param most bytes that are kept, 1 or more
     * @return empty: it is too long, or cannot be read, or is not compressed by gzip
     */
    static Optional<byte[]> read(FileChannel file, int most) {
        try (InputStream in = new GZIPInputStream(Channels.newInputStream(file), BLOCK)) {
            return lastOf(in, most);
        } catch (IOException e) {
            return Optional.empty(); // somebody else's, or cut off: nothing that can be shown
        }
    }

    private static Optional<byte[]> lastOf(InputStream in, int most) throws IOException {
        byte[] block = new byte[BLOCK];
        byte[] ring = new byte[most];
        long size = 0;
        for (int count = in.read(block); count > 0; count = in.read(block)) {
            for (int i = Math.max(0, count - most); i < count; i++) {
                ring[(int) ((size + i) % most)] = block[i];
            }
            size += count;
            if (size > LONGEST) {
                return Optional.empty();
            }
        }
        int length = (int) Math.min(size, most);
        int start = (int) ((size - length) % most);
        byte[] end = new byte[length];
        int first = Math.min(length, most - start);
        System.arraycopy(ring, start, end, 0, first);
        System.arraycopy(ring, 0, end, first, length - first);
        return Optional.of(end);
    }
}
