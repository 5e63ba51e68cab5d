package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Procfs;

/** The daemon neither dies nor hangs, whatever becomes of its surroundings. */
final class DaemonSurvivesTest {

    private static final String QUIET = "stdout = \"/dev/null\"\nstderr = \"/dev/null\"\n";
    private static final String WORKER =
            "[programs.worker]\ncommand = \"${bin}/exit-after\"\n"
                    + "args = [\"100000000\", \"0\"]\nstartsecs = 0.1\n"
                    + QUIET;

    @Test
    void livesThroughEverySignalThatIsNotToEndIt() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(WORKER)) {
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            List<String> named =
                    List.of(
                            "TRAP", "ABRT", "USR1", "ALRM", "STKFLT", "TSTP", "TTIN", "TTOU",
                            "XCPU", "VTALRM", "PROF", "IO", "PWR", "SYS");
            StringBuilder script = new StringBuilder("set -e\n");
            for (String name : named) {
                // Numbers: a shell need not know the names.
                int number = taskmaster.posix.Signal.parse(name).orElseThrow().number();
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
                int number = taskmaster.posix.Signal.parse(name).orElseThrow().number();
                script.append("kill -").append(number).append(" $1\n");
            }
            Processes.run("sh", "-c", script.toString(), "sh", String.valueOf(daemon.pid()));
            daemon.awaitActivity("received SIGUSR2 indicating log reopen request", 1);
            assertEquals(pid, daemon.awaitState("worker", "RUNNING").pid());
            assertTrue(Procfs.isAlive(daemon.pid()));
        }
    }

    @Test
    void endsAProcessThatIsStoppedBySigstop() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(WORKER)) {
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            DaemonHarness.signal(pid, "STOP");
            daemon.await(
                    "it is stopped",
                    () -> Procfs.stat(pid).filter(stat -> stat.state() == 'T').isPresent());
            assertEquals(pid, daemon.status("worker").pid());

            daemon.request("{\"command\":\"stop\",\"name\":\"worker\"}");

            ProcessStatus stopped = daemon.status("worker");
            assertEquals("STOPPED", stopped.state());
            // CONT came after TERM: no KILL was needed.
            assertEquals(Optional.of("TERM"), stopped.exitSignal());
            assertEquals(0, Processes.count(daemon, "killing "));
        }
    }

    @Test
    void killsAtStopwaitsecsWhatIgnoresTheStopSignal() throws IOException {
        String toml =
                """
                [programs.stubborn]
                command = "${bin}/ignore-term"
                stopwaitsecs = 1
                startsecs = 0.1
                stdout = "${dir}/stubborn.log"
                stderr = "/dev/null"
                """;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            long pid = daemon.awaitState("stubborn", "RUNNING").pid();
            daemon.awaitText(daemon.file("stubborn.log"), "ignoring");

            long begun = System.nanoTime();
            daemon.request("{\"command\":\"stop\",\"name\":\"stubborn\"}");

            double seconds = (System.nanoTime() - begun) / 1e9;
            assertTrue(seconds >= 1, () -> "stopped after " + seconds + " s");
            assertEquals("STOPPED", daemon.status("stubborn").state());
            assertEquals(Optional.of("KILL"), daemon.status("stubborn").exitSignal());
            daemon.awaitActivity("killing 'stubborn' (" + pid + ") with SIGKILL", 1);
        }
    }

    @Test
    void aMissingLogDirectoryStopsOneProgramOnlyAndUntilItIsThere() throws IOException {
        String toml =
                "[programs.homeless]\ncommand = \"${bin}/exit-after\"\nstartretries = 30\nstartsecs = 0.1\n"
                        + "args = [\"100000000\", \"0\"]\nstderr = \"/dev/null\"\n"
                        + "stdout = \"${dir}/later/out.log\"\n"
                        + WORKER;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            ProcessStatus waiting = daemon.awaitState("homeless", "BACKOFF");
            assertEquals(
                    "cannot open stdout \""
                            + daemon.file("later/out.log")
                            + "\": ENOENT (no such file or directory)",
                    waiting.reason());
            daemon.awaitState("worker", "RUNNING");

            Files.createDirectory(daemon.file("later"));

            assertEquals("", daemon.awaitState("homeless", "RUNNING").reason());
            assertTrue(Files.exists(daemon.file("later/out.log")));
        }
    }

    /** More of them than starts may be under way at once. */
    @Test
    void logsThatAreFifosWithoutReaderHoldUpNobodyElse() throws IOException {
        String toml =
                "[programs.piped]\ncommand = \"${bin}/flood-stdout\"\nargs = [\"100\"]\n"
                        + "numprocs = 10\nstderr = \"/dev/null\"\nstopwaitsecs = 1\npriority = 1\n"
                        + "startsecs = 0\nautorestart = \"false\"\n"
                        + "stdout = \"${dir}/fifo%(process_num)d\"\n"
                        + WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, "--nodaemon")) {
            for (int i = 0; i < 10; i++) {
                Processes.run("mkfifo", daemon.file("fifo" + i).toString());
            }
            daemon.launch();
            daemon.awaitReady();
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            DaemonHarness.signal(pid, "KILL");
            daemon.awaitReplaced("worker", pid);

            // With a reader it goes on; without one it can be stopped.
            String read = Processes.run("head", "-c", "100", daemon.file("fifo3").toString());
            assertTrue(read.startsWith("000000000000 "), read);
            daemon.awaitState("piped:piped_3", "EXITED");
            daemon.request("{\"command\":\"stop\",\"name\":\"piped\"}");
            for (ProcessStatus process : daemon.status()) {
                if (!process.name().equals("worker") && !process.name().equals("piped:piped_3")) {
                    assertEquals("STOPPED", process.state(), process.name());
                }
            }
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void goesOnSupervisingWithoutFreeDescriptors() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(WORKER)) {
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            String limit = "--nofile=" + (highestDescriptor(daemon.pid()) + 4) + ":";
            String before =
                    Processes.run(
                                    "prlimit",
                                    "--pid",
                                    "" + daemon.pid(),
                                    "--nofile",
                                    "--raw",
                                    "--noheadings",
                                    "--output",
                                    "SOFT")
                            .strip();
            List<Connection> clients = new ArrayList<>();
            try {
                Connection first = daemon.connect();
                clients.add(first);
                first.request("{\"command\":\"version\"}");
                Processes.run("prlimit", "--pid", "" + daemon.pid(), limit);
                for (int i = 0; i < 10; i++) {
                    clients.add(daemon.connect());
                }
                daemon.awaitActivity("cannot accept a connection", 1);

                DaemonHarness.signal(pid, "KILL");

                daemon.await(
                        "it is replaced",
                        () -> {
                            Optional<Long> now = onlyPid(first);
                            return now.isPresent() && now.get() != pid;
                        });
                long second = onlyPid(first).orElseThrow();
                // No descriptor for the file either: a problem, and nothing changes.
                Json.Obj reload = first.request("{\"command\":\"reload\"}");
                assertTrue(reload.getLong("status").orElse(0) >= 400, reload::toString);
                assertEquals(Optional.of(second), onlyPid(first));

                Processes.run("prlimit", "--pid", "" + daemon.pid(), "--nofile=" + before + ":");
                assertEquals(200, versionStatus(first));
                // Who came when there was none was told so, and may come again.
                Json.Obj refusal = clients.getLast().readReply();
                assertEquals(503, refusal.getLong("status").orElse(0), refusal::toString);
                assertEquals(Optional.empty(), clients.getLast().readLine());
                try (Connection again = daemon.connect()) {
                    assertEquals(200, versionStatus(again));
                }
            } finally {
                for (Connection client : clients) {
                    client.close();
                }
            }
            daemon.awaitState("worker", "RUNNING");
            assertEquals(1, Processes.count(daemon, "cannot accept a connection"));
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static long versionStatus(Connection connection) throws IOException {
        return connection.request("{\"command\":\"version\"}").getLong("status").orElse(0);
    }

    /** Names only: some come and go. */
    private static int highestDescriptor(long pid) {
        int highest = 0;
        for (String descriptor : Path.of("/proc/" + pid + "/fd").toFile().list()) {
            highest = Math.max(highest, Integer.parseInt(descriptor));
        }
        return highest;
    }

    /** The pid of the only process, as asked on this connection. */
    private static Optional<Long> onlyPid(Connection connection) throws IOException {
        Json.Obj reply = connection.request("{\"command\":\"status\"}");
        Json.Obj process =
                (Json.Obj)
                        reply.getObject("content").orElseThrow().getItems("processes").getFirst();
        return process.getLong("pid").isPresent()
                ? Optional.of(process.getLong("pid").getAsLong())
                : Optional.empty();
    }

    @Test
    void countsTheLinesThatAFullDiskTookAndLogsOnWhenThereIsRoom() throws IOException {
        String toml =
                "[taskmasterd]\nlogfile = \"${dir}/small/log\"\npidfile = \"${dir}/pid\"\n"
                        + WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Files.createDirectory(daemon.file("small"));
            Wrapped.startWithMounts(daemon, "mount -t tmpfs -o size=64k none small");
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            // The mount is the daemon's alone; seen through it.
            Path small =
                    Path.of("/proc/" + daemon.pid() + "/root" + daemon.file("small").toString());
            fill(small.resolve("filler"));

            // A line for each: more than the page that the log has already.
            Processes.run(
                    "sh",
                    "-c",
                    "for i in $(seq 200); do kill -34 $1; done",
                    "sh",
                    String.valueOf(daemon.pid()));
            daemon.awaitText(
                    daemon.file("daemon.out"),
                    "No space left on device; lines of the log are being dropped");
            DaemonHarness.signal(pid, "KILL");
            daemon.awaitReplaced("worker", pid);

            Files.delete(small.resolve("filler"));
            DaemonHarness.signal(daemon.pid(), "USR1");
            String log = daemon.awaitText(small.resolve("log"), "received SIGUSR1");
            assertTrue(log.contains(" dropped: cannot write "), log);
        }
    }

    /** Until not a byte more fits. */
    private static void fill(Path file) throws IOException {
        byte[] bytes = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(bytes);
            }
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("space"), e::toString);
        }
    }

    /** Kernels before 5.14 allow one process, later ones let a second one through. */
    @Test
    void aUserWithTooManyProcessesIsNamedAndTriedAgain() throws IOException {
        String toml =
                "[programs.few]\ncommand = \"${bin}/exit-after\"\nuser = \"games\"\nnumprocs = 3\n"
                        + "args = [\"100000000\", \"0\"]\nstartretries = 30\nstartsecs = 0.1\n"
                        + "autostart = false\n"
                        + QUIET;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            // Programs get the limit with which the daemon was started.
            Wrapped.start(daemon, "prlimit --pid $$ --nproc=1:1000");
            for (int i = 0; i < 3; i++) {
                daemon.request("{\"command\":\"start\",\"name\":\"few_" + i + "\"}");
            }
            daemon.awaitState("few:few_0", "RUNNING");
            String reason = daemon.awaitState("few:few_2", "BACKOFF").reason();
            assertEquals(
                    "cannot run \""
                            + daemon.program("exit-after")
                            + "\": EAGAIN (resource temporarily unavailable)",
                    reason);

            daemon.request("{\"command\":\"stop\",\"name\":[\"few_0\",\"few_1\"]}");

            daemon.awaitState("few:few_2", "RUNNING");
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void aRemovedWorkingDirectoryDoesNotMatter() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(WORKER)) {
            Wrapped.start(daemon, "mkdir gone; cd gone");
            Files.delete(daemon.file("gone"));
            long pid = daemon.awaitState("worker", "RUNNING").pid();

            DaemonHarness.signal(pid, "KILL");
            long second = daemon.awaitReplaced("worker", pid).pid();
            DaemonHarness.Output reload = daemon.ctl("reload");

            assertEquals(0, reload.exit(), reload::toString);
            assertEquals(second, daemon.status("worker").pid());
        }
    }
}
