package taskmaster.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TailTest extends LogTestCase {

    private Path file(String text) throws Exception {
        return Files.writeString(dir.resolve("log"), text);
    }

    @Test
    void sendsTheLastBytes() throws Exception {
        Path file = file("one\ntwo\nthree\n");
        assertEquals("three\n", tail(file, Past.ofBytes(6)));
        assertEquals("one\ntwo\nthree\n", tail(file, Past.ofBytes(14)));
        assertEquals("one\ntwo\nthree\n", tail(file, Past.ofBytes(Long.MAX_VALUE)));
        assertEquals("", tail(file, Past.ofBytes(0)));
    }

    @Test
    void sendsTheLastLines() throws Exception {
        Path file = file("one\ntwo\r\n\nfour\n");
        assertEquals("four\n", tail(file, Past.ofLines(1)));
        assertEquals("\nfour\n", tail(file, Past.ofLines(2)));
        assertEquals("two\r\n\nfour\n", tail(file, Past.ofLines(3)));
        assertEquals("one\ntwo\r\n\nfour\n", tail(file, Past.ofLines(4)));
        assertEquals("one\ntwo\r\n\nfour\n", tail(file, Past.ofLines(Long.MAX_VALUE)));
        assertEquals("", tail(file, Past.ofLines(0)));
    }

    @Test
    void countsALastLineWithoutNewline() throws Exception {
        Path file = file("one\ntwo\nthr");
        assertEquals("thr", tail(file, Past.ofLines(1)));
        assertEquals("two\nthr", tail(file, Past.ofLines(2)));
    }

    @Test
    void sendsNothingOfAnEmptyFile() throws Exception {
        Path file = file("");
        assertEquals("", tail(file, Past.ofBytes(10)));
        assertEquals("", tail(file, Past.ofLines(10)));
    }

    @Test
    void doesNotBeginInsideACharacter() throws Exception {
        Path file = file("aé😀b");
        assertEquals("b", tail(file, Past.ofBytes(4)));
        assertEquals("😀b", tail(file, Past.ofBytes(5)));
        assertEquals("😀b", tail(file, Past.ofBytes(6)));
        assertEquals("é😀b", tail(file, Past.ofBytes(7)));
    }

    @Test
    void sendsBytesThatAreNotTextAsTheyAre() throws Exception {
        byte[] bytes = new byte[200_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        RecordingSink sink = new RecordingSink();
        reader.tail(Files.write(dir.resolve("log"), bytes), Past.ofBytes(1_000_000), sink);
        assertEquals("end", sink.awaitOver());
        assertArrayEquals(bytes, sink.bytes());
        assertTrue(sink.longestChunk() <= Follower.CHUNK_BYTES);
    }

    @Test
    void cutsNoCharacterAtTheEndOfAChunk() throws Exception {
        Path file = file("a" + "😀".repeat(50_000));
        List<String> chunks = new ArrayList<>();
        RecordingSink sink = new RecordingSink();
        reader.tail(
                file,
                Past.ofBytes(1_000_000),
                new DelegatingSink(sink) {
                    @Override
                    public void data(byte[] bytes, int length) {
                        chunks.add(new String(bytes, 0, length, UTF_8));
                        super.data(bytes, length);
                    }
                });
        sink.awaitOver();
        assertTrue(chunks.size() > 1);
        for (String chunk : chunks) {
            assertFalse(chunk.contains("\ufffd"), "a character is cut");
        }
    }

    @Test
    void findsTheLastLinesOfAHugeFileAtOnce() throws Exception {
        Path file = dir.resolve("log");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(10L << 30);
            sparse.seek(10L << 30);
            sparse.write("\none\ntwo\n".getBytes(UTF_8));
        }
        assertEquals("one\ntwo\n", tail(file, Past.ofLines(2)));
        assertEquals("two\n", tail(file, Past.ofBytes(4)));
        assertEquals("one\ntwo\n", tail(file, Past.ofLines(1000)), "whole lines only");
    }

    @Test
    void boundsALongLine() throws Exception {
        byte[] line = new byte[3 * Past.MAX_BYTES];
        Arrays.fill(line, (byte) 'x');
        Path file = Files.write(dir.resolve("log"), line);
        assertEquals(Past.MAX_BYTES, tail(file, Past.ofLines(1)).length());
        assertEquals(Past.MAX_BYTES, tail(file, Past.ofBytes(line.length)).length());
    }

    @Test
    void sendsALineThatBeginsExactlyAtTheBound() throws Exception {
        String line = "y".repeat(Past.MAX_BYTES - 1) + "\n";
        Path file = file("x\n" + line);
        assertEquals(line, tail(file, Past.ofLines(5)));
    }

    @Test
    void stopsReadingForASinkThatCloses() throws Exception {
        Path file = Files.write(dir.resolve("log"), new byte[Past.MAX_BYTES]);
        RecordingSink sink = RecordingSink.closingAfter(2);
        reader.tail(file, Past.ofBytes(Past.MAX_BYTES), sink);
        settle();
        assertEquals(2, sink.chunks());
    }

    @Test
    void saysWhatItCannotRead() throws Exception {
        Path missing = dir.resolve("no");
        assertEquals(
                "no_such_file: cannot read log \""
                        + missing
                        + "\": ENOENT (no such file or directory)",
                tailError(missing));
        Path fifo = dir.resolve("fifo");
        makeFifo(fifo);
        assertEquals(
                "not_regular: cannot read log \"" + fifo + "\": it is not a regular file",
                tailError(fifo));
        Path device = Path.of("/dev/null");
        assertEquals(
                "not_regular: cannot read log \"/dev/null\": it is not a regular file",
                tailError(device));
        assertTrue(tailError(dir).startsWith("not_regular: "));
    }

    @Test
    void followsNoLinkWhereOthersMayWrite() throws Exception {
        Path secret = file("secret");
        Path shared = shared();
        Path symbolic = Files.createSymbolicLink(shared.resolve("symbolic"), secret);
        Path hard = Files.createLink(shared.resolve("hard"), secret);
        assertEquals(
                "refused: cannot read log \""
                        + symbolic
                        + "\": it is a symbolic link in a directory that others may write to",
                tailError(symbolic));
        assertEquals(
                "refused: cannot read log \""
                        + hard
                        + "\": it has 2 names (hard links) in a directory that others may write"
                        + " to",
                tailError(hard));
    }

    @Test
    void followsNoLinkInADirectoryOfAProgramsUser() throws Exception {
        Path home = Files.createDirectory(dir.resolve("home"));
        Files.setAttribute(home, "unix:uid", 65_534);
        Path link = Files.createSymbolicLink(home.resolve("log"), file("secret"));
        assertTrue(tailError(link).startsWith("refused: "));
    }

    @Test
    void readsAnothersFileWhereOthersMayWrite() throws Exception {
        Path file = Files.writeString(shared().resolve("log"), "text");
        Files.setAttribute(file, "unix:uid", 65_534);
        assertEquals("text", tail(file, Past.ofBytes(10)));
    }

    @Test
    void followsALinkInADirectoryOfOurs() throws Exception {
        Path link = Files.createSymbolicLink(dir.resolve("link"), file("text"));
        assertEquals("text", tail(link, Past.ofBytes(10)));
    }

    @Test
    void refusesWhatIsTooMuchToWait() throws Exception {
        Path file = file("text");
        CountDownLatch hung = new CountDownLatch(1);
        CountDownLatch freed = new CountDownLatch(1);
        reader.clear(
                List.of(),
                failures -> {
                    hung.countDown();
                    awaitQuietly(freed);
                });
        hung.await();
        List<RecordingSink> sinks = new ArrayList<>();
        for (int i = 0; i < Inbox.MAX_JOBS + 1; i++) {
            RecordingSink sink = new RecordingSink();
            reader.tail(file, Past.ofBytes(10), sink);
            sinks.add(sink);
        }
        assertTrue(sinks.getLast().awaitOver().startsWith("busy: "));
        assertEquals("busy", clear(file).getFirst().code());
        freed.countDown();
        for (RecordingSink sink : sinks.subList(0, Inbox.MAX_JOBS)) {
            assertEquals("end", sink.awaitOver());
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
