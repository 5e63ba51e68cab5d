package taskmaster.e2e.tty;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;

/** A client that is attached to a process, and what it was shown. */
final class Watcher implements AutoCloseable {

    private final Connection connection;
    private final StringBuilder shown = new StringBuilder();
    private final Json.Obj introduction;

    Watcher(DaemonHarness daemon, String name, int lines) throws IOException {
        connection = daemon.connect();
        connection.send(
                "{\"command\":\"attach\",\"name\":\"" + name + "\",\"lines\":" + lines + "}\n");
        introduction = content(connection.readReply());
        if (!introduction.getString("event").orElse("").equals("attached")) {
            throw new AssertionError("not attached: " + introduction);
        }
    }

    private static Json.Obj content(Json.Obj reply) {
        return reply.getObject("content").orElseThrow(() -> new AssertionError("" + reply));
    }

    Json.Obj introduction() {
        return introduction;
    }

    /** Until this was shown, which is then forgotten with all before it. */
    String await(String text) throws IOException {
        while (shown.indexOf(text) < 0) {
            Json.Obj reply = connection.readReply();
            if (reply.getLong("status").orElse(0) != 206) {
                throw new AssertionError("not \"" + text + "\", but " + shown + " and " + reply);
            }
            show(content(reply));
        }
        int end = shown.indexOf(text) + text.length();
        String before = shown.substring(0, end);
        shown.delete(0, end);
        return before;
    }

    private void show(Json.Obj part) {
        shown.append(part.getString("data").orElse(""));
        byte[] bytes = Base64.getDecoder().decode(part.getString("base64").orElse(""));
        shown.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** Until the process has ended: the last reply's content. */
    Json.Obj awaitEnd() throws IOException {
        while (true) {
            Json.Obj reply = connection.readReply();
            if (reply.getLong("status").orElse(0) == 206) {
                show(content(reply));
            } else {
                return content(reply);
            }
        }
    }

    String rest() {
        return shown.toString();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
