package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A taskmasterd that answers every connection with the same bytes, and closes it then. */
final class StubServer implements AutoCloseable {

    private final ServerSocketChannel server;
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final List<byte[]> chunks;
    private final boolean closes;
    private final Thread thread;

    private StubServer(Path socket, boolean closes, List<byte[]> chunks) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        this.closes = closes;
        this.chunks = chunks;
        thread = Thread.ofPlatform().daemon().name("stub").unstarted(this::serve);
        thread.start();
    }

    static StubServer answering(Path socket, String answer) throws IOException {
        return new StubServer(socket, true, List.of(answer.getBytes(UTF_8)));
    }

    /** Each chunk is a write of its own. */
    static StubServer answering(Path socket, List<byte[]> chunks) throws IOException {
        return new StubServer(socket, true, chunks);
    }

    /** Accepts and reads, and keeps silent. */
    static StubServer silent(Path socket) throws IOException {
        return new StubServer(socket, false, List.of());
    }

    private void serve() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                requests.add(line(client));
                for (byte[] chunk : chunks) {
                    ByteBuffer bytes = ByteBuffer.wrap(chunk);
                    while (bytes.hasRemaining()) {
                        client.write(bytes);
                    }
                }
                if (closes) {
                    client.close();
                }
            }
        } catch (IOException e) {
            // Closed, or the client went: a test that minds sees it in the client.
            requests.add("end: " + e);
        }
    }

    private static String line(SocketChannel client) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer bytes = ByteBuffer.allocate(1000);
        while (text.indexOf("\n") < 0 && client.read(bytes) >= 0) {
            text.append(UTF_8.decode(bytes.flip()));
            bytes.clear();
        }
        return text.toString();
    }

    String request() throws InterruptedException {
        String request = requests.poll(60, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came in 60 s");
        }
        return request;
    }

    @Override
    public void close() throws IOException {
        server.close();
        // Until its accept has returned, the kernel still takes connections.
        try {
            thread.join(60_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
