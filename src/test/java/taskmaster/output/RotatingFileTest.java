package taskmaster.output;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileIo;
import taskmaster.posix.Posix;
import taskmaster.posix.TrustedPath;

/** A log on a real disk: what goes in, by pipe or from memory, is in its files. */
final class RotatingFileTest {

    private static final long SECOND = 1_000_000_000L;

    private final Posix posix = Posix.open();
    private final FileIo io;
    private final FileTools tools;
    private long millis;
    private int[] pipe = new int[2];
    private long now;
    private Path log;

    @TempDir private Path directory;

    RotatingFileTest() throws Exception {
        io = FileIo.open();
        tools = new FileTools(posix, io, () -> millis);
    }

    @BeforeEach
    void makePipe() throws Exception {
        pipe = posix.pipe();
        log = directory.resolve("x.log");
    }

    @AfterEach
    void close() throws Exception {
        posix.close(pipe[0]);
        posix.close(pipe[1]);
        io.close();
    }

    private RotatingFile file(long maxBytes, int backups) {
        return new RotatingFile(
                tools, plain(log), RotationRule.bySize(maxBytes, backups), () -> {});
    }

    private void splice(RotatingFile file, String text) throws IOException {
        byte[] bytes = text.getBytes(US_ASCII);
        posix.writeFully(pipe[1], bytes);
        int left = bytes.length;
        while (left > 0) {
            int moved = file.splice(pipe[0], 1 << 20, now);
            assertTrue(moved > 0, "moved " + moved);
            left -= moved;
        }
    }

    private void append(RotatingFile file, String text) throws IOException {
        byte[] bytes = text.getBytes(US_ASCII);
        assertEquals(bytes.length, file.append(bytes, 0, bytes.length, now));
    }

    private String text(String name) throws IOException {
        return Files.readString(directory.resolve(name), US_ASCII);
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void rotatesAtALinesEndAndMovesTheUnfinishedLine() throws Exception {
        RotatingFile file = file(10, 3);
        splice(file, "one\ntwo\nthree\nfour\n");
        assertEquals("four\n", text("x.log"));
        assertEquals("three\n", text("x.log.1"));
        assertEquals("one\ntwo\n", text("x.log.2"));
        assertEquals(List.of("x.log", "x.log.1", "x.log.2"), names());
    }

    @Test
    void rotatesOnlyForTheNextByte() throws Exception {
        RotatingFile file = file(4, 3);
        splice(file, "one\n");
        assertEquals(List.of("x.log"), names());
        splice(file, "t");
        assertEquals("t", text("x.log"));
        assertEquals("one\n", text("x.log.1"));
    }

    @Test
    void aLineLongerThanTheLimitIsCutThere() throws Exception {
        RotatingFile file = file(4, 9);
        append(file, "a\nbbbbbbbbbb\nc\n");
        assertEquals(
                List.of("a\n", "bbbb", "bbbb", "bb\n", "c\n"),
                List.of(
                        text("x.log.4"),
                        text("x.log.3"),
                        text("x.log.2"),
                        text("x.log.1"),
                        text("x.log")));
    }

    @Test
    void theOldestGoesWhenThereAreEnough() throws Exception {
        RotatingFile file = file(2, 2);
        append(file, "1\n2\n3\n4\n5\n");
        assertEquals(List.of("x.log", "x.log.1", "x.log.2"), names());
        assertEquals("3\n4\n5\n", text("x.log.2") + text("x.log.1") + text("x.log"));
        file.change(RotationRule.bySize(2, 0));
        append(file, "6\n");
        assertEquals(List.of("x.log"), names());
        assertEquals("6\n", text("x.log"));
    }

    @Test
    void aCompressedBackupMovesWithTheOthers() throws Exception {
        Files.writeString(directory.resolve("x.log.1.gz"), "compressed");
        RotatingFile file = file(2, 2);
        append(file, "1\n2\n");
        assertEquals("compressed", text("x.log.2.gz"));
        append(file, "3\n");
        assertEquals(List.of("x.log", "x.log.1", "x.log.2"), names());
    }

    @Test
    void withoutALimitNothingIsRotated() throws Exception {
        RotatingFile file = file(0, 2);
        append(file, "1\n".repeat(100_000));
        assertEquals(List.of("x.log"), names());
        assertEquals(200_000, Files.size(log));
    }

    @Test
    void whatIsThereIsAppendedTo() throws Exception {
        Files.writeString(log, "before\n");
        splice(file(100, 2), "after\n");
        assertEquals("before\nafter\n", text("x.log"));
    }

    @Test
    void aFileThatIsTooLargeAlreadyIsRotatedFirst() throws Exception {
        Files.writeString(log, "before before before\nhalf");
        splice(file(10, 2), "\nx\n");
        assertEquals("before before before\n", text("x.log.1"));
        assertEquals("half\nx\n", text("x.log"));
    }

    @Test
    void whoTruncatesFindsTheNextLineAtTheBeginning() throws Exception {
        RotatingFile file = file(100, 2);
        splice(file, "one\n");
        Files.writeString(log, "");
        splice(file, "two\n");
        assertEquals("two\n", text("x.log"));
    }

    @Test
    void whatOthersAppendIsKept() throws Exception {
        RotatingFile file = file(100, 2);
        splice(file, "one\n");
        Files.writeString(log, "one\nother\n");
        splice(file, "two\n");
        assertEquals("one\nother\ntwo\n", text("x.log"));
    }

    @Test
    void aRemovedFileIsMadeAgainAtOnce() throws Exception {
        RotatingFile file = file(100, 2);
        splice(file, "one\n");
        Files.delete(log);
        splice(file, "two\n");
        assertEquals("two\n", text("x.log"));
    }

    @Test
    void aMovedFileIsMadeAgainAfterASecondOrAtAReopen() throws Exception {
        RotatingFile file = file(100, 2);
        splice(file, "one\n");
        Files.move(log, directory.resolve("moved"));
        splice(file, "two\n");
        assertEquals("one\ntwo\n", text("moved"));
        now += SECOND;
        splice(file, "three\n");
        assertEquals("three\n", text("x.log"));
        Files.move(log, directory.resolve("moved again"));
        file.reopen();
        splice(file, "four\n");
        assertEquals("four\n", text("x.log"));
        assertEquals("three\n", text("moved again"));
    }

    @Test
    void aLinkLeadsToTheFileThatIsRotated() throws Exception {
        Path real = Files.createDirectory(directory.resolve("real"));
        Files.createSymbolicLink(log, real.resolve("y.log"));
        append(file(2, 2), "1\n2\n");
        assertEquals("1\n", Files.readString(real.resolve("y.log.1")));
        assertEquals("2\n", text("x.log"));
    }

    @Test
    void whereOthersMayWriteALinkIsRefused() throws Exception {
        Files.createSymbolicLink(log, directory.resolve("elsewhere"));
        RotatingFile file =
                new RotatingFile(tools, guarded(log), RotationRule.bySize(10, 1), () -> {});
        ErrnoException e = assertThrows(ErrnoException.class, () -> append(file, "x"));
        assertEquals(Errno.ELOOP, e.errno());
        assertFalse(Files.exists(directory.resolve("elsewhere")));
    }

    @Test
    void whereOthersMayWriteASecondNameIsRefused() throws Exception {
        Files.writeString(directory.resolve("precious"), "precious");
        Files.createLink(log, directory.resolve("precious"));
        RotatingFile file =
                new RotatingFile(tools, guarded(log), RotationRule.bySize(10, 1), () -> {});
        IOException e = assertThrows(IOException.class, () -> append(file, "x"));
        assertEquals("it has 2 names (hard links)", e.getMessage());
        assertEquals("precious", text("precious"));
    }

    @Test
    void whatIsNoFileIsRefused() throws Exception {
        posix.names().makeFifo(log.toString(), 0600);
        IOException e = assertThrows(IOException.class, () -> append(file(10, 1), "x"));
        assertEquals("it is not a regular file", e.getMessage());
    }

    @Test
    void missingDirectoriesAreMadeOnRequest() throws Exception {
        log = directory.resolve("a/b/x.log");
        ErrnoException e = assertThrows(ErrnoException.class, () -> append(file(10, 1), "x"));
        assertEquals(Errno.ENOENT, e.errno());
        append(
                new RotatingFile(
                        tools,
                        plain(log),
                        new RotationRule(10, 1, Period.ENDLESS, false, 0, true),
                        () -> {}),
                "x");
        assertEquals("x", Files.readString(log));
    }

    /** Each state in which a process can die in a rotation, with "half" after the last line. */
    @Test
    void whatADeadProcessLeftOfARotationIsPutRight() throws Exception {
        Path rotating = directory.resolve("x.log.rotating");
        Files.writeString(log, "line\nhalf");
        Files.writeString(rotating, "ha"); // not all of it written: the log has it all
        Files.writeString(rotating, "half");
        append(file(100, 2), " and half\n");
        assertEquals("line\nhalf and half\n", text("x.log"));
        Files.writeString(log, "line\n"); // cut already
        Files.writeString(rotating, "half");
        append(file(100, 2), " and half\n");
        assertEquals("line\nhalf and half\n", text("x.log"));
        Files.move(log, directory.resolve("x.log.1")); // the name is free already
        Files.writeString(rotating, "half");
        append(file(100, 2), " and half\n");
        assertEquals("half and half\n", text("x.log"));
        assertEquals(List.of("x.log", "x.log.1"), names());
    }

    @Test
    void aRotationThatCannotBeChangesNothing() throws Exception {
        RotatingFile file = file(11, 2);
        append(file, "line\nhalf a");
        Files.createDirectories(directory.resolve("x.log.rotating/x"));
        assertThrows(IOException.class, () -> append(file, "more"));
        assertEquals("line\nhalf a", text("x.log"));
        Files.delete(directory.resolve("x.log.rotating/x"));
        Files.delete(directory.resolve("x.log.rotating"));
        append(file, "\n");
        assertEquals("half a\n", text("x.log"));
    }

    /** 2026-11-22 14:59:59 and on, wherever the test runs. */
    @Test
    void aFileIsRotatedWithTheFirstByteAfterItsHour() throws Exception {
        var before = java.time.LocalDateTime.of(2026, 11, 22, 14, 59, 59);
        millis = before.atZone(java.time.ZoneId.systemDefault()).toInstant().toEpochMilli();
        RotationRule hourly = new RotationRule(100, 5, Period.HOURLY, false, 0, false);
        int[] rotations = new int[1];
        RotatingFile file = new RotatingFile(tools, plain(log), hourly, () -> rotations[0]++);
        append(file, "one\ntw");
        millis += 999;
        append(file, "o\nth");
        assertEquals(List.of("x.log"), names());
        millis++;
        append(file, "ree\n");
        assertEquals("one\ntwo\n", text("x.log.1"));
        assertEquals("three\n", text("x.log"));
        millis += 3_600_000 * 5L;
        append(file, "four\n");
        assertEquals("three\n", text("x.log.1"));
        assertEquals(2, rotations[0]);
    }

    @Test
    void anOldFileIsRotatedWhenTheDaemonComesBack() throws Exception {
        Files.writeString(log, "yesterday\n");
        Files.setLastModifiedTime(log, java.nio.file.attribute.FileTime.fromMillis(0));
        millis = 86_400_000L * 365;
        RotationRule daily = new RotationRule(0, 5, Period.DAILY, false, 0, false);
        append(new RotatingFile(tools, plain(log), daily, () -> {}), "today\n");
        assertEquals("yesterday\n", text("x.log.1"));
        assertEquals("today\n", text("x.log"));
    }

    @Test
    void saysWhetherALineHasEnded() throws Exception {
        RotatingFile file = file(100, 2);
        assertTrue(file.endsWithLine(now));
        append(file, "x");
        assertFalse(file.endsWithLine(now));
        append(file, "\n");
        assertTrue(file.endsWithLine(now));
    }

    @Test
    void binaryPassesUnharmed() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 1000; i++) {
            all.write(i);
        }
        byte[] bytes = all.toByteArray();
        file(300, 9).append(bytes, 0, bytes.length, now);
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        List<String> names = new ArrayList<>(names().reversed());
        for (String name : names) {
            found.write(Files.readAllBytes(directory.resolve(name)));
            assertTrue(Files.size(directory.resolve(name)) <= 300);
        }
        assertArrayEquals(bytes, found.toByteArray());
    }

    private static TrustedPath plain(Path file) {
        TrustedPath.Guard none = TrustedPath.Guard.NONE;
        return new TrustedPath(file.toString(), none, Optional.empty());
    }

    private static TrustedPath guarded(Path file) {
        TrustedPath.Guard name = TrustedPath.Guard.NAME;
        return new TrustedPath(file.toString(), name, Optional.empty());
    }
}
