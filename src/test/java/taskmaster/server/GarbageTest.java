package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** One server for all tries: what one client sends must not show at another. */
final class GarbageTest {

    private static TestServer server;

    @BeforeContainer
    static void open() throws IOException {
        server = new TestServer();
    }

    @AfterContainer
    static void close() throws IOException {
        server.close();
    }

    @Property(tries = 300)
    void doesNotHarmTheServer(@ForAll("beginnings") String beginning, @ForAll byte[] garbage)
            throws IOException {
        try (var garbler = server.connect();
                var client = server.connect()) {
            try {
                garbler.send(beginning).send(garbage).endSending();
                String _ = garbler.rest();
            } catch (IOException closedEarly) {
                // It may be: what was sent has no meaning.
            }
            String line = client.send("{\"command\":\"version\"}\n").line();
            assertTrue(line.startsWith("{\"status\":200,"), line);
            assertTrue(server.errors.isEmpty(), () -> "reported: " + server.errors);
        }
    }

    @Provide
    static Arbitrary<String> beginnings() {
        String post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        return Arbitraries.of(
                "",
                "{",
                "{\"command\":\"version\"}\n{",
                "GET /status HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /status/%4 HTTP/1.1\r\n",
                post + "Content-Length: 20\r\n\r\n",
                post + "Transfer-Encoding: chunked\r\n\r\n5\r\n",
                new String(new byte[] {0, 1}, StandardCharsets.UTF_8));
    }
}
