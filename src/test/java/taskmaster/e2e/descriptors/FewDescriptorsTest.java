package taskmaster.e2e.descriptors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Footprint;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Replies;
import taskmaster.e2e.Wrapped;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

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
                // By the spare descriptors, unless those who wait to be accepted are faster.
                Json.Obj reload = first.request("{\"command\":\"reload\"}");
                assertTrue(reload.getLong("status").isPresent(), reload::toString);
                assertEquals(Optional.of(second), onlyPid(first));

                Processes.run("prlimit", "--pid", "" + daemon.pid(), "--nofile=" + before + ":");
                assertEquals(200, versionStatus(first));
                // Who came when there was none was told so, and may come again.
                Json.Obj refusal = clients.getLast().readReply();
                assertEquals(503, refusal.getLong("status").orElse(0), refusal::toString);
                assertEquals(Optional.empty(), clients.getLast().readLine());
                try (Connection again = daemon.connect()) {
                    assertEquals(200, versionStatus(again));
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

    /** The JVM alone needs twenty. Whoever is too many is told so. */
    @Test
    void supervisesWithSixtyFourDescriptorsAndSixtyClients() throws IOException {
        String toml =
                "[taskmasterd]\nlogfile = \"${dir}/log\"\npidfile = \"${dir}/pid\"\nminfds = 1\n"
                        + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Wrapped.start(daemon, "prlimit --pid $$ --nofile=64:64");
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            Footprint before = Footprint.of(daemon);
            List<Connection> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 60; i++) {
                    clients.add(daemon.connect());
                }
                daemon.awaitActivity("cannot accept a connection", 1);
                Connection first = clients.getFirst();

                DaemonHarness.signal(pid, "KILL");

                daemon.await(
                        "it is replaced",
                        () -> onlyPid(first).filter(now -> now != pid).isPresent());
                Json.Obj refusal = clients.getLast().readReply();
                assertEquals(503, refusal.getLong("status").orElse(0), refusal::toString);
                // Who goes makes room for the next.
                clients.get(1).close();
                daemon.await("there is room again", () -> isServed(daemon));
                assertEquals(200, versionStatus(first));
            } finally {
                for (Connection client : clients) {
                    client.close();
                }
            }
            before.awaitBack(daemon);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    /** What a start needs is opened by the child, with the limit the daemon was started with. */
    @Test
    void startsProgramsWithoutAFreeDescriptor() throws IOException {
        String toml =
                """
                [programs.late]
                command = "/bin/sh"
                args = ["-c", "echo up; exec sleep 1000"]
                autostart = false
                startsecs = 0.1
                stdout = "${dir}/late.out"
                stderr = "${dir}/late.err"
                """;
        try (DaemonHarness daemon = DaemonHarness.start(toml);
                Connection client = daemon.connect()) {
            client.request("{\"command\":\"version\"}");
            String limit = "--nofile=" + lowestFreeDescriptor(daemon.pid()) + ":";
            Processes.run("prlimit", "--pid", "" + daemon.pid(), limit);

            Json.Obj reply = client.request("{\"command\":\"start\",\"name\":\"late\"}");

            assertEquals(200, reply.getLong("status").orElse(0), reply::toString);
            assertTrue(Procfs.isAlive(onlyPid(client).orElseThrow()));
            daemon.awaitText(daemon.file("late.out"), "up\n");
            Processes.run("prlimit", "--pid", "" + daemon.pid(), "--nofile=1024:");
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static boolean isServed(DaemonHarness daemon) throws IOException {
        try (Connection next = daemon.connect()) {
            next.send("{\"command\":\"version\"}\n");
            return next.readReply().getLong("status").orElse(0) == 200;
        } catch (IOException refused) {
            return false; // before it was read
        }
    }

    private static long versionStatus(Connection connection) throws IOException {
        return connection.request("{\"command\":\"version\"}").getLong("status").orElse(0);
    }

    /** Names only: some come and go. */
    private static int highestDescriptor(long pid) {
        int highest = 0;
        for (String descriptor : Path.of("/proc/" + pid + "/fd").toFile().list()) {
            highest = Math.max(highest, Integer.parseInt(descriptor));
        }
        return highest;
    }

    private static int lowestFreeDescriptor(long pid) {
        List<String> taken = List.of(Path.of("/proc/" + pid + "/fd").toFile().list());
        int free = 0;
        while (taken.contains(String.valueOf(free))) {
            free++;
        }
        return free;
    }

    /** The pid of the only process, as asked on this connection. */
    private static Optional<Long> onlyPid(Connection connection) throws IOException {
        Json.Obj process = Replies.process(connection.request("{\"command\":\"status\"}"));
        return process.getLong("pid").isPresent()
                ? Optional.of(process.getLong("pid").getAsLong())
                : Optional.empty();
    }
}
