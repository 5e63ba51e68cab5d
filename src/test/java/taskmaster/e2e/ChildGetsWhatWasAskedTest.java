package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;

/** A program gets exactly what was asked for, or status says which step failed and why. */
final class ChildGetsWhatWasAskedTest {

    private static final String ONCE =
            """
            startsecs = 0
            autorestart = "false"
            stderr = "/dev/null"
            stdout_maxbytes = 0
            """;

    @Test
    void userGroupsUmaskDirectoryEnvironmentAndArguments() throws IOException {
        String toml =
                "[programs.self]\ncommand = \"${bin}/report-self\"\nuser = \"nobody\"\n"
                        + "args = [\"${dir}/open/%(process_num)d\", \"two words\", "
                        + "'\"quoted\"', \"it's\", \"100%%\", \"\", \"$HOME *\", \"é\\n\\\\\"]\n"
                        + "numprocs = 3\nnumprocs_start = 5\numask = \"0137\"\n"
                        + "directory = \"${dir}/open\"\nstdout = \"/dev/null\"\n"
                        + ONCE
                        + "[programs.self.env]\nPLAIN = \"a b\"\n"
                        + "WHERE = \"%(program_name)s %(process_num)02d of %(numprocs)d\"\n"
                        + "EMPTY = \"\"\n";
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            makeOpen(daemon.file("open"), "rwxrwxrwx");
            addGroups(daemon.file("group"));
            Wrapped.startWithMounts(daemon, "mount --bind group /etc/group");
            Processes.awaitAll(daemon, "EXITED");
            String uid = Processes.run("id", "-u", "nobody").strip();
            String gid = Processes.run("id", "-g", "nobody").strip();
            SortedSet<Integer> groups = new TreeSet<>(List.of(61001, 61002));
            groups.add(Integer.parseInt(gid));
            for (int number = 5; number < 8; number++) {
                Path file = daemon.file("open/" + number);
                Facts facts = Facts.read(file);
                assertEquals(uid + " " + uid + " " + uid, facts.get("uid"));
                assertEquals(gid + " " + gid + " " + gid, facts.get("gid"));
                assertEquals(words(groups), facts.get("groups"));
                assertEquals("0137", facts.get("umask"));
                assertEquals(daemon.file("open").toString(), facts.get("cwd"));
                assertEquals(
                        List.of(
                                daemon.program("report-self").toString(),
                                file.toString(),
                                "two words",
                                "\"quoted\"",
                                "it's",
                                "100%",
                                "",
                                "$HOME *",
                                "é"),
                        facts.all("arg"));
                assertTrue(facts.lines().contains("\\"), "the line after é");
                assertEquals(List.of("a b"), facts.variable("PLAIN"));
                assertEquals(List.of("self 0" + number + " of 3"), facts.variable("WHERE"));
                assertEquals(List.of(""), facts.variable("EMPTY"));
                // Neither is changed with the user.
                assertEquals(environment("HOME"), facts.variable("HOME"));
                assertEquals(environment("USER"), facts.variable("USER"));
                assertEquals("640", Processes.run("stat", "-c", "%a", file.toString()).strip());
            }
        }
    }

    private static String words(SortedSet<Integer> numbers) {
        List<String> words = new ArrayList<>();
        for (int number : numbers) {
            words.add(String.valueOf(number));
        }
        return String.join(" ", words);
    }

    private static List<String> environment(String name) {
        String value = System.getenv(name);
        return value == null ? List.of() : List.of(value);
    }

    /** The system's groups, and two more that nobody is in. */
    private static void addGroups(Path file) throws IOException {
        Files.writeString(
                file,
                Files.readString(Path.of("/etc/group"))
                        + "tm_two:x:61002:root,nobody\ntm_one:x:61001:nobody\ntm_no:x:61003:root\n");
    }

    private static void makeOpen(Path directory, String mode) throws IOException {
        Files.createDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
    }

    /** Whatever the daemon itself was started with. */
    @Test
    void descriptorsSignalsSessionAndLimitsAreClean() throws IOException {
        String toml =
                "[programs.self]\ncommand = \"${bin}/report-self\"\nargs = [\"--stay\", "
                        + "\"${dir}/report\"]\nstdout = \"${dir}/out\"\nstderr = \"${dir}/err\"\nstartsecs = 0.1\n"
                        + "stdout_maxbytes = 0\nstderr_maxbytes = 0\n";
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Wrapped.start(
                    daemon,
                    List.of("env", "--block-signal"),
                    """
                    trap '' HUP INT QUIT TERM USR1 USR2 ALRM TSTP CHLD
                    exec 5</dev/null 7>leaked 9<>leaked
                    prlimit --pid $$ --nofile=300:5000 --core=0:1024
                    """);
            long pid = daemon.awaitState("self", "RUNNING").pid();
            daemon.awaitText(daemon.file("report"), "\nend\n");
            Facts facts = Facts.read(daemon.file("report"));
            assertEquals(
                    List.of(
                            "0 /dev/null r",
                            "1 " + daemon.file("out") + " w,append",
                            "2 " + daemon.file("err") + " w,append"),
                    facts.all("fd"));
            assertEquals("", facts.get("ignored"));
            assertEquals("", facts.get("caught"));
            assertEquals("", facts.get("blocked"));
            assertEquals("", facts.get("pending"));
            assertEquals(String.valueOf(pid), facts.get("pid"));
            assertEquals(String.valueOf(pid), facts.get("sid"));
            assertEquals(String.valueOf(pid), facts.get("pgid"));
            assertEquals(String.valueOf(daemon.pid()), facts.get("ppid"));
            assertEquals("0 0 0", facts.get("uid"));
            assertTrue(facts.all("rlimit").contains("nofile 300 5000"), facts::toString);
            assertTrue(facts.all("rlimit").contains("core 0 1024"), facts::toString);
            // The daemon raised its own: minfds.
            String own =
                    Processes.run(
                            "prlimit",
                            "--pid",
                            "" + daemon.pid(),
                            "--nofile",
                            "--raw",
                            "--noheadings",
                            "--output",
                            "SOFT");
            assertEquals("1024", own.strip());
        }
    }

    @Test
    void environmentIsPutTogetherInTheDocumentedOrder() throws IOException {
        String toml =
                "[taskmasterd.env]\nFROM_DAEMON = \"section\"\nBOTH = \"section\"\n"
                        + "TASKMASTER_GROUP_NAME = \"section\"\nSUPERVISOR_ENABLED = \"section\"\n"
                        + "[programs.self]\ncommand = \"${bin}/report-self\"\nnumprocs = 2\n"
                        + "stdout = \"${dir}/self.%(process_num)d\"\n"
                        + ONCE
                        + "[programs.self.env]\nBOTH = \"own\"\nTASKMASTER_PROCESS_NAME = \"own\"\n"
                        + "[programs.other]\ncommand = \"${bin}/report-self\"\n"
                        + "stdout = \"${dir}/other\"\nserverurl = \"http://elsewhere\"\n"
                        + ONCE
                        + "[groups.set]\nprograms = [\"other\"]\n";
        Map<String, String> given =
                Map.of(
                        "FROM_DAEMON", "given",
                        "KEPT", "given",
                        "SUPERVISOR_GROUP_NAME", "given",
                        "TASKMASTER_SERVER_URL", "given");
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, given)) {
            // In the background, where a variable of the daemon's own comes into play.
            daemon.launch();
            assertEquals(0, daemon.awaitExit());
            Processes.awaitAll(daemon, "EXITED");
            Facts self = Facts.read(daemon.file("self.1"));
            String url = "unix://" + daemon.socket();
            assertEquals(List.of("section"), self.variable("FROM_DAEMON"));
            assertEquals(List.of("given"), self.variable("KEPT"));
            assertEquals(List.of("own"), self.variable("BOTH"));
            assertEquals(List.of("1"), self.variable("TASKMASTER_ENABLED"));
            assertEquals(List.of("section"), self.variable("SUPERVISOR_ENABLED"));
            assertEquals(List.of("own"), self.variable("TASKMASTER_PROCESS_NAME"));
            assertEquals(List.of("self_1"), self.variable("SUPERVISOR_PROCESS_NAME"));
            assertEquals(List.of("section"), self.variable("TASKMASTER_GROUP_NAME"));
            assertEquals(List.of("self"), self.variable("SUPERVISOR_GROUP_NAME"));
            assertEquals(List.of(url), self.variable("TASKMASTER_SERVER_URL"));
            assertEquals(List.of(url), self.variable("SUPERVISOR_SERVER_URL"));
            assertEquals(List.of(), self.variable("TASKMASTERD_READY_FD"));

            Facts other = Facts.read(daemon.file("other"));
            assertEquals(List.of("section"), other.variable("BOTH"));
            assertEquals(List.of("set"), other.variable("SUPERVISOR_GROUP_NAME"));
            assertEquals(List.of("http://elsewhere"), other.variable("TASKMASTER_SERVER_URL"));
            assertEquals(List.of("http://elsewhere"), other.variable("SUPERVISOR_SERVER_URL"));
        }
    }

    @Test
    void statusNamesTheStepThatFailed() throws IOException {
        String toml =
                broken("missing", "command = \"${dir}/missing\"")
                        + broken("unfound", "command = \"taskmaster-no-such-program\"")
                        + broken("plain", "command = \"${dir}/plain\"")
                        + broken("directory", "command = \"${dir}/closed\"")
                        + broken("garbage", "command = \"${dir}/garbage\"")
                        + broken("interpreter", "command = \"${dir}/interpreter\"")
                        + broken(
                                "long",
                                "command = \"${bin}/report-self\"\nargs = [\""
                                        + "x".repeat(140_000)
                                        + "\"]")
                        + broken(
                                "nowhere",
                                "command = \"${bin}/report-self\"\ndirectory = \"${dir}/nowhere\"")
                        + broken(
                                "closed",
                                "command = \"${bin}/report-self\"\nuser = \"nobody\"\n"
                                        + "directory = \"${dir}/closed\"")
                        + "[programs.log]\ncommand = \"${bin}/report-self\"\nstartretries = 0\n"
                        + "stdout = \"/dev/null\"\nstderr = \"${dir}/closed\"\n";
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, "--nodaemon")) {
            Files.writeString(daemon.file("plain"), "#!/bin/sh\n");
            makeOpen(daemon.file("closed"), "rwx------");
            executable(daemon.file("garbage"), "\u0001\u0002 no program\n");
            executable(daemon.file("interpreter"), "#!/no/such/interpreter\n");
            daemon.launch();
            daemon.awaitReady();
            Processes.awaitAll(daemon, "FATAL");
            String dir = daemon.directory().toString();
            assertReason(daemon, "missing", "cannot run \"" + dir + "/missing\": ENOENT (");
            assertReason(
                    daemon,
                    "unfound",
                    "cannot find \"taskmaster-no-such-program\" in PATH: ENOENT");
            assertReason(daemon, "plain", "cannot run \"" + dir + "/plain\": EACCES (");
            assertReason(daemon, "directory", "cannot run \"" + dir + "/closed\": EACCES (");
            assertReason(daemon, "garbage", "cannot run \"" + dir + "/garbage\": ENOEXEC (");
            assertReason(
                    daemon,
                    "interpreter",
                    "cannot run \""
                            + dir
                            + "/interpreter\", whose interpreter is missing: ENOENT (");
            assertReason(
                    daemon,
                    "long",
                    "cannot run \"" + daemon.program("report-self") + "\": E2BIG (");
            assertReason(
                    daemon,
                    "nowhere",
                    "cannot change to directory \"" + dir + "/nowhere\": ENOENT (");
            assertReason(
                    daemon,
                    "closed",
                    "cannot change to directory \"" + dir + "/closed\": EACCES (");
            assertReason(daemon, "log", "cannot open stderr \"" + dir + "/closed\": EISDIR (");
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static String broken(String name, String keys) {
        return "[programs."
                + name
                + "]\nstartretries = 0\nstdout = \"/dev/null\"\n"
                + "stderr = \"/dev/null\"\n"
                + keys
                + "\n";
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void assertReason(DaemonHarness daemon, String name, String begin)
            throws IOException {
        ProcessStatus process = daemon.status(name);
        assertTrue(process.reason().startsWith(begin), process::toString);
        assertEquals(0, process.pid());
        daemon.awaitActivity("spawnerr: " + name + ": " + begin, 1);
    }

    @Test
    void aLogWhereOthersMayWriteMustBeARegularFileOfOurs() throws IOException {
        String toml =
                logging("link")
                        + logging("foreign")
                        + logging("twice")
                        + logging("fifo")
                        + logging("dangling")
                        + logging("fresh");
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, "--nodaemon")) {
            Path sticky = daemon.file("sticky");
            makeOpen(sticky, "rwxrwxrwx");
            Processes.run("chmod", "1777", sticky.toString());
            Path victim = Files.writeString(daemon.file("victim"), "precious");
            Files.createSymbolicLink(sticky.resolve("link"), victim);
            Files.createSymbolicLink(sticky.resolve("dangling"), daemon.file("made"));
            Files.createLink(sticky.resolve("twice"), victim);
            Files.writeString(sticky.resolve("foreign"), "theirs");
            Processes.run("chown", "nobody", sticky.resolve("foreign").toString());
            Processes.run("mkfifo", sticky.resolve("fifo").toString());
            daemon.launch();
            daemon.awaitReady();

            daemon.awaitState("fresh", "EXITED");
            String link = ", a symbolic link where others may write: ELOOP (";
            assertRefused(daemon, "link", "cannot use stdout \"" + sticky + "/link\"" + link);
            assertRefused(
                    daemon, "dangling", "cannot use stdout \"" + sticky + "/dangling\"" + link);
            assertRefused(
                    daemon,
                    "twice",
                    "cannot use stdout \""
                            + sticky
                            + "/twice\", which has another name somewhere (a hard link)");
            assertRefused(
                    daemon,
                    "foreign",
                    "cannot use stdout \"" + sticky + "/foreign\", which belongs to another user");
            assertRefused(daemon, "fifo", "cannot open stdout \"" + sticky + "/fifo\": ENXIO (");
            assertEquals("precious", Files.readString(victim));
            assertEquals("theirs", Files.readString(sticky.resolve("foreign")));
            assertFalse(Files.exists(daemon.file("made"), LinkOption.NOFOLLOW_LINKS));
            assertEquals("end", Facts.read(sticky.resolve("fresh")).lines().getLast());
        }
    }

    private static String logging(String name) {
        return "[programs."
                + name
                + "]\ncommand = \"${bin}/report-self\"\nstartretries = 0\n"
                + "startsecs = 0\nautorestart = \"false\"\nstderr = \"/dev/null\"\n"
                + "stdout_maxbytes = 0\nstdout = \"${dir}/sticky/"
                + name
                + "\"\n";
    }

    private static void assertRefused(DaemonHarness daemon, String name, String begin)
            throws IOException {
        String reason = daemon.awaitState(name, "FATAL").reason();
        assertTrue(reason.startsWith(begin), reason);
    }
}
