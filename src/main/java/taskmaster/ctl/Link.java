package taskmaster.ctl;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;

/**
 * The connection of the command that runs, kept for the next one, and opened anew when the other
 * side has closed it. Owned by the thread that runs the commands; only {@link #interrupt} may be
 * called from another.
 */
final class Link {

    private volatile Optional<Connection> open = Optional.empty();

    /** Where {@link #open} leads; without a meaning while that is empty. */
    private String path = "";

    /** The kept connection, if it leads there and is still good, or a new one. */
    Connection to(Endpoint endpoint) throws IOException {
        if (isGood() && path.equals(endpoint.path())) {
            return open.get();
        }
        drop();
        Connection connection = Connection.open(endpoint.path());
        open = Optional.of(connection);
        path = endpoint.path();
        return connection;
    }

    /** Whether there is one that the other side has not closed. */
    boolean isGood() {
        return open.isPresent() && open.get().isQuiet();
    }

    /** The next command gets another one. */
    void drop() {
        interrupt();
        open = Optional.empty();
    }

    /** Ends what is waited for. From any thread. */
    void interrupt() {
        Optional<Connection> connection = open;
        if (connection.isPresent()) {
            connection.get().close();
        }
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws IOException taskmasterd cannot be reached, has ended, or does not answer in time; the
     *     message says which
     */
    Reply ask(Endpoint endpoint, Request request, Duration limit) throws IOException {
        Connection connection = to(endpoint);
        Deadline deadline = Deadline.start(connection, limit);
        byte[] line;
        try {
            connection.send(WireFormat.encode(request));
            line = connection.line();
        } catch (IOException e) {
            drop();
            throw deadline.hasPassed() ? new IOException("does not answer", e) : e;
        }
        deadline.cancel();
        Optional<Reply> reply = WireFormat.decode(line);
        if (reply.isEmpty() || deadline.hasPassed()) {
            drop();
            throw new IOException(
                    line.length == 0 ? "has ended" : "does not answer as a taskmasterd does");
        }
        return reply.get();
    }
}
