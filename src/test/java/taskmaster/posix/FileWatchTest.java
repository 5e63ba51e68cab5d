package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {

    private final Posix posix = Posix.open();

    @TempDir Path temporary;

    private Path file;

    @BeforeEach
    void createFile() throws Exception {
        file = Files.createFile(temporary.resolve("log ü"));
    }

    @Test
    void sees() throws Exception {
        try (FileWatch watch = FileWatch.open(posix)) {
            int all =
                    FileWatch.MODIFY
                            | FileWatch.ATTRIB
                            | FileWatch.MOVE_SELF
                            | FileWatch.DELETE_SELF;
            int number = watch.add(file.toString(), all);
            assertEquals(number, watch.add(file.toString(), all));
            Files.writeString(file, "x");
            assertEquals(List.of(new FileWatch.Event(number, FileWatch.MODIFY)), watch.read());
            Path moved = Files.move(file, temporary.resolve("moved"));
            assertEquals(List.of(new FileWatch.Event(number, FileWatch.MOVE_SELF)), watch.read());
            Files.delete(moved);
            assertEquals(
                    List.of(
                            new FileWatch.Event(number, FileWatch.ATTRIB),
                            new FileWatch.Event(number, FileWatch.DELETE_SELF),
                            new FileWatch.Event(number, FileWatch.IGNORED)),
                    watch.read());
        }
    }

    @Test
    void aWatchEnds() throws Exception {
        try (FileWatch watch = FileWatch.open(posix)) {
            int number = watch.add(file.toString(), FileWatch.MODIFY);
            watch.remove(number);
            watch.remove(number);
            Files.writeString(file, "x");
            assertEquals(List.of(new FileWatch.Event(number, FileWatch.IGNORED)), watch.read());
        }
    }

    @Test
    void manyFilesAreTold() throws Exception {
        try (FileWatch watch = FileWatch.open(posix)) {
            Path other = Files.createFile(temporary.resolve("other"));
            int first = watch.add(file.toString(), FileWatch.MODIFY);
            int second = watch.add(other.toString(), FileWatch.MODIFY);
            Files.writeString(other, "x");
            Files.writeString(file, "x");
            assertEquals(
                    List.of(
                            new FileWatch.Event(second, FileWatch.MODIFY),
                            new FileWatch.Event(first, FileWatch.MODIFY)),
                    watch.read());
        }
    }

    @Test
    void refusesWhatCannotBeWatched() throws Exception {
        try (FileWatch watch = FileWatch.open(posix)) {
            ErrnoException missing =
                    assertThrows(
                            ErrnoException.class, () -> watch.add("/no/such", FileWatch.MODIFY));
            assertEquals(
                    "inotify_add_watch \"/no/such\": ENOENT (no such file or directory)",
                    missing.getMessage());
            assertThrows(IllegalArgumentException.class, () -> watch.add("/", 0));
            assertThrows(IllegalArgumentException.class, () -> watch.add("/", FileWatch.OVERFLOW));
        }
    }

    @Test
    void closingEndsAWaitingReader() throws Exception {
        FileWatch watch = FileWatch.open(posix);
        watch.add(file.toString(), FileWatch.MODIFY);
        CompletableFuture<Errno> reader =
                CompletableFuture.supplyAsync(
                        () -> assertThrows(ErrnoException.class, watch::read).errno());
        watch.close();
        assertEquals(Errno.EBADF, reader.get(60, TimeUnit.SECONDS));
        assertThrows(ErrnoException.class, () -> watch.add("/", FileWatch.MODIFY));
        assertThrows(ErrnoException.class, () -> watch.remove(1));
    }

    @Test
    void closingGivesTheDescriptorsBack() throws Exception {
        FileWatch.open(posix).close();
        OwnDescriptors before = OwnDescriptors.now();
        for (int i = 0; i < 20; i++) {
            FileWatch watch = FileWatch.open(posix);
            watch.close();
            watch.close();
        }
        before.assertNotOneMoreForEachOf(20);
    }
}
