package taskmaster.e2e.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Footprint;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Replies;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;

/** Clients that send nonsense, too much, too little, or never read; others are served meanwhile. */
final class AbusiveClientsTest {

    private static final String VERSION = "{\"command\":\"version\"}";

    /** What comes with SCM_RIGHTS is closed by whoever throws it away, which can last. */
    @Test
    void aDescriptorThatHangsWhenItIsClosedHoldsUpNobody() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            Footprint before = Footprint.of(daemon);
            String program = daemon.program("pass-descriptor").toString();
            String said = Processes.run(program, daemon.socket().toString(), "1");
            assertTrue(said.contains("{\"status\":200,"), said);
            String[] linux = System.getProperty("os.version").split("[^0-9]+", 3);
            int version = Integer.parseInt(linux[0]) * 1000 + Integer.parseInt(linux[1]);
            assertEquals(version >= 6016, said.startsWith("refused\n"), said);
            before.awaitBack(daemon);
        }
    }

    @Test
    void nonsenseIsRefusedInItsOwnLanguage() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Footprint before = Footprint.of(daemon);
            for (String sent : nonsense()) {
                List<String> lines = new ArrayList<>();
                try (Connection client = daemon.connect()) {
                    client.send(sent);
                    client.shutdownOutput();
                    for (Optional<String> line = client.readLine();
                            line.isPresent();
                            line = client.readLine()) {
                        lines.add(line.get());
                    }
                } catch (IOException e) {
                    // Closed on what it had not read yet.
                    assertTrue(isReset(e), e::toString);
                }
                assertRefused(sent, lines);
                assertEquals(worker, daemon.status("worker").pid());
            }
            assertEquals(0, Processes.count(daemon, " ERRO "));
            before.awaitBack(daemon);
        }
    }

    private static List<String> nonsense() {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "\0\0\0\0\n",
                                "\u0016\u0003\u0001\u0002\u0000\u0001",
                                "\u001b[2J\r\n",
                                "{}\n",
                                "{\"command\":null}\n",
                                "{\"command\":\"nope\"}\n",
                                "{\"command\":\"status\",\"command\":\"stop\"}\n",
                                "{\"command\":\"stop\",\"name\":{}}\n",
                                "{\"command\":\"signal\",\"name\":\"worker\",\"signal\":\"TREM\"}\n",
                                "{\"command\":\"status\"} {\"command\":\"status\"}\n",
                                "{".repeat(60_000) + "\n",
                                "{\"a\":" + "[".repeat(30_000) + "\n",
                                "{\"command\":" + "9".repeat(50_000) + "}\n",
                                "{\"command\":\"" + "\\ud800".repeat(5000) + "\"}\n",
                                "GET / HTTP/1.1\r\n\r\n",
                                "BREW /status HTTP/1.1\r\nHost: x\r\n\r\n",
                                "GET /status HTTP/9.9\r\nHost: x\r\n\r\n",
                                "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
                                "GET " + "/".repeat(40_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                                "GET /status HTTP/1.1\r\n" + "A: b\r\n".repeat(10_000),
                                post("Content-Length: -1", ""),
                                post("Content-Length: 99999999999999999999", "{}"),
                                post("Content-Length: 5\r\nContent-Length: 6", "{}"),
                                post("Transfer-Encoding: chunked", "ffffffffffffffff\r\n"),
                                post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
                                post("Content-Length: 2\r\nTransfer-Encoding: chunked", "{}")));
        Random random = new Random(4711);
        for (int i = 0; i < 20; i++) {
            StringBuilder garbage = new StringBuilder();
            for (int k = random.nextInt(2000); k >= 0; k--) {
                garbage.append((char) random.nextInt(256));
            }
            all.add(garbage + "\n");
        }
        return all;
    }

    private static String post(String header, String body) {
        return "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + header
                + "\r\n\r\n"
                + body;
    }

    /** Nothing was done: every line, and every status of HTTP, says so. */
    private static void assertRefused(String sent, List<String> lines) {
        for (String line : lines) {
            assertFalse(
                    line.startsWith("{\"status\":2") || line.startsWith("HTTP/1.1 2"),
                    () -> sent.substring(0, Math.min(80, sent.length())) + " was answered " + line);
        }
    }

    private static boolean isReset(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("reset") || message.contains("Broken pipe");
    }

    @Test
    void aLineWithoutEndIsCutOff() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            Footprint before = Footprint.of(daemon);
            try (Connection endless = daemon.connect();
                    Connection other = daemon.connect()) {
                endless.send("{\"command\":\"");
                String more = "x".repeat(64 * 1024);
                daemon.await("it is cut off", () -> isCutOff(endless, more));
                assertEquals(200, Replies.status(other.request(VERSION)));
            }
            before.awaitBack(daemon);
        }
    }

    private static boolean isCutOff(Connection endless, String more) throws IOException {
        try {
            // In portions: await looks at the time, and waits, only between two calls.
            for (int i = 0; i < 1000; i++) {
                endless.send(more);
            }
            return false;
        } catch (IOException e) {
            assertTrue(isReset(e), e::toString);
            return true;
        }
    }

    /**
     * Half a request is allowed for 30 s; so long it costs its sender a connection, nobody else.
     */
    @Test
    void idleAndDrippingClientsLeaveTheOthersTheirTurn() throws IOException {
        List<Connection> clients = new ArrayList<>();
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Footprint before = Footprint.of(daemon);
            try (Connection good = daemon.connect()) {
                good.request(VERSION);
                for (int i = 0; i < 240; i++) {
                    Connection client = daemon.connect();
                    clients.add(client);
                    if (i % 3 > 0) {
                        client.send(i % 3 == 1 ? "{\"comm" : "POST / HTTP/1.1\r\nCont");
                    }
                }
                for (int i = 0; i < 20; i++) {
                    for (Connection client : clients.subList(0, 60)) {
                        client.send(" ");
                    }
                    assertEquals(200, Replies.status(good.request(VERSION)));
                    assertEquals(worker, daemon.status("worker").pid());
                }
                // Too many for all: who comes now is told so, who is there is served.
                int refused = 0;
                for (int i = 0; i < 30; i++) {
                    Connection client = daemon.connect();
                    clients.add(client);
                    refused += isRefused(client) ? 1 : 0;
                }
                assertTrue(refused >= 10, refused + " were refused");
                assertEquals(200, Replies.status(good.request(VERSION)));
            } finally {
                for (Connection client : clients) {
                    client.close();
                }
            }
            before.awaitBack(daemon);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static boolean isRefused(Connection client) throws IOException {
        try {
            return Replies.status(client.request(VERSION)) == 429;
        } catch (IOException e) {
            return true; // closed without a word: far too many
        }
    }

    /** What it does not read is bounded; the program and its log do not know of it. */
    @Test
    void whoNeverReadsIsDroppedAndHoldsUpNobody() throws IOException {
        String toml =
                "[programs.flood]\ncommand = \"${bin}/flood-stdout\"\nargs = [\"60000000\"]\n"
                        + "autostart = false\nstartsecs = 0\nautorestart = \"false\"\n"
                        + "stdout = \"${dir}/flood.log\"\nstdout_maxbytes = 0\nstderr = \"/dev/null\"\n"
                        + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Files.writeString(daemon.file("flood.log"), "\n");
            String follow = "{\"command\":\"tail\",\"name\":\"flood\",\"follow\":true}";
            try (Connection warm = daemon.connect()) {
                assertEquals(206, Replies.status(warm.request(follow)));
            }
            Footprint before = Footprint.of(daemon);
            try (Connection deaf = daemon.connect();
                    Connection greedy = daemon.connect();
                    Connection good = daemon.connect()) {
                assertEquals(206, Replies.status(deaf.request(follow)));
                // It never reads: what it asked for waits until nothing more is taken from it.
                greedy.send((VERSION + "\n").repeat(2000));
                good.request("{\"command\":\"start\",\"name\":\"flood\"}");
                daemon.awaitState("flood", "EXITED");
                assertEquals(60_000_001, Files.size(daemon.file("flood.log")));
                assertEquals(200, Replies.status(good.request(VERSION)));
                assertEquals(worker, daemon.status("worker").pid());
                // Now it reads: what was held for it, and the end, in both cases less than all.
                long read = 0;
                for (Optional<String> line = deaf.readLine();
                        line.isPresent();
                        line = deaf.readLine()) {
                    read += line.get().length();
                }
                assertTrue(read < 60_000_000, read + " characters");
            }
            before.awaitBack(daemon);
            assertEquals(0, Processes.count(daemon, " ERRO "));
        }
    }
}
