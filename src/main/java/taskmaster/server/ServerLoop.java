package taskmaster.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import taskmaster.posix.Epoll;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Peer;
import taskmaster.posix.SocketIo;
import taskmaster.protocol.Reply;
import taskmaster.protocol.RequestPort;

/**
 * The server's thread: waits for sockets, replies and deadlines, and gives each connection its
 * turn. Everything here but {@link #close}, {@link #setAccess}, {@link #renewFile} and {@link
 * #replies} is used by that thread only.
 *
 * <p>What goes wrong with one connection ends that connection and no other. Nothing polls: without
 * half-written requests and ending connections the thread sleeps until something comes.
 */
final class ServerLoop implements Runnable {

    /** Told of by one wait; more come with the next. */
    private static final int EVENTS = 64;

    /** After the wait itself failed; it is not known to, and must not spin. */
    private static final long WAIT_PAUSE_NANOS = 100_000_000;

    private final RequestPort port;
    private final Gate gate;
    private final Limits limits;
    private final Consumer<Throwable> errors;
    private final Epoll epoll;
    private final SocketIo io;
    private final Acceptor acceptor;
    private final Replies replies;
    private final Connections connections = new Connections();
    private final byte[] scratch = new byte[SocketIo.BUFFER_BYTES];

    private List<Connection> dirty = new ArrayList<>();
    private List<Connection> turning = new ArrayList<>();
    private long heldBytes;
    private long nextDeadline = Connection.NEVER;

    /** Set by any thread, once. */
    private volatile boolean closing;

    /** Set by any thread: to see who has lost the right to be here. */
    private volatile boolean accessChanged;

    /** Set by any thread: to see whether the socket's file is still there. */
    private volatile boolean fileDoubted;

    /**
     * @throws IOException when the system has no more descriptors
     */
    ServerLoop(
            SocketFile socket,
            RequestPort port,
            Gate gate,
            Limits limits,
            Consumer<Throwable> errors)
            throws IOException {
        this.port = port;
        this.gate = gate;
        this.limits = limits;
        this.errors = errors;
        io = SocketIo.open();
        epoll = Epoll.open(EVENTS);
        try {
            acceptor = new Acceptor(this, socket, epoll, io);
        } catch (IOException e) {
            epoll.close();
            throw e;
        }
        replies = new Replies(epoll, limits.totalBytes());
    }

    /** Any thread: the loop sends what is to be sent, bounded, and ends. */
    void close() {
        closing = true;
        epoll.wakeUp();
    }

    /** Any thread: who may ask for what, from now on. */
    void setAccess(Access access) {
        if (!access.equals(gate.access())) {
            gate.set(access);
            accessChanged = true;
            epoll.wakeUp();
        }
    }

    /** Any thread: if somebody has removed the socket's file, it comes back. */
    void renewFile() {
        fileDoubted = true;
        epoll.wakeUp();
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
                LockSupport.parkNanos(WAIT_PAUSE_NANOS);
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
        boolean mustNotWait = !dirty.isEmpty() || !replies.maySleep();
        long next = Math.min(nextDeadline, Math.min(acceptor.nextTry(), gate.nextReport()));
        if (mustNotWait) {
            await(0);
        } else {
            await(next == Connection.NEVER ? Epoll.FOREVER : next - now());
        }
        deliverReplies(limits.totalBytes() / 4);
        turnDirty();
        long now = now();
        if (now >= nextDeadline) {
            passDeadlines(now);
        }
        if (now >= acceptor.nextTry()) {
            acceptor.resume();
        }
        gate.report(now);
        if (accessChanged) {
            accessChanged = false;
            lookWhoMayStay();
        }
        if (fileDoubted) {
            fileDoubted = false;
            acceptor.renew();
        }
        dropGreediest();
    }

    private void await(long nanos) throws IOException {
        int count = epoll.await(nanos);
        replies.awake();
        boolean someoneConnects = false;
        for (int i = 0; i < count; i++) {
            long token = epoll.token(i);
            if (token == Acceptor.TOKEN) {
                someoneConnects = true;
            } else if (token != Epoll.WOKEN) {
                ready(token, epoll.events(i));
            }
        }
        if (someoneConnects) {
            acceptor.accept();
        }
    }

    private void ready(long token, int events) {
        Optional<Connection> found = connections.find(token);
        if (found.isEmpty()) {
            return;
        }
        try {
            found.get().ready(events);
        } catch (Throwable e) {
            fail(found.get(), e);
        }
    }

    /** A client that went away is no error of ours. */
    private void fail(Connection connection, Throwable e) {
        if (!(e instanceof IOException)) {
            report(e);
        }
        try {
            connection.close();
        } catch (RuntimeException | Error again) {
            report(again); // the others have their turn
        }
    }

    /** Takes a new connection; what goes wrong with it is reported and ends it. */
    void admit(int socket) {
        try {
            Peer peer = io.peer(socket);
            Place place = placeFor(peer);
            if (place == Place.STRANGER && connections.count(place) >= Limits.STRANGERS) {
                refuse(socket, gate.shutOut(peer));
                return;
            }
            if (place == Place.REFUSED && connections.count(place) >= Limits.REFUSED_CONNECTIONS) {
                refuse(socket, tooMany());
                return;
            }
            long token = connections.nextToken();
            var connection = new Connection(this, socket, token, peer, place);
            epoll.add(socket, Epoll.IN, token);
            connections.add(connection);
        } catch (IOException | RuntimeException | Error e) {
            report(e);
            closeSocket(socket);
        }
    }

    private Place placeFor(Peer peer) {
        Access access = gate.access();
        Role role = access.role(peer);
        if (role == Role.NOTHING) {
            return Place.STRANGER;
        }
        int places = limits.places(role, access.isOwner(peer));
        return connections.count(Place.SERVED) < places ? Place.SERVED : Place.REFUSED;
    }

    /** Says why, as far as there is room for it, and ends the connection at once. */
    void refuse(int socket, Reply reason) {
        try {
            var out = new Outbox();
            new LineLanguage(out, limits.lineBytes()).lastWords(reason);
            out.flush(io, socket);
        } catch (IOException gone) {
            // Then nobody has to be told.
        } catch (RuntimeException | Error e) {
            report(e);
        }
        closeSocket(socket);
    }

    private void closeSocket(int socket) {
        try {
            io.close(socket);
        } catch (IOException e) {
            report(e);
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
        for (Connection connection : connections.all()) {
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

    private void lookWhoMayStay() {
        for (Connection connection : connections.all()) {
            try {
                connection.accessChanged();
            } catch (Throwable e) {
                fail(connection, e);
            }
        }
    }

    /** Keeps within bounds what all clients together make us hold. */
    private void dropGreediest() {
        while (heldBytes > limits.totalBytes()) {
            Connection greediest = connections.all().getFirst();
            for (Connection connection : connections.all()) {
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
        acceptor.close();
        deliverReplies(Long.MAX_VALUE);
        Reply reply = Reply.error(Reply.UNAVAILABLE, "shutting_down", "the daemon is ending");
        for (Connection connection : connections.all()) {
            try {
                connection.serverCloses(reply);
            } catch (Throwable e) {
                fail(connection, e);
            }
        }
        while (connections.count() > 0 && now() < end) {
            await(end - now());
        }
    }

    private void closeAll() {
        for (Connection connection : connections.all()) {
            connection.close();
        }
        acceptor.close();
        epoll.close();
        io.close();
    }

    /** In nanoseconds since some time before the first connection. */
    static long now() {
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

    Gate gate() {
        return gate;
    }

    RequestPort port() {
        return port;
    }

    /** Any thread. */
    Replies replies() {
        return replies;
    }

    /** With a buffer that all connections share; its content is worth nothing after a call. */
    SocketIo io() {
        return io;
    }

    /** As large as that buffer; what is in it lasts until the end of a turn. */
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

    static Reply withoutDescriptors() {
        String message = "taskmasterd has no file descriptor left; try again later";
        return Reply.error(Reply.UNAVAILABLE, "no_descriptors", message);
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

    void waitFor(Connection connection, int events) throws ErrnoException {
        epoll.change(connection.socket(), events, connection.token());
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

    /**
     * Ends what is left of it. It leaves epoll by name: a child that is just being started may have
     * a descriptor of the same socket until it executes its program.
     */
    void closed(Connection connection) {
        connections.remove(connection);
        try {
            epoll.remove(connection.socket());
        } catch (ErrnoException e) {
            report(e);
        }
        closeSocket(connection.socket());
        acceptor.resume();
    }
}
