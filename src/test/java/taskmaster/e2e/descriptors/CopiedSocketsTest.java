package taskmaster.e2e.descriptors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Programs;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;

/**
 * A child that has not come to its exec has copies of the daemon's sockets, and whoever stops it
 * there makes that last.
 */
final class CopiedSocketsTest {

    @Test
    void aClientReadsTheEndThoughSomebodyElseHoldsACopyOfItsConnection() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER);
                Connection client = daemon.connect()) {
            client.request("{\"command\":\"version\"}");
            Process holder =
                    new ProcessBuilder(daemon.program("hold-sockets").toString(), "" + daemon.pid())
                            .redirectErrorStream(true)
                            .start();
            try (BufferedReader said =
                    new BufferedReader(
                            new InputStreamReader(
                                    holder.getInputStream(), StandardCharsets.UTF_8))) {
                String held = said.readLine();
                assertTrue(held != null && held.matches("held [2-9]"), held);

                client.shutdownOutput();

                assertEquals(Optional.empty(), client.readLine());
            } finally {
                holder.destroy();
            }
        }
    }
}
