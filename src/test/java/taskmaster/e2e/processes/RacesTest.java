package taskmaster.e2e.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Footprint;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Replies;
import taskmaster.e2e.Script;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;

/** Two things happen in the same instant. */
final class RacesTest {

    /** A process that ends after 0 to 4 ms by itself is meanwhile told to. */
    @Test
    void whatEndsInTheInstantOfARequestIsAnsweredAndOver() throws IOException {
        StringBuilder toml = new StringBuilder(Programs.WORKER);
        for (int ms = 0; ms < 5; ms++) {
            toml.append("[programs.brief")
                    .append(ms)
                    .append("]\ncommand = \"${bin}/exit-after\"\n");
            toml.append("args = [\"").append(ms).append("\", \"0\"]\nstartsecs = 0\n");
            toml.append("autostart = false\nautorestart = \"false\"\n").append(Programs.QUIET);
        }
        try (DaemonHarness daemon = DaemonHarness.start(toml.toString())) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Footprint before = Footprint.of(daemon);
            try (Connection first = daemon.connect();
                    Connection second = daemon.connect()) {
                race(first, second);
            }
            Replies.ask(daemon, "{\"command\":\"stop\",\"name\":\"brief*\"}");
            assertEquals(worker, daemon.status("worker").pid());
            assertEquals(0, Processes.count(daemon, "unexpected: "));
            assertEquals(0, Processes.count(daemon, " ERRO "));
            before.awaitBack(daemon);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static void race(Connection first, Connection second) throws IOException {
        Random random = new Random(4711);
        List<String> verbs =
                List.of(
                        "\"stop\"",
                        "\"restart\"",
                        "\"signal\",\"signal\":\"TERM\"",
                        "\"signal\",\"signal\":\"KILL\"",
                        "\"stop\",\"wait\":false");
        for (int i = 0; i < 400; i++) {
            String name = ",\"name\":\"brief" + random.nextInt(5) + "\"}\n";
            String verb = verbs.get(random.nextInt(verbs.size()));
            String start = "{\"command\":\"start\",\"wait\":" + random.nextBoolean() + name;
            first.send(start);
            second.send("{\"command\":" + verb + name);
            Replies.assertFair(first.readReply());
            Replies.assertFair(second.readReply());
        }
    }

    /** The program that a reload replaces or takes away dies of its own in that instant. */
    @Test
    void whatEndsInTheInstantOfAReloadIsReplacedOnceOrGone() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Footprint before = Footprint.of(daemon);
            try (Connection client = daemon.connect()) {
                for (int i = 0; i < 30; i++) {
                    daemon.writeConfig(Programs.WORKER + crashing(i));
                    Json.Obj reload = client.request("{\"command\":\"reload\"}");
                    assertEquals(200, Replies.status(reload), reload::toString);
                }
            }
            daemon.writeConfig(Programs.WORKER);
            assertEquals(200, Replies.ask(daemon, "{\"command\":\"reload\"}"));
            assertEquals(1, daemon.status().size());
            assertEquals(worker, daemon.status("worker").pid());
            assertEquals(0, Processes.count(daemon, "unexpected: "));
            assertEquals(0, Processes.count(daemon, " ERRO "));
            before.awaitBack(daemon);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    /** Another command line each time, and other processes. */
    private static String crashing(int i) {
        return "[programs.crashing]\ncommand = \"${bin}/exit-after\"\nargs = [\""
                + i % 7
                + "\", \""
                + i
                + "\"]\nnumprocs = "
                + (1 + i % 3)
                + "\nstartsecs = 0\nautorestart = \"true\"\n"
                + Programs.QUIET;
    }

    /**
     * A pid that was taken by somebody else is nobody's business of ours; in a world of its own.
     */
    @Test
    void aPidThatBelongsToAnotherByNowIsNotSignalled() throws IOException {
        String toml =
                "[programs.gone]\ncommand = \"${bin}/exit-after\"\nargs = [\"100000000\", \"0\"]\n"
                        + "startsecs = 0\nautorestart = \"false\"\n"
                        + Programs.QUIET;
        String script =
                """
                "$TASKMASTERD" --nodaemon -c "$CONFIG" >"$DIR/daemon.out" 2>&1 &
                ctl() { "$TASKMASTERCTL" -c "$CONFIG" "$@"; }
                until pid=$(ctl pid gone 2>/dev/null) && [ "$pid" -gt 0 ]; do sleep 0.05; done
                kill -KILL "$pid"
                until ctl status gone | grep -q EXITED; do sleep 0.05; done
                # The next to be made gets that number, unless the JVM makes a thread in between.
                taken=0
                while [ "$taken" != "$pid" ]; do
                    [ $taken = 0 ] || kill "$taken"
                    echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid
                    sleep 1000 &
                    taken=$!
                done
                ctl signal KILL gone && echo signalled
                ctl stop gone
                ctl start gone >/dev/null || echo not started
                ctl restart gone >/dev/null || echo not restarted
                ctl shutdown
                kill -0 "$taken" && echo untouched
                """;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            DaemonHarness.Output output =
                    Script.run(daemon, "unshare --pid --fork --mount-proc sh -c \"$1\"", script);
            assertEquals(
                    "gone: ERROR (not running)\ngone: ERROR (not running)\nShut down\nuntouched\n",
                    output.out(),
                    output::toString);
        }
    }
}
