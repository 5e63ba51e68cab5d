package taskmaster.e2e.descriptors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;

/** The daemon may open no more files. */
final class FewDescriptorsTest {

    @Test
    void goesOnSupervisingWithoutFreeDescriptors() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            String limit = "--nofile=" + (highestDescriptor(daemon.pid()) + 4) + ":";
            String before =
                    Processes.run(
                                    "prlimit",
                                    "--pid",
                                    "" + daemon.pid(),
                                    "--nofile",
                                    "--raw",
                                    "--noheadings",
                                    "--output",
                                    "SOFT")
                            .strip();
            List<Connection> clients = new ArrayList<>();
            try {
                Connection first = daemon.connect();
                clients.add(first);
                first.request("{\"command\":\"version\"}");
                Processes.run("prlimit", "--pid", "" + daemon.pid(), limit);
                for (int i = 0; i < 10; i++) {
                    clients.add(daemon.connect());
                }
                daemon.awaitActivity("cannot accept a connection", 1);

                DaemonHarness.signal(pid, "KILL");

                daemon.await(
                        "it is replaced",
                        () -> {
                            Optional<Long> now = onlyPid(first);
                            return now.isPresent() && now.get() != pid;
                        });
                long second = onlyPid(first).orElseThrow();
                // No descriptor for the file either: a problem, and nothing changes.
                Json.Obj reload = first.request("{\"command\":\"reload\"}");
                assertTrue(reload.getLong("status").orElse(0) >= 400, reload::toString);
                assertEquals(Optional.of(second), onlyPid(first));

                Processes.run("prlimit", "--pid", "" + daemon.pid(), "--nofile=" + before + ":");
                // Those that waited in the queue are served now.
                for (Connection client : clients) {
                    Json.Obj reply = client.request("{\"command\":\"version\"}");
                    assertEquals(200, reply.getLong("status").orElse(0));
                }
            } finally {
                for (Connection client : clients) {
                    client.close();
                }
            }
            daemon.awaitState("worker", "RUNNING");
            assertEquals(1, Processes.count(daemon, "cannot accept a connection"));
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    /** Names only: some come and go. */
    private static int highestDescriptor(long pid) {
        int highest = 0;
        for (String descriptor : Path.of("/proc/" + pid + "/fd").toFile().list()) {
            highest = Math.max(highest, Integer.parseInt(descriptor));
        }
        return highest;
    }

    /** The pid of the only process, as asked on this connection. */
    private static Optional<Long> onlyPid(Connection connection) throws IOException {
        Json.Obj reply = connection.request("{\"command\":\"status\"}");
        Json.Obj process =
                (Json.Obj)
                        reply.getObject("content").orElseThrow().getItems("processes").getFirst();
        return process.getLong("pid").isPresent()
                ? Optional.of(process.getLong("pid").getAsLong())
                : Optional.empty();
    }
}
