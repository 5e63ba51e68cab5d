package taskmaster.e2e.signals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.posix.Signal;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/** What the daemon does when it gets a signal. */
final class SignalsTest {

    private static String sleeper(String name, String more) {
        return "[programs."
                + name
                + "]\ncommand = \"sleep\"\nargs = [\"1000\"]\nstartsecs = 0\n"
                + "stdout = \"${dir}/out\"\nstderr = \"${dir}/err\"\n"
                + more
                + "\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "QUIT", "PWR"})
    void stopsEverythingInOrderAndEnds(String signal) throws IOException {
        String programs =
                sleeper("early", "priority = 1")
                        + sleeper("middle", "priority = 5\nnumprocs = 2")
                        + sleeper("late", "priority = 20");
        try (DaemonHarness daemon = DaemonHarness.start(programs)) {
            for (String name : List.of("early", "middle:middle_0", "middle:middle_1", "late")) {
                daemon.awaitState(name, "RUNNING");
            }
            DaemonHarness.signal(daemon.pid(), signal);
            assertEquals(0, daemon.awaitExit());
            assertFalse(Files.exists(daemon.file("pid")));
            assertFalse(Files.exists(daemon.socket()));
            assertEquals(List.of(), daemon.processes());

            List<String> stopped = new ArrayList<>();
            for (String line : daemon.activity()) {
                int at = line.indexOf(" stopped: ");
                if (at >= 0) {
                    stopped.add(line.substring(at + 10, line.indexOf(' ', at + 10)));
                }
            }
            assertEquals("late", stopped.getFirst());
            assertEquals("early", stopped.getLast());
            assertEquals(4, stopped.size(), stopped.toString());
            daemon.awaitActivity("SIG" + signal + " indicating exit request", 1);
        }
    }

    @Test
    void answersWhileItEndsAndKillsAtTheSecondSignal() throws IOException {
        String stubborn =
                """
                [programs.stubborn]
                command = "${bin}/ignore-term"
                startsecs = 0
                stopwaitsecs = 600
                priority = 10
                stdout = "${dir}/stubborn.out"
                stderr = "${dir}/err"
                """;
        try (DaemonHarness daemon =
                DaemonHarness.start(stubborn + sleeper("first", "priority = 1"))) {
            daemon.awaitText(daemon.file("stubborn.out"), "ignoring");
            daemon.awaitState("first", "RUNNING");
            DaemonHarness.signal(daemon.pid(), "TERM");
            daemon.awaitState("stubborn", "STOPPING");
            assertEquals("RUNNING", daemon.status("first").state());
            for (String refused :
                    List.of(
                            "{\"command\":\"start\",\"name\":\"first\"}",
                            "{\"command\":\"restart\"}",
                            "{\"command\":\"stop\"}",
                            "{\"command\":\"reload\"}")) {
                assertEquals(503, daemon.request(refused).getLong("status").getAsLong(), refused);
            }
            assertEquals(3, daemon.ctl("status", "stubborn").exit());
            assertEquals(0, daemon.ctl("maintail").exit());
            DaemonHarness.Output start = daemon.ctl("start", "first");
            assertEquals(1, start.exit());
            assertTrue(start.err().contains("shutting down"), start.err());
            DaemonHarness.Output shutdown = daemon.ctl("shutdown");
            assertEquals("ERROR: already shutting down\n", shutdown.out());
            assertEquals(0, shutdown.exit());

            DaemonHarness.signal(daemon.pid(), "INT");
            assertEquals(0, daemon.awaitExit());
            assertFalse(Files.exists(daemon.file("pid")));
        }
    }

    @Test
    void answersTheShutdownAndThenEnds() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(sleeper("a", ""))) {
            daemon.awaitState("a", "RUNNING");
            DaemonHarness.Output output = daemon.ctl("shutdown");
            assertEquals("Shut down\n", output.out());
            assertEquals(0, output.exit());
            assertEquals(0, daemon.awaitExit());
            DaemonHarness.Output again = daemon.ctl("shutdown");
            assertEquals(1, again.exit());
            assertTrue(again.err().contains("already shut down?"), again.err());
        }
    }

    @Test
    void reloadsAtHup() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(sleeper("a", ""))) {
            long a = daemon.awaitState("a", "RUNNING").pid();

            daemon.writeConfig("[programs.a]\ncommand = \"sleep\"\nnope = 1\n");
            DaemonHarness.signal(daemon.pid(), "HUP");
            daemon.awaitActivity("taskmaster.conf.toml:11:1: ", 1);
            assertEquals(a, daemon.status("a").pid());

            daemon.writeConfig(sleeper("a", "") + sleeper("b", ""));
            DaemonHarness.signal(daemon.pid(), "HUP");
            daemon.await("b is there", () -> daemon.status().size() == 2);
            daemon.awaitState("b", "RUNNING");
            assertEquals(a, daemon.status("a").pid());
        }
    }

    @Test
    void opensItsLogAgainAtUsr2() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(sleeper("a", ""))) {
            daemon.awaitActivity("spawned: 'a'", 1);
            Files.move(daemon.file("log"), daemon.file("log.1"));
            daemon.ctl("restart", "a");
            daemon.awaitText(daemon.file("log.1"), "stopped: a");
            assertFalse(Files.exists(daemon.file("log")));
            DaemonHarness.signal(daemon.pid(), "USR2");
            daemon.await("the new log is there", () -> Files.exists(daemon.file("log")));
            daemon.ctl("stop", "a");
            daemon.awaitActivity("stopped: a", 1);
            String old = Files.readString(daemon.file("log.1"));
            assertEquals(2, old.split("spawned: 'a'", -1).length - 1, old);
            assertFalse(Files.readString(daemon.file("log")).contains("spawned"));
        }
    }

    @Test
    void livesThroughEverySignalThatIsNotToEndIt() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            List<String> named =
                    List.of(
                            "TRAP", "ABRT", "USR1", "ALRM", "STKFLT", "TSTP", "TTIN", "TTOU",
                            "XCPU", "VTALRM", "PROF", "IO", "SYS");
            StringBuilder script = new StringBuilder("set -e\n");
            for (String name : named) {
                // Numbers: a shell need not know the names.
                int number = Signal.parse(name).orElseThrow().number();
                script.append("kill -").append(number).append(" $1\n");
            }
            for (int number = 34; number <= 64; number++) {
                script.append("kill -").append(number).append(" $1\n");
            }
            Processes.run("sh", "-c", script.toString(), "sh", String.valueOf(daemon.pid()));

            daemon.awaitActivity("which means nothing to taskmasterd", named.size() + 64 - 34 + 1);
            for (String name : named) {
                daemon.awaitActivity("received SIG" + name + ",", 1);
            }

            // Only now: CONT takes back a TSTP that is still on its way.
            script.setLength(0);
            for (String name : List.of("PIPE", "XFSZ", "CHLD", "CONT", "URG", "WINCH", "USR2")) {
                int number = Signal.parse(name).orElseThrow().number();
                script.append("kill -").append(number).append(" $1\n");
            }
            Processes.run("sh", "-c", script.toString(), "sh", String.valueOf(daemon.pid()));
            daemon.awaitActivity("received SIGUSR2 indicating log reopen request", 1);
            assertEquals(pid, daemon.awaitState("worker", "RUNNING").pid());
            assertTrue(Procfs.isAlive(daemon.pid()));
        }
    }
}
