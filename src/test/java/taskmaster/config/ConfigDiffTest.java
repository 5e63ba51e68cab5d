package taskmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigDiffTest {

    private static final String WEB = "[programs.web]\ncommand = \"/bin/true\"\n";

    @TempDir Path directory;
    private Fixture fixture;

    @BeforeEach
    void fixture() {
        fixture = new Fixture(directory);
    }

    private ConfigDiff diff(String before, String after) throws IOException {
        return ConfigDiff.between(fixture.valid(before), fixture.valid(after));
    }

    private static String names(Map<ProcessName, ProcessSpec> map) {
        return map.keySet().toString();
    }

    @Test
    void theSameFileChangesNothing() throws IOException {
        ConfigDiff diff = diff(WEB, WEB);
        assertTrue(diff.changesNoProcess());
        assertEquals("[web]", names(diff.unchanged()));
        assertEquals(List.of(), diff.needsDaemonRestart());
    }

    @Test
    void anotherProcessTouchesNoneOfThoseThere() throws IOException {
        ConfigDiff more = diff(WEB + "numprocs = 3", WEB + "numprocs = 4");
        assertEquals("[web:web_0, web:web_1, web:web_2]", names(more.unchanged()));
        assertEquals("[web:web_3]", names(more.added()));
        assertTrue(more.restarted().isEmpty() && more.removed().isEmpty());
        ConfigDiff fewer = diff(WEB + "numprocs = 4", WEB + "numprocs = 2");
        assertEquals("[web:web_2, web:web_3]", names(fewer.removed()));
        assertEquals("[web:web_0, web:web_1]", names(fewer.unchanged()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "args = [\"x\"]",
                "directory = \"/\"",
                "umask = 0o077",
                "stdout = \"/dev/null\"",
                "stdout_maxbytes = 0",
                "stderr = \"/dev/null\"",
                "redirect_stderr = true",
                "serverurl = \"unix:///x\"",
                "env = {A = 1}",
                "clean_env = true",
            })
    void whatAProcessSeesNeedsANewOne(String line) throws IOException {
        assertEquals("[web]", names(diff(WEB, WEB + line).restarted()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "priority = 1",
                "autostart = false",
                "startsecs = 2",
                "startretries = 2",
                "autorestart = \"true\"",
                "exitcodes = 1",
                "stopsignal = \"INT\"",
                "stopwaitsecs = 1",
                "stopasgroup = true",
                "killasgroup = false",
                "stdout_maxbytes = 1",
                "stderr_backups = 1",
                "stdout_onfull = \"block\"",
                "stdout_mkdir = true",
                "stdout_compress = \"gzip\"",
                "stdout_prefix = \"x\"",
                "strip_ansi = true",
            })
    void howAProcessIsKeptIsAdjusted(String line) throws IOException {
        ConfigDiff diff = diff(WEB, WEB + line);
        assertEquals("[web]", names(diff.adjusted()));
        assertFalse(diff.changesNoProcess());
    }

    @Test
    void aGroupsPriorityIsAdjustedAndAnotherGroupIsAnotherName() throws IOException {
        String group = "\n[groups.g]\nprograms = [\"web\"]\n";
        assertEquals("[g:web]", names(diff(WEB + group, WEB + group + "priority=1").adjusted()));
        ConfigDiff moved = diff(WEB, WEB + group);
        assertEquals("[web]", names(moved.removed()));
        assertEquals("[g:web]", names(moved.added()));
    }

    @Test
    void theModeOfALogsDirectoryRestartsNothing() throws IOException {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        Config before = fixture.valid(WEB + "stdout = \"logs/log\"\n");
        Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxrwxrwx"));
        Config after = fixture.valid(WEB + "stdout = \"logs/log\"\n");
        assertEquals("[web]", names(ConfigDiff.between(before, after).adjusted()));
    }

    @Test
    void theDaemonsEnvironmentRestartsProgramsAndIsNoSettingOfTheDaemon() throws IOException {
        ConfigDiff diff = diff(WEB, WEB + "[taskmasterd.env]\nA = 1\n");
        assertEquals("[web]", names(diff.restarted()));
        assertEquals(List.of(), diff.needsDaemonRestart());
    }

    @Test
    void whatEndsTheDaemonTouchesNoProcessAndNeedsNoNewDaemon() throws IOException {
        ConfigDiff diff = diff(WEB, WEB + "[taskmasterd]\nexit_on = [\"web\"]\n");
        assertTrue(diff.changesNoProcess());
        assertEquals(List.of(), diff.needsDaemonRestart());
    }

    @Test
    void namesSettingsThatOnlyAnotherDaemonTakes() throws IOException {
        String daemon =
                """
                [unix_http_server]
                file = "s"
                chmod = 0o777
                chown = "%d"
                [taskmasterd]
                logfile = "x"
                loglevel = "debug"
                pidfile = "y"
                umask = 0o077
                nodaemon = true
                minfds = 1
                minprocs = 1
                directory = "/"
                identifier = "z"
                """
                        .replace("%d", fixture.ownUid() + "");
        List<String> ofDaemon =
                List.of(
                        "[taskmasterd] logfile",
                        "[taskmasterd] pidfile",
                        "[taskmasterd] umask",
                        "[taskmasterd] nodaemon",
                        "[taskmasterd] minfds",
                        "[taskmasterd] minprocs",
                        "[taskmasterd] directory",
                        "[taskmasterd] identifier");
        List<String> withFile = new java.util.ArrayList<>(List.of("[unix_http_server] file"));
        withFile.addAll(ofDaemon);
        assertEquals(withFile, diff("", daemon).needsDaemonRestart());
        List<String> withModes =
                new java.util.ArrayList<>(
                        List.of("[unix_http_server] chmod", "[unix_http_server] chown"));
        withModes.addAll(ofDaemon);
        assertEquals(
                withModes, diff("[unix_http_server]\nfile = \"s\"\n", daemon).needsDaemonRestart());
    }

    @Test
    void namesSettingsThatAReloadChangesAtOnce() throws IOException {
        String socket = "[unix_http_server]\nfile = \"s\"\n";
        String allow = socket + "allow = [\"%d\"]\n".replace("%d", fixture.ownUid() + "");
        String nobody = socket + "allow = []\n";
        assertEquals(List.of("[unix_http_server] allow"), live(socket, allow));
        assertEquals(List.of("[unix_http_server] allow"), live(socket, nobody));
        assertEquals(List.of("[unix_http_server] allow"), live(allow, socket));
        assertEquals(
                List.of("[unix_http_server] allow", "[unix_http_server] allow_read"),
                live(allow, allow.replace("allow", "allow_read")));
        assertEquals(List.of(), live("", allow));
        assertEquals(List.of(), live(allow, allow + WEB));
        String daemon = "[taskmasterd]\nloglevel = \"warn\"\nexit_on = [\"web\"]\n" + WEB;
        assertEquals(List.of("[taskmasterd] loglevel", "[taskmasterd] exit_on"), live("", daemon));
    }

    private List<String> live(String before, String after) throws IOException {
        return ConfigDiff.liveSettings(fixture.valid(before), fixture.valid(after));
    }

    @Test
    void whoMayUseTheSocketNeedsNoNewDaemon() throws IOException {
        String before = "[unix_http_server]\nfile = \"s\"\n" + WEB;
        String after = "[unix_http_server]\nfile = \"s\"\nallow = [\"nobody\"]\n" + WEB;
        ConfigDiff diff = diff(before, after);
        assertEquals(List.of(), diff.needsDaemonRestart());
        assertTrue(diff.changesNoProcess());
    }

    @Test
    void canBeRestrictedToSomeProcesses() throws IOException {
        String before = WEB + "numprocs = 2\n";
        String after =
                WEB
                        + "numprocs = 3\numask = 0o0\n[programs.b]\ncmd = \"x\"\n"
                        + "[programs.c]\ncmd = \"x\"\n[groups.g]\nprograms = [\"b\", \"c\"]\n";
        ConfigDiff diff = diff(before, after);
        assertEquals("[g:b, g:c, web:web_2]", names(diff.added()));
        assertEquals(
                "[g:b, g:c]",
                names(diff.restrictedTo(spec -> spec.name().group().equals("g")).added()));
        ConfigDiff web = diff.restrictedTo(spec -> spec.program().equals("web"));
        assertEquals("[web:web_2]", names(web.added()));
        assertEquals("[web:web_0, web:web_1]", names(web.restarted()));
        assertTrue(diff.restrictedTo(spec -> false).changesNoProcess());
    }
}
