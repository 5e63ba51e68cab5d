package taskmaster.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client that blocks; the deadline of the test interrupts it. */
final class Client implements AutoCloseable {

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(8192).limit(0);

    Client(Path file) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(file));
    }

    Client send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    Client send(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        return this;
    }

    Client endSending() throws IOException {
        channel.shutdownOutput();
        return this;
    }

    /** The next line without its end; at the end of the stream what is left. */
    String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = read(); b >= 0 && b != '\n'; b = read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** All up to the end of the stream. */
    String rest() throws IOException {
        var rest = new ByteArrayOutputStream();
        for (int b = read(); b >= 0; b = read()) {
            rest.write(b);
        }
        return rest.toString(StandardCharsets.UTF_8);
    }

    String text(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) read();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** One response with a length: status line, headers, body. */
    String response() throws IOException {
        var head = new StringBuilder();
        int length = 0;
        String line = line();
        while (!line.equals("\r")) {
            if (line.isEmpty()) {
                throw new AssertionError("the response ends: " + head);
            }
            if (line.startsWith("Content-Length: ")) {
                length = Integer.parseInt(line.substring(16).strip());
            }
            head.append(line).append('\n');
            line = line();
        }
        return head + "\n" + text(length);
    }

    private int read() throws IOException {
        if (!buffer.hasRemaining()) {
            int count = channel.read(buffer.clear());
            buffer.flip();
            if (count < 0) {
                buffer.limit(0);
                return -1;
            }
        }
        return buffer.get() & 0xFF;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
