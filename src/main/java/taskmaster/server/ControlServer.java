package taskmaster.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import taskmaster.activity.ActivityLog.Level;
import taskmaster.posix.Posix;
import taskmaster.protocol.RequestPort;

/**
 * The control socket. From {@link #bind} on clients can connect; from {@link #start} on they are
 * answered, by a thread named {@code server}.
 */
public final class ControlServer implements AutoCloseable {

    /** Beyond {@link Limits#closeTime}: the thread may be in the middle of something. */
    private static final long JOIN_MARGIN_MILLIS = 1000;

    private static final Path PASSWD = Path.of("/etc/passwd");

    private final SocketFile socket;
    private final Limits limits;
    private final Consumer<Throwable> errors;
    private Optional<ServerLoop> loop = Optional.empty();
    private Optional<Thread> thread = Optional.empty();
    private boolean closed;

    private ControlServer(SocketFile socket, Limits limits, Consumer<Throwable> errors) {
        this.socket = socket;
        this.limits = limits;
        this.errors = errors;
    }

    /**
     * Makes the socket. A socket file that nobody answers on is replaced.
     *
     * @param errors told of faults that concern no single reply, and of bugs; by the server's
     *     thread, so it must not wait
     * @throws IOException with a message for the user: another program listens there, something
     *     else is in the way, the path is too long, a permission is missing
     */
    public static ControlServer bind(Posix posix, Endpoint endpoint, Consumer<Throwable> errors)
            throws IOException {
        return bind(posix, endpoint, errors, Limits.DEFAULT);
    }

    static ControlServer bind(
            Posix posix, Endpoint endpoint, Consumer<Throwable> errors, Limits limits)
            throws IOException {
        return new ControlServer(SocketFile.bind(posix, endpoint), limits, errors);
    }

    /**
     * Answers requests from now on, once.
     *
     * @param access who may ask for what, until {@link #setAccess}
     * @param log told of requests that change something, and of refused ones; by the server's
     *     thread, so it must not wait
     * @throws IOException when the system has no more descriptors
     */
    public synchronized void start(RequestPort port, Access access, BiConsumer<Level, String> log)
            throws IOException {
        if (closed || loop.isPresent()) {
            throw new IllegalStateException(closed ? "closed" : "started twice");
        }
        var gate = new Gate(access, new UserNames(PASSWD), log);
        var begun = new ServerLoop(socket, port, gate, limits, errors);
        loop = Optional.of(begun);
        thread = Optional.of(Thread.ofPlatform().name("server").daemon().start(begun));
    }

    /** Any thread: who may ask for what, from now on; not before {@link #start}. */
    public synchronized void setAccess(Access access) {
        loop.orElseThrow().setAccess(access);
    }

    /**
     * Any thread: if somebody has removed the socket's file, it comes back, soon. What comes of it,
     * if there was something to do, is reported.
     */
    public synchronized void renewFile() {
        if (loop.isPresent() && !closed) {
            loop.get().renewFile();
        }
    }

    /**
     * Removes the socket file if it is still ours, sends what is to be sent and ends. Requests
     * without their final reply get 503. Waits two seconds at most; not at all on the server's own
     * thread.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (loop.isEmpty()) {
            try {
                socket.close();
            } catch (IOException e) {
                errors.accept(e);
            }
            return;
        }
        loop.get().close();
        Thread server = thread.orElseThrow();
        if (server == Thread.currentThread()) {
            return;
        }
        try {
            server.join(limits.closeTime().toMillis() + JOIN_MARGIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
