package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import taskmaster.protocol.Responder;

@Timeout(120)
final class LimitsTest {

    private static final String VERSION = "{\"command\":\"version\"}\n";

    @Test
    void takesLinesOf64KiBAndNoLongerOnes() throws IOException {
        int limit = 64 * 1024;
        String start = "{\"command\":\"version\"";
        String longest = start + " ".repeat(limit - start.length() - 1) + "}\n";
        try (var server = new TestServer();
                var client = server.connect()) {
            assertTrue(client.send(longest).line().startsWith("{\"status\":200,"));
            client.send(" ").send("{" + longest);
            assertTrue(client.line().startsWith("{\"status\":413,"));
            assertEquals("", client.rest());
        }
    }

    @Test
    void readsTheReasonEvenWhileSendingFarTooMuch() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("{" + "x".repeat(1_000_000));
            String all = client.rest();
            assertTrue(all.startsWith("{\"status\":413,"), all);
        }
    }

    @Test
    void endsARequestThatIsNotCompletedInTime() throws IOException {
        try (var server = new TestServer(TestServer.HASTY);
                var lines = server.connect();
                var head = server.connect();
                var body = server.connect();
                var idle = server.connect()) {
            assertTrue(idle.send(VERSION).line().startsWith("{\"status\":200,"));
            lines.send("{\"command\":");
            head.send("GET /status HTTP/1.1\r\n");
            body.send(
                    "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 10\r\n\r\n{");
            String last = lines.rest();
            assertTrue(last.startsWith("{\"status\":400,\"error\":{\"code\":\"timeout\","), last);
            last = head.rest();
            assertTrue(last.startsWith("HTTP/1.1 400 "), last);
            assertTrue(last.contains("\"code\":\"timeout\""), last);
            last = body.rest();
            assertTrue(last.contains("\"code\":\"timeout\""), last);
            assertTrue(idle.send(VERSION).line().startsWith("{\"status\":200,"), "idle is fine");
        }
    }

    @Test
    void refusesConnectionsAboveTheLimitInTheirLanguage() throws IOException {
        List<Client> clients = new ArrayList<>();
        try (var server = new TestServer(TestServer.SMALL)) {
            takeAllPlaces(server, clients);
            try (var client = server.connect()) {
                assertTrue(client.send(VERSION).rest().startsWith("{\"status\":429,"));
            }
            try (var client = server.connect()) {
                client.send("GET /status HTTP/1.1\r\nHost: x\r\n\r\n");
                assertTrue(client.rest().startsWith("HTTP/1.1 429 Too Many Requests\r\n"));
            }
            assertTrue(clients.get(0).send(VERSION).line().startsWith("{\"status\":200,"));
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    private static void takeAllPlaces(TestServer server, List<Client> clients) throws IOException {
        for (int i = 0; i < TestServer.SMALL.connections(); i++) {
            clients.add(server.connect());
            assertTrue(clients.get(i).send(VERSION).line().startsWith("{\"status\":200,"));
        }
    }

    @Test
    void refusesAConnectionAboveTheLimitThatSaysNothing() throws IOException {
        List<Client> clients = new ArrayList<>();
        try (var server = new TestServer(TestServer.HASTY)) {
            takeAllPlaces(server, clients);
            try (var silent = server.connect()) {
                assertTrue(silent.rest().startsWith("{\"status\":429,"));
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void refusesConnectionsFarAboveTheLimitAtOnce() throws IOException {
        List<Client> clients = new ArrayList<>();
        int many = TestServer.SMALL.connections() + Limits.REFUSED_CONNECTIONS;
        try (var server = new TestServer(TestServer.SMALL)) {
            for (int i = 0; i < many; i++) {
                clients.add(server.connect());
            }
            try (var client = server.connect()) {
                assertTrue(client.rest().startsWith("{\"status\":429,"));
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void whoMayMoreFindsAPlaceLonger() {
        Limits limits = Limits.DEFAULT;
        assertEquals(256, limits.places(Role.EVERYTHING, true));
        assertEquals(240, limits.places(Role.EVERYTHING, false));
        assertEquals(192, limits.places(Role.READ, false));
        assertEquals(0, limits.places(Role.NOTHING, false));
    }

    @Test
    void aFreedPlaceIsTakenAgain() throws IOException {
        try (var server = new TestServer(TestServer.SMALL)) {
            for (int i = 0; i < 100; i++) {
                try (var client = server.connect()) {
                    client.send(VERSION).endSending();
                    assertTrue(client.rest().startsWith("{\"status\":200,"));
                }
            }
        }
    }

    @Test
    void dropsAReaderThatIsTooSlow() throws IOException, InterruptedException {
        try (var server = new TestServer(TestServer.SMALL);
                var slow = server.connect();
                var other = server.connect()) {
            slow.send("{\"command\":\"tail\",\"name\":\"a\",\"lines\":0,\"follow\":true}\n");
            Responder stream = server.port.takeHeld();
            var gone = new CountDownLatch(1);
            stream.onClose(gone::countDown);
            String text = "x".repeat(10_000);
            while (stream.isOpen()) {
                stream.send(StubPort.part(text));
                // Each part is delivered before the next: the queue of bytes must fill, not ours.
                assertTrue(other.send(VERSION).line().startsWith("{\"status\":200,"));
            }
            assertTrue(gone.await(60, TimeUnit.SECONDS));
            String last = lastLine(slow.rest());
            assertTrue(last.contains("\"code\":\"slow_reader\""), last);
        }
    }

    @Test
    void dropsAStreamThatIsFasterThanTheServer() throws IOException, InterruptedException {
        try (var server = new TestServer(TestServer.SMALL);
                var slow = server.connect()) {
            slow.send("{\"command\":\"tail\",\"name\":\"a\",\"lines\":0,\"follow\":true}\n");
            Responder stream = server.port.takeHeld();
            String text = "x".repeat(500);
            while (stream.isOpen()) {
                stream.send(StubPort.part(text));
            }
            String last = lastLine(slow.rest());
            assertTrue(last.contains("\"code\":\"slow_reader\""), last);
        }
    }

    @Test
    void aSlowReaderOverHttpSeesThatTheStreamIsCut() throws IOException, InterruptedException {
        String body = "{\"command\":\"tail\",\"name\":\"a\",\"lines\":0,\"follow\":true}";
        try (var server = new TestServer(TestServer.SMALL);
                var slow = server.connect()) {
            slow.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
            slow.send("Content-Length: " + body.length() + "\r\n\r\n" + body);
            Responder stream = server.port.takeHeld();
            String text = "x".repeat(10_000);
            while (stream.isOpen()) {
                stream.send(StubPort.part(text));
            }
            String all = slow.rest();
            assertTrue(all.contains("\"code\":\"slow_reader\""), "it is said");
            assertFalse(all.endsWith("0\r\n\r\n"), "no last chunk");
        }
    }

    @Test
    void aLongReplyIsNotLostOnAReaderThatTakesItsTime() throws IOException, InterruptedException {
        String text = "x".repeat(250_000);
        try (var server = new TestServer(TestServer.SMALL);
                var client = server.connect()) {
            client.send("{\"command\":\"start\"}\n" + VERSION);
            server.port.takeHeld().send(StubPort.done(text));
            assertTrue(client.line().endsWith("x\"}}"), "whole");
            assertTrue(client.line().startsWith("{\"status\":200,"));
        }
    }

    @Test
    void dropsWhoeverHoldsMostWhenAllTogetherHoldTooMuch()
            throws IOException, InterruptedException {
        List<Client> clients = new ArrayList<>();
        try (var server = new TestServer(TestServer.SMALL)) {
            for (int i = 0; i < TestServer.SMALL.connections(); i++) {
                Client client = server.connect();
                clients.add(client);
                client.send("{\"command\":\"start\"}\n");
                int size = i == 2 ? 800_000 : 350_000;
                server.port.takeHeld().send(StubPort.done("x".repeat(size)));
            }
            int cut = 0;
            for (Client client : clients) {
                cut += client.endSending().rest().endsWith("\"}}\n") ? 0 : 1;
            }
            assertTrue(cut > 0, "not all of them fit");
            try (var client = server.connect()) {
                assertTrue(client.send(VERSION).line().startsWith("{\"status\":200,"));
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void dropsRequestsThatTogetherAreTooMuch() throws IOException {
        var narrow =
                new Limits(
                        20,
                        64 * 1024,
                        Duration.ofSeconds(30),
                        100_000,
                        100_000,
                        TestServer.SMALL.closeTime(),
                        TestServer.SMALL.acceptPause());
        List<Client> clients = new ArrayList<>();
        try (var server = new TestServer(narrow)) {
            for (int i = 0; i < 10; i++) {
                clients.add(server.connect().send("{" + " ".repeat(30_000)));
            }
            try (var client = server.connect()) {
                assertTrue(client.send(VERSION).line().startsWith("{\"status\":200,"));
            }
            int dropped = 0;
            for (Client client : clients) {
                String last = client.endSending().rest();
                dropped += last.contains("\"code\":\"too_much_waiting\"") ? 1 : 0;
            }
            // 10 x 30 KB, of which 100 KB may stay; what one holds may be twice what it sent.
            assertTrue(dropped >= 7 && dropped < 10, "dropped " + dropped);
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    private static String lastLine(String all) {
        String text = all.stripTrailing();
        return text.substring(text.lastIndexOf('\n') + 1);
    }
}
