package taskmaster.daemon;

import java.io.IOException;
import java.util.Optional;
import taskmaster.activity.ActivityLog;
import taskmaster.activity.ActivityLog.Level;
import taskmaster.config.Config;
import taskmaster.posix.Posix;
import taskmaster.protocol.RequestPort;
import taskmaster.server.ControlServer;
import taskmaster.server.Endpoint;

/** The control socket as configured: there may be none. */
final class Control implements AutoCloseable {

    private final Posix posix;
    private Optional<ControlServer> server = Optional.empty();
    private Optional<ActivityLog> log = Optional.empty();

    private Control(Posix posix) {
        this.posix = posix;
    }

    /**
     * @throws IOException with a message for the user
     */
    static Control open(Posix posix, Optional<Config.Socket> socket) throws IOException {
        var control = new Control(posix);
        control.server = control.bind(socket);
        return control;
    }

    private Optional<ControlServer> bind(Optional<Config.Socket> socket) throws IOException {
        if (socket.isEmpty()) {
            return Optional.empty();
        }
        Config.Socket s = socket.get();
        int self = posix.effectiveUid();
        var endpoint = new Endpoint(s.file(), s.mode(), s.uid(), s.gid(), self);
        return Optional.of(ControlServer.bind(posix, endpoint, this::fault));
    }

    private void fault(Throwable thrown) {
        if (log.isEmpty()) {
            return;
        }
        if (thrown instanceof IOException) {
            log.get().log(Level.WARN, String.valueOf(thrown.getMessage()));
        } else {
            log.get().bug("a bug in the control socket", thrown);
        }
    }

    void reportTo(ActivityLog activityLog) {
        log = Optional.of(activityLog);
    }

    /** From here on requests are answered. */
    void start(RequestPort requests) throws IOException {
        if (server.isPresent()) {
            server.get().start(requests);
        }
    }

    @Override
    public void close() {
        server.ifPresent(ControlServer::close);
    }
}
