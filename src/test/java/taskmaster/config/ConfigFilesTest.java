package taskmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files are read, which are not, and as whom. */
final class ConfigFilesTest {

    private static final String WEB = "[programs.web]\ncommand = \"/bin/true\"\n";

    @TempDir Path directory;
    private Fixture fixture;

    @BeforeEach
    void fixture() {
        fixture = new Fixture(directory);
    }

    private String problemsOf(Path file) {
        return fixture.problems(ConfigLoader.load(file, fixture.host(fixture.ownUid())));
    }

    private static List<String> names(Config config) {
        List<String> names = new ArrayList<>();
        for (ProcessSpec process : config.processes()) {
            names.add(process.name().toString());
        }
        return names;
    }

    @Test
    void includedFilesAddProgramsAndGroups() throws IOException {
        fixture.write("conf.d/b.toml", "[groups.g]\nprograms = [\"web\", \"a\"]\n");
        fixture.write("conf.d/a.toml", "[programs.a]\ncommand = \"./a\"\nargs = [\"%(here)s\"]\n");
        fixture.write("conf.d/.hidden.toml", "broken");
        fixture.write("conf.d/other.txt", "broken");
        Config config = fixture.valid("[include]\nfiles = [\"conf.d/*.toml\"]\n" + WEB);
        assertEquals(List.of("g:a", "g:web"), names(config));
        Launch launch = config.processes().get(0).launch();
        assertEquals(directory + "/conf.d/a", launch.command());
        assertEquals(List.of(directory + "/conf.d"), launch.args());
    }

    @Test
    void aPatternMayMatchNothingAndTheFileItself() throws IOException {
        Config config =
                fixture.valid("[include]\nfiles = [\"none/*/x\", \"*.toml\", \"?\"]\n" + WEB);
        assertEquals(List.of("web"), names(config));
    }

    @Test
    void aFileThatTwoPatternsMatchIsReadOnce() throws IOException {
        fixture.write("d/a.toml", "[programs.a]\ncmd = \"x\"\n");
        String d = directory.toString();
        Config config =
                fixture.valid(
                        "[include]\nfiles = [\"d/*\", \"*/a.toml\", \""
                                + d
                                + "/d/../d/a.toml\", \"%(here)s/d/?.toml\"]\n");
        assertEquals(List.of("a"), names(config));
    }

    @Test
    void includesAreNotRecursive() throws IOException {
        fixture.write("a.inc", "[include]\nfiles = [\"b.inc\"]\n");
        assertEquals(
                "a.inc:1:2: [include]: an included file may only hold [programs.NAME] and"
                        + " [groups.NAME]\n",
                fixture.problems("[include]\nfiles = [\"*.inc\"]\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "*, a, true",
        "*, .a, false",
        ".*, .a, true",
        "*.toml, a.toml, true",
        "*.toml, toml, false",
        "a*b*c, aXbbc, true",
        "a*b*c, aXbb, false",
        "?, a, true",
        "?, ab, false",
        "a, a, true",
        "a, b, false",
        "**, abc, true",
        "*?, a, true",
    })
    void globsMatchAsInAShell(String pattern, String name, boolean matches) {
        assertEquals(matches, Includes.globMatches(pattern, name));
    }

    @Test
    void saysWhyAFileCannotBeRead() throws IOException {
        assertEquals(
                "none.toml: cannot read the configuration file: ENOENT (no such file or"
                        + " directory)\n",
                problemsOf(directory.resolve("none.toml")));
        Path loop = directory.resolve("loop.toml");
        Files.createSymbolicLink(loop, loop);
        assertEquals(
                "loop.toml: cannot read the configuration file: ELOOP (too many levels of symbolic"
                        + " links)\n",
                problemsOf(loop));
        assertEquals(
                directory + ": cannot read the configuration file: it is not a regular file\n",
                problemsOf(directory));
        assertEquals(
                "/dev/null: cannot read the configuration file: it is not a regular file\n",
                problemsOf(Path.of("/dev/null")));
    }

    @Test
    void refusesAFileThatIsTooLarge() throws IOException {
        Path file = fixture.write("big.toml", "");
        try (var big = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            big.setLength(SourceFile.MAX_BYTES + 1L);
        }
        assertEquals(
                "big.toml: cannot read the configuration file: it is larger than 4 MiB\n",
                problemsOf(file));
    }

    @Test
    void problemsShowTheFileAsItWasNamed() throws IOException {
        fixture.write("taskmaster.conf.toml", "x = 1\n[include]\nfiles = [\"d/*\"]\n");
        fixture.write("d/a", "y = 1");
        Host own = fixture.host(fixture.ownUid());
        Host host = new Host(own.environment(), own.hostName(), directory, own.uid(), own.users());
        assertEquals(
                """
                taskmaster.conf.toml:1:1: x: there are no keys outside of sections
                d/a:1:1: y: there are no keys outside of sections
                """,
                fixture.problems(ConfigLoader.load(Path.of("taskmaster.conf.toml"), host)));
        assertEquals(
                """
                ../a/taskmaster.conf.toml:1:1: x: there are no keys outside of sections
                ../a/d/a:1:1: y: there are no keys outside of sections
                """
                        .replace("../a", "../" + directory.getFileName()),
                fixture.problems(
                        ConfigLoader.load(
                                Path.of("..", directory.getFileName() + "", "taskmaster.conf.toml"),
                                host)));
    }

    @Test
    void theFileIsAbsoluteWhereverItWasNamedFrom() throws IOException {
        fixture.write("taskmaster.conf.toml", WEB + "args = [\"%(here)s\"]\n");
        Host own = fixture.host(fixture.ownUid());
        Host host =
                new Host(
                        own.environment(),
                        own.hostName(),
                        directory.resolve("sub"),
                        own.uid(),
                        own.users());
        Config config = Fixture.valid(ConfigLoader.load(Path.of("../taskmaster.conf.toml"), host));
        assertEquals(fixture.file, config.file());
        assertEquals(List.of(directory.toString()), config.processes().get(0).launch().args());
    }

    @Test
    void rootRefusesAFileThatOthersMayWrite() throws IOException {
        assumeTrue(fixture.ownUid() == 0, "needs root: only root owns files of root");
        fixture.write("taskmaster.conf.toml", WEB);
        for (String mode : List.of("rw-rw-r--", "rw-r--rw-")) {
            Files.setPosixFilePermissions(fixture.file, PosixFilePermissions.fromString(mode));
            String octal = mode.equals("rw-rw-r--") ? "0664" : "0646";
            assertEquals(
                    "taskmaster.conf.toml: root does not trust this file: its mode "
                            + octal
                            + " lets others write it, who could run anything as root (chmod go-w "
                            + "taskmaster.conf.toml)\n",
                    problemsOf(fixture.file));
        }
        Loaded asUser = ConfigLoader.load(fixture.file, fixture.host(1000));
        assertTrue(asUser instanceof Loaded.Valid);
    }

    @Test
    void rootRefusesAFileOfAnotherUser() throws IOException {
        assumeTrue(fixture.ownUid() == 0, "needs root: only root can give a file away");
        fixture.write("a.toml", "[programs.a]\ncmd = \"x\"\n");
        Files.setAttribute(directory.resolve("a.toml"), "unix:uid", 4242);
        assertEquals(
                "a.toml: root does not trust this file: it belongs to uid 4242, who could run"
                        + " anything as root (if you know what is in it: chown root a.toml)\n",
                fixture.problems("[include]\nfiles = [\"a.toml\"]\n"));
    }

    private void mode(String name, String octal) throws IOException {
        Path path = directory.resolve(name);
        String permissions = octal.length() > 3 ? octal.substring(1) : octal;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < permissions.length(); i++) {
            int bits = permissions.charAt(i) - '0';
            text.append((bits & 4) != 0 ? 'r' : '-').append((bits & 2) != 0 ? 'w' : '-');
            text.append((bits & 1) != 0 ? 'x' : '-');
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(text.toString()));
        if (octal.length() > 3) {
            Files.setAttribute(path, "unix:mode", Integer.parseInt(octal, 8));
        }
    }

    private static final String RUNS = "; who can replace it could run anything as root (";

    @Test
    void rootRefusesAFileBelowADirectoryThatOthersMayWrite() throws IOException {
        assumeTrue(fixture.ownUid() == 0, "needs root: only root owns directories of root");
        Path file = fixture.write("a/b/c.toml", WEB);
        for (String name : List.of("a", "a/b")) {
            mode(name, "777");
            assertEquals(
                    "a/b/c.toml: root does not trust this file: others may write to the directory \""
                            + name
                            + "\" (mode 0777)"
                            + RUNS
                            + "chmod go-w "
                            + name
                            + ")\n",
                    problemsOf(file));
            assertTrue(
                    ConfigLoader.load(file, fixture.host(1000)) instanceof Loaded.Valid,
                    "only root is a prize");
            mode(name, "755");
        }
        mode("a", "1777");
        assertTrue(ConfigLoader.load(file, fixture.host(0)) instanceof Loaded.Valid);
    }

    @Test
    void rootRefusesAFileBelowADirectoryOfAnotherUser() throws IOException {
        assumeTrue(fixture.ownUid() == 0, "needs root: only root can give a directory away");
        Path file = fixture.write("a/b/c.toml", WEB);
        Files.setAttribute(directory.resolve("a"), "unix:uid", 4242);
        assertEquals(
                "a/b/c.toml: root does not trust this file: the directory \"a\" belongs to uid 4242"
                        + RUNS
                        + "use a directory of root's, such as /etc/taskmaster)\n",
                problemsOf(file));
    }

    @Test
    void rootFollowsALinkButNotToWhereOthersWrite() throws IOException {
        assumeTrue(fixture.ownUid() == 0, "needs root: only root owns directories of root");
        Path file = fixture.write("real/c.toml", WEB);
        Path link = Files.createSymbolicLink(directory.resolve("link.toml"), file);
        assertTrue(ConfigLoader.load(link, fixture.host(0)) instanceof Loaded.Valid);
        mode("real", "757");
        assertEquals(
                "link.toml: root does not trust this file: others may write to the directory"
                        + " \"real\" (mode 0757)"
                        + RUNS
                        + "chmod go-w real)\n",
                problemsOf(link));
        mode("real", "755");
        Files.createDirectory(directory.resolve("sticky"));
        mode("sticky", "1777");
        Path planted = Files.createSymbolicLink(directory.resolve("sticky/link.toml"), file);
        assertEquals(
                "sticky/link.toml: root does not trust this file: the symbolic link"
                        + " \"sticky/link.toml\" is in a directory that others may write to"
                        + RUNS
                        + "name what it points to)\n",
                problemsOf(planted));
    }

    @Test
    void rootRefusesTheFilesOfAPatternWhereOthersMayWrite() throws IOException {
        assumeTrue(fixture.ownUid() == 0, "needs root: only root owns directories of root");
        Files.createDirectory(directory.resolve("conf.d"));
        mode("conf.d", "777");
        String include = "[include]\nfiles = [\"conf.d/*.toml\"]\n";
        String problem =
                "taskmaster.conf.toml:2:10: [include] files: root does not trust the files of this"
                        + " pattern: others may write to the directory \"conf.d\" (mode 0777)"
                        + RUNS
                        + "chmod go-w conf.d)\n";
        assertEquals(problem, fixture.problems(include));
        fixture.write("conf.d/a.toml", "[programs.a]\ncmd = \"x\"\n");
        assertEquals(problem, fixture.problems(include));
        mode("conf.d", "755");
        assertEquals(List.of("a"), names(fixture.valid(include)));
    }

    @Test
    void rootReadsUsersByNameAndByUid() throws IOException {
        assumeTrue(fixture.ownUid() == 0, "needs root: only root may start programs as others");
        for (String user : List.of("\"web\"", "4242", "\"4242\"", "\"%(program_name)s\"")) {
            ProcessSpec process = fixture.process(WEB + "user = " + user + "\n");
            assertEquals(Optional.of(Fixture.WEB), process.launch().user());
        }
        Config config = fixture.valid("[unix_http_server]\nfile = \"s\"\nchown = \"web:adm\"\n");
        assertEquals(4242, config.socket().get().uid());
        assertEquals(4, config.socket().get().gid());
    }

    @Test
    void othersMayOnlyNameThemselves() throws IOException {
        assertEquals(
                Optional.empty(),
                Fixture.valid(fixture.loadAs(1000, WEB + "user = \"me\"\n"))
                        .processes()
                        .get(0)
                        .launch()
                        .user());
        assertEquals(
                "taskmaster.conf.toml:3:8: [programs.web] user: only root can start a program as"
                        + " another user, and this is uid 1000\n",
                fixture.problems(fixture.loadAs(1000, WEB + "user = \"web\"\n")));
        assertEquals(
                "taskmaster.conf.toml:2:8: [taskmasterd] user: only root can become another user,"
                        + " and this is uid 1000\n",
                fixture.problems(fixture.loadAs(1000, "[taskmasterd]\nuser = \"web\"\n")));
        assertEquals(
                "taskmaster.conf.toml:3:9: [unix_http_server] chown: only root can give a file"
                        + " away, and this is uid 1000\n",
                fixture.problems(
                        fixture.loadAs(
                                1000, "[unix_http_server]\nfile = \"s\"\nchown = \"root\"\n")));
    }

    @Test
    void programsOfADaemonThatGivesUpRootRunAsItsUser() throws IOException {
        assumeTrue(fixture.ownUid() == 0, "needs root: only root can become another user");
        String daemon = "[taskmasterd]\nuser = \"web\"\n";
        Config config = fixture.valid(daemon + WEB + "user = \"web\"\n");
        assertEquals(Optional.of("web"), config.daemon().user());
        assertEquals(Optional.empty(), config.processes().get(0).launch().user());
        assertEquals(
                "taskmaster.conf.toml:5:8: [programs.web] user: only root can start a program as"
                        + " another user, and taskmasterd becomes web ([taskmasterd] user)\n",
                fixture.problems(daemon + WEB + "user = \"nobody\"\n"));
    }

    @Test
    void searchesHereThenAboveThenInEtc() throws IOException {
        Path below = Files.createDirectory(directory.resolve("below"));
        assertEquals(
                "cannot find taskmaster.conf.toml: it is not in "
                        + below
                        + ", "
                        + directory
                        + ", /etc/taskmaster (name a file with -c FILE)",
                ConfigLoader.notFound(below));
        Path above = fixture.write("taskmaster.conf.toml", "");
        assertEquals(Optional.of(above), ConfigLoader.find(below));
        Path here = fixture.write("below/taskmaster.conf.toml", "");
        assertEquals(Optional.of(here), ConfigLoader.find(below));
    }

    private LoadedClient client(String text) throws IOException {
        fixture.write("taskmaster.conf.toml", text);
        return ConfigLoader.loadClient(fixture.file, fixture.host(fixture.ownUid()));
    }

    private static Config.Client valid(LoadedClient loaded) {
        if (loaded instanceof LoadedClient.Valid(Config.Client client, boolean _)) {
            return client;
        }
        throw new AssertionError("should be valid: " + loaded);
    }

    @Test
    void aClientReadsItsOwnSectionOnly() throws IOException {
        String text =
                """
                [taskmasterctl]
                serverurl = "unix:///s"
                prompt = "p"
                history = "h"
                [programs.broken]
                [unix_http_server]
                chown = "nobody knows"
                """;
        assertEquals(
                new Config.Client("unix:///s", "p", Optional.of(directory.resolve("h"))),
                valid(client(text)));
    }

    @Test
    void aClientFindsTheServersSocket() throws IOException {
        String text = "[unix_http_server]\nfile = \"%(here)s/none/s\"\n";
        assertEquals("unix://" + directory + "/none/s", valid(client(text)).serverUrl());
        assertEquals("unix:///tmp/taskmaster.sock", valid(client("")).serverUrl());
    }

    @Test
    void aClientWorksWithABrokenFileThatSaysWhereTheServerIs() throws IOException {
        String broken = "[programs.web]\ncommand = x y\n";
        assertEquals(
                "unix:///s",
                valid(client("[taskmasterctl]\nserverurl = \"unix:///s\"\n" + broken)).serverUrl());
        assertTrue(client(broken) instanceof LoadedClient.Invalid);
        assertTrue(client("[taskmasterctl]\nserverurl = 1\n") instanceof LoadedClient.Invalid);
    }
}
