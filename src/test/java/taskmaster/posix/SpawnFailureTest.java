package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A child that cannot be as asked is not started, and the step and its errno are known. */
class SpawnFailureTest {

    private static Spawner spawner;

    @TempDir Path temporary;

    @BeforeAll
    static void create() throws Exception {
        spawner = Spawning.spawner();
    }

    @BeforeEach
    void openDirectory() throws Exception {
        Commands.openDirectory(temporary, ".");
    }

    private Path file(String name, String content, String permissions) throws Exception {
        Path file = Files.createDirectories(temporary).resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    private static String failure(Spawning.Plan plan) throws ErrnoException {
        return Spawning.failure(spawner, plan);
    }

    @Test
    void missingProgram() throws Exception {
        assertEquals(
                "cannot run \"/no/such/program\": ENOENT (no such file or directory)",
                failure(Spawning.plan("/no/such/program")));
    }

    @Test
    void programThatIsNotExecutable() throws Exception {
        Path file = file("data", "x", "rw-r--r--");
        assertEquals(
                "cannot run \"" + file + "\": EACCES (permission denied)",
                failure(Spawning.plan(file.toString())));
    }

    @Test
    void programBelowAFile() throws Exception {
        assertEquals(
                "cannot run \"/etc/passwd/x\": ENOTDIR (not a directory)",
                failure(Spawning.plan("/etc/passwd/x")));
    }

    @Test
    void programInNoKnownFormatIsNotGivenToAShell() throws Exception {
        Path file = file("script", "echo no first line\n", "rwxr-xr-x");
        assertEquals(
                "cannot run \"" + file + "\": ENOEXEC (exec format error)",
                failure(Spawning.plan(file.toString())));
    }

    @Test
    void scriptWithoutItsInterpreter() throws Exception {
        Path file = file("script", "#!/no/such/shell\n", "rwxr-xr-x");
        assertEquals(
                "cannot run \""
                        + file
                        + "\", whose interpreter is missing: ENOENT (no such file or directory)",
                failure(Spawning.plan(file.toString())));
    }

    @Test
    void programThatIsBeingWritten() throws Exception {
        Path file = file("busy", "", "rwxr-xr-x");
        Files.write(file, Files.readAllBytes(Path.of("/bin/true")));
        try (OutputStream open =
                Files.newOutputStream(file, java.nio.file.StandardOpenOption.APPEND)) {
            assertEquals(
                    "cannot run \"" + file + "\": ETXTBSY (text file busy)",
                    failure(Spawning.plan(file.toString())));
            open.flush();
        }
    }

    @Test
    void argumentThatIsTooLong() throws Exception {
        assertEquals(
                "cannot run \"/bin/true\": E2BIG (argument list too long)",
                failure(Spawning.plan("/bin/true", "x".repeat(200_000))));
    }

    @Test
    void argumentsThatAreTooMany() throws Exception {
        Map<String, String> env = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            env.put("BIG_" + i, "x".repeat(100_000));
        }
        assertEquals(
                "cannot run \"/bin/true\": E2BIG (argument list too long)",
                failure(Spawning.plan("/bin/true").env(env)));
    }

    @Test
    void missingDirectory() throws Exception {
        assertEquals(
                "cannot change to directory \"/no/such\": ENOENT (no such file or directory)",
                failure(Spawning.plan("/bin/true").directory(Path.of("/no/such"))));
    }

    @Test
    void directoryThatIsAFile() throws Exception {
        assertEquals(
                "cannot change to directory \"/etc/passwd\": ENOTDIR (not a directory)",
                failure(Spawning.plan("/bin/true").directory(Path.of("/etc/passwd"))));
    }

    @Test
    void directoryThatItsUserMayNotEnter() throws Exception {
        Commands.needsRoot();
        Path directory = Files.createDirectory(temporary.resolve("closed"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        User nobody = Users.byName("nobody").orElseThrow();
        assertEquals(
                "cannot change to directory \"" + directory + "\": EACCES (permission denied)",
                failure(Spawning.plan("/bin/true").user(nobody).directory(directory)));
    }

    @Test
    void outputInAMissingDirectory() throws Exception {
        assertEquals(
                "cannot open stdout \"/no/such/x\": ENOENT (no such file or directory)",
                failure(Spawning.plan("/bin/true").stdout(Path.of("/no/such/x"))));
    }

    @Test
    void errorOutputThatIsADirectory() throws Exception {
        assertEquals(
                "cannot open stderr \"" + temporary + "\": EISDIR (is a directory)",
                failure(
                        Spawning.plan("/bin/true")
                                .stderr(
                                        new OutputPlan.Append(
                                                temporary.toString(), TrustedPath.Guard.NONE))));
    }

    @Test
    void outputOfTheDaemonThatIsClosed() throws Exception {
        assertEquals(
                "cannot hand on descriptor 9999 as stderr: EBADF (bad file descriptor)",
                failure(Spawning.plan("/bin/true").stderr(new OutputPlan.Inherit(9999))));
    }

    @Test
    void inheritedDescriptorThatIsClosed() throws Exception {
        assertEquals(
                "cannot hand on descriptor 9999: EBADF (bad file descriptor)",
                failure(Spawning.plan("/bin/true").inherited(0, 9999)));
    }

    @Test
    void userWithTooManyProcesses() throws Exception {
        Commands.needsRoot();
        Spawner none =
                Spawner.create(
                        Spawning.POSIX,
                        Spawning.environment(),
                        Map.of(Resource.NPROC, new Limits(0, 0)));
        User nobody = Users.byName("nobody").orElseThrow();
        Child first = spawner.spawn(Spawning.plan("/bin/sleep", "60").user(nobody).build());
        assertEquals(new Outcome.Executed(), first.await(Spawning.LONG));
        assertEquals(
                "cannot run \"/bin/true\": EAGAIN (resource temporarily unavailable)",
                Spawning.failure(none, Spawning.plan("/bin/true").user(nobody)));
        Spawning.POSIX.kill(first.pid(), Signal.KILL);
        Spawning.end(first.pid());
    }

    @Test
    void usersAndLimitsThatOnlyRootMaySet() throws Exception {
        Commands.needsRoot();
        String said = Commands.otherJvm("unprivileged");
        assertTrue(
                said.contains("cannot become user \"nobody\": EPERM (operation not permitted)"),
                said);
        assertTrue(
                said.contains("cannot set the resource limits: EPERM (operation not permitted)"),
                said);
        assertTrue(
                said.contains("clone of a child: EAGAIN (resource temporarily unavailable)"), said);
    }

    // ---- the search in PATH ----

    @Test
    void passesOverWhatIsMissingOrNotAllowed() throws Exception {
        Path refused = file("bin/tool", "x", "rw-r--r--");
        Spawning.run(
                spawner,
                Spawning.plan("tool")
                        .executables(
                                "/no/such/tool",
                                "/etc/passwd/tool",
                                refused.toString(),
                                "/bin/true"));
    }

    @Test
    void saysWhatWasNotAllowedWhenThereIsNoOther() throws Exception {
        Path refused = file("bin/tool", "x", "rw-r--r--");
        assertEquals(
                "cannot run \"" + refused + "\": EACCES (permission denied)",
                failure(
                        Spawning.plan("tool")
                                .executables(
                                        "/no/such/tool", refused.toString(), "/nor/here/tool")));
        assertEquals(
                "cannot run \"" + refused + "\": EACCES (permission denied)",
                failure(Spawning.plan("tool").executables(refused.toString(), "/no/such/tool")));
    }

    @Test
    void saysThatPathWasSearched() throws Exception {
        assertEquals(
                "cannot find \"tool\" in PATH: ENOENT (no such file or directory)",
                failure(Spawning.plan("tool").executables("/no/such/tool", "/nor/here/tool")));
    }

    @Test
    void endsTheSearchAtWhatCannotBeExecuted() throws Exception {
        Path broken = file("bin/tool", "no format", "rwxr-xr-x");
        assertEquals(
                "cannot run \"" + broken + "\": ENOEXEC (exec format error)",
                failure(
                        Spawning.plan("tool")
                                .executables("/no/such/tool", broken.toString(), "/bin/true")));
    }

    // ---- outputs in directories that others may write ----

    private String guarded(Path file) throws Exception {
        OutputPlan output = new OutputPlan.Append(file.toString(), TrustedPath.Guard.NAME);
        return failure(Spawning.plan("/bin/true").stdout(output));
    }

    @Test
    void aGuardedOutputIsCreatedAndAppended() throws Exception {
        Path file = temporary.resolve("log");
        for (int i = 0; i < 2; i++) {
            Spawning.run(
                    spawner,
                    Spawning.plan("/bin/echo", "x")
                            .stdout(
                                    new OutputPlan.Append(
                                            file.toString(), TrustedPath.Guard.NAME)));
        }
        assertEquals("x\nx\n", Files.readString(file));
    }

    @Test
    void aGuardedOutputIsNoSymbolicLink() throws Exception {
        Path target = file("target", "", "rw-r--r--");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), target);
        assertEquals(
                "cannot use stdout \""
                        + link
                        + "\", a symbolic link where others may write:"
                        + " ELOOP (too many levels of symbolic links)",
                guarded(link));
        Spawning.run(spawner, Spawning.plan("/bin/true").stdout(link));
    }

    @Test
    void aGuardedPathLeadsThroughNoSymbolicLink() throws Exception {
        Path target = Files.createDirectory(temporary.resolve("target"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), target);
        for (String name : List.of("log", "sub/log")) {
            Path file = link.resolve(name);
            assertEquals(
                    "cannot use stdout \""
                            + file
                            + "\", a symbolic link where others may write:"
                            + " ELOOP (too many levels of symbolic links)",
                    failure(
                            Spawning.plan("/bin/true")
                                    .stdout(guarded(file, TrustedPath.Guard.PATH))));
        }
        assertEquals(0, target.toFile().list().length);
        for (int i = 0; i < 2; i++) {
            Spawning.run(
                    spawner,
                    Spawning.plan("/bin/echo", "x")
                            .stdout(guarded(target.resolve("log"), TrustedPath.Guard.PATH))
                            .stderr(guarded(target.resolve("e"), TrustedPath.Guard.PATH)));
        }
        assertEquals("x\nx\n", Files.readString(target.resolve("log")));
    }

    private static OutputPlan guarded(Path file, TrustedPath.Guard guard) {
        return new OutputPlan.Append(file.toString(), guard);
    }

    /** As it would be if the name were taken away between the opening and the check. */
    @Test
    void aGuardedOutputKeepsTheNameItWasOpenedBy() throws Exception {
        Path directory = Files.createDirectory(temporary.resolve("target")).toRealPath();
        Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
        assertEquals(
                "cannot use stdout \""
                        + link.resolve("log")
                        + "\", which lost its name meanwhile (where a directory was moved, reload):"
                        + " EPERM (operation not permitted)",
                guarded(link.resolve("log")));
    }

    @Test
    void aGuardedOutputHasOneName() throws Exception {
        Path target = file("target", "", "rw-r--r--");
        Path link = Files.createLink(temporary.resolve("link"), target);
        assertEquals(
                "cannot use stdout \""
                        + link
                        + "\", which has another name somewhere (a hard link): EPERM (operation not"
                        + " permitted)",
                guarded(link));
    }

    @Test
    void aGuardedOutputIsOurs() throws Exception {
        Commands.needsRoot();
        Path file = file("theirs", "", "rw-rw-rw-");
        Files.setAttribute(file, "unix:uid", 33);
        assertEquals(
                "cannot use stdout \""
                        + file
                        + "\", which belongs to another user: EPERM (operation not permitted)",
                guarded(file));
    }

    @Test
    void aGuardedOutputIsARegularFile() throws Exception {
        assertEquals(
                "cannot use stdout \"/dev/null\", which is not a regular file: EPERM (operation not"
                        + " permitted)",
                guarded(Path.of("/dev/null")));
    }

    @Test
    void aGuardedFifoHoldsUpNobody() throws Exception {
        Path fifo = temporary.resolve("fifo");
        Commands.output(List.of("mkfifo", fifo.toString()));
        assertEquals(
                "cannot open stdout \"" + fifo + "\": ENXIO (no such device or address)",
                guarded(fifo));
    }

    @Test
    void aGuardedErrorOutputIsCheckedAsWell() throws Exception {
        assertEquals(
                "cannot use stderr \"/dev/null\", which is not a regular file: EPERM (operation not"
                        + " permitted)",
                failure(
                        Spawning.plan("/bin/true")
                                .stderr(
                                        new OutputPlan.Append(
                                                "/dev/null", TrustedPath.Guard.NAME))));
    }
}
