package taskmaster.e2e.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Wrapped;
import taskmaster.testing.DaemonHarness;

/** What a local user, or a program of another user, can do to a daemon of root's: nothing. */
final class HostileUserTest {

    private static final int ROUNDS = 60;
    private static final String ONCE =
            "startsecs = 0\nstartretries = 0\nautorestart = \"false\"\nautostart = false\n";

    private static Path directory(Path path, String permissions) throws IOException {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        return path;
    }

    private static void giveToNobody(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", 65_534, LinkOption.NOFOLLOW_LINKS);
    }

    /** Its log's directory is its own: it swaps it for a link, without a pause. */
    @Test
    void aProgramThatSwapsItsLogDirectoryLeadsTheDaemonNowhere() throws IOException {
        String toml =
                "[programs.attacker]\ncommand = \"${bin}/swap-names\"\nuser = \"nobody\"\n"
                        + "args = [\"65534\", \"${dir}/theirs/logs\","
                        + " \"${dir}/theirs/link\"]\nstdout = \"${dir}/ready\"\nstartsecs = 0\n"
                        + "[programs.victim]\ncommand = \"/bin/echo\"\nargs = [\"planted\"]\n"
                        + "stdout = \"${dir}/theirs/logs/new\"\nstdout_maxbytes = 0\n"
                        + "stderr = \"${dir}/theirs/logs/known\"\nstderr_maxbytes = 0\n"
                        + ONCE
                        + "[taskmasterd]\nlogfile = \"${dir}/log\"\npidfile = \"${dir}/pid\"\n";
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, "--nodaemon")) {
            Path outside = directory(daemon.file("outside"), "rwxr-xr-x");
            Path known = Files.writeString(outside.resolve("known"), "precious");
            Path theirs = directory(daemon.file("theirs"), "rwxr-xr-x");
            giveToNobody(directory(theirs.resolve("logs"), "rwxr-xr-x"));
            Files.createSymbolicLink(theirs.resolve("link"), outside);
            giveToNobody(theirs);
            daemon.launch();
            daemon.awaitReady();
            daemon.awaitText(daemon.file("ready"), "ready");
            int refused = 0;
            // On a busy machine the attacker may have to wait for its turn.
            for (int i = 0; i < ROUNDS || (refused == 0 && i < 100 * ROUNDS); i++) {
                daemon.request("{\"command\":\"start\",\"name\":\"victim\"}");
                refused += daemon.status("victim").state().equals("FATAL") ? 1 : 0;
                daemon.request("{\"command\":\"clear\",\"name\":\"victim\"}");
                String tail = "{\"command\":\"tail\",\"name\":\"victim\",\"stream\":\"stderr\"}";
                assertFalse(daemon.request(tail).toString().contains("precious"));
            }
            assertEquals("precious", Files.readString(known));
            assertEquals(List.of("known"), Arrays.asList(outside.toFile().list()));
            assertTrue(refused > 0, "an attack that nobody notices shows nothing");
            daemon.awaitState("attacker", "RUNNING");
        }
    }

    /** Nor is the daemon's own log, which is opened anew on USR2. */
    @Test
    void theDaemonsOwnLogIsNotOpenedThroughALink() throws IOException {
        String toml =
                "[taskmasterd]\nlogfile = \"${dir}/theirs/run/log\"\npidfile = \"${dir}/theirs/run/pid\"\n";
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, "--nodaemon")) {
            Path outside = directory(daemon.file("outside"), "rwxr-xr-x");
            Path theirs = directory(daemon.file("theirs"), "rwxr-xr-x");
            Path run = directory(theirs.resolve("run"), "rwxr-xr-x");
            giveToNobody(theirs);
            daemon.launch();
            daemon.awaitReady();
            long pid = Long.parseLong(Files.readString(run.resolve("pid")).strip());
            Path log = run.resolve("log");
            // The whole directory becomes a link to one that nobody could write to.
            Files.move(run, daemon.file("moved"));
            giveToNobody(Files.createSymbolicLink(run, outside));
            DaemonHarness.signal(pid, "USR2");
            Path still = daemon.file("moved/log");
            daemon.awaitText(still, "cannot open log \"" + log + "\"");
            assertTrue(Files.readString(still).contains("a symbolic link leads to it"));
            // On the way out it removes its own pid file only.
            Files.writeString(outside.resolve("pid"), "another's");
            DaemonHarness.signal(pid, "TERM");
            assertEquals(0, daemon.awaitExit());
            assertEquals(List.of("pid"), Arrays.asList(outside.toFile().list()));
            assertEquals("another's", Files.readString(outside.resolve("pid")));
        }
    }

    /** It can neither signal nor trace the daemon, nor what another user runs. */
    @Test
    void aProgramOfAnotherUserHasNoPowerOverTheDaemon() throws IOException {
        String toml =
                "[programs.other]\ncommand = \"/bin/sleep\"\nargs = [\"1000\"]\nstartsecs = 0\n"
                        + "[programs.hostile]\ncommand = \"/bin/sh\"\nuser = \"nobody\"\n"
                        + "args = [\"-c\", '''for pid in $PPID $(cat ${dir}/other); do\n"
                        + "kill -KILL $pid; kill -STOP $pid; cat /proc/$pid/environ;\n"
                        + "ls /proc/$pid/fd; echo x >/proc/$pid/mem; head -c 1 /proc/$pid/mem\n"
                        + "done; echo x >/proc/self/fd/0; rm -f ${dir}/pid ${dir}/log ${dir}/sock;\n"
                        + "echo x >${dir}/pid; echo x >>${dir}/log; echo end''']\n"
                        + "stdout = \"${dir}/said\"\nredirect_stderr = true\n"
                        + ONCE;
        try (DaemonHarness daemon = DaemonHarness.start(toml)) {
            long daemonPid = daemon.pid();
            long other = daemon.awaitState("other", "RUNNING").pid();
            Files.writeString(daemon.file("other"), other + "\n");
            daemon.request("{\"command\":\"start\",\"name\":\"hostile\"}");
            String said = daemon.awaitText(daemon.file("said"), "end\n");
            assertEquals(4, said.split("Operation not permitted", -1).length - 1, said);
            assertFalse(said.contains("TASKMASTER"), said);
            assertEquals(daemonPid, daemon.pid());
            assertEquals(other, daemon.awaitState("other", "RUNNING").pid());
            assertEquals(daemonPid + "\n", Files.readString(daemon.file("pid")));
            assertFalse(daemon.activity().contains("x"));
        }
    }

    /** Whoever starts the daemon with a umask of 0. */
    @Test
    void noFileIsWiderThanTheUmaskSays() throws IOException {
        Map<String, List<String>> modes = new TreeMap<>();
        modes.put("0o077", List.of("600", "600", "600"));
        modes.put("0o027", List.of("600", "640", "640"));
        // Nobody but us may lock the pid file or change what others will kill, even then.
        modes.put("0o000", List.of("600", "666", "666"));
        for (Map.Entry<String, List<String>> mode : modes.entrySet()) {
            String toml =
                    "[taskmasterd]\nlogfile = \"${dir}/log\"\npidfile = \"${dir}/pid\"\numask = "
                            + mode.getKey()
                            + "\n[programs.p]\ncommand = \"/bin/echo\"\numask = 0o000\n"
                            + "stdout = \"${dir}/out\"\nredirect_stderr = true\n"
                            + ONCE;
            try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
                Wrapped.start(daemon, "umask 0");
                daemon.request("{\"command\":\"start\",\"name\":\"p\"}");
                List<String> found = new ArrayList<>();
                for (String name : List.of("pid", "log", "out")) {
                    daemon.await(name + " is there", () -> Files.exists(daemon.file(name)));
                    String path = daemon.file(name).toString();
                    found.add(Processes.run("stat", "-c", "%a", path).strip());
                }
                assertEquals(mode.getValue(), found, mode.getKey());
            }
        }
    }

    @Test
    void aCleanEnvironmentHasNothingOfTheDaemons() throws IOException {
        String toml =
                "[taskmasterd.env]\nSECTION = \"1\"\nKEPT = \"%(ENV_KEPT)s\"\n"
                        + program("clean", "clean_env = true\n")
                        + program("user", "clean_env = true\nuser = \"nobody\"\n")
                        + program("full", "")
                        + program("own", "clean_env = true\nenv = { PATH = \"/bin\" }\n");
        Map<String, String> given = Map.of("SECRET", "s", "KEPT", "k", "TZ", "UTC", "HOME", "/h");
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, given, "--nodaemon")) {
            daemon.launch();
            daemon.awaitReady();
            Processes.awaitAll(daemon, "RUNNING");
            Map<String, String> expected = new TreeMap<>();
            expected.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
            expected.put("SECTION", "1");
            expected.put("KEPT", "k");
            for (String prefix : List.of("TASKMASTER_", "SUPERVISOR_")) {
                expected.put(prefix + "ENABLED", "1");
                expected.put(prefix + "SERVER_URL", "unix://" + daemon.socket());
                expected.put(prefix + "PROCESS_NAME", "clean");
                expected.put(prefix + "GROUP_NAME", "clean");
            }
            assertEquals(expected, environment(daemon, "clean"));
            Map<String, String> user = environment(daemon, "user");
            assertEquals("nobody", user.get("USER"));
            assertEquals("nobody", user.get("LOGNAME"));
            String line = Processes.run("getent", "passwd", "nobody").strip();
            String[] entry = line.split(":", -1);
            assertEquals(entry[5], user.get("HOME"));
            assertEquals(entry[6], user.get("SHELL"));
            assertEquals(expected.size() + 4, user.size(), user::toString);
            assertEquals("/bin", environment(daemon, "own").get("PATH"));
            Map<String, String> full = environment(daemon, "full");
            assertEquals(
                    List.of("s", "UTC", "/h"),
                    List.of(full.get("SECRET"), full.get("TZ"), full.get("HOME")));
        }
    }

    private static String program(String name, String more) {
        return "[programs."
                + name
                + "]\ncommand = \"sleep\"\nargs = [\"1000\"]\nstdout = \"/dev/null\"\n"
                + "stderr = \"/dev/null\"\nstartsecs = 0.1\n"
                + more;
    }

    private static Map<String, String> environment(DaemonHarness daemon, String name)
            throws IOException {
        Path environ = Path.of("/proc/" + daemon.status(name).pid() + "/environ");
        // It has none for a moment while it becomes its program.
        daemon.await(name + " has one", () -> Files.readAllBytes(environ).length > 0);
        byte[] bytes = Files.readAllBytes(environ);
        Map<String, String> variables = new TreeMap<>();
        for (String entry : new String(bytes, StandardCharsets.UTF_8).split("\0", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                variables.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return variables;
    }

    /**
     * Of whatever the daemon's starter has left open: the daemon lets go, and no program gets it.
     */
    @Test
    void descriptorsOfTheStarterReachNobody() throws IOException {
        String toml = program("child", "");
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Files.writeString(daemon.file("secret"), "precious");
            Wrapped.start(daemon, "exec 3<secret 7<secret 9<>secret");
            long child = daemon.awaitState("child", "RUNNING").pid();
            // Its libraries are open while it loads them.
            List<String> three = List.of("0", "1", "2");
            daemon.await("only its three are open", () -> names(child).equals(three));
            for (long pid : List.of(child, daemon.pid())) {
                assertFalse(targets(pid).contains(daemon.file("secret").toString()));
            }
        }
    }

    private static List<String> names(long pid) {
        String[] names = Path.of("/proc/" + pid + "/fd").toFile().list();
        Arrays.sort(names);
        return Arrays.asList(names);
    }

    private static List<String> targets(long pid) throws IOException {
        List<String> targets = new ArrayList<>();
        for (String name : names(pid)) {
            Path link = Path.of("/proc/" + pid + "/fd", name);
            if (Files.isSymbolicLink(link)) {
                targets.add(Files.readSymbolicLink(link).toString());
            }
        }
        return targets;
    }

    @Test
    void aConfigurationThatOthersCanReplaceStartsNothing() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare("", "--nodaemon")) {
            Path open = directory(daemon.file("open"), "rwxr-xr-x");
            Path moved = open.resolve("taskmaster.conf.toml");
            Files.move(daemon.config(), moved);
            Files.createSymbolicLink(daemon.config(), moved);
            assertEquals(0, daemon.daemon("--check").exit());
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
            DaemonHarness.Output refused = daemon.daemon("--check");
            assertEquals(2, refused.exit());
            assertTrue(
                    refused.err()
                            .contains(
                                    "root does not trust this file: others may write to the"
                                            + " directory \""
                                            + open
                                            + "\" (mode 0777)"),
                    refused.err());
            assertTrue(refused.err().contains("(chmod go-w " + open + ")"), refused.err());
        }
    }
}
