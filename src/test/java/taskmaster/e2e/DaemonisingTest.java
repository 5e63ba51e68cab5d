package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/** {@code taskmasterd} without {@code --nodaemon}: ready when it returns, or it says why not. */
class DaemonisingTest {

    private static final String SLEEPER =
            """
            [programs.sleeper]
            command = "sleep"
            args = ["1000"]
            startsecs = 0
            stdout = "${dir}/out"
            stderr = "${dir}/err"
            """;

    private static final String VERSION = "{\"command\":\"version\"}";

    private static void becomesReady(DaemonHarness daemon, String... options) throws IOException {
        DaemonHarness.Output output = daemon.daemon(options);
        assertEquals("", output.err());
        assertEquals("", output.out());
        assertEquals(0, output.exit());
    }

    /** Ends with this code and these words on stderr, and nothing stays. */
    private static void isRefused(
            DaemonHarness daemon, int exit, String reason, String also, String... options)
            throws IOException {
        isRefused(daemon, exit, List.of(reason, also), options);
    }

    private static void isRefused(
            DaemonHarness daemon, int exit, List<String> reasons, String... options)
            throws IOException {
        DaemonHarness.Output output = daemon.daemon(options);
        assertEquals(exit, output.exit(), output.err());
        for (String reason : reasons) {
            assertTrue(output.err().contains(reason), reason + " is not in " + output.err());
        }
        assertEquals("", output.out());
        Script.assertNoTrace(output);
        nothingStays(daemon);
    }

    private static void nothingStays(DaemonHarness daemon) throws IOException {
        daemon.await("no process stays", () -> daemon.processes().isEmpty());
    }

    @Test
    void isReadyWhenItReturns() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(SLEEPER)) {
            becomesReady(daemon);
            assertEquals(200, daemon.request(VERSION).getLong("status").getAsLong());
            long pid = daemon.pid();
            assertEquals(
                    pid,
                    daemon.request("{\"command\":\"pid\"}")
                            .getObject("content")
                            .orElseThrow()
                            .getLong("pid")
                            .getAsLong());
            assertTrue(Procfs.isAlive(daemon.awaitState("sleeper", "RUNNING").pid()));
        }
    }

    @Test
    void leavesTerminalSessionAndParentBehind() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(SLEEPER)) {
            becomesReady(daemon);
            Procfs.Stat stat = Procfs.stat(daemon.pid()).orElseThrow();
            assertNotEquals(ProcessHandle.current().pid(), stat.parent());
            assertEquals(stat.pid(), stat.session());
            assertEquals(stat.pid(), stat.group());
            for (String descriptor : List.of("0", "1", "2")) {
                Path fd = Path.of("/proc/" + stat.pid() + "/fd/" + descriptor);
                assertEquals(Path.of("/dev/null"), Files.readSymbolicLink(fd));
            }
        }
    }

    @Test
    void returnsWhileItsOutputIsAPipe() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(SLEEPER)) {
            // cat ends only when nobody has the pipe any more.
            DaemonHarness.Output output =
                    Script.run(daemon, "\"$TASKMASTERD\" -c \"$CONFIG\" 2>&1 | cat; echo through");
            assertEquals("through\n", output.out());
            assertEquals(200, daemon.request(VERSION).getLong("status").getAsLong());
        }
    }

    @Test
    void startsNothingFromABadFile() throws IOException {
        try (DaemonHarness daemon =
                DaemonHarness.prepare(
                        """
                        [programs.a]
                        command = "sleep"
                        stopsignal = "TREM"
                        numproc = 2
                        """)) {
            isRefused(
                    daemon,
                    2,
                    List.of("taskmaster.conf.toml:11:14: ", "taskmaster.conf.toml:12:1: "));
            assertFalse(Files.exists(daemon.file("log")));
            assertFalse(Files.exists(daemon.file("pid")));
            assertFalse(Files.exists(daemon.socket()));
        }
    }

    @Test
    void saysWhereAPathOfTheFileLeadsNowhere() throws IOException {
        try (DaemonHarness daemon =
                DaemonHarness.prepare(
                        """
                        [unix_http_server]
                        file = "${dir}/none/sock"
                        [taskmasterd]
                        logfile = "${dir}/none/log"
                        pidfile = "${dir}/none/pid"
                        directory = "${dir}/none"
                        """)) {
            isRefused(
                    daemon,
                    2,
                    List.of(
                            "taskmaster.conf.toml:5:8: ",
                            "taskmaster.conf.toml:7:11: ",
                            "taskmaster.conf.toml:8:11: ",
                            "taskmaster.conf.toml:9:13: "));
        }
    }

    @Test
    void saysWhatItCannotOpen() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(SLEEPER)) {
            String none = daemon.file("none") + "/";
            isRefused(daemon, 1, none + "pid", "directory", "-j", none + "pid");
            isRefused(daemon, 1, none + "log", "ENOENT", "-l", none + "log");
            isRefused(daemon, 1, "/none\"", "ENOENT", "-d", none);
            Files.createDirectory(daemon.file("taken"));
            isRefused(daemon, 1, "/taken", "director", "-j", daemon.file("taken").toString());
            assertFalse(Files.exists(daemon.file("pid")));
            assertFalse(Files.exists(daemon.socket()));

            daemon.writeConfig("[unix_http_server]\nfile = \"${dir}/file\"\n" + SLEEPER);
            Files.writeString(daemon.file("file"), "mine");
            isRefused(daemon, 1, "/file", "socket");
            assertEquals("mine", Files.readString(daemon.file("file")));
        }
    }

    @Test
    void refusesASecondOneAndHarmsNothing() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(SLEEPER)) {
            becomesReady(daemon);
            long pid = daemon.pid();
            long program = daemon.awaitState("sleeper", "RUNNING").pid();
            Object socket = Files.getAttribute(daemon.socket(), "unix:ino");
            daemon.awaitActivity("entered RUNNING state", 1);
            String log = Files.readString(daemon.file("log"));

            DaemonHarness.Output same = daemon.daemon();
            assertEquals(1, same.exit());
            assertTrue(same.err().contains("(pid " + pid + ")"), same.err());

            DaemonHarness.Output sameSocket = daemon.daemon("-j", daemon.file("pid2").toString());
            assertEquals(1, sameSocket.exit());
            assertTrue(sameSocket.err().contains(daemon.socket().toString()), sameSocket.err());
            assertFalse(Files.exists(daemon.file("pid2")));

            DaemonHarness.Output foreground = daemon.daemon("--nodaemon");
            assertEquals(1, foreground.exit());

            assertEquals(pid + "\n", Files.readString(daemon.file("pid")));
            assertEquals(socket, Files.getAttribute(daemon.socket(), "unix:ino"));
            assertEquals(log, Files.readString(daemon.file("log")));
            assertEquals(program, daemon.status("sleeper").pid());
        }
    }

    @Test
    void replacesWhatAKilledOneLeft() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare("")) {
            becomesReady(daemon);
            long first = daemon.pid();
            DaemonHarness.signal(first, "KILL");
            daemon.await("it is gone", () -> !Procfs.isAlive(first));
            assertTrue(Files.exists(daemon.socket()));
            becomesReady(daemon);
            assertNotEquals(first, daemon.pid());
            assertEquals(daemon.pid() + "\n", Files.readString(daemon.file("pid")));
            assertEquals(200, daemon.request(VERSION).getLong("status").getAsLong());
        }
    }

    @Test
    void entersItsDirectoryAndSetsItsUmask() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare("")) {
            Files.createDirectory(daemon.file("home"));
            daemon.writeConfig(
                    "[taskmasterd]\nlogfile = \"${dir}/log\"\npidfile = \"${dir}/pid\"\n"
                            + "directory = \"${dir}/home\"\numask = 0o077\n"
                            + SLEEPER);
            becomesReady(daemon);
            daemon.awaitState("sleeper", "RUNNING");
            assertEquals(
                    daemon.file("home"),
                    Files.readSymbolicLink(Path.of("/proc/" + daemon.pid() + "/cwd")));
            assertEquals("0077", Procfs.status(daemon.pid(), "Umask"));
            for (String file : List.of("log", "pid", "out")) {
                assertEquals(
                        "rw-------",
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(daemon.file(file))),
                        file);
            }
            assertEquals("0077", Procfs.status(daemon.status("sleeper").pid(), "Umask"));
        }
    }

    @Test
    void becomesItsUserWithAllThreads() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare("")) {
            Path run = Files.createDirectory(daemon.file("run"));
            Object nobody = 65534;
            Files.setAttribute(run, "unix:uid", nobody, LinkOption.NOFOLLOW_LINKS);
            daemon.writeConfig(
                    """
                    [unix_http_server]
                    file = "${dir}/run/sock"
                    [taskmasterd]
                    logfile = "${dir}/run/log"
                    pidfile = "${dir}/run/pid"
                    user = "nobody"
                    """
                            + SLEEPER.replace("${dir}/", "${dir}/run/"));
            becomesReady(daemon);
            long pid = Long.parseLong(Files.readString(run.resolve("pid")).strip());
            try {
                List<String> threads = Procfs.ofThreads(pid, "status");
                for (String status : threads) {
                    String uids = "Uid:\t65534\t65534\t65534\t65534\n";
                    assertTrue(status.contains(uids), status);
                    assertTrue(status.contains("\nCapEff:\t0000000000000000\n"), status);
                    assertFalse(status.contains("\nGid:\t0\t"), status);
                }
                assertTrue(threads.size() > 5, threads.size() + " threads");
                assertEquals(65534, Files.getAttribute(run.resolve("log"), "unix:uid"));
                daemon.awaitText(run.resolve("log"), "spawned: 'sleeper'");
            } finally {
                DaemonHarness.signal(pid, "TERM");
                daemon.await("it ends", () -> daemon.processes().isEmpty());
            }
        }
    }

    @Test
    void raisesItsLimitsButNotThoseOfItsPrograms() throws IOException {
        try (DaemonHarness daemon =
                DaemonHarness.prepare(
                        "[taskmasterd]\nlogfile = \"${dir}/log\"\npidfile = \"${dir}/pid\"\n"
                                + "minfds = 3000\n"
                                + SLEEPER)) {
            DaemonHarness.Output output =
                    Script.run(daemon, "ulimit -Sn 500; \"$TASKMASTERD\" -c \"$CONFIG\"");
            assertEquals(0, output.exit(), output.err());
            assertEquals(3000, openFiles(daemon.pid()));
            assertEquals(500, openFiles(daemon.awaitState("sleeper", "RUNNING").pid()));
        }
    }

    private static long openFiles(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/limits"))) {
            if (line.startsWith("Max open files")) {
                return Long.parseLong(line.split("\\s+", -1)[3]);
            }
        }
        throw new AssertionError("no such limit");
    }

    @Test
    void refusesLimitsThatItMayNotRaise() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(SLEEPER)) {
            // Without this capability root is as bound by a hard limit as everybody.
            DaemonHarness.Output output =
                    Script.run(
                            daemon,
                            "ulimit -n 600; exec setpriv --bounding-set=-sys_resource"
                                    + " --inh-caps=-sys_resource \"$TASKMASTERD\" -c \"$CONFIG\"");
            assertEquals(2, output.exit(), output.err());
            assertTrue(output.err().contains("minfds = 1024"), output.err());
            Script.assertNoTrace(output);
            nothingStays(daemon);
        }
    }

    @Test
    void worksFromAnywhereWithSpacesInPaths() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare("")) {
            Path odd = Files.createDirectory(daemon.file("odd place ü"));
            Files.createDirectory(odd.resolve("bin"));
            for (String name : List.of("taskmasterd", "taskmasterctl")) {
                Files.createSymbolicLink(
                        odd.resolve("bin").resolve(name), Path.of(Script.launcher(name)));
            }
            Files.writeString(
                    odd.resolve("my conf.toml"),
                    """
                    [unix_http_server]
                    file = "a sock"
                    [taskmasterd]
                    logfile = "../log"
                    pidfile = "%(here)s/../pid"
                    [programs.sleeper]
                    command = "sleep"
                    args = ["1000"]
                    startsecs = 0
                    stdout = "the output"
                    redirect_stderr = true
                    """);
            DaemonHarness.Output output =
                    Script.run(
                            daemon,
                            "cd \"$1/..\" && \"odd place ü/bin/taskmasterd\" -c \"odd place ü/my"
                                    + " conf.toml\" && cd / && \"$1/bin/taskmasterctl\" -c"
                                    + " \"$1/my conf.toml\" start sleeper",
                            odd.toString());
            assertEquals("", output.err());
            assertEquals(0, output.exit());
            assertTrue(Files.exists(odd.resolve("the output")));
            assertTrue(Files.exists(odd.resolve("a sock")));
        }
    }

    @Test
    void worksWithoutStdinStdoutAndStderr() throws IOException {
        for (String option : List.of("", "--nodaemon &")) {
            try (DaemonHarness daemon = DaemonHarness.prepare(SLEEPER)) {
                DaemonHarness.Output output =
                        Script.run(
                                daemon, "\"$TASKMASTERD\" -c \"$CONFIG\" <&- >&- 2>&- " + option);
                assertEquals(0, output.exit());
                daemon.await("it listens", () -> Files.exists(daemon.socket()));
                daemon.awaitActivity("entered RUNNING state", 1);
                assertEquals(200, daemon.request(VERSION).getLong("status").getAsLong());
                for (String standard : List.of("0", "1", "2")) {
                    Path fd = Path.of("/proc/" + daemon.pid() + "/fd/" + standard);
                    assertEquals(Path.of("/dev/null"), Files.readSymbolicLink(fd), option);
                }
            }
        }
    }
}
