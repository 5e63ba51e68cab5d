package taskmaster.ctl;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * A connection to taskmasterd: one request goes out, lines come back. Owned by one thread; only
 * {@link #close} may be called from another, and ends what the first one waits for.
 */
final class Connection implements AutoCloseable {

    /** More than any reply: a status of 10,000 processes has some 3 MB. */
    private static final int MAX_LINE = 16 << 20;

    private static final int BUFFER = 16 << 10;

    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER).limit(0);

    private Connection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Begins to load what a connection needs, on a thread of its own, and returns at once. The
     * JDK's first Unix socket takes it some 10 ms, because it initialises java.security for a
     * random number that only a server without a name uses; meanwhile this thread reads arguments
     * and configuration.
     */
    static void prepare() {
        Thread thread = new Thread(new Preparation(), "prepare");
        thread.setDaemon(true);
        thread.start();
    }

    private static final class Preparation implements Runnable {
        @Override
        public void run() {
            try {
                SocketChannel.open(StandardProtocolFamily.UNIX);
            } catch (IOException e) {
                // open() meets the same and says so.
                return;
            }
        }
    }

    static Connection open(String path) throws IOException {
        return new Connection(SocketChannel.open(UnixDomainSocketAddress.of(path)));
    }

    /** Whether the other side has neither closed nor said anything that nobody asked for. */
    boolean isQuiet() {
        if (received.hasRemaining()) {
            return false;
        }
        try {
            channel.configureBlocking(false);
            received.clear();
            int read = channel.read(received);
            received.flip();
            channel.configureBlocking(true);
            return read == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** {@code line} ends with a line feed. */
    void send(byte[] line) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(line.length).put(line).flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The next line with its line feed; no bytes when the other side has closed. */
    byte[] line() throws IOException {
        byte[] line = new byte[received.remaining() + 256];
        int length = 0;
        while (true) {
            int count = lineEnd() - received.position();
            if (length + count > line.length) {
                line = Arrays.copyOf(line, Math.max(length + count, line.length * 2));
            }
            received.get(line, length, count);
            length += count;
            if (length > 0 && line[length - 1] == '\n') {
                return Arrays.copyOf(line, length);
            }
            if (length > MAX_LINE) {
                throw new IOException("the answer is longer than " + MAX_LINE + " bytes");
            }
            received.clear();
            int read = channel.read(received);
            received.flip();
            if (read < 0) {
                return new byte[0];
            }
        }
    }

    /** The position after the first line feed, or the limit. */
    private int lineEnd() {
        for (int i = received.position(); i < received.limit(); i++) {
            if (received.get(i) == '\n') {
                return i + 1;
            }
        }
        return received.limit();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is of no use any more either way.
            return;
        }
    }
}
