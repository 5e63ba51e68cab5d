package taskmaster.server;

import java.io.IOException;
import java.util.ArrayDeque;
import taskmaster.posix.SocketIo;

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

    /** Sends what the client takes now, small pieces together. */
    void flush(SocketIo io, int socket) throws IOException {
        while (bytes > 0) {
            int offered = offer(io);
            int taken = io.write(socket, offered);
            if (taken == SocketIo.NOT_NOW) {
                return;
            }
            forget(taken);
            if (taken < offered) {
                return;
            }
        }
    }

    private int offer(SocketIo io) {
        int filled = 0;
        int offset = sent;
        for (byte[] piece : pieces) {
            int count = Math.min(piece.length - offset, SocketIo.BUFFER_BYTES - filled);
            io.put(filled, piece, offset, count);
            filled += count;
            offset = 0;
            if (filled == SocketIo.BUFFER_BYTES) {
                break;
            }
        }
        return filled;
    }

    private void forget(int count) {
        bytes -= count;
        sent += count;
        while (!pieces.isEmpty() && sent >= pieces.peek().length) {
            sent -= pieces.poll().length;
        }
    }
}
