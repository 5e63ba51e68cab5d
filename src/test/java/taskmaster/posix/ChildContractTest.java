package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The child gets exactly what was asked for, as it sees it itself. */
class ChildContractTest {

    @TempDir static Path shared;

    private static Path reporter;
    private static Spawner spawner;

    private Path report;

    @BeforeAll
    static void compile() throws Exception {
        reporter = Commands.compile("report", Commands.openDirectory(shared, "bin"));
        spawner = Spawning.spawner();
    }

    @BeforeEach
    void newReport(@TempDir Path directory) {
        report = directory.resolve("report");
    }

    private Spawning.Plan reporting(String... arguments) {
        List<String> argv = new ArrayList<>(List.of(reporter.toString()));
        argv.addAll(List.of(arguments));
        return Spawning.plan(argv.toArray(String[]::new)).stdout(report);
    }

    private String fact(String key) throws Exception {
        List<String> values = Spawning.facts(report, key);
        assertEquals(1, values.size(), key);
        return values.get(0);
    }

    @Test
    void hasOnlyStandardDescriptors() throws Exception {
        List<Integer> noise = openMany(300);
        Spawning.run(spawner, reporting());
        closeAll(noise);
        assertEquals("0 1 2", fact("fds"));
        assertEquals("0 1025 1025", fact("access"));
    }

    @Test
    void hasOnlyStandardDescriptorsWhereCloseRangeIsRefused() throws Exception {
        List<Integer> noise = openMany(300);
        Spawner oneByOne = Spawning.spawnerWithoutCloseRange();
        Spawning.run(oneByOne, reporting().stderr(new OutputPlan.Inherit(1)).inherited(0));
        closeAll(noise);
        assertEquals("0 1 2 3", fact("fds"));
    }

    /** Without close-on-exec, as the JVM's own files and those of a careless starter are. */
    private static List<Integer> openMany(int count) throws ErrnoException {
        int one = Spawning.POSIX.open("/dev/null", 0);
        List<Integer> all = new ArrayList<>(List.of(one));
        for (int i = 0; i < count; i++) {
            int fd = Spawning.POSIX.open("/dev/null", 0);
            Spawning.POSIX.redirect(one, fd);
            all.add(fd);
        }
        return all;
    }

    private static void closeAll(List<Integer> descriptors) throws ErrnoException {
        for (int fd : descriptors) {
            Spawning.POSIX.close(fd);
        }
    }

    @Test
    void hasNoSignalBlockedIgnoredOrPending() throws Exception {
        Spawning.run(spawner, reporting());
        assertEquals("0", fact("blocked"));
        assertEquals("0", fact("pending"));
        assertEquals("", fact("notdefault"));
    }

    @Test
    void whatTheDaemonWasStartedToIgnoreItDoesNot() throws Exception {
        String ignored =
                Commands.otherJvmOfACarelessShell("report", reporter.toString(), report.toString());
        assertTrue(ignored.matches("(?s)SigIgn:\\s+0*[1-9a-f][0-9a-f]*\\s*"), ignored);
        assertEquals("", fact("notdefault"));
        assertTrue(Spawning.facts(report, "env").contains("ODD=\\ff"));
    }

    @Test
    void leadsItsOwnSessionAndGroup() throws Exception {
        Child child = spawner.spawn(reporting().build());
        assertEquals(new WaitStatus.Exited(0), Spawning.end(child.pid()));
        String pid = Integer.toString(child.pid());
        assertEquals(List.of(pid, pid, pid), List.of(fact("pid"), fact("session"), fact("group")));
    }

    @Test
    void becomesItsUserWithAllGroups() throws Exception {
        Commands.needsRoot();
        User someone = new User("www-data", 33, 33, List.of(33, 4, 65_533));
        Spawning.run(spawner, reporting().user(someone));
        assertEquals("33 33 33", fact("uids"));
        assertEquals("33 33 33", fact("gids"));
        assertEquals(Set.of("33", "4", "65533"), Set.of(fact("groups").split(" ", -1)));
    }

    @Test
    void losesTheGroupsOfTheDaemonWithItsUser() throws Exception {
        Commands.needsRoot();
        User nobody = Users.byName("nobody").orElseThrow();
        Spawning.run(spawner, reporting().user(nobody));
        assertEquals("65534 65534 65534", fact("uids"));
        assertEquals("65534", fact("groups"));
    }

    @Test
    void opensItsOutputBeforeItBecomesItsUser() throws Exception {
        Commands.needsRoot();
        Spawning.run(spawner, reporting().user(Users.byName("nobody").orElseThrow()));
        assertEquals(0, (int) Files.getAttribute(report, "unix:uid"));
    }

    @Test
    void hasUmaskAndDirectory() throws Exception {
        Path directory = Commands.openDirectory(shared, "with space and ü");
        Spawning.run(spawner, reporting().umask(0137).directory(directory));
        assertEquals("137", fact("umask"));
        assertTrue(fact("directory").endsWith("with space and \\c3\\bc"), fact("directory"));
    }

    @Test
    void itsOutputIsCreatedUnderTheUmaskOfTheDaemon() throws Exception {
        int before = Spawning.POSIX.umask(027);
        try {
            Spawning.run(spawner, reporting().umask(0777));
        } finally {
            Spawning.POSIX.umask(before);
        }
        assertEquals(0640, (int) Files.getAttribute(report, "unix:mode") & 0777);
    }

    @Test
    void itsOutputIsAppended() throws Exception {
        Files.writeString(report, "first=1\n");
        Spawning.run(spawner, reporting());
        assertEquals("1", fact("first"));
        assertEquals("022", fact("umask"));
    }

    @Test
    void hasTheArgumentsAsGiven() throws Exception {
        Spawning.run(spawner, reporting("", "a b", "--x=\"'", "ü\n"));
        assertEquals(
                List.of(reporter.toString(), "", "a b", "--x=\"'", "\\c3\\bc\\0a"),
                Spawning.facts(report, "argv"));
    }

    @Test
    void itsNameNeedNotBeItsFile() throws Exception {
        Spawning.run(spawner, Spawning.plan("-sh").executables(reporter.toString()).stdout(report));
        assertEquals("-sh", fact("argv"));
    }

    @Test
    void hasTheBaseEnvironmentByteForByteWithItsOwnOnTop() throws Exception {
        byte[] block =
                "KEPT=\u00ff\u00fe=\0REPLACED=old\0GONE=x\0nonsense\0EMPTY=\0LAST=l"
                        .getBytes(StandardCharsets.ISO_8859_1);
        Spawner other =
                Spawner.create(Spawning.POSIX, BaseEnvironment.of(block, Set.of("GONE")), Map.of());
        Map<String, String> env = new LinkedHashMap<>();
        env.put("REPLACED", "new");
        env.put("ADDED", "ü");
        Spawning.run(other, reporting().env(env));
        assertEquals(
                List.of(
                        "KEPT=\\ff\\fe=",
                        "nonsense",
                        "EMPTY=",
                        "LAST=l",
                        "REPLACED=new",
                        "ADDED=\\c3\\bc"),
                Spawning.facts(report, "env"));
    }

    @Test
    void hasTheLimitsOfTheSpawner() throws Exception {
        Map<Resource, Limits> limits =
                Map.of(Resource.NOFILE, new Limits(100, 200), Resource.NPROC, new Limits(50, 60));
        Spawning.run(Spawner.create(Spawning.POSIX, Spawning.environment(), limits), reporting());
        assertEquals("100 200", fact("nofile"));
        assertEquals("50 60", fact("nproc"));
    }

    @Test
    void findsInheritedDescriptorsInOrderWhereverTheyWere() throws Exception {
        int[] a = Spawning.POSIX.pipe();
        int[] b = Spawning.POSIX.pipe();
        int[] out = Spawning.POSIX.pipe();
        Spawning.Plan plan =
                Spawning.plan("/bin/sh", "-c", "echo 3 >&3; echo 4 >&4; echo 5 >&5; echo out")
                        .stdout(new OutputPlan.Inherit(out[1]))
                        .inherited(b[1], a[1], b[1]);
        Spawning.run(spawner, plan);
        assertEquals("4\n", readAll(a));
        assertEquals("3\n5\n", readAll(b));
        assertEquals("out\n", readAll(out));
    }

    @Test
    void keepsTheOutputsOfTheDaemonApart() throws Exception {
        int[] out = Spawning.POSIX.pipe();
        int[] error = Spawning.POSIX.pipe();
        Spawning.Plan plan =
                Spawning.plan("/bin/sh", "-c", "echo error >&2; echo out")
                        .stdout(new OutputPlan.Inherit(out[1]))
                        .stderr(new OutputPlan.Inherit(error[1]));
        Spawning.run(spawner, plan);
        assertEquals("out\n", readAll(out));
        assertEquals("error\n", readAll(error));
    }

    private static String readAll(int[] pipe) throws ErrnoException {
        Spawning.POSIX.close(pipe[1]);
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[100];
        int count = Spawning.POSIX.read(pipe[0], buffer);
        while (count > 0) {
            text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            count = Spawning.POSIX.read(pipe[0], buffer);
        }
        Spawning.POSIX.close(pipe[0]);
        return text.toString();
    }

    @Test
    void takesAnEnvironmentOfAMegabyte() throws Exception {
        Map<String, String> env = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            env.put("BIG_" + i, "x".repeat(10_000));
        }
        Spawning.run(spawner, reporting().env(env));
        assertEquals(101, Spawning.facts(report, "env").size());
    }

    @Test
    void refusesWhatNoChildCanBe() {
        assertThrows(IllegalArgumentException.class, () -> Spawning.plan("a\0b").build());
        assertThrows(IllegalArgumentException.class, () -> Spawning.plan("a").umask(-1).build());
        assertThrows(
                IllegalArgumentException.class, () -> Spawning.plan("a").executables().build());
        assertThrows(
                IllegalArgumentException.class,
                () -> Spawning.plan("a").env(Map.of("A=B", "c")).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> Spawning.plan("a").stdout(new OutputPlan.SameAsStdout()).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> Spawning.plan("a").user(new User("root?", -1, 0, List.of())).build());
        assertThrows(
                IllegalArgumentException.class, () -> Spawning.plan("a").inherited(-1).build());
    }
}
