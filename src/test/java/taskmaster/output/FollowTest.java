package taskmaster.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class FollowTest extends LogTestCase {

    /** The inotify watches that this process has, as the kernel counts them. */
    private static long inotifyWatches() throws IOException {
        long count = 0;
        try (Stream<Path> infos = Files.list(Path.of("/proc/self/fdinfo"))) {
            for (Path info : infos.toList()) {
                count += inotifyLines(info);
            }
        }
        return count;
    }

    /** The readers of other tests may still be on their way out. */
    private static void awaitNoWatches() throws IOException {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (inotifyWatches() > 0) {
            assertTrue(System.nanoTime() < deadline, "a watch was left");
            Thread.onSpinWait();
        }
    }

    private static long inotifyLines(Path info) throws IOException {
        try {
            return Files.readAllLines(info).stream().filter(l -> l.startsWith("inotify ")).count();
        } catch (IOException e) {
            return 0; // closed since it was listed, or opened
        }
    }

    @Test
    void sendsThePastAndThenThePresent() throws Exception {
        Path file = append(dir.resolve("log"), "one\ntwo\n");
        RecordingSink sink = new RecordingSink();
        reader.follow(file, Past.ofLines(1), sink);
        sink.awaitText("two\n");
        append(file, "three\n");
        sink.awaitText("two\nthree\n");
        append(file, "fo");
        append(file, "ur\n");
        sink.awaitText("two\nthree\nfour\n");
    }

    @Test
    void goesOnFromTheBeginningAfterTruncation() throws Exception {
        Path file = append(dir.resolve("log"), "one\n");
        RecordingSink sink = follow(file).awaitText("one\n");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        sink.awaitText("one\n<truncated>");
        append(file, "two\n");
        sink.awaitText("one\n<truncated>two\n");
    }

    @Test
    void sendsTheRestOfARenamedFileAndThenTheNewOne() throws Exception {
        Path file = append(dir.resolve("log"), "one\n");
        RecordingSink sink = follow(file).awaitText("one\n");
        Files.move(file, dir.resolve("log.1"));
        append(dir.resolve("log.1"), "two\n");
        sink.awaitText("one\ntwo\n");
        append(dir.resolve("log.1"), "three\n");
        append(file, "four\n");
        sink.awaitText("one\ntwo\nthree\nfour\n");
        append(file, "five\n");
        sink.awaitText("one\ntwo\nthree\nfour\nfive\n");
    }

    @Test
    void goesOnWithAFileThatIsRenamedOverTheLog() throws Exception {
        Path file = append(dir.resolve("log"), "one\n");
        RecordingSink sink = follow(file).awaitText("one\n");
        Path other = append(dir.resolve("other"), "two\n");
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        sink.awaitText("one\ntwo\n");
        append(file, "three\n");
        sink.awaitText("one\ntwo\nthree\n");
    }

    @Test
    void goesOnWhenTheFileIsRemovedAndMadeAgain() throws Exception {
        Path file = append(dir.resolve("log"), "one\n");
        RecordingSink sink = follow(file).awaitText("one\n");
        try (FileOutputStream writer = new FileOutputStream(file.toFile(), true)) {
            Files.delete(file);
            writer.write("written to no name\n".getBytes(UTF_8));
            sink.awaitText("one\nwritten to no name\n");
        }
        append(file, "two\n");
        sink.awaitText("one\nwritten to no name\ntwo\n");
    }

    @Test
    void waitsForAFileThatIsNotThereYet() throws Exception {
        Path file = dir.resolve("log");
        RecordingSink sink = follow(file);
        settle();
        append(file, "one\n");
        sink.awaitText("one\n");
        append(file, "two\n");
        sink.awaitText("one\ntwo\n");
    }

    @Test
    void endsWithAnErrorWhenThereIsNoDirectory() throws Exception {
        Path file = dir.resolve("no/log");
        assertTrue(
                follow(file)
                        .awaitOver()
                        .startsWith("no_such_file: cannot follow log \"" + file + "\": "));
    }

    @Test
    void endsWithAnErrorWhenTheDirectoryGoes() throws Exception {
        Path home = Files.createDirectory(dir.resolve("home"));
        RecordingSink sink = follow(append(home.resolve("log"), "one\n")).awaitText("one\n");
        Files.move(home, dir.resolve("moved"));
        assertTrue(sink.awaitOver().startsWith("no_such_file: "));
        settle();
        awaitNoWatches();
    }

    @Test
    void endsWithAnErrorWhenSomethingElseTakesTheName() throws Exception {
        Path file = append(dir.resolve("log"), "one\n");
        RecordingSink sink = follow(file).awaitText("one\n");
        Files.delete(file);
        makeFifo(file);
        assertTrue(sink.awaitOver().startsWith("not_regular: "));
    }

    @Test
    void followsAcrossARotationBehindASymbolicLink() throws Exception {
        Path data = Files.createDirectory(dir.resolve("data"));
        Path target = append(data.resolve("log"), "one\n");
        Path link = Files.createSymbolicLink(dir.resolve("log"), target);
        RecordingSink sink = follow(link).awaitText("one\n");
        Files.move(target, data.resolve("log.1"));
        settle();
        append(target, "two\n");
        sink.awaitText("one\ntwo\n");
    }

    @Test
    void readsNoLinkThatTakesTheNameWhereOthersMayWrite() throws Exception {
        Path secret = append(dir.resolve("secret"), "secret\n");
        Path file = append(shared().resolve("log"), "one\n");
        RecordingSink sink = follow(file).awaitText("one\n");
        Files.delete(file);
        Files.createSymbolicLink(file, secret);
        assertTrue(sink.awaitOver().startsWith("refused: "));
        assertEquals("one\n", sink.text());
    }

    @Test
    void forgetsAFollowerWhoseSinkCloses() throws Exception {
        awaitNoWatches();
        Path file = append(dir.resolve("log"), "one\n");
        RecordingSink first = follow(file).awaitText("one\n");
        RecordingSink second = follow(file).awaitText("one\n");
        settle();
        assertEquals(2, inotifyWatches(), "the file and its directory, once for both");
        first.close();
        settle();
        assertEquals(2, inotifyWatches());
        append(file, "two\n");
        second.awaitText("one\ntwo\n");
        assertEquals("one\n", first.text());
        second.close();
        settle();
        awaitNoWatches();
    }

    @Test
    void readsNotAheadOfASinkThatCloses() throws Exception {
        Path file = Files.write(dir.resolve("log"), new byte[Past.MAX_BYTES]);
        RecordingSink sink = RecordingSink.closingAfter(3);
        reader.follow(file, Past.ofBytes(Past.MAX_BYTES), sink);
        sink.awaitSize(3 * Follower.CHUNK_BYTES);
        settle();
        append(file, "more");
        settle();
        assertEquals(3, sink.chunks());
    }

    @Test
    void boundsTheNumberOfFollowers() throws Exception {
        Path file = append(dir.resolve("log"), "one\n");
        List<RecordingSink> sinks = new ArrayList<>();
        for (int i = 0; i < Followers.MOST; i++) {
            sinks.add(follow(file).awaitText("one\n"));
        }
        assertTrue(follow(file).awaitOver().startsWith("busy: 256 logs"));
        sinks.getFirst().close();
        settle();
        follow(file).awaitText("one\n");
    }

    @Test
    void endsFollowersWhenItIsClosed() throws Exception {
        RecordingSink sink = follow(append(dir.resolve("log"), "one\n")).awaitText("one\n");
        reader.close();
        assertEquals("end", sink.awaitOver());
        assertTrue(tailError(dir.resolve("log")).startsWith("busy: "));
    }

    @Test
    void losesAndRepeatsNothingOfAFastWriter() throws Exception {
        Path file = dir.resolve("log");
        Random random = new Random(4711);
        byte[] block = new byte[100_000];
        random.nextBytes(block);
        CRC32 sent = new CRC32();
        CountingSink sink = new CountingSink();
        long total = 0;
        try (FileOutputStream writer = new FileOutputStream(file.toFile(), true)) {
            for (int i = 0; i < 1500; i++) {
                int from = random.nextInt(block.length);
                int length = random.nextInt(block.length - from);
                writer.write(block, from, length);
                sent.update(block, from, length);
                total += length;
                if (i == 5) {
                    assertTrue(total < Past.MAX_BYTES);
                    reader.follow(file, Past.ofBytes(Past.MAX_BYTES), sink);
                    settle(); // it knows where it begins
                }
            }
        }
        sink.awaitBytes(total);
        assertEquals(sent.getValue(), sink.checksum());
    }

    @Test
    void losesAndRepeatsNothingOverManyRotations() throws Exception {
        Path file = dir.resolve("log");
        RecordingSink sink = follow(file);
        StringBuilder sent = new StringBuilder();
        for (int rotation = 0; rotation < 30; rotation++) {
            try (FileOutputStream writer = new FileOutputStream(file.toFile(), true)) {
                for (int line = 0; line < 100; line++) {
                    String text = rotation + " " + line + "\n";
                    writer.write(text.getBytes(UTF_8));
                    sent.append(text);
                }
                // A file that came and went before the follower looked it cannot know.
                sink.awaitEnding(rotation + " 99\n");
                Files.move(file, dir.resolve("log.1"), StandardCopyOption.REPLACE_EXISTING);
                String late = "late " + rotation + "\n";
                writer.write(late.getBytes(UTF_8));
                sent.append(late);
            }
        }
        sink.awaitText(sent.toString());
    }

    /** Counts instead of keeping. */
    private static final class CountingSink extends DelegatingSink {
        private final CRC32 checksum = new CRC32();
        private long bytes;

        CountingSink() {
            super(new RecordingSink());
        }

        @Override
        public synchronized void data(byte[] more, int length) {
            checksum.update(more, 0, length);
            bytes += length;
            notifyAll();
        }

        synchronized void awaitBytes(long expected) throws InterruptedException {
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (bytes < expected) {
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                assertTrue(millis > 0, "got " + bytes + " of " + expected + " bytes");
                wait(millis);
            }
            assertEquals(expected, bytes);
        }

        synchronized long checksum() {
            return checksum.getValue();
        }
    }
}
