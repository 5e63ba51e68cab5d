package taskmaster.ctl;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import taskmaster.posix.Epoll;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.SocketIo;
import taskmaster.posix.UnixSocket;

/**
 * A connection to taskmasterd that never waits, for who has other things to wait for as well: lines
 * go out as far as they are taken, and come in as far as they are there. Owned by one thread.
 */
final class Wire implements AutoCloseable {

    private final Posix posix;
    private final SocketIo io;
    private final int socket;
    private final ArrayDeque<byte[]> out = new ArrayDeque<>();
    private int sent;
    private final byte[] chunk = new byte[SocketIo.BUFFER_BYTES];
    private byte[] received = new byte[0];
    private boolean ended;

    private Wire(Posix posix, SocketIo io, int socket) {
        this.posix = posix;
        this.io = io;
        this.socket = socket;
    }

    /** {@code io} may serve several. @throws IOException nobody is there, or this user may not */
    static Wire open(Posix posix, SocketIo io, String path) throws IOException {
        int socket = UnixSocket.open();
        try {
            UnixSocket.connect(socket, path);
            return new Wire(posix, io, socket);
        } catch (ErrnoException e) {
            posix.close(socket);
            throw e;
        }
    }

    /** To wait for. */
    int descriptor() {
        return socket;
    }

    /** What is to be waited for. */
    int interest() {
        return Epoll.IN | (out.isEmpty() ? 0 : Epoll.OUT);
    }

    /** {@code line} ends with a line feed. */
    void send(byte[] line) {
        out.add(line);
        flush();
    }

    /** Sends what is taken. */
    void flush() {
        try {
            while (!out.isEmpty()) {
                byte[] line = out.peek();
                int count = Math.min(line.length - sent, SocketIo.BUFFER_BYTES);
                io.put(0, line, sent, count);
                int taken = io.write(socket, count);
                if (taken == SocketIo.NOT_NOW) {
                    return;
                }
                sent += taken;
                if (sent == line.length) {
                    out.remove();
                    sent = 0;
                }
            }
        } catch (ErrnoException e) {
            out.clear(); // why it has closed, it may have said before; so that is read
            sent = 0;
        }
    }

    /** Reads what is there, a bounded amount of it. */
    void receive() {
        try {
            int count = io.read(socket, chunk, chunk.length);
            if (count > 0) {
                int before = received.length;
                received = Arrays.copyOf(received, before + count);
                System.arraycopy(chunk, 0, received, before, count);
            }
            ended |= count == 0;
        } catch (ErrnoException e) {
            ended = true;
        }
    }

    /** The next whole line without its end. */
    Optional<byte[]> line() {
        for (int i = 0; i < received.length; i++) {
            if (received[i] == '\n') {
                byte[] line = Arrays.copyOf(received, i);
                received = Arrays.copyOfRange(received, i + 1, received.length);
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    /** The other side has closed; there may still be lines. */
    boolean hasEnded() {
        return ended;
    }

    @Override
    public void close() {
        try {
            posix.close(socket);
        } catch (ErrnoException e) {
            // It is gone all the same.
        }
    }
}
