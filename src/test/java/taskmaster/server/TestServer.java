package taskmaster.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import taskmaster.posix.Posix;

/** A running server in a directory of its own, with a stub behind it. */
final class TestServer implements AutoCloseable {

    /** Small enough to be reached in a test; but no time is, on however busy a machine. */
    static final Limits SMALL = small(Duration.ofMinutes(1), Duration.ofMinutes(1));

    /** So small, and who says nothing, or does not complete a request, is soon cut off. */
    static final Limits HASTY = small(Duration.ofMillis(200), Duration.ofMillis(300));

    private static Limits small(Duration requestTime, Duration closeTime) {
        return new Limits(4, 1000, requestTime, 100_000, 300_000, closeTime, Duration.ofMillis(50));
    }

    static final Posix POSIX = Posix.open();

    /** Whoever can connect may do everything. */
    static final Access OPEN = new Access(0, Optional.empty());

    final StubPort port = new StubPort();
    final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
    final ControlServer server;
    final Path directory;
    final Path file;

    TestServer() throws IOException {
        this(Limits.DEFAULT);
    }

    TestServer(Limits limits) throws IOException {
        directory = Files.createTempDirectory("taskmaster-server");
        file = directory.resolve("x.sock");
        server = ControlServer.bind(POSIX, endpoint(file, 0700), errors::add, limits);
        server.start(port, OPEN, (level, line) -> {});
    }

    static int self() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    static Endpoint endpoint(Path file, int mode) throws IOException {
        int uid = self();
        int gid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:gid");
        return new Endpoint(file, mode, uid, gid, uid);
    }

    Client connect() throws IOException {
        return new Client(file);
    }

    /** The next fault that the server reported. */
    Throwable takeError() throws InterruptedException {
        Throwable error = errors.poll(60, TimeUnit.SECONDS);
        if (error == null) {
            throw new AssertionError("no error was reported");
        }
        return error;
    }

    @Override
    public void close() throws IOException {
        server.close();
        port.close();
        Files.deleteIfExists(file);
        Files.delete(directory);
        if (!errors.isEmpty()) {
            throw new AssertionError("the server reported " + errors, errors.peek());
        }
    }
}
