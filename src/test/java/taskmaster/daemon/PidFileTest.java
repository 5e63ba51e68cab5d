package taskmaster.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.posix.Posix;
import taskmaster.posix.SafeFiles;

/** Whose pid file is used. */
class PidFileTest {

    private final SafeFiles files = new SafeFiles(Posix.open());

    @TempDir Path directory;

    private String refusal(Path path) {
        return assertThrows(StartFailure.class, () -> PidFile.acquire(path, files)).getMessage();
    }

    @Test
    void isWrittenAndRemoved() throws Exception {
        Path path = Files.writeString(directory.resolve("pid"), "a longer line of a crashed one\n");
        try (PidFile pid = PidFile.acquire(path, files)) {
            pid.write(4711);
            assertEquals("4711\n", Files.readString(path));
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void isForNobodyElseToLock() throws Exception {
        Path path = directory.resolve("pid");
        try (PidFile pid = PidFile.acquire(path, files)) {
            pid.write(4711);
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Test
    void leavesAFileThatTookItsName() throws Exception {
        Path path = directory.resolve("pid");
        PidFile pid = PidFile.acquire(path, files);
        pid.write(4711);
        Files.delete(path);
        Files.writeString(path, "another's");
        pid.close();
        assertEquals("another's", Files.readString(path));
    }

    @Test
    void isNeitherALinkNorADirectory() throws Exception {
        Path target = Files.writeString(directory.resolve("target"), "precious");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        Path hard = Files.createLink(directory.resolve("hard"), target);
        String remedy = "; remove it, or give another pidfile";
        assertEquals(
                "cannot use the pid file \"" + link + "\": a symbolic link leads to it" + remedy,
                refusal(link));
        assertEquals(
                "cannot use the pid file \"" + hard + "\": it has 2 names (hard links)" + remedy,
                refusal(hard));
        assertTrue(refusal(directory).startsWith("cannot open the pid file"), refusal(directory));
        assertEquals("precious", Files.readString(target));
        Path through = Files.createSymbolicLink(directory.resolve("through"), directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path file = through.resolve("pid");
        assertTrue(
                refusal(file).contains("\": a symbolic link leads to it in a directory"),
                refusal(file));
        assertFalse(Files.exists(file, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void saysThatItsDirectoryIsMissing() {
        assertTrue(refusal(directory.resolve("none/pid")).endsWith("the directory does not exist"));
    }
}
