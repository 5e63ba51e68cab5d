package taskmaster.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages and exit codes are those of bash 5.2, in which each of these was tried. */
class JobCommandTest {

    @TempDir Path directory;

    private String file(String name, String mode, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file.toString();
    }

    private static String run(String... command) {
        JobTable none = JobTable.of(List.of(), List.of());
        Outcome outcome = JobCommand.run(List.of(command), none, true);
        return outcome.exit() + "|" + outcome.err();
    }

    @Test
    void theExitCodeIsThatOfTheCommand() {
        assertEquals("7|", run("sh", "-c", "exit 7"));
        assertEquals("137|", run("sh", "-c", "kill -KILL $$"));
    }

    @Test
    void aCommandThatIsNotInThePathIsNotFound() {
        assertEquals("127|jobs -x: no-such: command not found\n", run("no-such"));
        assertEquals("127|jobs -x: : command not found\n", run(""));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        String file = directory.resolve("no-such").toString();
        assertEquals("127|jobs -x: " + file + ": No such file or directory\n", run(file));
    }

    @Test
    void whatMayNotBeExecutedIsThereAllTheSame() throws IOException {
        String file = file("data", "rw-r--r--", "#!/bin/sh\n");
        assertEquals("126|jobs -x: " + file + ": Permission denied\n", run(file));
        assertEquals("126|jobs -x: " + directory + ": Is a directory\n", run(directory.toString()));
    }

    @Test
    void aScriptWithoutItsInterpreterIsNotTakenForMissing() throws IOException {
        String file = file("script", "rwxr-xr-x", "#!/no/such/interpreter\n");
        assertEquals(
                "127|jobs -x: " + file + ": cannot execute: required file not found\n", run(file));
    }

    @Test
    void noArgumentHasANul() {
        assertEquals("126|jobs -x: ls: a NUL in an argument\n", run("ls", "a\0b"));
    }

    @Test
    void whatMayNotBeExecutedIsFoundInThePath() throws IOException {
        String file = file("data", "rw-r--r--", "#!/bin/sh\n");
        Outcome refused = JobCommand.refusal("data", "/no/such:" + directory);
        assertEquals("jobs -x: " + file + ": Permission denied\n", refused.err());
        assertEquals(126, refused.exit());
    }
}
