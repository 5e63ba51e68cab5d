package taskmaster.daemon;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.activity.ActivityLog;
import taskmaster.activity.ActivityLog.Level;
import taskmaster.config.Config;
import taskmaster.posix.Posix;
import taskmaster.protocol.RequestPort;
import taskmaster.server.Access;
import taskmaster.server.ControlServer;
import taskmaster.server.Endpoint;

/** The control socket as configured: there may be none. */
final class Control implements AutoCloseable {

    private final Posix posix;

    /** As it was when the socket was made. */
    private final Optional<Config.Socket> made;

    private Optional<ControlServer> server = Optional.empty();
    private Optional<ActivityLog> log = Optional.empty();

    private Control(Posix posix, Optional<Config.Socket> made) {
        this.posix = posix;
        this.made = made;
    }

    /**
     * @throws IOException with a message for the user
     */
    static Control open(Posix posix, Optional<Config.Socket> socket) throws IOException {
        var control = new Control(posix, socket);
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

    /** From here on requests are answered, as the configuration of the socket allows. */
    void start(RequestPort requests, Optional<Config.Socket> socket, ActivityLog activityLog)
            throws IOException {
        if (server.isPresent() && socket.isPresent()) {
            server.get().start(requests, access(socket.get()), activityLog::log);
        }
    }

    /**
     * A reload: who may do what may have changed, and a file that was removed comes back.
     *
     * @return false where nobody is named any more and the permissions of the file, which are those
     *     it was made with, are not those that are to do instead: then who was named still is
     */
    boolean reload(Optional<Config.Socket> socket) {
        if (server.isEmpty() || socket.isEmpty()) {
            return true;
        }
        boolean takesEffect = socket.get().access().isPresent() || isAsMade(socket.get());
        if (takesEffect) {
            server.get().setAccess(access(socket.get()));
        }
        server.get().renewFile();
        return takesEffect;
    }

    private boolean isAsMade(Config.Socket socket) {
        Config.Socket first = made.orElseThrow();
        return first.file().equals(socket.file())
                && first.mode() == socket.mode()
                && first.uid() == socket.uid()
                && first.gid() == socket.gid();
    }

    private Access access(Config.Socket socket) {
        int self = posix.effectiveUid();
        if (socket.access().isEmpty()) {
            return new Access(self, Optional.empty());
        }
        Config.Access named = socket.access().get();
        return new Access(
                self,
                Optional.of(
                        new Access.Lists(
                                ids(named.all(), false),
                                ids(named.all(), true),
                                ids(named.read(), false),
                                ids(named.read(), true))));
    }

    private static List<Integer> ids(List<Config.Grantee> grantees, boolean groups) {
        List<Integer> ids = new ArrayList<>();
        for (Config.Grantee grantee : grantees) {
            if (grantee.group() == groups) {
                ids.add(grantee.id());
            }
        }
        return ids;
    }

    @Override
    public void close() {
        server.ifPresent(ControlServer::close);
    }
}
