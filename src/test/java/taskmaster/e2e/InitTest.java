package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/** The daemon as PID 1, as in a container. */
final class InitTest {

    private static final String PROC = "--mount-proc";
    private static final String QUIET = "stdout = \"/dev/null\"\nstderr = \"/dev/null\"\n";

    private static String sleeper(String name, String more) {
        return "[programs."
                + name
                + "]\ncommand = \"${bin}/exit-after\"\nargs = [\"100000000\", \"0\"]\n"
                + "startsecs = 0\n"
                + more
                + QUIET;
    }

    private static final String STDOUT =
            "[taskmasterd]\nlogfile = \"/dev/stdout\"\npidfile = \"${dir}/pid\"\n";

    @Test
    void staysInTheForegroundAndLogsToStdoutOnce() throws IOException {
        try (DaemonHarness harness = DaemonHarness.prepare(STDOUT + sleeper("a", ""));
                AsInit init = AsInit.start(harness, PROC)) {
            harness.awaitState("a", "RUNNING");
            assertEquals("1", Files.readString(harness.file("pid")).strip());
            assertEquals(1, init.printed().split("started with pid 1\n", -1).length - 1);
            assertEquals(1, init.printed().split("spawned: 'a'", -1).length - 1);
        }
    }

    @Test
    void reapsTenThousandOrphansWithoutALineForEach() throws IOException {
        String storm =
                """
                [programs.storm]
                command = "${bin}/leave-orphans"
                args = ["10000"]
                autorestart = "false"
                startsecs = 0
                """
                        + QUIET;
        try (DaemonHarness harness = DaemonHarness.prepare(storm + sleeper("a", ""));
                AsInit init = AsInit.start(harness, PROC)) {
            long a = harness.awaitState("a", "RUNNING").pid();
            harness.awaitState("storm", "EXITED");
            init.awaitNoZombie();
            assertEquals(a, harness.status("a").pid());
            harness.awaitActivity(" more unknown pids in one second", 1);
            harness.await("all are accounted for", () -> reaped(harness.activity()) == 10_000);
            assertTrue(harness.activity().size() < 2000, harness.activity().size() + " lines");
        }
    }

    /** Told one by one, and summed up. */
    private static int reaped(List<String> activity) {
        int count = 0;
        for (String line : activity) {
            if (line.contains(" reaped unknown pid ")) {
                count++;
            } else if (line.contains(" more unknown pids ")) {
                String[] words = line.substring(line.indexOf(" reaped ")).strip().split(" ", 3);
                count += Integer.parseInt(words[1]);
            }
        }
        return count;
    }

    /** It came by nsenter(1), as {@code docker exec} does, when the daemon has no child at all. */
    @Test
    void reapsTheOrphansOfOthersWhenItHasNoChildOfItsOwn() throws IOException {
        try (DaemonHarness harness = DaemonHarness.prepare(sleeper("a", "autostart = false\n"));
                AsInit init = AsInit.start(harness, PROC)) {
            for (int i = 1; i <= 5; i++) {
                init.run("(" + harness.program("exit-after") + " 50 7 >/dev/null 2>&1 &)");
                harness.awaitActivity("(exit status 7)", i);
                init.awaitNoZombie();
            }
            harness.request("{\"command\":\"start\",\"name\":\"a\"}");
            init.run("(" + harness.program("exit-after") + " 50 8 >/dev/null 2>&1 &)");
            harness.awaitActivity("(exit status 8)", 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "QUIT", "PWR"})
    void stopsEverythingInOrderAndEnds(String signal) throws IOException {
        String programs = sleeper("early", "priority = 1\n") + sleeper("late", "priority = 2\n");
        try (DaemonHarness harness = DaemonHarness.prepare(programs);
                AsInit init = AsInit.start(harness, PROC)) {
            harness.awaitState("early", "RUNNING");
            harness.awaitState("late", "RUNNING");
            // From inside: a PID 1 is only sent what it has a handler for.
            init.run("kill -" + signal + " 1");
            assertEquals(0, init.awaitExit());
            List<String> stopped = new java.util.ArrayList<>();
            for (String line : harness.activity()) {
                if (line.contains(" stopped: ")) {
                    stopped.add(line.split(" stopped: ", 2)[1].split(" ", 2)[0]);
                }
            }
            assertEquals(List.of("late", "early"), stopped);
        }
    }

    @Test
    void otherSignalsNeitherEndItNorReachAProgram() throws IOException {
        String told =
                """
                [programs.told]
                command = "python3"
                args = ["-c", \"""
                import signal, time
                def tell(number, frame): print(number, flush=True)
                for number in range(1, 65):
                    if number not in (9, 17, 19, 32, 33): signal.signal(number, tell)
                print("ready", flush=True)
                while True: time.sleep(1000)
                \"""]
                stopsignal = "KILL"
                stdout = "${dir}/told"
                stderr = "${dir}/told"
                """;
        try (DaemonHarness harness = DaemonHarness.prepare(told);
                AsInit init = AsInit.start(harness, PROC)) {
            harness.awaitText(harness.file("told"), "ready\n");
            long pid = harness.status("told").pid();
            init.run(
                    "for s in WINCH USR1 ALRM CONT CHLD URG TSTP 34 37 64 HUP USR2; do kill -$s 1; done");
            harness.awaitActivity("received SIGHUP indicating reload request", 1);
            harness.awaitActivity("received SIGUSR2 indicating log reopen request", 1);
            harness.awaitActivity("received SIGUSR1, which means nothing", 1);
            assertEquals(pid, harness.status("told").pid());
            assertEquals("ready\n", Files.readString(harness.file("told")));
            assertEquals(0, Processes.count(harness, "CHLD"));
        }
    }

    @Test
    void aSecondTermKillsWhatIgnoresTheFirst() throws IOException {
        String stubborn =
                """
                [programs.stubborn]
                command = "${bin}/ignore-term"
                stopwaitsecs = 600
                stdout = "${dir}/out"
                stderr = "/dev/null"
                """;
        try (DaemonHarness harness = DaemonHarness.prepare(stubborn);
                AsInit init = AsInit.start(harness, PROC)) {
            harness.awaitText(harness.file("out"), "ignoring");
            init.signal("TERM");
            harness.awaitState("stubborn", "STOPPING");
            init.signal("TERM");
            assertEquals(0, init.awaitExit());
        }
    }

    @Test
    void whatIgnoresTermAndHasEscapedEndsWithTheNamespace() throws IOException {
        String escapes =
                """
                [programs.escapes]
                command = "${bin}/fork-grandchild"
                args = ["--setsid", "--ignore-term", "--exit"]
                autorestart = "false"
                startsecs = 0
                stdout = "${dir}/escapes"
                stderr = "/dev/null"
                """;
        try (DaemonHarness harness = DaemonHarness.prepare(escapes + sleeper("a", ""));
                AsInit init = AsInit.start(harness, PROC)) {
            harness.awaitText(harness.file("escapes"), "child ");
            harness.awaitState("escapes", "EXITED");
            harness.awaitState("a", "RUNNING");
            // A process has no environment, and so no mark, while it becomes its program.
            harness.await(
                    "unshare, PID 1, a and who escaped", () -> harness.processes().size() == 4);
            init.signal("TERM");
            assertEquals(0, init.awaitExit());
            harness.await("all are gone", () -> harness.processes().isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({"exit 0,0", "exit 3,3", "kill -KILL $$,137", "kill -TERM $$,143"})
    void endsWithTheStatusOfTheProgramOfExitOn(String end, int code) throws IOException {
        String web =
                "[programs.web]\ncommand = \"sh\"\nargs = [\"-c\", \"read line <$0; "
                        + end
                        + "\", \"${dir}/fifo\"]\nautorestart = \"false\"\nstartsecs = 0\n"
                        + QUIET;
        String toml =
                STDOUT.replace("\npid", "\nexit_on = [\"web\"]\npid") + web + sleeper("a", "");
        try (DaemonHarness harness = DaemonHarness.prepare(toml)) {
            Processes.run("mkfifo", harness.file("fifo").toString());
            try (AsInit init = AsInit.start(harness, PROC)) {
                harness.awaitState("a", "RUNNING");
                harness.awaitState("web", "RUNNING");
                Files.writeString(harness.file("fifo"), "end\n");
                assertEquals(code, init.awaitExit(), init.printed());
                assertTrue(init.printed().contains("stopped: a ("), init.printed());
            }
        }
    }

    @Test
    void aProcOfTheNamespaceOutsideIsNoHindrance() throws IOException {
        try (DaemonHarness harness = DaemonHarness.prepare(sleeper("a", ""));
                AsInit init = AsInit.start(harness)) {
            harness.awaitState("a", "RUNNING");
            harness.request("{\"command\":\"restart\",\"name\":\"a\"}");
            init.signal("TERM");
            assertEquals(0, init.awaitExit());
        }
    }

    @Test
    void saysSoWhereProcIsNotMounted() throws IOException {
        try (DaemonHarness harness = DaemonHarness.prepare(sleeper("a", ""))) {
            DaemonHarness.Output output =
                    taskmaster.testing.Commands.run(
                            java.util.Map.of(),
                            DaemonHarness.PATIENCE,
                            "unshare",
                            "--pid",
                            "--fork",
                            "--mount",
                            "sh",
                            "-c",
                            "mount -t tmpfs none /proc && exec \"$@\"",
                            "sh",
                            Script.launcher("taskmasterd"),
                            "-c",
                            harness.config().toString());
            assertEquals(1, output.exit());
            assertTrue(output.err().contains("/proc is not mounted"), output.err());
        }
    }

    @Test
    void closedDescriptorsAreNoHindrance() throws IOException {
        try (DaemonHarness harness = DaemonHarness.prepare(sleeper("a", ""))) {
            Process unshare =
                    Script.start(
                            harness,
                            "out",
                            "err",
                            "unshare",
                            "--pid",
                            "--fork",
                            "--kill-child",
                            "--mount-proc",
                            "sh",
                            "-c",
                            "exec \"$@\" <&- >&- 2>&-",
                            "sh",
                            Script.launcher("taskmasterd"),
                            "-c",
                            harness.config().toString());
            try {
                harness.awaitReady();
                harness.awaitState("a", "RUNNING");
                harness.request("{\"command\":\"shutdown\"}");
                harness.await("it ends", () -> !unshare.isAlive());
                assertEquals(0, unshare.exitValue());
            } finally {
                unshare.destroyForcibly();
            }
            assertFalse(Procfs.isAlive(unshare.pid()));
        }
    }
}
