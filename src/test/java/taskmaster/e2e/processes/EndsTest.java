package taskmaster.e2e.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Footprint;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Replies;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Procfs;

/** Programs that end too early, wrongly, or again and again. */
final class EndsTest {

    private static String program(String name, String command, String args, String... more) {
        return "[programs."
                + name
                + "]\ncommand = \"${bin}/"
                + command
                + "\"\nargs = ["
                + args
                + "]\n"
                + Programs.QUIET
                + String.join("\n", more)
                + "\n";
    }

    @Test
    void everyKindOfEndIsToldApart() throws IOException {
        String retries = "startretries = 0";
        String late = "startsecs = 0.1\n" + retries;
        String toml =
                program("early", "exit-after", "\"0\", \"0\"", "startsecs = 600", retries)
                        + program("expected", "exit-after", "\"400\", \"5\"", late, "exitcodes = 5")
                        + program("once", "exit-after", "\"400\", \"6\"", "autorestart = \"false\"")
                        + "startsecs = 0.1\n"
                        + program("wrong", "exit-after", "\"400\", \"6\"", late, "exitcodes = 5")
                        + program("itself", "crash-with", "\"15\", \"400\"", late, "exitcodes = 15")
                        + program("fault", "crash-with", "\"11\", \"400\"", late);
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            // An expected code is none before startsecs.
            ProcessStatus early = daemon.awaitState("early", "FATAL");
            assertEquals(Optional.of(0L), early.exitCode());
            daemon.awaitActivity("exited: early (exit status 0; not expected)", 1);
            assertEquals(Optional.of(5L), daemon.awaitState("expected", "EXITED").exitCode());
            daemon.awaitActivity("exited: expected (exit status 5; expected)", 1);
            assertEquals(Optional.of(6L), daemon.awaitState("once", "EXITED").exitCode());
            // These are started again; a signal is never expected.
            daemon.awaitActivity("exited: wrong (exit status 6; not expected)", 2);
            daemon.awaitActivity("exited: itself (terminated by SIGTERM; not expected)", 2);
            daemon.awaitActivity("exited: fault (terminated by SIGSEGV; not expected)", 2);
            assertEquals(0, Processes.count(daemon, "gave up: wrong"));
            daemon.request("{\"command\":\"stop\"}");
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void manyThatCrashAtOnceAndAlwaysAreStartedOnceASecondAtMost() throws IOException {
        String toml =
                program(
                                "crashing",
                                "exit-after",
                                "\"0\", \"1\"",
                                "numprocs = 60",
                                "startsecs = 0",
                                "autorestart = \"true\"")
                        + Programs.WORKER;
        long begun = System.nanoTime();
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Footprint before = Footprint.of(daemon);
            daemon.awaitActivity("spawned: 'crashing:crashing_", 3 * 60);
            assertEquals(worker, daemon.status("worker").pid());
            assertEquals(0, daemon.ctl("stop", "crashing:*").exit());
            before.awaitBack(daemon);

            double seconds = (System.nanoTime() - begun) / 1e9;
            for (int i = 0; i < 60; i++) {
                long starts = Processes.count(daemon, "spawned: 'crashing:crashing_" + i + "'");
                assertTrue(starts <= 1 + seconds, () -> starts + " in " + seconds + " s");
            }
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void aStopDuringBackoffEndsItAndANewStartCountsFromTheBeginning() throws IOException {
        String toml =
                program(
                        "failing",
                        "exit-after",
                        "\"0\", \"1\"",
                        "startretries = 1",
                        "startsecs = 600",
                        "autostart = false");
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            // Where this test is too slow, it has given up already.
            daemon.await("it is stopped between two tries", () -> stopsInBackoff(daemon));
            assertEquals("STOPPED", daemon.status("failing").state());
            daemon.awaitLogged();
            long before = Processes.count(daemon, "spawned: 'failing'");

            DaemonHarness.Output start = daemon.ctl("start", "failing");
            assertEquals(7, start.exit(), start::toString);
            daemon.awaitState("failing", "FATAL");
            daemon.awaitLogged();
            assertEquals(before + 2, Processes.count(daemon, "spawned: 'failing'"));
        }
    }

    private static boolean stopsInBackoff(DaemonHarness daemon) throws IOException {
        daemon.request("{\"command\":\"start\",\"name\":\"failing\",\"wait\":false}");
        daemon.await("it fails", () -> !daemon.status("failing").state().equals("STARTING"));
        return Replies.ask(daemon, "{\"command\":\"stop\",\"name\":\"failing\"}") == 200;
    }

    @Test
    void aStartWhileItIsBeingStoppedIsDoneOnceItIsDown() throws IOException {
        String toml =
                "[programs.slow]\ncommand = \"/bin/sh\"\nstartsecs = 0\nargs = [\"-c\", '''"
                        + "trap 'until [ -e ${dir}/go ]; do sleep 0.01; done; exit 0' TERM; "
                        + "echo up; while :; do sleep 0.01; done''']\nstderr = \"/dev/null\"\n"
                        + "stdout = \"${dir}/out\"\nstopwaitsecs = 600\n";
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            daemon.awaitText(daemon.file("out"), "up\n");
            long first = daemon.status("slow").pid();
            daemon.request("{\"command\":\"stop\",\"name\":\"slow\",\"wait\":false}");
            assertEquals("STOPPING", daemon.status("slow").state());
            daemon.request("{\"command\":\"start\",\"name\":\"slow\",\"wait\":false}");
            assertEquals(first, daemon.status("slow").pid());

            Files.createFile(daemon.file("go"));

            daemon.awaitReplaced("slow", first);
            daemon.awaitText(daemon.file("out"), "up\nup\n");
            Processes.awaitGone(daemon, first);
        }
    }

    @Test
    void whatIsMissingAtFirstIsFoundOnceItIsThere() throws IOException {
        String waiting = "startretries = 30\nstartsecs = 0.1\n";
        String idle = "args = [\"100000000\", \"0\"]\n" + Programs.QUIET + waiting;
        String toml =
                "[programs.placeless]\ncommand = \"${bin}/exit-after\"\n"
                        + "directory = \"${dir}/place\"\n"
                        + idle
                        + "[programs.busy]\ncommand = \"${dir}/busy\"\n"
                        + idle
                        + "[programs.absent]\ncommand = \"${dir}/absent\"\n"
                        + idle;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, "--nodaemon")) {
            Path busy = copy(daemon, "busy");
            // Whoever writes to a program keeps it from being run (man 2 execve, ETXTBSY).
            try (OutputStream writer = Files.newOutputStream(busy, StandardOpenOption.APPEND)) {
                writer.flush();
                daemon.launch();
                daemon.awaitReady();
                assertEquals(
                        "cannot run \"" + busy + "\": ETXTBSY (text file busy)",
                        daemon.awaitState("busy", "BACKOFF").reason());
            }
            assertEquals(
                    "cannot change to directory \""
                            + daemon.file("place")
                            + "\": ENOENT (no such file or directory)",
                    daemon.awaitState("placeless", "BACKOFF").reason());
            Files.createDirectory(daemon.file("place"));
            copy(daemon, "absent");
            for (String name : List.of("placeless", "busy", "absent")) {
                ProcessStatus process = daemon.awaitState(name, "RUNNING");
                assertEquals("", process.reason());
                assertTrue(Procfs.isAlive(process.pid()));
            }
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    /** A program of its own: the one in bin is linked, and so everybody's. */
    private static Path copy(DaemonHarness daemon, String name) throws IOException {
        Path fresh = daemon.file(name + ".new");
        Files.copy(daemon.program("exit-after"), fresh);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Files.move(fresh, daemon.file(name));
    }
}
