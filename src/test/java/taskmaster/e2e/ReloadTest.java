package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;

/** A reload touches what changed and nothing else. */
class ReloadTest {

    private static DaemonHarness daemon;

    @BeforeAll
    static void start() throws IOException {
        daemon = DaemonHarness.start("");
    }

    @AfterAll
    static void end() throws IOException {
        daemon.close();
    }

    private static String program(String name, String... more) {
        return "[programs."
                + name
                + "]\ncommand = \"sleep\"\nstartsecs = 0\nstdout = \"${dir}/out\"\n"
                + "stderr = \"${dir}/err\"\n"
                + String.join("\n", more)
                + "\n";
    }

    private static String sleeper(String name, String... more) {
        return program(name, "args = [\"1000\"]", String.join("\n", more));
    }

    /** Makes it run exactly these programs, whatever ran before. */
    private static Map<String, Long> running(String toml) throws IOException {
        update(toml);
        daemon.await(
                "all run",
                () -> daemon.status().stream().allMatch(p -> p.state().equals("RUNNING")));
        return pids();
    }

    private static DaemonHarness.Output update(String toml, String... names) throws IOException {
        daemon.writeConfig(toml);
        List<String> command = new ArrayList<>(List.of("update"));
        command.addAll(List.of(names));
        DaemonHarness.Output output = daemon.ctl(command.toArray(new String[0]));
        assertEquals(0, output.exit(), output.err());
        return output;
    }

    private static Map<String, Long> pids() throws IOException {
        Map<String, Long> pids = new TreeMap<>();
        for (ProcessStatus process : daemon.status()) {
            pids.put(process.name(), process.pid());
        }
        return pids;
    }

    @Test
    void growsAndShrinksWithoutTouchingTheRest() throws IOException {
        Map<String, Long> three = running(sleeper("grow", "numprocs = 3") + sleeper("bystander"));
        assertEquals(4, three.size());

        assertEquals(
                "grow:grow_3: added process\ngrow:grow_4: added process\n",
                update(sleeper("grow", "numprocs = 5") + sleeper("bystander")).out());
        daemon.awaitState("grow:grow_4", "RUNNING");
        Map<String, Long> five = pids();
        assertEquals(6, five.size());
        assertTrue(five.entrySet().containsAll(three.entrySet()), three + " " + five);

        assertEquals(
                """
                grow:grow_2: removed process
                grow:grow_3: removed process
                grow:grow_4: removed process
                """,
                update(sleeper("grow", "numprocs = 2") + sleeper("bystander")).out());
        Map<String, Long> two = pids();
        assertEquals(List.of("bystander", "grow:grow_0", "grow:grow_1"), List.copyOf(two.keySet()));
        assertTrue(three.entrySet().containsAll(two.entrySet()), three + " " + two);
    }

    @Test
    void startsAgainOnlyWhatStartsInAnotherWay() throws IOException {
        String rest = sleeper("policy") + sleeper("same");
        Map<String, Long> before = running(sleeper("other") + rest);

        assertEquals(
                "other: updated process\npolicy: adjusted (not restarted)\n",
                update(
                                program("other", "args = [\"2000\"]")
                                        + sleeper(
                                                "policy",
                                                "stopwaitsecs = 3",
                                                "autorestart = \"false\"")
                                        + sleeper("same"))
                        .out());
        daemon.awaitReplaced("other", before.get("other"));
        Map<String, Long> after = pids();
        assertEquals(before.get("policy"), after.get("policy"));
        assertEquals(before.get("same"), after.get("same"));

        // The new policy holds for the process that was not restarted.
        DaemonHarness.signal(after.get("policy"), "KILL");
        daemon.awaitState("policy", "EXITED");
    }

    @Test
    void stopsARenamedProgramBeforeItStartsTheNew() throws IOException {
        running(sleeper("oldname"));
        update(sleeper("newname"));
        daemon.awaitState("newname", "RUNNING");
        daemon.awaitLogged();
        List<String> activity = daemon.activity();
        int stopped = indexOf(activity, "stopped: oldname");
        int spawned = indexOf(activity, "spawned: 'newname'");
        assertTrue(0 <= stopped && stopped < spawned, String.join("\n", activity));
        assertEquals(404, statusOf("oldname"));
    }

    private static int indexOf(List<String> lines, String text) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i;
            }
        }
        return -1;
    }

    private static long statusOf(String name) throws IOException {
        return daemon.request("{\"command\":\"status\",\"name\":\"" + name + "\"}")
                .getLong("status")
                .getAsLong();
    }

    @Test
    void movesAProgramIntoAGroup() throws IOException {
        running(sleeper("moved") + sleeper("stays"));
        update(sleeper("moved") + sleeper("stays") + "[groups.team]\nprograms = [\"moved\"]\n");
        daemon.awaitState("team:moved", "RUNNING");
        assertEquals(List.of("stays", "team:moved"), List.copyOf(pids().keySet()));
        assertEquals(0, daemon.ctl("status", "team:*").exit());
    }

    @Test
    void appliesOnlyWhatIsNamed() throws IOException {
        Map<String, Long> before =
                running(sleeper("one") + sleeper("two") + sleeper("three", "numprocs = 2"));
        String changed =
                program("one", "args = [\"11\"]")
                        + program("two", "args = [\"22\"]")
                        + program("three", "args = [\"33\"]", "numprocs = 2")
                        + sleeper("four");

        assertEquals("two: updated process\n", update(changed, "two").out());
        daemon.awaitReplaced("two", before.get("two"));
        assertEquals(before.get("one"), pids().get("one"));
        assertEquals(before.get("three:three_0"), pids().get("three:three_0"));
        assertEquals(404, statusOf("four"));

        assertEquals(2, update(changed, "three:*").out().lines().count());
        daemon.awaitReplaced("three:three_1", before.get("three:three_1"));
        assertEquals(before.get("one"), pids().get("one"));

        // What was left out is still to do.
        assertEquals("one: changed\nfour: available\n", daemon.ctl("reread").out());
        assertEquals("one: updated process\nfour: added process\n", update(changed, "all").out());
        daemon.awaitState("four", "RUNNING");
    }

    @Test
    void readsWhatIsIncluded() throws IOException {
        Files.createDirectories(daemon.file("conf.d"));
        String main = sleeper("main") + "[include]\nfiles = [\"conf.d/*.toml\"]\n";
        long pid = running(main).get("main");
        Files.writeString(
                daemon.file("conf.d/extra.toml"),
                sleeper("extra").replace("${dir}", daemon.directory().toString()));
        assertEquals("extra: added process\n", daemon.ctl("update").out());
        daemon.awaitState("extra", "RUNNING");

        Files.writeString(daemon.file("conf.d/extra.toml"), "[programs.extra]\ncommand = 3\n");
        DaemonHarness.Output bad = daemon.ctl("update");
        assertEquals(1, bad.exit());
        assertTrue(bad.err().contains("conf.d/extra.toml:2:11: "), bad.err());
        assertEquals("RUNNING", daemon.status("extra").state());

        Files.delete(daemon.file("conf.d/extra.toml"));
        assertEquals("extra: removed process\n", daemon.ctl("update").out());
        assertEquals(Map.of("main", pid), pids());
    }

    @Test
    void rereadOnlyShows() throws IOException {
        Map<String, Long> before = running(sleeper("kept") + sleeper("changed") + sleeper("gone"));
        daemon.writeConfig(
                sleeper("kept") + program("changed", "args = [\"5\"]") + sleeper("fresh"));
        for (int i = 0; i < 2; i++) {
            DaemonHarness.Output reread = daemon.ctl("reread");
            assertEquals("gone: disappeared\nchanged: changed\nfresh: available\n", reread.out());
            assertEquals(0, reread.exit());
            assertEquals(before, pids());
        }
    }

    @Test
    void changesNothingWhenTheFileHasAProblem() throws IOException {
        Map<String, Long> before = running(sleeper("held"));
        daemon.writeConfig(sleeper("other") + "[programs.held]\ncommand = \"sleep\"\nnope = 1\n");
        for (String verb : List.of("reread", "update", "reload")) {
            DaemonHarness.Output output = daemon.ctl(verb);
            assertEquals(1, output.exit());
            assertTrue(output.err().contains("taskmaster.conf.toml:18:1: "), output.err());
            Script.assertNoTrace(output);
        }
        assertEquals(before, pids());

        Files.delete(daemon.config());
        DaemonHarness.Output output = daemon.ctl("-s", "unix://" + daemon.socket(), "update");
        assertNotEquals(0, output.exit());
        assertEquals(before, pids());
    }

    @Test
    void triesAgainWhatFailedOnceItIsMended() throws IOException {
        update(
                """
                [programs.mended]
                command = "/nonexistent"
                startretries = 0
                stdout = "${dir}/out"
                stderr = "${dir}/err"
                """);
        daemon.awaitState("mended", "FATAL");
        update(sleeper("mended"));
        daemon.awaitState("mended", "RUNNING");
    }

    @Test
    void leavesAloneWhatDoesNotStartByItself() throws IOException {
        running(sleeper("auto"));
        update(sleeper("auto") + sleeper("manual", "autostart = false"));
        assertEquals("STOPPED", daemon.status("manual").state());

        daemon.ctl("stop", "auto");
        update(program("auto", "args = [\"7\"]"));
        assertEquals("STOPPED", daemon.status("auto").state());
    }

    @Test
    void namesWhatNeedsANewDaemon() throws IOException {
        long pid = running(sleeper("calm")).get("calm");
        String settings =
                """
                [taskmasterd]
                logfile = "${dir}/log"
                pidfile = "${dir}/pid2"
                runtimedir = "${dir}/pipes"
                minfds = 999
                loglevel = "debug"
                """;
        assertEquals(
                """
                [taskmasterd] pidfile: changed (takes effect when taskmasterd starts again)
                [taskmasterd] minfds: changed (takes effect when taskmasterd starts again)
                """,
                update(settings + sleeper("calm")).out());
        daemon.awaitActivity("[taskmasterd] pidfile", 1);
        assertEquals(pid, pids().get("calm"));
        // Still the one that was started.
        assertEquals(daemon.pid() + "\n", Files.readString(daemon.file("pid")));
    }
}
