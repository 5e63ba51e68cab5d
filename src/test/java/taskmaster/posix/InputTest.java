package taskmaster.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a child reads: nothing, a file, a pipe of ours. */
@Timeout(180)
class InputTest {

    @TempDir Path directory;

    private Spawner spawner;

    @BeforeEach
    void makeSpawner() throws ErrnoException {
        spawner = Spawning.spawner();
    }

    private Path out() {
        return directory.resolve("out");
    }

    @Test
    void readsAFile() throws Exception {
        Path in = Files.writeString(directory.resolve("in"), "from a file\n");
        Spawning.run(
                spawner,
                Spawning.plan("/bin/cat").stdin(new InputPlan.Read(in.toString())).stdout(out()));
        assertEquals("from a file\n", Files.readString(out()));
    }

    @Test
    void saysWhichFileCannotBeRead() throws Exception {
        Path missing = directory.resolve("missing");
        assertEquals(
                "cannot open stdin \"" + missing + "\": ENOENT (no such file or directory)",
                Spawning.failure(
                        spawner,
                        Spawning.plan("/bin/cat").stdin(new InputPlan.Read(missing.toString()))));
    }

    @Test
    void opensTheFileAsTheUser() throws Exception {
        if (Spawning.POSIX.effectiveUid() != 0) {
            return; // nobody else can become another user
        }
        Path secret = Files.writeString(directory.resolve("secret"), "secret\n");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        User nobody = new User("nobody", 65534, 65534, List.of(65534));
        assertEquals(
                "cannot open stdin \"" + secret + "\": EACCES (permission denied)",
                Spawning.failure(
                        spawner,
                        Spawning.plan("/bin/cat")
                                .user(nobody)
                                .stdin(new InputPlan.Read(secret.toString()))));
    }

    @Test
    void readsWhatIsWrittenToItsPipeUntilThatIsClosed() throws Exception {
        InputPipe pipe = InputPipe.open(Spawning.POSIX);
        Child child =
                spawner.spawn(Spawning.plan("/bin/cat").stdin(pipe.plan()).stdout(out()).build());
        pipe.closeReadEnd();
        assertEquals(4, pipe.write("one\n".getBytes(UTF_8)));
        assertEquals(4, pipe.write("two\n".getBytes(UTF_8)));
        pipe.close();
        assertEquals(new WaitStatus.Exited(0), Spawning.end(child.pid()));
        assertEquals("one\ntwo\n", Files.readString(out()));
    }

    @Test
    void takesAllOrNothing() throws Exception {
        InputPipe pipe = InputPipe.open(Spawning.POSIX);
        try {
            byte[] most = new byte[65536];
            assertEquals(most.length, pipe.write(most), "an empty pipe has room");
            assertEquals(most.length, pipe.waiting());
            assertEquals(0, pipe.write(new byte[1]));
            assertEquals(0, pipe.write(most));
            assertEquals(most.length, pipe.waiting());
        } finally {
            pipe.closeReadEnd();
            pipe.close();
        }
    }

    @Test
    void takesMuchOnlyWhenAllIsRead() throws Exception {
        InputPipe pipe = InputPipe.open(Spawning.POSIX);
        try {
            assertEquals(1, pipe.write(new byte[1]));
            assertEquals(0, pipe.write(new byte[InputPipe.ATOMIC_BYTES + 1]));
            int total = 1;
            byte[] some = new byte[InputPipe.ATOMIC_BYTES];
            Arrays.fill(some, (byte) 'x');
            while (pipe.write(some) == some.length) {
                total += some.length;
            }
            assertEquals(total, pipe.waiting(), "what does not fit leaves nothing behind");
            assertTrue(total > 10 * some.length);
        } finally {
            pipe.closeReadEnd();
            pipe.close();
        }
    }

    @Test
    void saysThatNobodyCanReadIt() throws Exception {
        InputPipe pipe = InputPipe.open(Spawning.POSIX);
        pipe.closeReadEnd();
        var failure = assertThrows(ErrnoException.class, () -> pipe.write(new byte[] {1}));
        assertEquals(Errno.EPIPE, failure.errno());
        pipe.close();
    }
}
