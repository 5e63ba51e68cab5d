package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import taskmaster.json.Json;
import taskmaster.testing.DaemonHarness;

/** What the daemon answers. */
public final class Replies {

    private Replies() {}

    public static long status(Json.Obj reply) {
        return reply.getLong("status").orElse(0);
    }

    /** Asks on a connection of its own; the status of the answer. */
    public static long ask(DaemonHarness daemon, String request) throws IOException {
        return status(daemon.request(request));
    }

    /** The first process of an answer to {@code status}. */
    public static Json.Obj process(Json.Obj reply) {
        return (Json.Obj) reply.getObject("content").orElseThrow().getItems("processes").getFirst();
    }

    /** Done, accepted, not in this state, or a later request wanted it otherwise. */
    public static void assertFair(Json.Obj reply) {
        boolean superseded =
                reply.getObject("error")
                        .flatMap(error -> error.getString("code"))
                        .filter("superseded"::equals)
                        .isPresent();
        long status = status(reply);
        assertTrue(
                status == 200 || status == 202 || status == 207 || status == 409 || superseded,
                () -> "reply " + reply);
    }
}
