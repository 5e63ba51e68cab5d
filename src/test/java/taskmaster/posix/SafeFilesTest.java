package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is opened where others may have put something first, and what is not. */
class SafeFilesTest {

    private static final String WHERE = " in a directory that others may write to";

    private final SafeFiles files = new SafeFiles(Spawning.POSIX);

    @TempDir Path temporary;
    private Path open;
    private Path victim;

    @BeforeEach
    void makeADirectoryOfEverybodys() throws Exception {
        temporary = temporary.toRealPath();
        open = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        victim = Files.writeString(temporary.resolve("victim"), "precious");
    }

    private void append(Path file, String text) throws IOException {
        try (FileChannel channel = files.openForAppending(file)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** A log's refusal also says what to do: it is shown as it is. */
    private void assertLogRefused(String why, Path file) throws IOException {
        assertRefused(why + "; remove it, or name another one", () -> append(file, "!"));
    }

    private interface Opening {
        void run() throws IOException;
    }

    private void assertRefused(String why, Opening opening) throws IOException {
        IOException e = assertThrows(SafeFiles.UnsafeFileException.class, () -> opening.run());
        assertEquals(why, e.getMessage());
        assertEquals("precious", Files.readString(victim));
    }

    @Test
    void createsAndAppends() throws Exception {
        for (Path file : List.of(temporary.resolve("log"), open.resolve("log"))) {
            append(file, "one ");
            append(file, "two");
            assertEquals("one two", Files.readString(file));
        }
    }

    @Test
    void aNameWithoutADirectoryIsWhereWeAre() throws Exception {
        Path file = Path.of("safe-files-" + ProcessHandle.current().pid());
        try (FileChannel channel = files.openOwn(file, 0600).channel()) {
            assertTrue(channel.isOpen());
            append(file, "here");
            assertEquals("here", Files.readString(file.toAbsolutePath()));
            assertTrue(files.isStill(file, files.statusOf(file)));
            files.remove(file, files.statusOf(file));
            assertFalse(Files.exists(file));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void followsLinksThatNobodyElseCanMake() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), victim);
        append(link, "!");
        assertEquals("precious!", Files.readString(victim));
    }

    @Test
    void refusesALinkInTheNameOrBeforeIt() throws Exception {
        Path link = Files.createSymbolicLink(open.resolve("link"), victim);
        Path dangling =
                Files.createSymbolicLink(open.resolve("dangling"), temporary.resolve("made"));
        Files.createSymbolicLink(open.resolve("d"), temporary);
        Path through = open.resolve("d/victim");
        for (Path path : List.of(link, dangling)) {
            String why = "it is a symbolic link" + WHERE;
            assertLogRefused(why, path);
            assertRefused(why, () -> files.openExisting(path, StandardOpenOption.WRITE));
            assertRefused(why, () -> files.statusOf(path));
            assertRefused("a symbolic link leads to it" + WHERE, () -> files.openOwn(path, 0644));
        }
        String why = "a symbolic link leads to it" + WHERE;
        assertLogRefused(why, through);
        assertLogRefused(why, open.resolve("d/made"));
        assertRefused(why, () -> files.openExisting(through, StandardOpenOption.READ));
        assertRefused(why, () -> files.openOwn(through, 0644));
        assertFalse(Files.exists(temporary.resolve("made"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void refusesASecondNameOfAFile() throws Exception {
        Path link = Files.createLink(open.resolve("link"), victim);
        String why = "it has 2 names (hard links)" + WHERE;
        assertLogRefused(why, link);
        assertRefused(why, () -> files.openExisting(link, StandardOpenOption.READ));
        assertRefused(why, () -> files.openOwn(link, 0644));
    }

    @Test
    void refusesWhatIsNoFileWithoutTouchingIt() throws Exception {
        Path fifo = open.resolve("fifo");
        Commands.output(List.of("mkfifo", fifo.toString()));
        // None of these waits for a reader or a writer.
        String why = "it is not a regular file";
        assertLogRefused(why, fifo);
        assertRefused(why, () -> files.openExisting(fifo, StandardOpenOption.READ));
        assertRefused(why, () -> files.openOwn(fifo, 0644));
        Path directory = Files.createDirectory(open.resolve("directory"));
        assertLogRefused(why, directory);
        assertRefused(why, () -> files.openExisting(Path.of("/dev/null"), StandardOpenOption.READ));
        // Where only we decide, a log may be of any kind.
        append(Path.of("/dev/null"), "!");
    }

    @Test
    void refusesFilesOfOthersForWhatIsOurs() throws Exception {
        Commands.needsRoot();
        Path theirs = Files.writeString(open.resolve("theirs"), "theirs");
        Files.setAttribute(theirs, "unix:uid", 65_534);
        String why = "it belongs to uid 65534" + WHERE;
        assertLogRefused(why, theirs);
        assertRefused(why, () -> files.openOwn(theirs, 0644));
        // A program's own log can be read and emptied.
        try (FileChannel channel = files.openExisting(theirs, StandardOpenOption.WRITE).channel()) {
            channel.truncate(0);
        }
        assertEquals("", Files.readString(theirs));
    }

    @Test
    void knowsAndRemovesOnlyItsOwn() throws Exception {
        Path file = open.resolve("sub").resolve("pid");
        Files.createDirectory(file.getParent());
        SafeFiles.Opened opened = files.openOwn(file, 0644);
        opened.channel().close();
        assertTrue(files.isStill(file, opened.status()));
        // Another file takes the name: by itself, or with its directory.
        Files.move(file, open.resolve("moved"));
        assertFalse(files.isStill(file, opened.status()));
        Files.writeString(file, "theirs");
        files.remove(file, opened.status());
        assertEquals("theirs", Files.readString(file));
        Files.move(file.getParent(), open.resolve("away"));
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Files.createLink(elsewhere.resolve("pid"), open.resolve("moved"));
        Files.createSymbolicLink(file.getParent(), elsewhere);
        files.remove(file, opened.status());
        assertTrue(Files.exists(elsewhere.resolve("pid")));
        Path found = open.resolve("moved");
        files.remove(found, opened.status());
        assertFalse(Files.exists(found));
    }

    @Test
    void createsWhereALinkOfOursPoints() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("link"), Path.of("made"));
        append(link, "x");
        assertEquals("x", Files.readString(temporary.resolve("made")));
    }

    @Test
    void saysWhatTheKernelSays() throws Exception {
        IOException missing =
                assertThrows(
                        IOException.class,
                        () -> files.openForAppending(temporary.resolve("no/log")));
        assertEquals("ENOENT (no such file or directory)", missing.getMessage());
        assertThrows(
                IOException.class,
                () -> files.openExisting(open.resolve("none"), StandardOpenOption.READ));
    }
}
