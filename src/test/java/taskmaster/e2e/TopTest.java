package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/** What processes use, as the verb {@code top} tells it and {@code taskmasterctl} prints it. */
class TopTest {

    private static final String OFTEN = "{\"command\":\"top\",\"interval\":0.1}";

    private static DaemonHarness daemon;

    @BeforeAll
    static void start() throws IOException {
        String rest = "startsecs = 0\nstdout = \"/dev/null\"\nstderr = \"/dev/null\"\n";
        daemon =
                DaemonHarness.start(
                        "[programs.burn]\ncommand = \"sh\"\nargs = [\"-c\", \"while :; do :; done\"]\n"
                                + rest
                                + "[programs.family]\ncommand = \"sh\"\n"
                                + "args = [\"-c\", \"sleep 1000 & sleep 1000 & wait\"]\n"
                                + rest
                                + "[programs.idle]\ncommand = \"sleep\"\nargs = [\"1000\"]\n"
                                + "numprocs = 2\n"
                                + rest
                                + "[programs.off]\ncommand = \"sleep\"\nautostart = false\n"
                                + rest
                                + "[programs.three]\ncommand = \"sh\"\nargs = [\"-c\", \"exit 3\"]\n"
                                + "autostart = false\nautorestart = \"false\"\n"
                                + rest);
        for (String name : List.of("burn", "family", "idle:idle_0", "idle:idle_1")) {
            daemon.awaitState(name, "RUNNING");
        }
    }

    @AfterAll
    static void end() throws IOException {
        daemon.close();
    }

    /** Samples until one fits; there is always a next one. */
    private static Json.Obj await(Connection connection, Predicate<Json.Obj> wanted)
            throws IOException {
        long deadline = System.nanoTime() + DaemonHarness.PATIENCE.toNanos();
        while (true) {
            Json.Obj reply = connection.readReply();
            assertEquals(206, reply.getLong("status").orElseThrow(), reply::toString);
            Json.Obj content = reply.getObject("content").orElseThrow();
            if (wanted.test(content)) {
                return content;
            }
            assertTrue(System.nanoTime() < deadline, () -> "in vain; the last is " + content);
        }
    }

    private static Json.Obj row(Json.Obj sample, String name) {
        for (Json item : sample.getItems("processes")) {
            Json.Obj row = (Json.Obj) item;
            if (row.getString("name").orElseThrow().equals(name)) {
                return row;
            }
        }
        throw new AssertionError(name + " is not in " + sample);
    }

    private static double number(Json.Obj row, String field) {
        return row.get(field).orElseThrow() instanceof Json.Num number ? number.toDouble() : -1;
    }

    @Test
    void whoUsesMoreIsShownWithMore() throws IOException {
        try (Connection connection = daemon.connect()) {
            connection.send(OFTEN + "\n");
            Json.Obj first = await(connection, sample -> true);
            assertEquals(Optional.of(Json.Null.NULL), first.get("interval"));
            assertEquals(Optional.of(Json.Null.NULL), row(first, "burn").get("cpu"));
            Json.Obj sample =
                    await(
                            connection,
                            now ->
                                    number(row(now, "burn"), "cpu")
                                                    > number(row(now, "idle:idle_0"), "cpu") + 5
                                            && isWhatItWillBe(row(now, "idle:idle_0"), 1));
            assertTrue(number(sample, "interval") > 0);
            assertTrue(number(row(sample, "burn"), "memory") > 100_000);
            assertEquals("RUNNING", row(sample, "burn").getString("state").orElseThrow());
            Json.Obj ours = sample.getObject("daemon").orElseThrow();
            assertEquals(daemon.pid(), ours.getLong("pid").orElseThrow());
            assertTrue(number(ours, "memory") > 1_000_000);
            assertTrue(number(ours, "descriptors") > 3);
        }
    }

    /** Each process has one thread and three descriptors, once it has loaded its libraries. */
    private static boolean isWhatItWillBe(Json.Obj row, int processes) {
        return number(row, "processes") == processes
                && number(row, "threads") == processes
                && number(row, "descriptors") == 3 * processes;
    }

    @Test
    void countsWhatAProgramHasStartedAsPartOfIt() throws IOException {
        try (Connection connection = daemon.connect()) {
            connection.send("{\"command\":\"top\",\"name\":\"family\",\"interval\":0.1}\n");
            Json.Obj sample = await(connection, now -> isWhatItWillBe(row(now, "family"), 3));
            assertEquals(1, sample.getItems("processes").size());
        }
    }

    @Test
    void followsWhatEndsAndComesAgain() throws IOException {
        try (Connection connection = daemon.connect()) {
            connection.send(OFTEN + "\n");
            Json.Obj off = row(await(connection, sample -> true), "off");
            assertEquals("STOPPED", off.getString("state").orElseThrow());
            assertEquals(Optional.of(Json.Null.NULL), off.get("pid"));
            assertEquals(Optional.of(Json.Null.NULL), off.get("memory"));
            daemon.ctl("start", "three");
            Json.Obj sample =
                    await(
                            connection,
                            now ->
                                    row(now, "three")
                                            .getString("state")
                                            .orElseThrow()
                                            .equals("EXITED"));
            Json.Obj exit = row(sample, "three").getObject("exit").orElseThrow();
            assertEquals(3, exit.getLong("code").orElseThrow());
            long pid = daemon.status("idle:idle_1").pid();
            DaemonHarness.signal(pid, "STOP");
            await(connection, now -> row(now, "idle:idle_1").getBoolean("paused").orElseThrow());
            DaemonHarness.signal(pid, "KILL");
            Json.Obj again =
                    row(
                            await(
                                    connection,
                                    now -> {
                                        Json.Obj row = row(now, "idle:idle_1");
                                        long is = row.getLong("pid").orElse(pid);
                                        return is != pid && number(row, "memory") >= 0;
                                    }),
                            "idle:idle_1");
            assertTrue(number(again, "restarts") >= 1);
            assertFalse(again.getBoolean("paused").orElseThrow());
            Json.Obj killed = again.getObject("exit").orElseThrow();
            assertEquals("KILL", killed.getString("signal").orElseThrow());
        }
    }

    private static boolean samplerRuns() throws IOException {
        return Procfs.ofThreads(daemon.pid(), "comm").contains("sampler\n");
    }

    @Test
    void nothingIsLeftWhenTheWatchersHaveGone() throws IOException {
        daemon.await("nobody watches", () -> !samplerRuns());
        List<String> before = Procfs.descriptors(daemon.pid());
        try (Connection one = daemon.connect();
                Connection other = daemon.connect()) {
            one.send(OFTEN + "\n");
            other.send(OFTEN + "\n");
            await(one, sample -> true);
            await(other, sample -> true);
            assertTrue(samplerRuns());
        }
        daemon.await(
                "thread and descriptors are gone",
                () -> !samplerRuns() && before.containsAll(Procfs.descriptors(daemon.pid())));
    }

    @Test
    void saysWhatItDoesNotKnow() throws IOException {
        Json.Obj reply = daemon.request("{\"command\":\"top\",\"name\":\"nobody\"}");
        assertEquals(404, reply.getLong("status").orElseThrow());
        DaemonHarness.Output output = daemon.ctl("top", "nobody");
        assertEquals("nobody: ERROR (no such process)\n", output.out());
        assertEquals(1, output.exit());
    }

    @Test
    void printsTextOnAPipe() throws IOException {
        DaemonHarness.Output output = daemon.ctl("top", "-d", "0.2", "-n", "2", "burn", "off");
        assertEquals("", output.err());
        assertEquals(0, output.exit());
        List<String> lines = output.out().lines().toList();
        assertEquals(10, lines.size(), output.out());
        assertTrue(lines.get(0).startsWith("taskmasterd pid " + daemon.pid() + ", up "));
        assertTrue(lines.get(0).endsWith("; 2 processes: 1 RUNNING, 1 STOPPED"));
        assertTrue(lines.get(2).startsWith("NAME "), output.out());
        assertTrue(lines.get(3).startsWith("burn "), output.out());
        assertTrue(lines.get(4).startsWith("off "), output.out());
        assertEquals(lines.get(2), lines.get(7));
        assertEquals(5, daemon.ctl("top", "-d", "0.1", "burn", "off").out().lines().count());
    }

    @Test
    void printsTheLinesOfTheStream() throws IOException {
        DaemonHarness.Output output = daemon.ctl("top", "-d", "0.1", "-n", "3", "--json", "burn");
        assertEquals(0, output.exit());
        List<String> lines = output.out().lines().toList();
        assertEquals(3, lines.size(), output.out());
        for (String line : lines) {
            assertTrue(line.startsWith("{\"status\":206,\"content\":{\"interval\":"), line);
            assertFalse(line.contains("\"interval\":null"), line);
        }
    }
}
