package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/** The command line of taskmasterd, and what it says about mistakes. */
class CommandLineTest {

    private static final String GOOD =
            """
            [programs.sleeper]
            command = "sleep"
            args = ["1000"]
            startsecs = 0
            stdout = "${dir}/out"
            stderr = "${dir}/err"
            """;

    /** Never has a daemon of its own: what is run in it ends by itself. */
    private static DaemonHarness place;

    @BeforeAll
    static void prepare() throws IOException {
        place = DaemonHarness.prepare(GOOD);
    }

    @AfterAll
    static void clean() throws IOException {
        place.close();
    }

    private static DaemonHarness.Output check(String toml) throws IOException {
        place.writeConfig(toml);
        DaemonHarness.Output output = place.daemon("--check");
        Script.assertNoTrace(output);
        return output;
    }

    @Test
    void tellsWhatItCanDo() throws IOException {
        for (String option : List.of("-h", "--help", "-?")) {
            DaemonHarness.Output help = place.daemon(option);
            assertEquals(0, help.exit());
            assertEquals("", help.err());
            for (String word :
                    List.of(
                            "--configuration",
                            "--nodaemon",
                            "--user",
                            "--umask",
                            "--directory",
                            "--logfile",
                            "--loglevel",
                            "--pidfile",
                            "--identifier",
                            "--minfds",
                            "--minprocs",
                            "--version",
                            "--check")) {
                assertTrue(help.out().contains(word), word);
            }
        }
        DaemonHarness.Output version = place.daemon("-v");
        assertEquals(0, version.exit());
        assertTrue(version.out().matches("[0-9]+\\.[0-9]+\\.[0-9]+\n"), version.out());
        assertEquals(version.out(), place.daemon("--version").out());
    }

    @Test
    void refusesWhatItDoesNotKnow() throws IOException {
        String[][] rows = {
            {"--bogus", "--bogus"},
            {"-x", "-x"},
            {"start", "\"start\""},
            {"-c", "-c needs a value"},
            {"--nodaemon=yes", "--nodaemon"},
            {"--umask=999", "999"},
            {"--loglevel=loud", "loud"},
            {"--minfds=many", "many"},
            {"--user=nobody-of-that-name", "nobody-of-that-name"},
            {"--configuration=/nonexistent/file", "/nonexistent/file"},
        };
        place.writeConfig(GOOD);
        for (String[] row : rows) {
            DaemonHarness.Output output = place.daemon(row[0]);
            assertEquals(2, output.exit(), row[0] + ": " + output);
            assertTrue(output.err().contains(row[1]), output.err());
            assertEquals("", output.out());
            Script.assertNoTrace(output);
        }
    }

    @Test
    void checksAGoodFile() throws IOException {
        DaemonHarness.Output output = check(GOOD);
        assertEquals(0, output.exit(), output.err());
        assertTrue(output.out().contains("[programs.sleeper]"), output.out());
        assertTrue(output.out().contains("stopwaitsecs"), output.out());
        assertFalse(Files.exists(place.file("log")));
        assertFalse(Files.exists(place.file("out")));
        // What it prints is a configuration again.
        Path copy = place.file("effective.toml");
        Files.writeString(copy, output.out());
        DaemonHarness.Output again =
                Script.run(place, "\"$TASKMASTERD\" --check -c \"$1\"", copy.toString());
        assertEquals(0, again.exit(), again.err());
        assertEquals(output.out(), again.out());
    }

    @Test
    void checkShowsWhatTheOptionsMakeOfTheFile() throws IOException {
        place.writeConfig(GOOD);
        DaemonHarness.Output output = place.daemon("--check", "-e", "debug", "-n", "-a", "77");
        assertEquals(0, output.exit(), output.err());
        assertTrue(output.out().contains("loglevel = \"debug\""), output.out());
        assertTrue(output.out().contains("nodaemon = true"), output.out());
        assertTrue(output.out().contains("minfds = 77"), output.out());
    }

    @Test
    void checkPrintsAllProblemsAtOnce() throws IOException {
        DaemonHarness.Output output =
                check(
                        """
                        [programs.web]
                        command = "sleep 1000"
                        stopsignal = "TREM"
                        autorestart = true
                        umask = 22
                        numproc = 2
                        user = "nobody-of-that-name"
                        [programs.other]
                        args = []
                        [group.all]
                        programs = ["web"]
                        """);
        assertEquals(2, output.exit());
        assertEquals("", output.out());
        List<String> lines = output.err().lines().toList();
        assertEquals(8, lines.size(), output.err());
        int[] at = {10, 11, 12, 13, 14, 15, 16, 18};
        for (int i = 0; i < at.length; i++) {
            String where = place.config() + ":" + at[i] + ":";
            assertTrue(lines.get(i).startsWith(where), i + ": " + output.err());
        }
    }

    @Test
    void explainsTheUsualMistakes() throws IOException {
        String arguments = check("[programs.a]\ncommand = \"/bin/sleep 1000\"\n").err();
        assertTrue(arguments.contains("args = ["), arguments);

        String bool = check("[programs.a]\ncommand = \"sleep\"\nautorestart = true\n").err();
        assertTrue(bool.contains("\"true\""), bool);

        String mode = check("[programs.a]\ncommand = \"sleep\"\numask = 22\n").err();
        assertTrue(mode.contains("0o22"), mode);

        String ini = check("[program:web]\ncommand=sleep 10\n").err();
        assertTrue(ini.contains("taskmaster.conf.toml:9:"), ini);

        String misspelt = check("[programs.a]\ncomand = \"sleep\"\n").err();
        assertTrue(misspelt.contains("\"command\""), misspelt);

        String open = check("[programs.a]\ncommand = \"sleep\n").err();
        assertTrue(open.contains("taskmaster.conf.toml:10:"), open);
    }

    @Test
    void refusesAFileThatOthersMayWrite() throws IOException {
        place.writeConfig(GOOD);
        Files.setAttribute(place.config(), "unix:mode", 0666, LinkOption.NOFOLLOW_LINKS);
        DaemonHarness.Output output = place.daemon("--check");
        assertEquals(2, output.exit());
        assertTrue(output.err().contains("chmod"), output.err());
    }

    @Test
    void findsItsFileWhereItIsStarted() throws IOException {
        Path below = Files.createDirectories(place.file("search/below"));
        String script = "cd \"$1\" && \"$TASKMASTERD\" --check";

        DaemonHarness.Output none = Script.run(place, script, below.toString());
        if (!Files.exists(Path.of("/etc/taskmaster/taskmaster.conf.toml"))) {
            assertEquals(2, none.exit());
            assertTrue(none.err().contains("taskmaster.conf.toml"), none.err());
            assertTrue(none.err().contains("/etc/taskmaster"), none.err());
        }

        String text = "[programs.%s]\ncommand = \"sleep\"\n";
        Files.writeString(place.file("search/taskmaster.conf.toml"), text.formatted("above"));
        assertTrue(Script.run(place, script, below.toString()).out().contains("[programs.above]"));

        Files.writeString(below.resolve("taskmaster.conf.toml"), text.formatted("here"));
        assertTrue(Script.run(place, script, below.toString()).out().contains("[programs.here]"));
    }

    @Test
    void optionsWinOverTheFile() throws IOException {
        try (DaemonHarness daemon =
                DaemonHarness.prepare(
                        "[taskmasterd]\nlogfile = \"${dir}/file.log\"\nloglevel = \"critical\"\n"
                                + "pidfile = \"${dir}/file.pid\"\numask = 0o000\nnodaemon = true\n"
                                + GOOD)) {
            // Not -n here: nodaemon of the file holds, so it goes on until it gets its signal.
            String script =
                    "cd \"$DIR\" && \"$TASKMASTERD\" -nc \"$CONFIG\" -l opt.log -e debug -j pid"
                            + " -m 027 -a 300 --minprocs=10 -i other > said 2>&1 &";
            assertEquals(0, Script.run(daemon, script).exit());
            daemon.awaitText(daemon.file("opt.log"), "entered RUNNING state");
            assertEquals("0027", Procfs.status(daemon.pid(), "Umask"));
            assertEquals("0027", Procfs.status(daemon.status("sleeper").pid(), "Umask"));
            assertFalse(Files.exists(daemon.file("file.log")));
            assertFalse(Files.exists(daemon.file("file.pid")));

            // They still do when the file is read again.
            assertEquals("No config updates to processes\n", daemon.ctl("reload").out());
            assertEquals(0, daemon.ctl("restart", "sleeper").exit());
            DaemonHarness.Output tail = daemon.ctl("maintail");
            assertEquals(0, tail.exit(), tail.err());
            daemon.awaitText(daemon.file("opt.log"), "stopped: sleeper");
            assertTrue(tail.out().contains("spawned: 'sleeper'"), tail.out());
        }
    }

    @Test
    void daemonisesInTheDirectoryOfTheOptionAsTheUserOfTheOption() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(GOOD)) {
            Path run = Files.createDirectory(daemon.file("run"));
            Files.setAttribute(run, "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);
            daemon.writeConfig(
                    "[unix_http_server]\nfile = \"${dir}/run/sock\"\n"
                            + "[taskmasterd]\nruntimedir = \"${dir}/run/pipes\"\n"
                            + GOOD.replace("${dir}/", "${dir}/run/"));
            DaemonHarness.Output output =
                    Script.run(
                            daemon,
                            "cd \"$DIR\" && \"$TASKMASTERD\" -c taskmaster.conf.toml -d run -u"
                                    + " 65534 -l run/log -j run/pid");
            assertEquals(0, output.exit(), output.err());
            long pid = Long.parseLong(Files.readString(run.resolve("pid")).strip());
            try {
                assertEquals(run, Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")));
                assertTrue(Procfs.status(pid, "Uid").startsWith("65534"));
            } finally {
                DaemonHarness.signal(pid, "TERM");
                daemon.await("it ends", () -> daemon.processes().isEmpty());
            }
        }
    }
}
