package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import taskmaster.config.Config;
import taskmaster.protocol.Verb;

/**
 * Why taskmasterd cannot be reached, in one line that begins as supervisorctl's does: {@code
 * unix:///tmp/x.sock no such file}. Only loaded when that is so.
 */
final class Unreachable {

    private static final int MAX_PATH = Config.Socket.MAX_PATH;

    private Unreachable() {}

    static Outcome explain(Verb verb, Endpoint endpoint, IOException cause) {
        Path socket = Path.of(endpoint.path());
        String why;
        if (endpoint.path().getBytes(UTF_8).length > MAX_PATH) {
            why = "path too long";
        } else if (cause instanceof ConnectException) {
            why = "refused connection";
        } else if (cause instanceof BindException) {
            // The JDK has no class of its own for EACCES.
            why = "permission denied";
        } else if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            why = "no such file";
        } else {
            why = "cannot be reached";
        }
        String place = endpoint.url() + " " + why;
        String advice = " (" + endpoint.origin() + "): " + advice(why, socket, cause) + "\n";
        if (verb == Verb.SHUTDOWN) {
            String note = why.equals("no such file") ? " (already shut down?)" : "";
            return Outcome.refused("ERROR: " + place + note + advice, Outcome.FAILED);
        }
        return Outcome.refused(
                place + advice, verb == Verb.STATUS ? Outcome.UNKNOWN : Outcome.NOT_RUNNING);
    }

    private static String advice(String why, Path socket, IOException cause) {
        return switch (why) {
            case "path too long" ->
                    "the path of a socket has at most " + MAX_PATH + " bytes; choose a shorter one";
            case "no such file" -> "is taskmasterd running?";
            case "refused connection" ->
                    isFile(socket)
                            ? "that is not a socket"
                            : "the socket is left over from a taskmasterd that has ended; start it"
                                    + " again";
            case "permission denied" -> whoMay(socket);
            default -> Text.plain(String.valueOf(cause.getMessage()));
        };
    }

    private static boolean isFile(Path socket) {
        return Files.isRegularFile(socket) || Files.isDirectory(socket);
    }

    /** To connect is to write (man 7 unix). */
    private static String whoMay(Path socket) {
        try {
            var file = Files.readAttributes(socket, PosixFileAttributes.class);
            return "the socket belongs to "
                    + file.owner().getName()
                    + ":"
                    + file.group().getName()
                    + " with mode "
                    + PosixFilePermissions.toString(file.permissions())
                    + "; become one who may write to it, or set chmod and chown of"
                    + " [unix_http_server]";
        } catch (IOException e) {
            return "a directory on the way to the socket is closed to you";
        }
    }

    /** The connection was there, and then not, or nothing came in time. */
    static Outcome lost(Verb verb, Endpoint endpoint, String what) {
        return Outcome.refused(
                "ERROR: " + endpoint.url() + " (" + endpoint.origin() + ") " + what + "\n",
                Results.failure(verb));
    }
}
