package taskmaster.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClearTest extends LogTestCase {

    @Test
    void emptiesAFileAndKeepsInodeOwnerAndMode() throws Exception {
        Path file = append(dir.resolve("log"), "one\n");
        Files.setAttribute(file, "unix:mode", 0600);
        Files.setAttribute(file, "unix:uid", 65_534);
        Map<String, Object> before = Files.readAttributes(file, "unix:ino,uid,mode");
        assertEquals(List.of(), clear(file));
        assertEquals(0, Files.size(file));
        assertEquals(before, Files.readAttributes(file, "unix:ino,uid,mode"));
    }

    @Test
    void leavesItsWriterAtTheNewBeginning() throws Exception {
        Path file = dir.resolve("log");
        try (FileOutputStream writer = new FileOutputStream(file.toFile(), true)) {
            writer.write("one\n".getBytes(UTF_8));
            clear(file);
            writer.write("two\n".getBytes(UTF_8));
        }
        assertEquals("two\n", Files.readString(file));
    }

    @Test
    void passesOverWhatIsMissingOrNoFile() throws Exception {
        Path fifo = dir.resolve("fifo");
        makeFifo(fifo);
        Path file = append(dir.resolve("log"), "one\n");
        assertEquals(
                List.of(),
                clear(dir.resolve("no"), Path.of("/dev/null"), Path.of("/dev/full"), fifo, file));
        assertEquals(0, Files.size(file));
    }

    @Test
    void emptiesNoFileThroughALinkWhereOthersMayWrite() throws Exception {
        Path precious = append(dir.resolve("precious"), "precious");
        Path shared = shared();
        Path symbolic = Files.createSymbolicLink(shared.resolve("symbolic"), precious);
        Path hard = Files.createLink(shared.resolve("hard"), precious);
        List<LogReader.Failure> failures = clear(symbolic, hard);
        assertEquals(
                new LogReader.Failure(
                        symbolic,
                        "refused",
                        "cannot clear log \""
                                + symbolic
                                + "\": it is a symbolic link in a directory that others may write"
                                + " to"),
                failures.get(0));
        assertEquals("refused", failures.get(1).code());
        assertEquals("precious", Files.readString(precious));
    }

    @Test
    void tellsFollowersEvenWhenTheFileHasGrownAgainAtOnce() throws Exception {
        Path file = append(dir.resolve("log"), "one\n");
        RecordingSink sink = follow(file).awaitText("one\n");
        // On the reader's own thread: it cannot look at the file before it is longer than it was.
        reader.clear(
                List.of(file),
                failures -> {
                    try {
                        append(file, "two and more\n");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        sink.awaitText("one\n<truncated>two and more\n");
    }

    @Test
    void sendsFollowersWhatTheyHadNotSeen() throws Exception {
        Path file = append(dir.resolve("log"), "one\n");
        RecordingSink sink = follow(file).awaitText("one\n");
        append(file, "two\n");
        clear(file);
        sink.awaitText("one\ntwo\n<truncated>");
    }
}
