package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import taskmaster.protocol.Responder;

@Timeout(120)
final class LinesTest {

    private static final String VERSION =
            "{\"status\":200,\"content\":{\"request\":\"Version[]\"}}";

    @Test
    void answersOneRequestAfterTheOther() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            for (int i = 0; i < 100; i++) {
                assertEquals(VERSION, client.send("{\"command\":\"version\"}\n").line());
            }
        }
    }

    @Test
    void echoesTheIdInEveryLine() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("{\"id\":null,\"command\":\"tail\",\"name\":\"a\",\"lines\":2}\n");
            assertEquals(
                    "{\"id\":null,\"status\":206,\"content\":{\"data\":\"part 0\"}}",
                    client.line());
            assertEquals(
                    "{\"id\":null,\"status\":206,\"content\":{\"data\":\"part 1\"}}",
                    client.line());
            assertTrue(client.line().startsWith("{\"id\":null,\"status\":200,"));
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException, InterruptedException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("{\"id\":1,\"command\":\"start\"}\n{\"id\":2,\"command\":\"start\"}\n");
            client.send("{\"id\":3,\"command\":\"nope\"}\n{\"id\":4,\"command\":\"version\"}\n");
            Responder first = server.port.takeHeld();
            assertFalse(server.port.hasHeld(), "the second waits for the first");
            first.send(StubPort.done("first"));
            server.port.takeHeld().send(StubPort.done("second"));
            assertTrue(client.line().contains("first"));
            assertTrue(client.line().contains("second"));
            assertTrue(client.line().startsWith("{\"id\":3,\"status\":400,"));
            assertTrue(client.line().startsWith("{\"id\":4,\"status\":200,"));
        }
    }

    @Test
    void answersMoreThanItReadsAhead() throws Exception {
        int count = 20_000;
        try (var server = new TestServer();
                var client = server.connect()) {
            Thread sender = Thread.ofVirtual().start(() -> sendMany(client, count));
            for (int i = 0; i < count; i++) {
                String start = "{\"id\":" + i + ",";
                String line = client.line();
                assertTrue(line.startsWith(start), line);
            }
            sender.join();
        }
    }

    private static void sendMany(Client client, int count) {
        try {
            for (int i = 0; i < count; i++) {
                client.send(
                        "{\"id\":"
                                + i
                                + ",\"command\":\""
                                + (i % 3 == 0 ? "x" : "avail")
                                + "\"}\n");
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void answersAfterTheClientHasEndedSending() throws IOException, InterruptedException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("{\"command\":\"version\"}\n{\"command\":\"start\"}").endSending();
            assertEquals(VERSION, client.line());
            server.port.takeHeld().send(StubPort.done("started"));
            assertTrue(client.line().contains("started"));
            assertEquals("", client.rest());
        }
    }

    @Test
    void understandsRequestsThatComeByteByByte() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            String request = " \r\n{\"command\":\"status\",\"name\":\"ünïcödé\"}\r\n";
            for (byte b : request.getBytes(StandardCharsets.UTF_8)) {
                client.send(new byte[] {b});
            }
            assertTrue(client.line().contains("names=[ünïcödé]"));
        }
    }

    @Test
    void refusesBadLinesAndReadsOn() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("{\"command\"}\n");
            assertTrue(client.line().contains("the request is not JSON: line 1, column 11"));
            client.send("[]\n");
            assertTrue(client.line().contains("must be a JSON object"));
            client.send(new byte[] {'{', '"', (byte) 0xFF, '"', '}', '\n'});
            assertTrue(client.line().contains("not UTF-8"));
            client.send("{\"a\":" + "[".repeat(40) + "\n");
            assertTrue(client.line().contains("nested more than 32 deep"));
            assertEquals(VERSION, client.send("\n\n{\"command\":\"version\"}\n").line());
        }
    }

    @Test
    void refusesWhatIsNeitherLanguage() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("\u0016\u0003\u0001");
            assertTrue(client.line().startsWith("{\"status\":400,"));
            assertEquals("", client.rest());
        }
    }

    @Test
    void tellsTheDaemonThatAClientHasGone() throws IOException, InterruptedException {
        try (var server = new TestServer()) {
            var client = server.connect();
            client.send("{\"command\":\"tail\",\"name\":\"a\",\"lines\":0,\"follow\":true}\n");
            Responder stream = server.port.takeHeld();
            assertTrue(stream.isOpen());
            var gone = new CountDownLatch(1);
            stream.onClose(gone::countDown);
            client.close();
            assertTrue(gone.await(60, TimeUnit.SECONDS));
            assertFalse(stream.isOpen());
            var late = new AtomicInteger();
            stream.onClose(late::incrementAndGet);
            assertEquals(1, late.get(), "at once when it has gone");
            stream.send(StubPort.done("nobody hears it"));
        }
    }

    @Test
    void noticesThatAHalfClosedClientHasGone() throws IOException, InterruptedException {
        try (var server = new TestServer(TestServer.SMALL)) {
            var client = server.connect();
            client.send("{\"command\":\"tail\",\"name\":\"a\",\"lines\":1,\"follow\":true}\n");
            client.endSending();
            Responder stream = server.port.takeHeld();
            var gone = new CountDownLatch(1);
            stream.onClose(gone::countDown);
            assertTrue(client.line().contains("part 0"));
            stream.send(StubPort.part("still there"));
            assertTrue(client.line().contains("still there"));
            assertEquals(1, gone.getCount());
            client.close();
            assertTrue(gone.await(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void dropsWhatComesAfterTheFinalReply() throws IOException, InterruptedException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("{\"command\":\"start\"}\n");
            Responder responder = server.port.takeHeld();
            var never = new AtomicInteger();
            responder.onClose(never::incrementAndGet);
            responder.send(StubPort.done("final"));
            responder.send(StubPort.done("again"));
            responder.send(StubPort.part("more"));
            assertFalse(responder.isOpen());
            assertTrue(client.line().contains("final"));
            assertEquals(VERSION, client.send("{\"command\":\"version\"}\n").line());
            assertEquals(0, never.get());
        }
    }

    @Test
    void anErrorEndsOnlyItsOwnConnection() throws IOException, InterruptedException {
        try (var server = new TestServer();
                var unlucky = server.connect();
                var other = server.connect()) {
            assertEquals(VERSION, other.send("{\"command\":\"version\"}\n").line());
            unlucky.send("{\"command\":\"shutdown\"}\n");
            assertEquals(StubPort.THROWN, server.takeError().getMessage());
            assertEquals("", unlucky.rest());
            assertEquals(VERSION, other.send("{\"command\":\"version\"}\n").line());
        }
    }

    @Test
    void closingSendsTheLastRepliesAndAnswersTheRest() throws Exception {
        try (var server = new TestServer();
                var answered = server.connect();
                var waiting = server.connect();
                var idle = server.connect()) {
            answered.send("{\"id\":1,\"command\":\"start\"}\n");
            Responder first = server.port.takeHeld();
            waiting.send("{\"id\":2,\"command\":\"start\"}\n");
            Responder second = server.port.takeHeld();
            var gone = new CountDownLatch(1);
            second.onClose(gone::countDown);
            first.send(StubPort.done("stopped"));
            server.server.close();
            assertTrue(answered.rest().startsWith("{\"id\":1,\"status\":200,"));
            String last = waiting.rest();
            assertTrue(last.contains("\"status\":503,"), last);
            assertEquals("", idle.rest());
            assertEquals(0, gone.getCount());
            assertFalse(Files.exists(server.file));
        }
    }
}
