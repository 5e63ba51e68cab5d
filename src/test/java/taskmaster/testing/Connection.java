package taskmaster.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;

/**
 * A client of the socket that sends what it is told, well formed or not. No read waits for ever.
 */
public final class Connection implements AutoCloseable {

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteBuffer buffer = ByteBuffer.allocate(8192).flip();

    public Connection(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        selector = Selector.open();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    /** Sends a line and reads one. */
    public Json.Obj request(String text) throws IOException {
        send(text + "\n");
        return readReply();
    }

    /** Sends these characters as they are. */
    public void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        long deadline = System.nanoTime() + DaemonHarness.PATIENCE.toNanos();
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                channel.keyFor(selector).interestOps(SelectionKey.OP_WRITE);
                select(deadline);
                channel.keyFor(selector).interestOps(SelectionKey.OP_READ);
            }
        }
    }

    /** No more will be sent; what was asked is still answered. */
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /** The next line as JSON. */
    public Json.Obj readReply() throws IOException {
        String text = readLine().orElseThrow(() -> new IOException("the daemon closed"));
        try {
            return (Json.Obj) JsonParser.parse(text);
        } catch (JsonException e) {
            throw new IOException("not JSON: " + text, e);
        }
    }

    /** The next line without its end; empty at the end of the stream. */
    public Optional<String> readLine() throws IOException {
        long deadline = System.nanoTime() + DaemonHarness.PATIENCE.toNanos();
        while (true) {
            while (buffer.hasRemaining()) {
                byte b = buffer.get();
                if (b == '\n') {
                    String text = line.toString(StandardCharsets.UTF_8);
                    line.reset();
                    return Optional.of(text);
                }
                line.write(b);
            }
            buffer.clear();
            int read = channel.read(buffer);
            buffer.flip();
            if (read < 0) {
                return Optional.empty();
            }
            if (read == 0) {
                select(deadline);
            }
        }
    }

    private void select(long deadline) throws IOException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new IOException("the daemon did not answer in " + DaemonHarness.PATIENCE);
        }
        selector.select(millis);
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
