package taskmaster.e2e.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Footprint;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Replies;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/** There is little memory, and others want it. The heap of the daemon is 64 MiB. */
final class LittleMemoryTest {

    private static final String VERSION = "{\"command\":\"version\"}";
    private static final String STATUS = "{\"command\":\"status\"}\n";

    private static String idle(int count) {
        return "[programs.idle]\ncommand = \"sleep\"\nautostart = false\nnumprocs = "
                + count
                + "\n"
                + Programs.QUIET;
    }

    /** Together they would have 250 MB of answers, and 16 MB of half requests. */
    @Test
    void clientsThatDoNotReadOrNeverFinishCannotFillIt() throws IOException {
        List<Connection> clients = new ArrayList<>();
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER + idle(200))) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Footprint before = Footprint.of(daemon);
            try (Connection good = daemon.connect()) {
                good.request(VERSION);
                for (int i = 0; i < 100; i++) {
                    Connection greedy = daemon.connect();
                    clients.add(greedy);
                    greedy.send(STATUS.repeat(100));
                    Connection slow = daemon.connect();
                    clients.add(slow);
                    slow.send("{\"command\":\"" + "x".repeat(60_000));
                }
                assertEquals(200, Replies.status(good.request(VERSION)));
                DaemonHarness.signal(worker, "KILL");
                // A short answer is always given; a long one may be refused for now.
                daemon.await("it is replaced", () -> isReplaced(good, worker));
            } finally {
                for (Connection client : clients) {
                    client.close();
                }
            }
            before.awaitBack(daemon);
            assertEquals(0, Processes.count(daemon, "OutOfMemory"));
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static boolean isReplaced(Connection client, long pid) throws IOException {
        Json.Obj reply = client.request("{\"command\":\"status\",\"name\":\"worker\"}");
        assertEquals(200, Replies.status(reply), reply::toString);
        long now = Replies.process(reply).getLong("pid").orElse(0);
        return now != 0 && now != pid && Procfs.isAlive(now);
    }

    /**
     * Not a page more from the kernel but a few for the JVM itself, which cannot go on without:
     * there are no new threads, so what needs one may be refused, but it is answered.
     */
    @Test
    void programsAreKeptWhereTheKernelGivesNoMore() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            daemon.ctl("reload");
            Footprint before = Footprint.of(daemon);
            long size = Long.parseLong(Procfs.status(daemon.pid(), "VmSize").split(" ", 2)[0]);
            String pid = String.valueOf(daemon.pid());
            Processes.run("prlimit", "--pid", pid, "--as=" + (size + 900) * 1024 + ":");

            long status = Replies.ask(daemon, "{\"command\":\"reload\"}");
            assertTrue(status == 200 || status == 400, () -> "reload " + status);
            for (int i = 0; i < 2; i++) {
                long last = daemon.status("worker").pid();
                DaemonHarness.signal(last, "KILL");
                daemon.awaitReplaced("worker", last);
            }
            assertEquals(0, daemon.ctl("restart", "worker").exit());

            Processes.run("prlimit", "--pid", pid, "--as=unlimited:");
            assertEquals(200, Replies.ask(daemon, "{\"command\":\"reload\"}"));
            assertTrue(daemon.status("worker").pid() != worker);
            before.awaitBack(daemon);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    /** A sparse file: what is asked for is its end, which has no beginning of a line. */
    @Test
    void theEndOfAHugeLogWithoutALineIsCut() throws IOException {
        String toml =
                """
                [programs.huge]
                command = "/bin/sh"
                args = ["-c", "truncate -s 4G /proc/self/fd/1; printf the-end"]
                startsecs = 0
                autorestart = "false"
                stdout = "${dir}/huge"
                stdout_maxbytes = 0
                stderr = "/dev/null"
                """;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            daemon.awaitState("huge", "EXITED");
            assertEquals("the-end", daemon.ctl("tail", "-7", "huge").out());
            Footprint before = Footprint.of(daemon);
            for (String much : List.of("\"lines\":10", "\"bytes\":4000000000")) {
                Json.Obj reply =
                        daemon.request("{\"command\":\"tail\",\"name\":\"huge\"," + much + "}");
                assertEquals(200, Replies.status(reply), much);
                String text = reply.getObject("content").orElseThrow().getString("data").orElse("");
                assertTrue(text.length() <= 1 << 20, much + " gave " + text.length());
                assertTrue(text.endsWith("\0the-end"), much);
            }
            before.awaitBack(daemon);
        }
    }
}
