package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that runs out of file descriptors. */
@Timeout(180)
final class DescriptorsTest {

    private static final String VERSION = "{\"command\":\"version\"}\n";

    @TempDir Path directory;

    @Test
    void survivesWithoutDescriptorsAndAcceptsWhenThereAreSome() throws Exception {
        Path file = directory.resolve("x.sock");
        Process process = start(file);
        List<Client> clients = new ArrayList<>();
        try (BufferedReader output = process.inputReader()) {
            assertEquals("ready", output.readLine());
            Client first = new Client(file);
            clients.add(first);
            assertTrue(first.send(VERSION).line().startsWith("{\"status\":200,"));
            for (int i = 0; i < 60; i++) {
                clients.add(new Client(file));
            }
            String report = output.readLine();
            assertTrue(report.startsWith("cannot accept a connection: "), report);
            assertTrue(first.send(VERSION).line().startsWith("{\"status\":200,"), "still here");
            String refusal = clients.getLast().rest();
            assertTrue(
                    refusal.startsWith("{\"status\":503,\"error\":{\"code\":\"no_descriptors\","),
                    refusal);
            for (int i = 0; i < 200; i++) {
                try (Client client = new Client(file)) {
                    assertEquals(refusal, client.rest(), "each of them is told");
                }
            }
            for (Client client : clients.subList(1, clients.size())) {
                client.close();
            }
            assertTrue(accepted(first, file), "accepted again");
            assertEquals(List.of(), output.ready() ? List.of(output.readLine()) : List.of());
            process.getOutputStream().close();
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
            for (Client client : clients) {
                client.close();
            }
        }
    }

    /** The server sees one after the other that they have gone. */
    private static boolean accepted(Client first, Path file) throws IOException {
        for (int i = 0; i < 100; i++) {
            assertTrue(first.send(VERSION).line().startsWith("{\"status\":200,"));
            try (Client client = new Client(file)) {
                if (client.send(VERSION).line().startsWith("{\"status\":200,")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The JVM would raise the limit to the hard one, so that is lowered too. */
    private static Process start(Path file) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 40 && exec \"$@\"",
                        "sh",
                        java,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProgram.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
    }
}
