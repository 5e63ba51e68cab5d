package taskmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.posix.Signal;
import taskmaster.posix.TrustedPath;

/** What valid files come to. */
final class ConfigValuesTest {

    @TempDir Path directory;
    private Fixture fixture;

    @BeforeEach
    void fixture() {
        fixture = new Fixture(directory);
    }

    private ProcessSpec web(String... lines) throws IOException {
        return fixture.web(lines);
    }

    @Test
    void fillsInAllDefaults() throws IOException {
        Config config = fixture.valid("[unix_http_server]\nfile = \"s\"\n" + Fixture.PROGRAM);
        Config.Socket socket =
                new Config.Socket(directory.resolve("s"), 0700, -1, -1, Optional.empty());
        Config.Daemon daemon =
                new Config.Daemon(
                        Path.of("/tmp/taskmaster.log"),
                        50 << 20,
                        10,
                        Config.LogLevel.INFO,
                        Path.of("/tmp/taskmasterd.pid"),
                        fixture.runtimeDirectory(),
                        022,
                        false,
                        1024,
                        200,
                        Optional.empty(),
                        Optional.empty(),
                        "taskmaster",
                        List.of(),
                        Map.of());
        Config.Client client =
                new Config.Client(
                        "unix://" + directory + "/s",
                        "taskmaster",
                        Optional.of(Path.of("~/.taskmaster_history")));
        Policy policy =
                new Policy(
                        true,
                        Duration.ofSeconds(1),
                        3,
                        Autorestart.UNEXPECTED,
                        Set.of(0),
                        Signal.TERM,
                        Duration.ofSeconds(10),
                        false,
                        true);
        Launch launch =
                new Launch(
                        "/bin/true",
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        022,
                        new Launch.Input.Nothing(),
                        pumped("stdout"),
                        Optional.of(pumped("stderr")),
                        Optional.empty(),
                        Map.of(
                                "TASKMASTER_ENABLED", "1",
                                "SUPERVISOR_ENABLED", "1",
                                "TASKMASTER_PROCESS_NAME", "web",
                                "SUPERVISOR_PROCESS_NAME", "web",
                                "TASKMASTER_GROUP_NAME", "web",
                                "SUPERVISOR_GROUP_NAME", "web",
                                "TASKMASTER_SERVER_URL", "unix://" + directory + "/s",
                                "SUPERVISOR_SERVER_URL", "unix://" + directory + "/s"));
        ProcessSpec process =
                new ProcessSpec(new ProcessName("web", "web"), "web", 0, 999, 999, policy, launch);
        assertEquals(
                new Config(fixture.file, Optional.of(socket), daemon, client, List.of(process)),
                config);
    }

    private static Launch.LogTarget pumped(String stream) {
        String path = "/tmp/web." + stream;
        return new Launch.LogTarget(
                Path.of(path),
                new TrustedPath(path, TrustedPath.Guard.NAME, Optional.empty()),
                Optional.of(
                        new Launch.Pumped(
                                "web:web." + stream,
                                "web",
                                new Launch.Files(
                                        50 << 20, 10, Launch.Rotate.NEVER, false, 0, false),
                                false,
                                Launch.Lines.PLAIN)));
    }

    @Test
    void readsEveryKeyOfAStream() throws IOException {
        Launch launch =
                web(
                                "stdout_maxbytes = \"2KB\"",
                                "stdout_backups = 0",
                                "stdout_rotate = \"daily\"",
                                "stdout_compress = \"gzip\"",
                                "stdout_total = \"4GB\"",
                                "stdout_onfull = \"block\"",
                                "stdout_mkdir = true",
                                "stdout_timestamp = \"iso\"",
                                "stdout_prefix = \"%(process_num)d%% \"",
                                "stdout_syslog = true",
                                "stdout_capture_maxbytes = \"1KB\"",
                                "strip_ansi = true",
                                "stderr_maxbytes = \" 3 gb \"",
                                "stderr_backups = 7",
                                "stderr_rotate = \"hourly\"")
                        .launch();
        assertEquals(
                Optional.of(
                        new Launch.Pumped(
                                "web:web.stdout",
                                "web",
                                new Launch.Files(
                                        2048, 0, Launch.Rotate.DAILY, true, 4L << 30, true),
                                true,
                                new Launch.Lines(true, "0% ", true, true, 1024))),
                launch.stdout().pumped());
        assertEquals(
                Optional.of(
                        new Launch.Pumped(
                                "web:web.stderr",
                                "web",
                                new Launch.Files(
                                        3L << 30, 7, Launch.Rotate.HOURLY, false, 0, false),
                                false,
                                new Launch.Lines(false, "", true, false, 0))),
                launch.stderr().orElseThrow().pumped());
    }

    @Test
    void whatHasNothingToBeDoneIsWrittenByTheProcessItself() throws IOException {
        Path fifo = directory.resolve("fifo");
        new ProcessBuilder("mkfifo", fifo.toString()).start().onExit().join();
        for (String line :
                List.of(
                        "stdout_maxbytes = 0",
                        "stdout = \"/dev/null\"",
                        "stdout = \"/dev/stderr\"",
                        "stdout = \"fifo\"")) {
            assertEquals(Optional.empty(), web(line).launch().stdout().pumped(), line);
        }
        assertEquals(
                0,
                web("stdout_maxbytes = 0", "stdout_mkdir = true")
                        .launch()
                        .stdout()
                        .pumped()
                        .orElseThrow()
                        .files()
                        .maxBytes());
    }

    @Test
    void anEmptyFileIsValidAndHasNoSocket() throws IOException {
        Config config = fixture.valid("");
        assertEquals(Optional.empty(), config.socket());
        assertEquals(List.of(), config.processes());
        assertEquals("unix:///tmp/taskmaster.sock", config.client().serverUrl());
    }

    @Test
    void readsEveryKeyOfTheDaemon() throws IOException {
        Config config =
                fixture.valid(
                        """
                        [unix_http_server]
                        file = "%(here)s/s"
                        chmod = "0770"
                        chown = ":adm"
                        allow = ["nobody", "@adm", "4711"]
                        allow_read = ["@4712"]
                        [taskmasterd]
                        logfile = "log.%(host_node_name)s"
                        logfile_maxbytes = "1KB"
                        logfile_backups = 3
                        loglevel = "debug"
                        pidfile = "/tmp/%%pid"
                        runtimedir = "run"
                        umask = 0o027
                        nodaemon = true
                        minfds = 64
                        minprocs = 1
                        directory = "/"
                        identifier = "x y"
                        exit_on = ["web"]
                        [taskmasterd.env]
                        A = "%(ENV_HOME)s"
                        [programs.web]
                        command = "x"
                        [taskmasterctl]
                        serverurl = "unix://%(here)s/other"
                        prompt = "tm> %"
                        history = "history"
                        """);
        Path here = directory;
        Config.Access access =
                new Config.Access(
                        List.of(
                                new Config.Grantee("nobody", false, 65534),
                                new Config.Grantee("@adm", true, 4),
                                new Config.Grantee("4711", false, 4711)),
                        List.of(new Config.Grantee("@4712", true, 4712)));
        assertEquals(
                Optional.of(new Config.Socket(here.resolve("s"), 0770, -1, 4, Optional.of(access))),
                config.socket());
        assertEquals(
                new Config.Daemon(
                        here.resolve("log.host.example"),
                        1024,
                        3,
                        Config.LogLevel.DEBUG,
                        Path.of("/tmp/%pid"),
                        here.resolve("run"),
                        027,
                        true,
                        64,
                        1,
                        Optional.empty(),
                        Optional.of(Path.of("/")),
                        "x y",
                        List.of("web"),
                        Map.of("A", "/home/me")),
                config.daemon());
        assertEquals(
                new Config.Client(
                        "unix://" + here + "/other", "tm> %", Optional.of(here.resolve("history"))),
                config.client());
    }

    @Test
    void readsEveryKeyOfAPolicy() throws IOException {
        Policy policy =
                web(
                                "autostart = false",
                                "startsecs = 0.25",
                                "startretries = 0",
                                "autorestart = \"true\"",
                                "exitcodes = [0, 2, 2]",
                                "stopsignal = \"SIGUSR1\"",
                                "stopwaitsecs = 1e-3",
                                "stopasgroup = true",
                                "killasgroup = true")
                        .policy();
        assertEquals(
                new Policy(
                        false,
                        Duration.ofMillis(250),
                        0,
                        Autorestart.TRUE,
                        Set.of(0, 2),
                        Signal.USR1,
                        Duration.ofMillis(1),
                        true,
                        true),
                policy);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"INT\"", "\"SIGINT\"", "\"sigint\"", "\"2\"", "2"})
    void readsASignalHoweverItIsWritten(String written) throws IOException {
        assertEquals(Signal.INT, web("stopsignal = " + written).policy().stopSignal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0o27", "0o027", "\"27\"", "\"027\"", "\"0o27\""})
    void readsOctalModesHoweverTheyAreWritten(String written) throws IOException {
        assertEquals(027, web("umask = " + written).launch().umask());
    }

    @Test
    void aProgramsUmaskIsTheDaemonsUnlessItHasItsOwn() throws IOException {
        String daemon = "\n[taskmasterd]\numask = 0o077";
        assertEquals(077, web(daemon).launch().umask());
        assertEquals(02, web("umask = 0o002", daemon).launch().umask());
    }

    @Test
    void oneExitCodeNeedsNoArrayAndNoneMayBeExpected() throws IOException {
        assertEquals(Set.of(7), web("exitcodes = 7").policy().exitCodes());
        assertEquals(Set.of(), web("exitcodes = []").policy().exitCodes());
    }

    @Test
    void zeroStartsecsIsAllowed() throws IOException {
        assertEquals(Duration.ZERO, web("startsecs = 0").policy().startTime());
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, nginx",
        "/usr/sbin/nginx, /usr/sbin/nginx",
        "./run.sh, {here}/run.sh",
        "bin/run, {here}/bin/run",
        "../run, {here}/../run",
        "/a/../b, /a/../b",
    })
    void aCommandWithASlashIsRelativeToItsFile(String written, String command) throws IOException {
        assertEquals(
                command.replace("{here}", directory.toString()),
                fixture.process("[programs.x]\ncommand = \"" + written + "\"\n")
                        .launch()
                        .command());
    }

    @Test
    void aProgramMayHaveASpaceInItsName() throws IOException {
        fixture.write("my program", "");
        assertEquals(
                directory + "/my program",
                fixture.process("[programs.x]\ncommand = \"./my program\"\n").launch().command());
    }

    @Test
    void logsAreGuardedWhereOthersCanPutLinks() throws IOException {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        assertFalse(web("stdout = \"logs/log\"").launch().stdout().guarded());
        Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxr-xrwx"));
        assertTrue(web("stdout = \"logs/log\"").launch().stdout().guarded());
        assertTrue(web("stdout = \"logs/x/log\"").launch().stdout().guarded());
        Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertTrue(web("stdout = \"none/log\"").launch().stdout().guarded());
        assertTrue(web("stdout = \"/tmp/log\"").launch().stdout().guarded());
        assertFalse(web("stdout = \"/dev/null\"").launch().stdout().guarded());
        assertFalse(web("stdout = \"/dev/pts/0\"").launch().stdout().guarded());
        assertTrue(web("stdout = \"/dev/shm/log\"").launch().stdout().guarded());
    }

    @Test
    void processesAreSortedByGroupProgramAndNumber() throws IOException {
        Config config =
                fixture.valid(
                        """
                        [programs.zebra]
                        cmd = "x"
                        [programs.b]
                        cmd = "x"
                        numprocs = 11
                        priority = 5
                        [programs.c]
                        cmd = "x"
                        [groups.alpha]
                        programs = ["zebra", "c"]
                        priority = 7
                        """);
        List<String> names = new ArrayList<>();
        for (ProcessSpec process : config.processes()) {
            names.add(process.name() + " " + process.groupPriority() + " " + process.priority());
        }
        assertEquals(
                List.of(
                        "alpha:c 7 999",
                        "alpha:zebra 7 999",
                        "b:b_0 5 5",
                        "b:b_1 5 5",
                        "b:b_2 5 5",
                        "b:b_3 5 5",
                        "b:b_4 5 5",
                        "b:b_5 5 5",
                        "b:b_6 5 5",
                        "b:b_7 5 5",
                        "b:b_8 5 5",
                        "b:b_9 5 5",
                        "b:b_10 5 5"),
                names);
    }

    @Test
    void aGroupMayHaveTheNameOfAProgramInIt() throws IOException {
        Config config =
                fixture.valid(
                        Fixture.PROGRAM
                                + "[programs.db]\ncmd=\"x\"\n[groups.web]\nprograms=[\"web\",\"db\"]\n");
        assertEquals("web:db", config.processes().get(0).name().toString());
        assertEquals("web", config.processes().get(1).name().toString());
    }
}
