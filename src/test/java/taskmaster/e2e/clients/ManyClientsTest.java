package taskmaster.e2e.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Footprint;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Replies;
import taskmaster.e2e.Script;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Procfs;

/** Many clients at once, and clients that go in the middle. */
final class ManyClientsTest {

    private static final String STUBBORN =
            """
            [programs.stubborn]
            command = "${bin}/ignore-term"
            startsecs = 0
            stopwaitsecs = 600
            stdout = "${dir}/stubborn.out"
            stderr = "/dev/null"
            """;

    private static String many(int count, String more) {
        return "[programs.many]\ncommand = \"${bin}/exit-after\"\nargs = [\"100000000\", \"0\"]\n"
                + "startsecs = 0\nnumprocs = "
                + count
                + "\n"
                + more
                + "\n"
                + Programs.QUIET;
    }

    @Test
    void aHundredThatWantDifferentThingsAreAllAnswered() throws IOException {
        List<Connection> clients = new ArrayList<>();
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER + many(4, ""))) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Footprint before = Footprint.of(daemon);
            Random random = new Random(4711);
            try {
                for (int i = 0; i < 100; i++) {
                    clients.add(daemon.connect());
                }
                for (int round = 0; round < 3; round++) {
                    daemon.writeConfig(Programs.WORKER + many(3 + round, "stopwaitsecs = 5"));
                    for (Connection client : clients) {
                        client.send(request(random));
                    }
                    for (Connection client : clients) {
                        Replies.assertFair(client.readReply());
                    }
                }
            } finally {
                for (Connection client : clients) {
                    client.close();
                }
            }
            assertEquals(worker, daemon.status("worker").pid());
            // In the end it is as if there had been one client.
            daemon.ctl("reload");
            assertEquals(0, daemon.ctl("stop", "many:*").exit());
            assertEquals(0, daemon.ctl("start", "many:*").exit());
            assertEquals(6, daemon.status().size());
            for (ProcessStatus process : daemon.status()) {
                assertTrue(Procfs.isAlive(process.pid()), process::toString);
            }
            assertEquals(0, Processes.count(daemon, "unexpected: "));
            assertEquals(0, Processes.count(daemon, " ERRO "));
            before.awaitBack(daemon);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static String request(Random random) {
        List<String> verbs = List.of("start", "stop", "restart", "reload", "status");
        String verb = verbs.get(random.nextInt(verbs.size()));
        String name = "\"name\":\"many_" + random.nextInt(3) + "\"";
        return switch (verb) {
            case "reload", "status" -> "{\"command\":\"" + verb + "\"}\n";
            default -> "{\"command\":\"" + verb + "\"," + name + "}\n";
        };
    }

    @Test
    void everybodyIsToldTheStateDuringASlowStop() throws IOException {
        List<Connection> clients = new ArrayList<>();
        try (DaemonHarness daemon = DaemonHarness.start(STUBBORN)) {
            daemon.awaitText(daemon.file("stubborn.out"), "ignoring");
            try (Connection stopping = daemon.connect()) {
                stopping.send("{\"command\":\"stop\",\"name\":\"stubborn\"}\n");
                daemon.awaitState("stubborn", "STOPPING");
                for (int i = 0; i < 50; i++) {
                    clients.add(daemon.connect());
                    clients.get(i).send("{\"command\":\"status\",\"name\":\"stubborn\"}\n");
                }
                for (Connection client : clients) {
                    assertTrue(client.readReply().toString().contains("STOPPING"));
                }
                DaemonHarness.signal(daemon.status("stubborn").pid(), "KILL");
                assertEquals(200, Replies.status(stopping.readReply()));
            } finally {
                for (Connection client : clients) {
                    client.close();
                }
            }
        }
    }

    /** What they had asked for is done; what was kept for them is given up. */
    @Test
    void clientsKilledInTheMiddleLeaveNothingBehind() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(STUBBORN + many(3, ""))) {
            daemon.awaitText(daemon.file("stubborn.out"), "ignoring");
            try (Connection warm = daemon.connect()) {
                warm.request("{\"command\":\"tail\",\"name\":\"stubborn\",\"follow\":true}");
            }
            Footprint before = Footprint.of(daemon);
            daemon.writeConfig(many(5, ""));
            List<Process> clients = new ArrayList<>();
            try {
                clients.add(ctl(daemon, "follow", "tail", "-f", "stubborn"));
                daemon.awaitText(daemon.file("follow"), "ignoring");
                // It takes away what does not go, and waits for that.
                clients.add(ctl(daemon, "update", "update"));
                daemon.awaitState("stubborn", "STOPPING");
                clients.add(ctl(daemon, "stop", "stop", "stubborn"));
                clients.add(ctl(daemon, "restart", "restart", "many:*"));
                daemon.awaitActivity("spawned: 'many:many_0'", 2);
            } finally {
                for (Process client : clients) {
                    client.destroyForcibly();
                }
            }
            for (Process client : clients) {
                daemon.await("it is gone", () -> !client.isAlive());
            }
            DaemonHarness.signal(daemon.status("stubborn").pid(), "KILL");
            daemon.await("the update is done", () -> daemon.status().size() == 5);
            Processes.awaitAll(daemon, "RUNNING");
            before.awaitBack(daemon);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static Process ctl(DaemonHarness daemon, String out, String... command)
            throws IOException {
        return Script.startCtl(daemon, out, out + ".err", command);
    }
}
