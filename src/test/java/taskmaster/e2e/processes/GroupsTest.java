package taskmaster.e2e.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Footprint;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Wrapped;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Procfs;

/** Programs that are more than one process, and do not want to end together. */
final class GroupsTest {

    /** A program that is a shell script. */
    private static String script(String name, String script, String... more) {
        return "[programs."
                + name
                + "]\ncommand = \"/bin/sh\"\nargs = [\"-c\", '''"
                + script
                + "''']\nstartsecs = 0\n"
                + String.join("\n", more)
                + "\n";
    }

    @Test
    void aGroupInWhichEveryoneIgnoresTheStopSignalIsKilled() throws IOException {
        String child = "sh -c 'echo $$ >>${dir}/pids; while :; do sleep 1000; done' &";
        String toml =
                script(
                        "stubborn",
                        "trap '' TERM HUP INT QUIT; " + child + child + child + " wait; wait",
                        "stopwaitsecs = 0.3",
                        Programs.QUIET);
        for (String asGroup : List.of("true", "false")) {
            try (DaemonHarness daemon =
                    DaemonHarness.start(toml + "stopasgroup = " + asGroup + "\n")) {
                List<Long> children = Processes.awaitPids(daemon, daemon.file("pids"), 3);
                long leader = daemon.status("stubborn").pid();
                DaemonHarness.Output stop = daemon.ctl("stop", "stubborn");

                assertEquals("stubborn: stopped\n", stop.out());
                assertEquals(0, stop.exit());
                assertEquals(Optional.of("KILL"), daemon.status("stubborn").exitSignal());
                daemon.awaitActivity("killing 'stubborn' (" + leader + ") with SIGKILL", 1);
                for (long pid : children) {
                    Processes.awaitGone(daemon, pid);
                }
                Processes.assertExactlyTheseRun(daemon);
            }
        }
    }

    /** It left session and group while its program was being stopped. */
    @Test
    void whatForkedTwiceAndLeftIsReapedAndLoggedWhenItEnds() throws IOException {
        // It goes only when the other has gone: what is still in the group is killed with it.
        String escape =
                "trap '(setsid sh -c \"echo \\$\\$ >>${dir}/escaped; : >${dir}/gone; exec sleep 1000\" &); "
                        + "until [ -e ${dir}/gone ]; do sleep 0.01; done; rm ${dir}/gone; exit 0' TERM; "
                        + "echo ready; while :; do sleep 0.01; done";
        try (DaemonHarness daemon =
                DaemonHarness.start(
                        script(
                                "escaping",
                                escape,
                                "stdout = \"${dir}/out\"",
                                "stderr = \"/dev/null\""))) {
            daemon.awaitText(daemon.file("out"), "ready");
            daemon.request("{\"command\":\"stop\",\"name\":\"escaping\"}");
            assertEquals("STOPPED", daemon.status("escaping").state());

            long escaped = Processes.awaitPids(daemon, daemon.file("escaped"), 1).getFirst();
            assertTrue(Procfs.isAlive(escaped));
            assertEquals(daemon.pid(), Procfs.stat(escaped).orElseThrow().parent());
            // A new run is not hindered by what is left of the old one.
            assertEquals(0, daemon.ctl("start", "escaping").exit());
            daemon.await("it is ready", () -> ready(daemon) == 2);
            assertEquals(0, daemon.ctl("stop", "escaping").exit());

            List<Long> both = Processes.awaitPids(daemon, daemon.file("escaped"), 2);
            Processes.signal(both, "KILL");
            for (long pid : both) {
                daemon.awaitActivity("reaped unknown pid " + pid + " (terminated by SIGKILL", 1);
            }
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static int ready(DaemonHarness daemon) throws IOException {
        return Files.readAllLines(daemon.file("out")).size();
    }

    /** Death is what the kernel says, not the end of a stream; and the late words are kept. */
    @Test
    void aProgramIsOverWhenItsProcessEndsWhoeverStillHoldsItsOutput() throws IOException {
        String holder =
                "setsid sh -c 'echo $$ >>${dir}/holder; until [ -e ${dir}/go ]; do sleep 0.01; done; "
                        + "echo late words' & until [ -s ${dir}/holder ]; do sleep 0.01; done; exit 3";
        try (DaemonHarness daemon =
                DaemonHarness.start(
                        script(
                                "brief",
                                holder,
                                "autorestart = \"false\"",
                                "redirect_stderr = true",
                                "stdout = \"${dir}/out\""))) {
            ProcessStatus ended = daemon.awaitState("brief", "EXITED");
            assertEquals(Optional.of(3L), ended.exitCode());
            long holding = Processes.awaitPids(daemon, daemon.file("holder"), 1).getFirst();
            assertTrue(Procfs.isAlive(holding));
            assertEquals("", Files.readString(daemon.file("out")));

            Files.createFile(daemon.file("go"));
            daemon.awaitText(daemon.file("out"), "late words\n");
            daemon.awaitActivity("reaped unknown pid " + holding, 1);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void aProgramThatClosesItsOutputIsKeptAndItsEndSeen() throws IOException {
        String closing =
                "exec >&- 2>&-; : >${dir}/closed; until [ -e ${dir}/go ]; do sleep 0.01; done; exit 7";
        try (DaemonHarness daemon =
                DaemonHarness.start(
                        script(
                                "closing",
                                closing,
                                "autorestart = \"false\"",
                                "redirect_stderr = true",
                                "stdout = \"${dir}/out\""))) {
            Path closed = daemon.file("closed");
            daemon.await("it has closed them", () -> Files.exists(closed));
            assertEquals("RUNNING", daemon.status("closing").state());
            Files.createFile(daemon.file("go"));
            ProcessStatus ended = daemon.awaitState("closing", "EXITED");
            assertEquals(Optional.of(7L), ended.exitCode());
        }
    }

    /** The limit is the one the daemon was started with; only users other than root have it. */
    @Test
    void aForkBombIsContainedAnsweredOverAndEndedWithItsGroup() throws IOException {
        String toml =
                "[programs.bomb]\ncommand = \"${bin}/fork-bomb\"\nargs = [\"${dir}/open/full\"]\n"
                        + "user = \"bomber\"\nautostart = false\nstartsecs = 0\n"
                        + Programs.QUIET
                        + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Processes.run("mkdir", "-m", "777", daemon.file("open").toString());
            // A user whom nobody else on this machine is: the processes of all of them are counted.
            Wrapped.startWithMounts(
                    daemon,
                    "{ cat /etc/passwd; echo bomber:x:$((100000 + $$)):1:::; } >passwd; "
                            + "mount --bind passwd /etc/passwd; prlimit --pid $$ --nproc=150:1000");
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Footprint before = Footprint.of(daemon);

            daemon.request("{\"command\":\"start\",\"name\":\"bomb\"}");
            daemon.await(
                    "there are as many as there may be",
                    () -> Files.exists(daemon.file("open/full")));
            long leader = daemon.status("bomb").pid();
            assertTrue(Procfs.isAlive(leader));
            DaemonHarness.signal(worker, "KILL");
            daemon.awaitReplaced("worker", worker);

            DaemonHarness.Output stop = daemon.ctl("stop", "bomb");
            assertEquals("bomb: stopped\n", stop.out());
            before.awaitBack(daemon);
            assertFalse(Procfs.isAlive(leader));
            daemon.await("all of them are gone", () -> daemon.processes().size() == 2);
            Processes.assertExactlyTheseRun(daemon);
        }
    }
}
