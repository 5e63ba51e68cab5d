package taskmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EffectiveConfigTest {

    /** For the properties; jqwik knows no TempDir. */
    private static Path scratch = Path.of("/");

    @TempDir Path directory;

    @BeforeContainer
    static void makeScratch() throws IOException {
        scratch = Files.createTempDirectory("effective");
    }

    @AfterContainer
    static void removeScratch() throws IOException {
        Files.deleteIfExists(scratch.resolve("taskmaster.conf.toml"));
        Files.deleteIfExists(scratch);
    }

    private static void comesBack(Fixture fixture, String text) throws IOException {
        Config config = fixture.valid(text);
        String rendered = EffectiveConfig.render(config);
        assertEquals(config, fixture.valid(rendered), rendered);
        assertEquals(rendered, EffectiveConfig.render(fixture.valid(rendered)));
    }

    @Test
    void saysEveryKey() throws IOException {
        Fixture fixture = new Fixture(directory);
        Config config =
                fixture.valid(
                        """
                        [unix_http_server]
                        file = "/tmp/s%%"
                        [programs.web]
                        command = "web"
                        args = ["-p", "80%(process_num)02d", "100%%"]
                        numprocs = 2
                        stdout = "/dev/null"
                        startsecs = 0.5
                        exitcodes = [2, 0]
                        [programs.web.env]
                        N = 1
                        """);
        assertEquals(
                """
                [unix_http_server]
                file = "/tmp/s%%"
                chmod = 0o700

                [taskmasterd]
                logfile = "/tmp/taskmaster.log"
                logfile_maxbytes = "50MB"
                logfile_backups = 10
                loglevel = "info"
                pidfile = "/tmp/taskmasterd.pid"
                runtimedir = "RUNTIMEDIR"
                umask = 0o022
                nodaemon = false
                minfds = 1024
                minprocs = 200
                identifier = "taskmaster"
                exit_on = []

                [taskmasterctl]
                serverurl = "unix:///tmp/s%%"
                prompt = "taskmaster"
                history = "~/.taskmaster_history"

                [programs.web]
                command = "web"
                args = ["-p", "80%(process_num)02d", "100%%"]
                numprocs = 2
                numprocs_start = 0
                priority = 999
                autostart = true
                startsecs = 0.5
                startretries = 3
                autorestart = "unexpected"
                exitcodes = [0, 2]
                stopsignal = "TERM"
                stopwaitsecs = 10
                stopasgroup = false
                killasgroup = true
                stdin = "null"
                stdout = "/dev/null"
                stdout_maxbytes = 0
                stderr = "/tmp/web_%(process_num)d.stderr"
                stderr_maxbytes = "50MB"
                stderr_backups = 10
                stderr_rotate = "never"
                stderr_compress = "none"
                stderr_total = 0
                stderr_onfull = "drop"
                stderr_mkdir = false
                stderr_timestamp = "none"
                stderr_prefix = ""
                stderr_syslog = false
                stderr_capture_maxbytes = 0
                strip_ansi = false
                redirect_stderr = false
                umask = 0o022
                clean_env = false
                serverurl = "AUTO"

                [programs.web.env]
                N = "1"
                """
                        .replace("80%(process_num)02d", "8%(process_num)03d")
                        .replace("RUNTIMEDIR", fixture.runtimeDirectory().toString()),
                EffectiveConfig.render(config));
    }

    @Test
    void comesBackWithEverythingSet() throws IOException {
        comesBack(
                new Fixture(directory),
                """
                [unix_http_server]
                file = "s"
                chmod = 0o070
                chown = ":4"
                allow = []
                allow_read = ["nobody", "@adm", "4711"]
                [taskmasterd]
                directory = "/"
                exit_on = ["g", "odd,name_95", "d"]
                identifier = "%% \\" \\\\ \\u00e9"
                umask = 0o0
                [taskmasterd.env]
                A = "100%% of %(ENV_HOME)s"
                "with space" = 1
                TASKMASTER_GROUP_NAME = "x"
                [taskmasterctl]
                prompt = "100%"
                [programs."odd,name"]
                cmd = "./x y z/../w"
                args = []
                numprocs = 12
                numprocs_start = 95
                stdin = "in/%(process_num)d"
                stdout = "/tmp/%(process_num)5d.%(process_num)d%%"
                redirect_stderr = true
                serverurl = "unix:///%(process_num)d"
                stopasgroup = true
                startsecs = 0.000001
                stdout_maxbytes = 1025
                stdout_backups = 3
                stdout_onfull = "block"
                stdout_mkdir = true
                stdout_rotate = "hourly"
                stdout_compress = "gzip"
                stdout_total = "1MB"
                stdout_timestamp = "iso"
                stdout_prefix = "%(process_num)d %% "
                stdout_syslog = true
                stdout_capture_maxbytes = 7
                strip_ansi = true
                [programs.b]
                cmd = "b"
                stdin = "pipe"
                priority = 3
                env = { SUPERVISOR_SERVER_URL = "AUTO", TASKMASTER_SERVER_URL = "" }
                [programs.c]
                cmd = "c"
                [programs.d]
                cmd = "d"
                priority = 7
                [groups.g]
                programs = ["b", "odd,name"]
                priority = 5
                [groups.c]
                programs = ["c"]
                priority = 6
                [groups.d]
                programs = ["d"]
                priority = 7
                """
                        .replace("./x y z/../w", "./x"));
    }

    @Test
    void theExampleIsValidAndComesBack() throws IOException {
        Path example =
                Path.of(System.getProperty("project.basedir", "."))
                        .resolve("taskmaster.example.config.toml");
        comesBack(new Fixture(directory), Files.readString(example));
    }

    /** Whoever removes the first # of each line that has a key gets a valid file, too. */
    @Test
    void whatTheExampleShowsInCommentsIsValid() throws IOException {
        Path example =
                Path.of(System.getProperty("project.basedir", "."))
                        .resolve("taskmaster.example.config.toml");
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(example)) {
            boolean key = line.matches("#[a-z_]+ = .*");
            boolean needsRoot = line.startsWith("#user =") || line.startsWith("#chown =");
            lines.add(key && !needsRoot ? line.substring(1) : line);
        }
        comesBack(new Fixture(directory), String.join("\n", lines));
    }

    @Test
    void everyKeyIsInTheExample() throws IOException {
        Path example =
                Path.of(System.getProperty("project.basedir", "."))
                        .resolve("taskmaster.example.config.toml");
        String text = "\n" + Files.readString(example);
        List<String> keys = new ArrayList<>(ProgramReader.KEYS);
        keys.addAll(DaemonReader.SOCKET_KEYS);
        keys.addAll(DaemonReader.DAEMON_KEYS);
        keys.addAll(DaemonReader.CLIENT_KEYS);
        keys.addAll(Groups.KEYS);
        keys.remove("cmd");
        keys.remove("env");
        keys.remove("env");
        List<String> missing = new ArrayList<>();
        for (String key : keys) {
            if (!text.contains("\n" + key + " = ") && !text.contains("\n#" + key + " = ")) {
                missing.add(key);
            }
        }
        assertEquals(List.of(), missing);
    }

    @Provide
    Arbitrary<String> template() {
        Arbitrary<String> piece =
                Arbitraries.of(
                        "%(process_num)d",
                        "%(process_num)02d",
                        "%(process_num)3d",
                        "%(numprocs)d",
                        "%(program_name)s",
                        "%%",
                        "0",
                        "1",
                        "9",
                        "10",
                        " ",
                        "x",
                        "\\n",
                        "\\\"");
        return piece.list().ofMaxSize(6).map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<String> program() {
        return Combinators.combine(
                        template().list().ofMaxSize(3),
                        template(),
                        Arbitraries.integers().between(1, 13),
                        Arbitraries.integers().between(0, 12))
                .as((args, value, numprocs, first) -> {
                    StringBuilder text = new StringBuilder("[programs.p1]\ncmd = \"x\"\n");
                    text.append("args = [");
                    args.forEach(arg -> text.append('"').append(arg).append("\", "));
                    text.append("]\nnumprocs = ").append(numprocs);
                    text.append("\nnumprocs_start = ").append(first);
                    text.append("\n[programs.p1.env]\nX = \"").append(value).append("\"\n");
                    return text.toString();
                });
    }

    @Property(tries = 300)
    void programsComeBackWhateverTheirNumbersDo(@ForAll("program") String text) throws IOException {
        Files.setPosixFilePermissions(scratch, PosixFilePermissions.fromString("rwx------"));
        comesBack(new Fixture(scratch), text);
    }
}
