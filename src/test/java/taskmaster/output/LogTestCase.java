package taskmaster.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.posix.Posix;

/** A reader, a directory, and the small things that its tests do to files. */
@Timeout(180)
abstract class LogTestCase {

    @TempDir Path dir;

    private final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
    final LogReader reader = new LogReader(Posix.open(), (what, bug) -> bugs.add(bug));

    @AfterEach
    void closeReader() {
        reader.close();
        assertEquals(List.of(), bugs);
    }

    static Path append(Path file, String text) throws IOException {
        return Files.writeString(
                file, text, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    RecordingSink follow(Path file) {
        RecordingSink sink = new RecordingSink();
        reader.follow(file, Past.ofBytes(1000), sink);
        return sink;
    }

    /** What a tail gives, which must end well. */
    String tail(Path file, Past past) {
        RecordingSink sink = new RecordingSink();
        reader.tail(file, past, sink);
        assertEquals("end", sink.awaitOver());
        return sink.text();
    }

    String tailError(Path file) {
        RecordingSink sink = new RecordingSink();
        reader.tail(file, Past.ofBytes(10), sink);
        return sink.awaitOver();
    }

    List<LogReader.Failure> clear(Path... files) throws Exception {
        CompletableFuture<List<LogReader.Failure>> done = new CompletableFuture<>();
        reader.clear(List.of(files), done::complete);
        return done.get(60, TimeUnit.SECONDS);
    }

    /** When it returns the reader has seen all that was asked, and all that closed, before. */
    void settle() throws Exception {
        clear();
        clear();
    }

    /** A directory as /tmp is, but without the sticky bit. */
    Path shared() throws IOException {
        Path shared = Files.createDirectory(dir.resolve("shared"));
        return Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    static void makeFifo(Path fifo) throws Exception {
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    }
}
