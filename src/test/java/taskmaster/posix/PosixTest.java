package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class PosixTest {

    /** Beyond the highest pid of Linux. */
    private static final int NOBODY = 5_000_000;

    private final Posix posix = Posix.open();

    @TempDir Path temporary;

    private static void assertFails(String message, Executable call) {
        assertEquals(message, assertThrows(ErrnoException.class, call).getMessage());
    }

    @Test
    void knowsItself() throws Exception {
        assertEquals(ProcessHandle.current().pid(), posix.pid());
        Object owner = Files.getAttribute(Files.createFile(temporary.resolve("x")), "unix:uid");
        assertEquals(owner, posix.effectiveUid());
    }

    @Test
    void otherMachinesAreRefusedByName() {
        assertEquals(Architecture.AARCH64, Architecture.of("Linux", "aarch64"));
        Throwable refused =
                assertThrows(
                        UnsupportedOperationException.class,
                        () -> Architecture.of("Linux", "riscv64"));
        assertEquals(
                "taskmaster runs on Linux on x86-64 or aarch64, not on Linux on riscv64",
                refused.getMessage());
        assertThrows(
                UnsupportedOperationException.class, () -> Architecture.of("FreeBSD", "amd64"));
    }

    @Test
    void signalsOneProcessOrGroupAndNeverAllOfThem() {
        for (int pid : new int[] {1, 0, -1, -4711}) {
            assertThrows(IllegalArgumentException.class, () -> posix.kill(pid, Signal.TERM));
            assertThrows(IllegalArgumentException.class, () -> posix.killGroup(pid, Signal.TERM));
            assertThrows(IllegalArgumentException.class, () -> posix.children().reap(pid));
        }
        assertFails(
                "kill 5000000, TERM: ESRCH (no such process)",
                () -> posix.kill(NOBODY, Signal.TERM));
        assertFails(
                "kill -5000000, KILL: ESRCH (no such process)",
                () -> posix.killGroup(NOBODY, Signal.KILL));
    }

    @Test
    void aFailureTellsCallAndErrno() {
        ErrnoException failure =
                assertThrows(ErrnoException.class, () -> posix.kill(NOBODY, Signal.TERM));
        assertEquals("kill", failure.call());
        assertEquals(Errno.ESRCH, failure.errno());
    }

    @Test
    void anExitIsSeenAndLeftUntilItIsReaped() throws Exception {
        Child child = Spawning.spawner().spawn(Spawning.plan("/bin/sh", "-c", "exit 3").build());
        ChildExit expected = new ChildExit(child.pid(), new WaitStatus.Exited(3));
        assertEquals(Optional.of(expected), posix.children().awaitExit());
        assertEquals(Optional.of(expected), posix.children().awaitExit());
        assertEquals(Optional.of(expected), posix.children().peekChange());
        posix.kill(child.pid(), Signal.TERM);
        assertEquals(Optional.of(new WaitStatus.Exited(3)), posix.children().reap(child.pid()));
        assertFails(
                "waitid for " + child.pid() + ": ECHILD (no child processes)",
                () -> posix.children().reap(child.pid()));
        assertEquals(Optional.empty(), posix.children().peekChange());
    }

    /** WNOWAIT leaves a stop to be seen again; only who takes it has it once. */
    @Test
    void aStopIsSeenUntilItIsTakenAndSoIsAContinuation() throws Exception {
        Child child = Spawning.spawner().spawn(Spawning.plan("/bin/sleep", "60").build());
        int pid = child.pid();
        assertEquals(new Outcome.Executed(), child.await(Spawning.LONG));
        assertEquals(Optional.empty(), posix.children().takeChange(pid));
        posix.kill(pid, Signal.STOP);
        ChildChange stopped = new ChildChange.Stopped(pid, Signal.STOP);
        assertEquals(stopped, posix.children().awaitChange());
        assertEquals(stopped, posix.children().awaitChange());
        assertEquals(Optional.of(stopped), posix.children().peekChange());
        assertEquals(Optional.of(stopped), posix.children().takeChange(pid));
        assertEquals(Optional.empty(), posix.children().takeChange(pid));
        assertEquals(Optional.empty(), posix.children().peekChange());
        posix.kill(pid, Signal.CONT);
        ChildChange goesOn = new ChildChange.Continued(pid);
        assertEquals(goesOn, posix.children().awaitChange());
        assertEquals(Optional.of(goesOn), posix.children().takeChange(pid));
        assertEquals(Optional.empty(), posix.children().peekChange());
        posix.kill(pid, Signal.STOP);
        posix.children().awaitChange();
        posix.kill(pid, Signal.KILL);
        var killed = new WaitStatus.Killed(Signal.KILL, false);
        assertEquals(Optional.of(new ChildExit(pid, killed)), posix.children().awaitExit());
        assertEquals(
                Optional.empty(), posix.children().takeChange(pid), "an end is reaped, not taken");
        assertEquals(new ChildExit(pid, killed), posix.children().awaitChange());
        assertEquals(Optional.of(killed), posix.children().reap(pid));
        assertEquals(Optional.empty(), posix.children().peekChange());
    }

    @Test
    void whatRunsIsNotReaped() throws Exception {
        Child child = Spawning.spawner().spawn(Spawning.plan("/bin/sleep", "60").build());
        assertEquals(Optional.empty(), posix.children().reap(child.pid()));
        assertEquals(Optional.empty(), posix.children().peekChange());
        assertEquals(new Outcome.Executed(), child.await(Spawning.LONG));
        posix.killGroup(child.pid(), Signal.KILL);
        assertEquals(new WaitStatus.Killed(Signal.KILL, false), Spawning.end(child.pid()));
    }

    @Test
    void aChildMayDieOfASignalThatBelongsToTheLibrary() throws Exception {
        Child child = Spawning.spawner().spawn(Spawning.plan("/bin/sleep", "60").build());
        posix.kill(child.pid(), new Signal(32));
        assertEquals("terminated by SIG32", Spawning.end(child.pid()).describe());
    }

    @Test
    void aStoppedChildHasNotEnded() throws Exception {
        Child child = Spawning.spawner().spawn(Spawning.plan("/bin/sleep", "60").build());
        child.await(Spawning.LONG);
        posix.kill(child.pid(), Signal.STOP);
        assertEquals(Optional.empty(), posix.children().reap(child.pid()));
        posix.kill(child.pid(), Signal.TERM);
        posix.kill(child.pid(), Signal.CONT);
        assertEquals(new WaitStatus.Killed(Signal.TERM, false), Spawning.end(child.pid()));
    }

    @Test
    void aPipeCarriesAllThatIsWritten() throws Exception {
        byte[] sent = new byte[300_000];
        new Random(1).nextBytes(sent);
        int[] pipe = posix.pipe();
        CompletableFuture<byte[]> received =
                CompletableFuture.supplyAsync(() -> readToEnd(pipe[0]));
        posix.writeFully(pipe[1], sent);
        posix.close(pipe[1]);
        assertArrayEquals(sent, received.get(60, TimeUnit.SECONDS));
        posix.close(pipe[0]);
    }

    private byte[] readToEnd(int fd) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[100_000];
        try {
            int count = posix.read(fd, buffer);
            while (count > 0) {
                all.write(buffer, 0, count);
                count = posix.read(fd, buffer);
            }
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
        return all.toByteArray();
    }

    @Test
    void aPipeWithoutAReaderIsAnError() throws Exception {
        int[] pipe = posix.pipe();
        posix.close(pipe[0]);
        assertFails(
                "write descriptor " + pipe[1] + ": EPIPE (broken pipe)",
                () -> posix.writeFully(pipe[1], new byte[] {1}));
        posix.close(pipe[1]);
    }

    @Test
    void opensAsTheFlagsSay() throws Exception {
        String path = temporary.resolve("file ü").toString();
        int out = posix.open(path, 0640, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE);
        posix.writeFully(out, new byte[] {1, 2});
        int more = posix.open(path, 0, OpenFlag.WRITE, OpenFlag.APPEND, OpenFlag.NO_CTTY);
        posix.writeFully(more, new byte[] {3});
        int in = posix.open(path, 0, OpenFlag.READ_WRITE);
        byte[] buffer = new byte[10];
        assertEquals(3, posix.read(in, buffer));
        assertArrayEquals(new byte[] {1, 2, 3}, Arrays.copyOf(buffer, 3));
        assertEquals(0, posix.read(in, buffer));
        posix.close(posix.open(path, 0, OpenFlag.WRITE, OpenFlag.TRUNCATE));
        assertEquals(0, Files.size(Path.of(path)));
        for (int fd : new int[] {out, more, in}) {
            posix.close(fd);
        }
    }

    @Test
    void tellsWhyItCannotOpen() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), file);
        assertFails(
                "open \"/no/such\": ENOENT (no such file or directory)",
                () -> posix.open("/no/such", 0));
        assertFails(
                "open \"" + temporary + "\": EISDIR (is a directory)",
                () -> posix.open(temporary.toString(), 0, OpenFlag.WRITE));
        assertFails(
                "open \"" + link + "\": ELOOP (too many levels of symbolic links)",
                () -> posix.open(link.toString(), 0, OpenFlag.NO_FOLLOW));
        assertFails(
                "open \"" + file + "\": EEXIST (file exists)",
                () -> posix.open(file.toString(), 0, OpenFlag.CREATE, OpenFlag.EXCLUSIVE));
    }

    @Test
    void whatIsOpenedHereIsClosedOnExec() throws Exception {
        int file = posix.open("/dev/null", 0);
        int[] pipe = posix.pipe();
        int kept = OwnDescriptors.unused(); // what is redirected to is closed
        posix.redirect(file, kept);
        Path out = temporary.resolve("flags");
        for (int fd : new int[] {file, pipe[0], pipe[1], kept}) {
            Files.writeString(out, fd + ": " + flags(fd) + "\n");
            assertEquals(fd == kept ? 0 : 02000000, flags(fd) & 02000000, Files.readString(out));
            posix.close(fd);
        }
    }

    private static int flags(int fd) throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + fd))) {
            if (line.startsWith("flags:")) {
                return Integer.parseInt(line.substring(6).strip(), 8);
            }
        }
        throw new AssertionError("no flags");
    }

    @Test
    void descriptorsThatAreNotOpenAreErrors() {
        assertFails("close descriptor 9999: EBADF (bad file descriptor)", () -> posix.close(9999));
        assertFails(
                "read descriptor 9999: EBADF (bad file descriptor)",
                () -> posix.read(9999, new byte[1]));
        assertFails(
                "dup3 9999, 9998: EBADF (bad file descriptor)", () -> posix.redirect(9999, 9998));
        assertFails("dup3 0, 0: EINVAL (invalid argument)", () -> posix.redirect(0, 0));
    }

    @Test
    void readingADirectoryIsAnError() throws Exception {
        int fd = posix.open("/", 0);
        assertFails(
                "read descriptor " + fd + ": EISDIR (is a directory)",
                () -> posix.read(fd, new byte[1]));
        posix.close(fd);
    }

    @Test
    void limitsAreReadAndSet() throws Exception {
        Limits before = posix.limit(Resource.NPROC);
        posix.setLimit(Resource.NPROC, new Limits(before.soft() - 1, before.hard()));
        assertEquals(before.soft() - 1, posix.limit(Resource.NPROC).soft());
        posix.setLimit(Resource.NPROC, before);
        assertEquals(before, posix.limit(Resource.NPROC));
    }

    @Test
    void aLimitBeyondTheKernelsIsAnError() {
        long much = 1L << 53;
        assertFails(
                "prlimit64 NOFILE 9007199254740992: EPERM (operation not permitted)",
                () -> posix.setLimit(Resource.NOFILE, new Limits(much, much)));
    }

    @Test
    void noLimitIsTheGreatest() {
        assertEquals(new Limits(5, Limits.INFINITY), Limits.ofKernel(5, -1));
        assertEquals(-1, Limits.toKernel(Limits.INFINITY));
        assertThrows(IllegalArgumentException.class, () -> new Limits(6, 5));
        assertThrows(IllegalArgumentException.class, () -> new Limits(-1, 5));
    }

    @Test
    void descriptorsCanRunOut() throws Exception {
        FileWatch.open(posix).close(); // its class cannot be loaded without a descriptor
        Epoll.open(1).close();
        posix.close(UnixSocket.open());
        Limits before = posix.limit(Resource.NOFILE);
        posix.setLimit(Resource.NOFILE, new Limits(3, before.hard()));
        try {
            assertFails("pipe2 O_CLOEXEC: EMFILE (too many open files)", posix::pipe);
            assertFails("open \"/\": EMFILE (too many open files)", () -> posix.open("/", 0));
            assertFails(
                    "inotify_init1 IN_CLOEXEC: EMFILE (too many open files)",
                    () -> FileWatch.open(posix));
            assertFails(
                    "epoll_create1 EPOLL_CLOEXEC: EMFILE (too many open files)",
                    () -> Epoll.open(1));
            assertFails("socket AF_UNIX: EMFILE (too many open files)", UnixSocket::open);
        } finally {
            posix.setLimit(Resource.NOFILE, before);
        }
    }

    @Test
    void errnoBelongsToTheCallWhateverOtherThreadsDo() throws Exception {
        Thread[] threads = new Thread[4];
        int[] wrong = new int[1];
        for (int i = 0; i < threads.length; i++) {
            boolean files = i % 2 == 0;
            threads[i] =
                    new Thread(() -> {
                        for (int n = 0; n < 5_000; n++) {
                            if (!errno(files).equals(files ? Errno.ENOENT : Errno.ESRCH)) {
                                wrong[0]++;
                            }
                        }
                    });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join(20_000);
        }
        assertEquals(0, wrong[0]);
    }

    private Errno errno(boolean files) {
        try {
            if (files) {
                posix.open("/no/such", 0);
            } else {
                posix.kill(NOBODY, Signal.TERM);
            }
            return new Errno(0);
        } catch (ErrnoException e) {
            return e.errno();
        }
    }

    @Test
    void codeIsNeverWritableAndExecutable() throws Exception {
        Spawning.spawner();
        for (String mapping : Files.readAllLines(Path.of("/proc/self/maps"))) {
            boolean ours = !mapping.contains("[") && mapping.contains(" r-xp 00000000 00:00 0");
            assertTrue(!ours || !mapping.contains("rwx"), mapping);
        }
    }
}
