package taskmaster.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/** Bytes that one client has not taken yet, in pieces. Owned by the server's thread. */
final class Outbox {

    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>(4);

    /** What is sent of the first piece. */
    private int sent;

    private int bytes;

    void add(byte[] piece) {
        pieces.add(piece);
        bytes += piece.length;
    }

    int bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Forgets all but the rest of a piece of which the client has a part. */
    void dropUnsent() {
        byte[] first = pieces.peek();
        pieces.clear();
        bytes = 0;
        if (first != null && sent > 0) {
            pieces.add(first);
            bytes = first.length - sent;
        }
    }

    void clear() {
        pieces.clear();
        bytes = 0;
        sent = 0;
    }

    /**
     * Sends what the client takes now. The copy into {@code direct} joins small pieces into one
     * call, and keeps the JDK from making, and keeping, a direct buffer as large as a large piece.
     */
    void flush(SocketChannel channel, ByteBuffer direct) throws IOException {
        while (bytes > 0) {
            direct.clear();
            int offset = sent;
            for (byte[] piece : pieces) {
                int count = Math.min(piece.length - offset, direct.remaining());
                direct.put(piece, offset, count);
                offset = 0;
                if (!direct.hasRemaining()) {
                    break;
                }
            }
            direct.flip();
            int offered = direct.remaining();
            int taken = channel.write(direct);
            forget(taken);
            if (taken < offered) {
                return;
            }
        }
    }

    private void forget(int count) {
        bytes -= count;
        sent += count;
        while (!pieces.isEmpty() && sent >= pieces.peek().length) {
            sent -= pieces.poll().length;
        }
    }
}
