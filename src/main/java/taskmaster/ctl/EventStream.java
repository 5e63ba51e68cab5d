package taskmaster.ctl;

import java.io.IOException;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/**
 * Notices that something has happened to a process, or that the daemon has ended: a connection of
 * its own with {@code events} on it, and a thread that waits for what comes. What it was is seen in
 * the status.
 */
final class EventStream implements AutoCloseable {

    private final Connection connection;
    private volatile boolean ended;

    private EventStream(Connection connection) {
        this.connection = connection;
    }

    /** {@code happened} is called by another thread, the last time when there is no more. */
    static EventStream open(Endpoint endpoint, Runnable happened) throws IOException {
        EventStream stream = new EventStream(Connection.open(endpoint.path()));
        stream.connection.send(WireFormat.encode(new Request.Events(new Target.All())));
        Thread thread = new Thread(() -> stream.read(happened), "events");
        thread.setDaemon(true);
        thread.start();
        return stream;
    }

    private void read(Runnable happened) {
        try {
            while (connection.line().length > 0) {
                happened.run();
            }
        } catch (IOException e) {
            // Ended, as a last line would say, or closed by us.
            ended = true;
        }
        ended = true;
        happened.run();
    }

    boolean hasEnded() {
        return ended;
    }

    @Override
    public void close() {
        connection.close();
    }
}
