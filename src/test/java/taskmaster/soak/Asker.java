package taskmaster.soak;

import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;

/** A client that asks one thing after the other; each must be answered, once, by its id. */
final class Asker implements Runnable {

    private static final int REQUESTS_OF_ONE_CONNECTION = 50;

    private final DaemonHarness harness;
    private final Tally tally;
    private final Pace pace;
    private final Supplier<String> requests;

    /** {@code requests} gives the inside of an object: {@code "command":"status"}. */
    Asker(DaemonHarness harness, Tally tally, Pace pace, Supplier<String> requests) {
        this.harness = harness;
        this.tally = tally;
        this.pace = pace;
        this.requests = requests;
    }

    @Override
    public void run() {
        long id = 0;
        while (pace.goesOn()) {
            try (Connection connection = harness.connect()) {
                boolean served = true;
                int asked = 0;
                while (asked < REQUESTS_OF_ONE_CONNECTION && served && pace.next()) {
                    served = ask(connection, ++id);
                    asked++;
                }
                if (served && asked > 0) {
                    connection.shutdownOutput();
                    Optional<String> more = connection.readLine();
                    more.ifPresent(line -> tally.violated("answered more than once: " + line));
                }
            } catch (IOException e) {
                tally.violated("a client could not go on: " + e);
            }
        }
    }

    /** False when it was not let in: there was no descriptor for it. */
    private boolean ask(Connection connection, long id) throws IOException {
        String request = requests.get();
        Json.Obj reply;
        try {
            reply = connection.request("{\"id\":" + id + "," + request + "}");
        } catch (IOException e) {
            reply = lastWords(connection, request, e);
        }
        if (code(reply).equals("no_descriptors")) {
            tally.count("refused for want of a descriptor");
            return false;
        }
        long status = reply.getLong("status").orElse(0);
        boolean bug = code(reply).equals("bug");
        if (reply.getLong("id").orElse(-1) != id || status < 200 || status > 599 || bug) {
            tally.violated(request + " was answered by " + reply);
        }
        String verb = request.split("\"", -1)[3];
        tally.count("request " + verb);
        return true;
    }

    /** What was said to a client that was still asking when it was turned away. */
    private static Json.Obj lastWords(Connection connection, String request, IOException e)
            throws IOException {
        try {
            return connection.readReply();
        } catch (IOException nothing) {
            throw new IOException(request + ": " + e.getMessage(), e);
        }
    }

    private static String code(Json.Obj reply) {
        return reply.getObject("error").flatMap(error -> error.getString("code")).orElse("");
    }

    /** Anything that can be asked, but for the end. */
    static Supplier<String> anything(Random random) {
        return () -> {
            String name = ",\"name\":\"" + Programs.anyName(random) + "\"";
            String limit = ",\"timeout\":" + (1 + random.nextInt(3));
            String waiting = random.nextInt(3) == 0 ? ",\"wait\":false" : limit;
            return switch (random.nextInt(25)) {
                case 0 -> command("status", "");
                case 1, 2 -> command("start", name + waiting);
                case 3 -> command("stop", name + waiting);
                case 4 -> command("restart", name + waiting);
                case 5 -> command("signal", name + ",\"signal\":\"" + signal(random) + "\"");
                case 6 -> command("clear", name);
                case 7 -> command("reload", limit);
                case 8 -> command("reread", "");
                case 9 -> command("avail", "");
                case 10 -> command("help", "");
                case 11, 12 -> command("tail", ",\"name\":\"flood:flood_1\",\"lines\":20");
                case 13 -> command("maintail", "");
                case 14 -> command("start", waiting);
                case 15, 16 -> command("pid", name);
                case 17 -> command("version", "");
                case 18 -> command("reopen", "");
                default -> command("status", name);
            };
        };
    }

    static Supplier<String> restarts(Random random) {
        return () ->
                command(
                        "restart",
                        ",\"timeout\":5,\"name\":\"steady:steady_"
                                + random.nextInt(Programs.STEADY)
                                + "\"");
    }

    private static String command(String verb, String more) {
        return "\"command\":\"" + verb + "\"" + more;
    }

    private static String signal(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "HUP";
            case 1 -> "STOP";
            case 2 -> "CONT";
            default -> "USR1";
        };
    }
}
