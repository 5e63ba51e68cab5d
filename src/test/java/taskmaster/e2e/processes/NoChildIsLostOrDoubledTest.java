package taskmaster.e2e.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Replies;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Procfs;

/** The daemon knows each of its processes, and there is never a second one in the same place. */
final class NoChildIsLostOrDoubledTest {

    private static final String QUIET = "stdout = \"/dev/null\"\nstderr = \"/dev/null\"\n";

    @Test
    void replacesAHundredProcessesThatAreKilledAtOnce() throws IOException {
        String toml =
                "[programs.many]\ncommand = \"${bin}/exit-after\"\nargs = [\"100000000\", \"0\"]\n"
                        + "numprocs = 100\n"
                        + QUIET;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Processes.awaitAll(daemon, "RUNNING");
            Map<String, Long> before = new HashMap<>();
            for (ProcessStatus process : daemon.status()) {
                before.put(process.name(), process.pid());
            }
            assertEquals(100, new HashSet<>(before.values()).size());

            Processes.signal(new ArrayList<>(before.values()), "KILL");

            daemon.await(
                    "all hundred are replaced",
                    () -> {
                        for (ProcessStatus process : daemon.status()) {
                            if (!process.state().equals("RUNNING")
                                    || process.pid() == before.get(process.name())) {
                                return false;
                            }
                        }
                        return true;
                    });
            for (ProcessStatus process : daemon.status()) {
                assertEquals(1, process.restarts(), process.name());
                assertEquals(Optional.of("KILL"), process.exitSignal(), process.name());
            }
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void seesEveryEndOfProcessesThatEndAtOnce() throws IOException {
        String toml =
                "[programs.brief]\ncommand = \"${bin}/exit-after\"\nargs = [\"0\", \"7\"]\n"
                        + "numprocs = 60\nstartsecs = 0\nautorestart = \"false\"\n"
                        + QUIET;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Processes.awaitAll(daemon, "EXITED");
            for (ProcessStatus process : daemon.status()) {
                assertEquals(Optional.of(7L), process.exitCode(), process.name());
            }
            daemon.awaitLogged();
            assertEquals(60, Processes.count(daemon, "exited: brief:brief_"));
            assertEquals(60, Processes.count(daemon, "spawned: 'brief:brief_"));
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void killsWhatIsLeftOfAGroupWhenItsLeaderEnds() throws IOException {
        String toml =
                "[programs.killed]\ncommand = \"${bin}/fork-grandchild\"\n"
                        + "args = [\"--ignore-term\", \"--file\", \"${dir}/killed\"]\nstartsecs = 0.1\n"
                        + QUIET
                        + "[programs.ended]\ncommand = \"${bin}/fork-grandchild\"\n"
                        + "args = [\"--exit\", \"--file\", \"${dir}/ended\"]\n"
                        + "startsecs = 0\nautorestart = \"false\"\n"
                        + QUIET;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            long leader = daemon.awaitState("killed", "RUNNING").pid();
            long child = Processes.awaitPids(daemon, daemon.file("killed"), 1).getFirst();
            assertEquals(leader, Procfs.stat(child).orElseThrow().group());

            DaemonHarness.signal(leader, "KILL");

            Processes.awaitGone(daemon, child);
            daemon.awaitReplaced("killed", leader);
            long second = Processes.awaitPids(daemon, daemon.file("killed"), 2).get(1);
            assertTrue(Procfs.isAlive(second));

            // TERM ends the leader; the child ignores it and is killed all the same.
            daemon.request("{\"command\":\"stop\",\"name\":\"killed\"}");
            Processes.awaitGone(daemon, second);

            daemon.awaitState("ended", "EXITED");
            Processes.awaitGone(
                    daemon, Processes.awaitPids(daemon, daemon.file("ended"), 1).getFirst());
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void reapsAndLogsWhatEscapedWhenItEnds() throws IOException {
        String toml =
                "[programs.escaping]\ncommand = \"${bin}/fork-grandchild\"\n"
                        + "args = [\"--setsid\", \"--file\", \"${dir}/escaped\"]\nstartsecs = 0.1\n"
                        + QUIET;
        assertOutlivesAndIsReaped(toml, "escaping", "escaped");
    }

    @Test
    void leavesTheGroupAloneWhereKillasgroupIsFalse() throws IOException {
        String toml =
                "[programs.gentle]\ncommand = \"${bin}/fork-grandchild\"\nkillasgroup = false\n"
                        + "args = [\"--file\", \"${dir}/left\"]\nstartsecs = 0.1\n"
                        + QUIET;
        assertOutlivesAndIsReaped(toml, "gentle", "left");
    }

    /** The child outlives the program, is then the daemon's, and is reaped and logged. */
    private static void assertOutlivesAndIsReaped(String toml, String program, String file)
            throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            daemon.awaitState(program, "RUNNING");
            long child = Processes.awaitPids(daemon, daemon.file(file), 1).getFirst();

            daemon.request("{\"command\":\"stop\",\"name\":\"" + program + "\"}");

            assertEquals("STOPPED", daemon.status(program).state());
            assertTrue(Procfs.isAlive(child));
            assertEquals(daemon.pid(), Procfs.stat(child).orElseThrow().parent());
            DaemonHarness.signal(child, "KILL");
            daemon.awaitActivity("reaped unknown pid " + child + " (", 1);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void triesAProgramThatCannotBeRunAsOftenAsItShouldAndLeavesNothing() throws IOException {
        String toml =
                "[programs.missing]\ncommand = \"${dir}/missing\"\nstartretries = 1\nnumprocs = 5\n"
                        + QUIET
                        + "[programs.brief]\ncommand = \"${bin}/exit-after\"\nargs = [\"0\", \"1\"]\n"
                        + "startretries = 1\nstartsecs = 600\n"
                        + QUIET;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Processes.awaitAll(daemon, "FATAL");
            daemon.awaitLogged();
            assertEquals(10, Processes.count(daemon, "spawnerr: missing:missing_"));
            assertEquals(2, Processes.count(daemon, "exited: brief ("));
            assertEquals(6, Processes.count(daemon, "gave up: "));
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void endsWithOneProcessAfterRacingRequests() throws IOException {
        String toml =
                "[programs.wanted]\ncommand = \"${bin}/exit-after\"\n"
                        + "args = [\"100000000\", \"0\"]\nstartsecs = 0\n"
                        + QUIET
                        + "[programs.stubborn]\ncommand = \"${bin}/fork-grandchild\"\n"
                        + "args = [\"--ignore-term\"]\nstartsecs = 0\n"
                        + QUIET;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            List<Connection> connections = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                connections.add(daemon.connect());
            }
            try {
                race(connections, 40);
            } finally {
                for (Connection connection : connections) {
                    connection.close();
                }
            }
            daemon.request("{\"command\":\"start\"}");
            for (String name : List.of("wanted", "stubborn")) {
                ProcessStatus process = daemon.awaitState(name, "RUNNING");
                assertTrue(Procfs.isAlive(process.pid()), name);
            }
            // What was killed in a group with others takes its time to go, and is then ours to
            // reap.
            long pid = daemon.pid();
            daemon.await("two children", () -> Procfs.childrenOf(pid).size() == 2);
            // Beside the daemon: the two, and the grandchild of one of them.
            // With startsecs = 0 they count as running before they have done anything.
            daemon.await("four processes", () -> daemon.processes().size() == 4);
            assertEquals(0, Processes.count(daemon, "unexpected: "));

            daemon.request("{\"command\":\"stop\"}");
            Processes.assertExactlyTheseRun(daemon);
            daemon.awaitLogged();
            assertEquals(
                    Processes.count(daemon, "spawned: "), Processes.count(daemon, "stopped: "));
        }
    }

    /** Requests on all connections at once, and an answer to each. */
    private static void race(List<Connection> connections, int requests) throws IOException {
        Random random = new Random(4711);
        List<String> verbs = List.of("start", "stop", "restart");
        for (int i = 0; i < requests; i++) {
            for (Connection connection : connections) {
                String verb = verbs.get(random.nextInt(verbs.size()));
                String name = random.nextBoolean() ? "wanted" : "stubborn";
                connection.send(
                        "{\"command\":\""
                                + verb
                                + "\",\"name\":\""
                                + name
                                + "\",\"wait\":"
                                + random.nextBoolean()
                                + "}\n");
            }
        }
        for (Connection connection : connections) {
            for (int i = 0; i < requests; i++) {
                Replies.assertFair(connection.readReply());
            }
        }
    }

    /** All the ends make one pending SIGCHLD; none of them may be overlooked. */
    @Test
    void seesWhatEndedWhileItWasStoppedItself() throws IOException {
        String toml =
                "[programs.many]\ncommand = \"${bin}/exit-after\"\nstartsecs = 0\n"
                        + "args = [\"100000000\", \"0\"]\nnumprocs = 20\n"
                        + QUIET;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            Processes.awaitAll(daemon, "RUNNING");
            List<Long> before = Processes.pids(daemon);
            long pid = daemon.pid();
            DaemonHarness.signal(pid, "STOP");
            try {
                Processes.signal(before, "KILL");
                for (long killed : before) {
                    daemon.await(killed + " is dead", () -> !Procfs.isAlive(killed));
                }
            } finally {
                DaemonHarness.signal(pid, "CONT");
            }
            daemon.awaitActivity("spawned: ", 40);
            Processes.awaitAll(daemon, "RUNNING");
            for (ProcessStatus process : daemon.status()) {
                assertEquals(1, process.restarts(), process.name());
            }
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void replacesAProcessThatIsKilledAgainAndAgain() throws IOException {
        String toml =
                "[programs.victim]\ncommand = \"${bin}/exit-after\"\nstartsecs = 0\n"
                        + "args = [\"100000000\", \"0\"]\n"
                        + QUIET;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            long pid = daemon.awaitState("victim", "RUNNING").pid();
            for (int i = 1; i <= 3; i++) {
                DaemonHarness.signal(pid, "KILL");
                ProcessStatus now = daemon.awaitReplaced("victim", pid);
                assertEquals(i, now.restarts());
                assertNotEquals(pid, now.pid());
                assertFalse(Procfs.isAlive(pid));
                pid = now.pid();
            }
            Processes.assertExactlyTheseRun(daemon);
        }
    }
}
