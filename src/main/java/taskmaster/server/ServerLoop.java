package taskmaster.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import taskmaster.protocol.Reply;
import taskmaster.protocol.RequestPort;

/**
 * The server's thread: waits for sockets, replies and deadlines, and gives each connection its
 * turn. Everything here but {@link #close} and {@link #replies} is used by that thread only.
 *
 * <p>What goes wrong with one connection ends that connection and no other. Nothing polls: without
 * half-written requests, ending connections or silent ones that wait for a reply, the thread sleeps
 * until something comes.
 */
final class ServerLoop implements Runnable {

    private static final int BUFFER_BYTES = 64 * 1024;

    /** After the selector itself failed; it is not known to, and must not spin. */
    private static final long SELECT_PAUSE_NANOS = 100_000_000;

    private final ServerSocketChannel listener;
    private final RequestPort port;
    private final Limits limits;
    private final Consumer<Throwable> errors;
    private final Selector selector;
    private final SelectionKey listenerKey;
    private final Replies replies;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final byte[] scratch = new byte[BUFFER_BYTES];

    private List<Connection> dirty = new ArrayList<>();
    private List<Connection> turning = new ArrayList<>();
    private int connections;
    private long heldBytes;
    private long nextDeadline = Connection.NEVER;
    private long nextProbe = Connection.NEVER;
    private long acceptAgain = Connection.NEVER;
    private boolean acceptFailed;
    private boolean probing;

    /** Set by any thread, once. */
    private volatile boolean closing;

    ServerLoop(
            ServerSocketChannel listener,
            RequestPort port,
            Limits limits,
            Consumer<Throwable> errors)
            throws IOException {
        this.listener = listener;
        this.port = port;
        this.limits = limits;
        this.errors = errors;
        selector = Selector.open();
        replies = new Replies(selector, limits.totalBytes());
        listener.configureBlocking(false);
        listenerKey = listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Any thread: the loop sends what is to be sent, bounded, and ends. */
    void close() {
        closing = true;
        selector.wakeup();
    }

    @Override
    public void run() {
        while (!closing) {
            try {
                turn();
            } catch (IOException | RuntimeException | Error e) {
                if (closing) {
                    break;
                }
                report(e);
                LockSupport.parkNanos(SELECT_PAUSE_NANOS);
            }
        }
        try {
            sayGoodbye();
        } catch (IOException | RuntimeException | Error e) {
            report(e);
        }
        closeAll();
    }

    private void turn() throws IOException {
        select();
        deliverReplies(limits.totalBytes() / 4);
        turnDirty();
        long now = now();
        if (now >= nextDeadline) {
            passDeadlines(now);
        }
        if (now >= nextProbe) {
            probe(now);
        }
        if (now >= acceptAgain) {
            resumeAccepting();
        }
        dropGreediest();
    }

    private void select() throws IOException {
        long next = Math.min(nextDeadline, Math.min(nextProbe, acceptAgain));
        if (!dirty.isEmpty() || !replies.maySleep()) {
            selector.selectNow(this::ready);
        } else if (next == Connection.NEVER) {
            selector.select(this::ready);
        } else {
            long millis = (next - now()) / 1_000_000 + 1;
            selector.select(this::ready, Math.max(millis, 1));
        }
        replies.awake();
    }

    private void ready(SelectionKey key) {
        if (!(key.attachment() instanceof Connection connection)) {
            accept();
            return;
        }
        try {
            if (!key.isValid()) {
                return;
            }
            int ready = key.readyOps();
            if (probing && (ready & SelectionKey.OP_CONNECT) != 0) {
                connection.close();
            } else if ((ready & SelectionKey.OP_READ) != 0) {
                connection.read();
            } else if ((ready & SelectionKey.OP_WRITE) != 0) {
                connection.turn();
            }
        } catch (Throwable e) {
            fail(connection, e);
        }
    }

    /** A client that went away is no error of ours. */
    private void fail(Connection connection, Throwable e) {
        if (!(e instanceof IOException)) {
            report(e);
        }
        connection.close();
    }

    private void accept() {
        try {
            for (int i = 0; i < Limits.BACKLOG; i++) {
                SocketChannel channel = listener.accept();
                if (channel == null) {
                    break;
                }
                admit(channel);
            }
            acceptFailed = false;
        } catch (IOException e) {
            if (closing) {
                return;
            }
            // Out of descriptors, mostly. The listener stays readable, so do not look at it.
            if (!acceptFailed) {
                report(new IOException("cannot accept a connection: " + e.getMessage(), e));
            }
            acceptFailed = true;
            listenerKey.interestOps(0);
            acceptAgain = after(limits.acceptPause());
        }
    }

    private void resumeAccepting() {
        acceptAgain = Connection.NEVER;
        if (listenerKey.isValid()) {
            listenerKey.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void admit(SocketChannel channel) {
        boolean refused = connections >= limits.connections();
        try {
            channel.configureBlocking(false);
            if (connections >= limits.connections() + Limits.REFUSED_CONNECTIONS) {
                var out = new Outbox();
                new LineLanguage(out, limits.lineBytes()).lastWords(tooMany());
                out.flush(channel, buffer);
                channel.close();
                return;
            }
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new Connection(this, channel, key, refused));
            connections++;
        } catch (IOException | RuntimeException | Error e) {
            if (!(e instanceof IOException)) {
                report(e);
            }
            try {
                channel.close();
            } catch (IOException again) {
                report(again);
            }
        }
    }

    /** Not more than {@link #dropGreediest} can undo in time: while we take, others add. */
    private void deliverReplies(long most) {
        long taken = 0;
        Replies.Delivery delivery;
        while (taken <= most && (delivery = replies.poll()) != null) {
            taken += delivery.weight();
            Connection connection = delivery.exchange().connection();
            try {
                connection.deliver(delivery.exchange(), delivery.reply(), delivery.weight());
                again(connection);
            } catch (Throwable e) {
                fail(connection, e);
            }
        }
    }

    private void turnDirty() {
        List<Connection> now = dirty;
        dirty = turning;
        turning = now;
        for (int i = 0; i < now.size(); i++) {
            Connection connection = now.get(i);
            try {
                if (!connection.isClosed()) {
                    connection.turn();
                }
            } catch (Throwable e) {
                fail(connection, e);
            }
        }
        now.clear();
    }

    private void passDeadlines(long now) {
        nextDeadline = Connection.NEVER;
        for (Connection connection : all()) {
            try {
                if (now >= connection.deadline()) {
                    connection.deadlinePassed();
                }
            } catch (Throwable e) {
                fail(connection, e);
            }
            deadlineSet(connection.deadline());
        }
    }

    /**
     * Finds out which of the silent clients have gone. Java cannot wait for a hang-up alone; but it
     * reports one as readiness for whatever is waited for, and OP_CONNECT never comes otherwise.
     */
    private void probe(long now) throws IOException {
        nextProbe = Connection.NEVER;
        List<Connection> deaf = new ArrayList<>();
        for (Connection connection : all()) {
            if (connection.isDeaf()) {
                connection.beginProbe();
                deaf.add(connection);
            }
        }
        if (deaf.isEmpty()) {
            return;
        }
        probing = true;
        try {
            selector.selectNow(this::ready);
        } finally {
            probing = false;
        }
        for (Connection connection : deaf) {
            connection.endProbe();
            if (connection.isDeaf()) {
                nextProbe = now + limits.probeTime().toNanos();
            }
        }
    }

    /** Keeps within bounds what all clients together make us hold. */
    private void dropGreediest() {
        while (heldBytes > limits.totalBytes()) {
            Connection greediest = all().getFirst();
            for (Connection connection : all()) {
                if (connection.heldBytes() > greediest.heldBytes()) {
                    greediest = connection;
                }
            }
            String message = "too much waits for all clients together; try again later";
            greediest.drop(Reply.error(Reply.TOO_MANY, "too_much_waiting", message));
            again(greediest);
        }
    }

    private void sayGoodbye() throws IOException {
        long end = after(limits.closeTime());
        listenerKey.cancel();
        deliverReplies(Long.MAX_VALUE);
        Reply reply = Reply.error(Reply.UNAVAILABLE, "shutting_down", "the daemon is ending");
        for (Connection connection : all()) {
            try {
                connection.serverCloses(reply);
            } catch (Throwable e) {
                fail(connection, e);
            }
        }
        while (connections > 0 && now() < end) {
            selector.select(this::ready, Math.max((end - now()) / 1_000_000, 1));
        }
    }

    private void closeAll() {
        for (Connection connection : all()) {
            connection.close();
        }
        try {
            selector.close();
        } catch (IOException e) {
            report(e);
        }
    }

    private List<Connection> all() {
        List<Connection> all = new ArrayList<>(connections);
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Connection connection && !connection.isClosed()) {
                all.add(connection);
            }
        }
        return all;
    }

    private static long now() {
        return System.nanoTime() - START;
    }

    /** So that no time is near the end of a long. */
    private static final long START = System.nanoTime();

    long after(Duration duration) {
        return now() + duration.toNanos();
    }

    Limits limits() {
        return limits;
    }

    RequestPort port() {
        return port;
    }

    /** Any thread. */
    Replies replies() {
        return replies;
    }

    /** Direct, shared by all connections; its content is worth nothing after a call. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** As large as {@link #buffer}; what is in it lasts until the end of a turn. */
    byte[] scratch() {
        return scratch;
    }

    boolean isClosing() {
        return closing;
    }

    Reply tooMany() {
        String message = "there are " + limits.connections() + " connections; try again later";
        return Reply.error(Reply.TOO_MANY, "too_many_connections", message);
    }

    /** {@code connection} gets another turn soon. */
    void again(Connection connection) {
        if (connection.markDirty()) {
            dirty.add(connection);
        }
    }

    void deadlineSet(long deadline) {
        nextDeadline = Math.min(nextDeadline, deadline);
    }

    /** What a connection holds for its client has grown, or shrunk, by so much. */
    void heldChanged(int bytes) {
        heldBytes += bytes;
    }

    void probeSoon() {
        nextProbe = 0;
    }

    void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            report(e);
        }
    }

    void report(Throwable e) {
        try {
            errors.accept(e);
        } catch (RuntimeException | Error ignored) {
            // There is nobody left to tell, and the other clients come first.
        }
    }

    void closed(Connection connection) {
        connections--;
        if (acceptFailed && !closing) {
            resumeAccepting();
        }
    }
}
