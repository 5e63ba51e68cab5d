package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
final class HttpTest {

    private static final String POST =
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    private static final String VERSION = "{\"command\":\"version\"}";

    @Test
    void keepsTheConnectionOpen() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            for (int i = 0; i < 3; i++) {
                String response = client.send("GET /status HTTP/1.1\r\nHost: x\r\n\r\n").response();
                assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
                assertTrue(response.contains("Status[target=All[]"), response);
                assertFalse(response.contains("Connection:"), response);
            }
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("GET /status/a HTTP/1.1\r\nHost: x\r\n\r\nGET /nope HTTP/1.1\nHost: x\n\n");
            client.send(POST + "Content-Length: 21\r\n\r\n" + VERSION);
            assertTrue(client.response().contains("names=[a]"));
            assertTrue(client.response().startsWith("HTTP/1.1 404 "));
            assertTrue(client.response().contains("Version[]"));
        }
    }

    @Test
    void closesWhenAsked() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("GET /status HTTP/1.1\r\nHost: x\r\nConnection: foo, Close\r\n\r\n");
            String all = client.rest();
            assertTrue(all.contains("\r\nConnection: close\r\n"), all);
        }
    }

    @Test
    void closesAfterHttp10UnlessAskedToKeepTheConnection() throws IOException {
        try (var server = new TestServer()) {
            try (var client = server.connect()) {
                assertTrue(client.send("GET /status HTTP/1.0\r\n\r\n").rest().contains("All[]"));
            }
            try (var client = server.connect()) {
                client.send("GET /status HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertTrue(client.response().contains("\nConnection: keep-alive\r\n"));
                assertTrue(client.send("GET /status HTTP/1.0\r\n\r\n").rest().contains("All[]"));
            }
        }
    }

    @Test
    void decodesTheNameInThePath() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("GET http://host/status/w%C3%A9b%3aa%2Fb+c HTTP/1.1\r\nHost: x\r\n\r\n");
            String response = client.response();
            assertTrue(response.contains("names=[wéb:a/b+c]"), response);
        }
    }

    @Test
    void hasTheStatusOfTheReply() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("GET /status/nobody HTTP/1.1\r\nHost: x\r\n\r\n");
            String response = client.response();
            assertTrue(response.startsWith("HTTP/1.1 404 Not Found\r\n"), response);
            assertTrue(response.contains("no_such_program"), response);
        }
    }

    @Test
    void headHasNoBody() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("HEAD /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            String all = client.rest();
            assertTrue(all.contains("\r\nContent-Length: 72\r\n"), all);
            assertTrue(all.endsWith("\r\n\r\n"), all);
        }
    }

    @Test
    void understandsChunkedBodies() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send(POST + "Transfer-Encoding: chunked\r\n\r\n");
            client.send("00A;x=y\r\n{\"command\"\r\nB\r\n:\"version\"}\r\n0\r\nX: y\r\n\r\n");
            assertTrue(client.response().contains("Version[]"));
            client.send(POST + "Content-Length: 21\r\n\r\n" + VERSION);
            assertTrue(
                    client.response().contains("Version[]"), "the next one begins where it does");
        }
    }

    @Test
    void understandsRequestsThatComeByteByByte() throws IOException {
        String chunks = "a\r\n{\"command\"\r\nB\r\n:\"version\"}\r\n0\r\n\r\n";
        String all = POST + "Transfer-Encoding: chunked\r\n\r\n" + chunks;
        try (var server = new TestServer();
                var client = server.connect()) {
            for (int i = 0; i < all.length(); i++) {
                client.send(all.substring(i, i + 1));
            }
            assertTrue(client.response().contains("Version[]"));
        }
    }

    @Test
    void saysContinueWhenAskedTo() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send(POST + "Content-Length: 21\r\nExpect: 100-continue\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.text(25));
            assertTrue(client.send(VERSION).response().contains("Version[]"));
        }
    }

    @Test
    void answersSeveralLinesWithSeveralLines() throws IOException {
        String body =
                "{\"id\":1,\"command\":\"avail\"}\n\n{\"id\":2}\n{\"id\":3,\"command\":\"help\"}";
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send(POST + "Connection: close\r\nContent-Length: " + body.length());
            client.send("\r\n\r\n" + body);
            String all = client.rest();
            assertTrue(all.startsWith("HTTP/1.1 200 OK\r\n"), all);
            assertTrue(all.contains("Content-Type: application/x-ndjson\r\n"), all);
            assertTrue(all.contains("{\"id\":1,\"status\":200,"), all);
            assertTrue(all.contains("{\"id\":2,\"status\":400,"), all);
            assertTrue(all.contains("{\"id\":3,\"status\":200,"), all);
            assertTrue(all.endsWith("\r\n0\r\n\r\n"), all);
        }
    }

    @Test
    void oneRequestMayBeLaidOutOverLines() throws IOException {
        String body = "{\n  \"command\": \"avail\"\n}\n";
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send(POST + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            assertTrue(client.response().contains("Avail[]"));
        }
    }

    @Test
    void streamsInChunks() throws IOException {
        String body = "{\"command\":\"tail\",\"name\":\"a\",\"lines\":2}";
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send(POST + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            assertEquals("HTTP/1.1 200 OK\r", client.line());
            assertEquals("Content-Type: application/x-ndjson\r", client.line());
            assertEquals("Transfer-Encoding: chunked\r", client.line());
            assertEquals("\r", client.line());
            assertEquals("2b\r", client.line());
            assertEquals("{\"status\":206,\"content\":{\"data\":\"part 0\"}}", client.line());
            assertEquals("\r", client.line());
            assertEquals("2b\r", client.line());
            assertTrue(client.line().contains("part 1"));
            assertEquals("\r", client.line());
            assertFalse(client.line().isEmpty());
            assertTrue(client.line().startsWith("{\"status\":200,"));
            assertEquals("\r\n0\r\n\r\n", client.text(7));
            client.send("GET /status HTTP/1.1\r\nHost: x\r\n\r\n");
            assertTrue(client.response().contains("All[]"));
        }
    }

    @Test
    void streamsToHttp10UntilTheEnd() throws IOException {
        String body = "{\"command\":\"tail\",\"name\":\"a\",\"lines\":1}";
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("POST / HTTP/1.0\r\nContent-Type: application/json\r\n");
            client.send("Content-Length: " + body.length() + "\r\n\r\n" + body);
            String all = client.rest();
            assertTrue(all.contains("\r\nConnection: close\r\n\r\n{\"status\":206,"), all);
            assertFalse(all.contains("chunked"), all);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1~Host: x | 405",
                "DELETE /status HTTP/1.1~Host: x | 405",
                "GET /nope HTTP/1.1~Host: x | 404",
                "GET /statusx HTTP/1.1~Host: x | 404",
                "GET /status?x=1 HTTP/1.1~Host: x | 400",
                "GET /status/%zz HTTP/1.1~Host: x | 400",
                "GET /status/%ff HTTP/1.1~Host: x | 400",
                "GET /status/ HTTP/1.1~Host: x | 400",
                "POST / HTTP/1.1~Host: x~Content-Type: application/json | 411",
                "POST / HTTP/1.1~Host: x~Content-Type: text/plain~Content-Length: 1 | 415",
                "POST / HTTP/1.1~Host: x~Content-Length: 1 | 415",
                "POST / HTTP/1.1~Host: x~Content-Type: application/json~Content-Length: 0 | 400",
                "POST / HTTP/1.1~Host: x~Content-Type: application/json~Content-Length: 65537 | 413",
                "POST / HTTP/1.1~Host: x~Content-Type: application/json~Content-Length: 99999999999 | 413",
                "POST / HTTP/1.1~Host: x~Content-Length: 5~Transfer-Encoding: chunked | 400",
                "POST / HTTP/1.1~Host: x~Content-Length: 5~Content-Length: 5 | 400",
                "POST / HTTP/1.1~Host: x~Content-Length: +5 | 400",
                "POST / HTTP/1.1~Host: x~Content-Length: 5, 5 | 400",
                "POST / HTTP/1.1~Host: x~Transfer-Encoding: gzip, chunked | 501",
                "POST / HTTP/1.0~Transfer-Encoding: chunked | 400",
                "GET /status HTTP/1.1~Host : x | 400",
                "GET /status HTTP/1.1~Host: x~ folded | 400",
                "GET /status HTTP/1.1~Host: x~Host: y | 400",
                "GET /status HTTP/1.1~X: y | 400",
                "GET /status HTTP/1.1~Host: x~Expect: tea | 417",
                "GET /status HTTP/1.1~Host: x~Content-Length: 5 | 400",
                "GET /status HTTP/2.0~Host: x | 505",
                "GET /status | 400",
                "GET  /status HTTP/1.1~Host: x | 400",
                "hello | 400",
            })
    void refusesWith(String head, int status) throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send(head.replace("~", "\r\n") + "\r\n\r\n").endSending();
            String all = client.rest();
            assertTrue(all.startsWith("HTTP/1.1 " + status + " "), all);
            String body = all.substring(all.indexOf("\r\n\r\n") + 4);
            assertTrue(body.startsWith("{\"status\":" + status + ",\"error\":{\"code\":\""), all);
            assertEquals(body.length(), body.indexOf('\n') + 1, "one answer: " + all);
        }
    }

    @Test
    void namesTheMethodsThatAreAllowed() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            String response = client.send("PUT /status HTTP/1.1\r\nHost: x\r\n\r\n").response();
            assertTrue(response.contains("\nAllow: GET, HEAD\r\n"), response);
        }
    }

    @Test
    void refusesAFirstLineThatIsNoneAtOnce() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            String all = client.send("status\n").rest();
            assertTrue(all.startsWith("HTTP/1.1 400 "), all);
        }
    }

    @Test
    void refusesTooLongHeaders() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send("GET /status HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(20_000));
            String all = client.rest();
            assertTrue(all.startsWith("HTTP/1.1 431 "), all);
        }
    }

    @Test
    void refusesTooLongChunkedBodies() throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send(POST + "Transfer-Encoding: chunked\r\n\r\n10\r\n0123456789abcdef\r\n");
            client.send("fffffffffffff1\r\n");
            String all = client.rest();
            assertTrue(all.startsWith("HTTP/1.1 413 "), all);
        }
    }

    @ParameterizedTest
    @CsvSource({"x", "5;a", "5\n01234\n", "3\r\n01234\r\n", "-1\r\n"})
    void refusesMalformedChunks(String chunk) throws IOException {
        try (var server = new TestServer();
                var client = server.connect()) {
            client.send(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "\n").endSending();
            String all = client.rest();
            assertTrue(all.startsWith("HTTP/1.1 400 "), all);
        }
    }
}
