package taskmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What programs have of variables: the environment of their processes, and expanded strings. */
final class ProgramEnvironmentTest {

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
    void expandsStringsOfProgramsForEachProcess() throws IOException {
        Config config =
                fixture.valid(
                        """
                        [programs.web]
                        cmd = "bin/%(program_name)s"
                        args = ["%(process_num)d/%(numprocs)d", "%(process_num)03d|%(process_num)3d",
                                "%(group_name)s@%(host_node_name)s", "%(process_num)s 100%%"]
                        numprocs = 2
                        numprocs_start = 9
                        directory = "%(here)s/%(process_num)d"
                        stdout = "%(ENV_HOME)s/%(process_num)d.log"
                        redirect_stderr = true
                        serverurl = "unix:///%(process_num)d"
                        [programs.web.env]
                        PORT = "80%(process_num)02d"
                        [groups.g]
                        programs = ["web"]
                        """);
        assertEquals(2, config.processes().size());
        ProcessSpec second = config.processes().get(1);
        assertEquals(new ProcessName("g", "web_10"), second.name());
        assertEquals(10, second.number());
        Launch launch = second.launch();
        assertEquals(directory + "/bin/web", launch.command());
        assertEquals(List.of("10/2", "010| 10", "g@host.example", "10 100%"), launch.args());
        assertEquals(Optional.of(directory.resolve("10")), launch.directory());
        assertEquals(Path.of("/home/me/10.log"), launch.stdout().path());
        assertEquals(Optional.empty(), launch.stderr());
        assertEquals("8010", launch.env().get("PORT"));
        assertEquals("unix:///10", launch.env().get("TASKMASTER_SERVER_URL"));
        assertEquals("unix:///10", launch.env().get("SUPERVISOR_SERVER_URL"));
        assertEquals("  9", config.processes().get(0).launch().args().get(1).substring(4));
    }

    @Test
    void whatIsExpandedIsNotExpandedAgain() throws IOException {
        assertEquals(
                List.of("100% %(here)s"),
                web("args = [\"%(ENV_PERCENT)s %%(here)s\"]").launch().args());
    }

    @Test
    void variablesOfTheFileWinOverThoseOfTheDaemonInExpansions() throws IOException {
        Launch launch =
                web(
                                "args = [\"%(ENV_A)s %(ENV_B)s %(ENV_HOME)s\"]",
                                "[programs.web.env]",
                                "A = \"own of %(ENV_A)s\"",
                                "[taskmasterd.env]",
                                "A = \"daemon\"",
                                "B = \"b\"")
                        .launch();
        assertEquals(List.of("own of daemon b /home/me"), launch.args());
    }

    @Test
    void environmentHasAdditionsThenTheDaemonsThenItsOwn() throws IOException {
        Launch launch =
                web(
                                "[programs.web.env]",
                                "BOTH = \"own\"",
                                "OWN = 1",
                                "SUPERVISOR_ENABLED = \"\"",
                                "[taskmasterd.env]",
                                "BOTH = \"daemon\"",
                                "TASKMASTER_GROUP_NAME = \"mine\"")
                        .launch();
        assertEquals(
                List.of(
                        "TASKMASTER_ENABLED=1",
                        "SUPERVISOR_ENABLED=",
                        "TASKMASTER_PROCESS_NAME=web",
                        "SUPERVISOR_PROCESS_NAME=web",
                        "TASKMASTER_GROUP_NAME=mine",
                        "SUPERVISOR_GROUP_NAME=web",
                        "BOTH=own",
                        "OWN=1"),
                lines(launch.env()));
    }

    private static List<String> lines(Map<String, String> env) {
        List<String> lines = new ArrayList<>();
        env.forEach((name, value) -> lines.add(name + "=" + value));
        return lines;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "-7, -7",
        "0o22, 0o22",
        "1_000, 1000",
        "1.50, 1.50",
        "1e10, 1e10",
        "6.02_2E+23, 6.022E+23",
        "inf, inf",
        "true, true",
        "false, false",
        "'\"a b\"', a b",
    })
    void variablesAreNumbersAndBooleansAsWritten(String written, String value) throws IOException {
        assertEquals(value, web("[programs.web.env]", "X = " + written).launch().env().get("X"));
    }

    @Test
    void findsNumbersAsWrittenAlsoAfterOtherCharacters() throws IOException {
        Launch launch =
                fixture.process(
                                "\ufeffprograms = {web = {cmd = \"\u00e9\ud83d\ude00\", env = {X = 2.50}}}")
                        .launch();
        assertEquals("2.50", launch.env().get("X"));
    }

    @Test
    void aCleanEnvironmentIsNotTheDaemons() throws IOException {
        assertEquals(Optional.empty(), web("clean_env = false").launch().base());
        assertEquals(
                Optional.of(Map.of("PATH", ProgramReader.CLEAN_PATH)),
                web("clean_env = true").launch().base());
    }

    @Test
    void aCleanEnvironmentIsThatOfItsUser() throws IOException {
        assumeTrue(fixture.ownUid() == 0, "needs root: only root may start programs as others");
        String toml = "[programs.web]\ncommand = \"x\"\nclean_env = true\nuser = ";
        Map<String, String> web =
                Map.of(
                        "PATH", ProgramReader.CLEAN_PATH,
                        "HOME", "/srv/web",
                        "USER", "web",
                        "LOGNAME", "web",
                        "SHELL", "/bin/zsh");
        for (String name : List.of("\"web\"", "4242")) {
            Config config = Fixture.valid(fixture.loadAs(0, toml + name));
            assertEquals(Optional.of(web), config.processes().get(0).launch().base());
        }
        Config config = Fixture.valid(fixture.loadAs(0, toml + "\"nobody\""));
        Map<String, String> base = config.processes().get(0).launch().base().orElseThrow();
        assertEquals("/", base.get("HOME"));
        assertEquals("/bin/sh", base.get("SHELL"));
    }
}
