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
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log is its file and the older ones, read as if nobody had ever renamed them. */
class RotationTest extends LogTestCase {

    private Path log() {
        return dir.resolve("log");
    }

    private Path old(int number) {
        return dir.resolve("log." + number);
    }

    private void threeFiles() throws IOException {
        append(old(2), "one\ntwo\n");
        append(old(1), "three\nfour\n");
        append(log(), "five\nsix\n");
    }

    @Test
    void showsLinesOfOlderFiles() throws IOException {
        threeFiles();
        assertEquals("six\n", tail(log(), Past.ofLines(1)));
        assertEquals("five\nsix\n", tail(log(), Past.ofLines(2)));
        assertEquals("four\nfive\nsix\n", tail(log(), Past.ofLines(3)));
        assertEquals("two\nthree\nfour\nfive\nsix\n", tail(log(), Past.ofLines(5)));
        assertEquals("one\ntwo\nthree\nfour\nfive\nsix\n", tail(log(), Past.ofLines(50)));
        assertEquals("", tail(log(), Past.ofLines(0)));
    }

    @Test
    void showsBytesOfOlderFiles() throws IOException {
        threeFiles();
        assertEquals("x\n", tail(log(), Past.ofBytes(2)));
        assertEquals("five\nsix\n", tail(log(), Past.ofBytes(9)));
        assertEquals("\nfive\nsix\n", tail(log(), Past.ofBytes(10)));
        assertEquals("o\nthree\nfour\nfive\nsix\n", tail(log(), Past.ofBytes(22)));
        assertEquals("one\ntwo\nthree\nfour\nfive\nsix\n", tail(log(), Past.ofBytes(1000)));
    }

    @Test
    void showsTheEndOfTheLastFileRightAfterARotation() throws IOException {
        append(old(1), "one\ntwo\n");
        Files.createFile(log());
        assertEquals("two\n", tail(log(), Past.ofLines(1)));
        Files.delete(log());
        assertEquals("two\n", tail(log(), Past.ofLines(1)));
    }

    @Test
    void passesOverTheNumberThatIsFreeWhileFilesMove() throws IOException {
        threeFiles();
        Files.move(old(2), old(3));
        assertEquals("two\nthree\nfour\nfive\nsix\n", tail(log(), Past.ofLines(5)));
        Files.move(old(3), old(4));
        assertEquals("three\nfour\nfive\nsix\n", tail(log(), Past.ofLines(5)));
    }

    private void compressed(int number, byte[] bytes) throws IOException {
        try (var out =
                new GZIPOutputStream(Files.newOutputStream(dir.resolve("log." + number + ".gz")))) {
            out.write(bytes);
        }
    }

    private void compressed(int number, String text) throws IOException {
        compressed(number, text.getBytes(UTF_8));
    }

    @Test
    void goesBackIntoCompressedFiles() throws IOException {
        compressed(3, "one\ntwo\n");
        compressed(2, "three\nfour\n");
        append(old(1), "five\n");
        append(log(), "six\n");
        assertEquals("five\nsix\n", tail(log(), Past.ofLines(2)));
        assertEquals("four\nfive\nsix\n", tail(log(), Past.ofLines(3)));
        assertEquals("two\nthree\nfour\nfive\nsix\n", tail(log(), Past.ofLines(5)));
        assertEquals("one\ntwo\nthree\nfour\nfive\nsix\n", tail(log(), Past.ofLines(50)));
        assertEquals("o\nthree\nfour\nfive\nsix\n", tail(log(), Past.ofBytes(22)));
        Files.delete(log());
        Files.delete(old(1));
        compressed(1, "five\n");
        assertEquals("four\nfive\n", tail(log(), Past.ofLines(2)));
    }

    @Test
    void goesOnFromACompressedFileIntoThePresent() throws Exception {
        compressed(2, "one\ntwo\n");
        compressed(1, "three\nfour\n");
        append(log(), "five\n");
        for (Path shown : List.of(log(), log())) {
            RecordingSink sink = new RecordingSink();
            reader.follow(shown, Past.ofLines(4), sink);
            sink.awaitText("two\nthree\nfour\nfive\n");
        }
        Files.delete(log());
        RecordingSink sink = new RecordingSink();
        reader.follow(List.of(new LogReader.Source(log(), sink)), Past.ofLines(3));
        sink.awaitText("two\nthree\nfour\n");
        append(log(), "six\n");
        sink.awaitText("two\nthree\nfour\nsix\n");
    }

    /** What cannot be shown ends the past, and keeps nothing back that can. */
    @Test
    void aCompressedFileThatIsBrokenOrTooLongEndsThePast() throws IOException {
        compressed(2, "one\n");
        append(dir.resolve("log.1.gz"), "this is not compressed\n");
        append(log(), "two\n");
        assertEquals("two\n", tail(log(), Past.ofLines(5)));
        compressed(1, new byte[(int) CompressedEnd.LONGEST + 1]);
        assertEquals("two\n", tail(log(), Past.ofLines(5)));
        compressed(1, "");
        assertEquals("one\ntwo\n", tail(log(), Past.ofLines(5)));
    }

    @Test
    void ofCompressedFilesAsWellItShowsNoMoreThanItsShare() throws IOException {
        for (int i = 3; i >= 1; i--) {
            compressed(i, new byte[Past.MAX_BYTES / 2]);
        }
        append(log(), "x");
        assertEquals(Past.MAX_BYTES, tail(log(), Past.ofBytes(Long.MAX_VALUE)).length());
        compressed(1, new byte[3 * Past.MAX_BYTES]);
        assertEquals(Past.MAX_BYTES, tail(log(), Past.ofBytes(Long.MAX_VALUE)).length());
    }

    @Test
    void showsNoMoreThanItsShareOfThePast() throws IOException {
        for (int i = 3; i >= 0; i--) {
            Files.write(i == 0 ? log() : old(i), new byte[Past.MAX_BYTES / 3]);
        }
        assertEquals(Past.MAX_BYTES, tail(log(), Past.ofBytes(Long.MAX_VALUE)).length());
        Past share = Past.ofBytes(Long.MAX_VALUE).sharedBy(4);
        assertEquals(Past.MAX_BYTES / 4, tail(log(), share).length());
    }

    @Test
    void goesOnFromAnOlderFileIntoThePresent() throws Exception {
        threeFiles();
        RecordingSink sink = new RecordingSink();
        reader.follow(log(), Past.ofLines(5), sink);
        sink.awaitText("two\nthree\nfour\nfive\nsix\n");
        append(log(), "seven\n");
        sink.awaitText("two\nthree\nfour\nfive\nsix\nseven\n");
    }

    @Test
    void readsEveryFileOfSeveralRotationsThatItWasTooSlowToSee() throws Exception {
        append(log(), "one\n");
        // It holds the reader's thread while the files move.
        RecordingSink sink = new RecordingSink();
        BlockingSink first = new BlockingSink(sink);
        reader.follow(log(), Past.ofBytes(100), first);
        sink.awaitText("one\n");
        for (String text : List.of("two\n", "three\n", "four\n")) {
            shift();
            append(log(), text);
        }
        first.letGo();
        sink.awaitText("one\ntwo\nthree\nfour\n");
    }

    @Test
    void readsTheRestOfAFileThatWasCompressedMeanwhile() throws Exception {
        append(log(), "one\n");
        RecordingSink sink = new RecordingSink();
        BlockingSink first = new BlockingSink(sink);
        reader.follow(log(), Past.ofBytes(100), first);
        sink.awaitText("one\n");
        append(log(), "rest\n");
        shift();
        append(log(), "two\n");
        shift();
        append(log(), "three\n");
        Files.delete(old(2));
        Files.createFile(dir.resolve("log.2.gz"));
        first.letGo();
        sink.awaitText("one\nrest\ntwo\nthree\n");
    }

    @Test
    void readsNoOlderFileAgainWhenTheLogIsRemoved() throws Exception {
        threeFiles();
        RecordingSink sink = new RecordingSink();
        reader.follow(log(), Past.ofLines(1), sink);
        sink.awaitText("six\n");
        Files.delete(log());
        settle();
        append(log(), "seven\n");
        sink.awaitText("six\nseven\n");
    }

    @Test
    void staysWithTheOldFileUntilTheNewOneIsWritten() throws Exception {
        append(log(), "one\n");
        RecordingSink sink = follow(log()).awaitText("one\n");
        // logrotate with "create": the program is told to reopen its log only later.
        Files.move(log(), old(1));
        Files.createFile(log());
        settle();
        append(old(1), "two\n");
        sink.awaitText("one\ntwo\n");
        append(old(1), "three\n");
        append(log(), "four\n");
        sink.awaitText("one\ntwo\nthree\nfour\n");
    }

    @Test
    void skipsWhatItSentOfALineThatIsMovedToTheNextFile() throws Exception {
        append(log(), "one\nha");
        RecordingSink sink = follow(log()).awaitText("one\nha");
        append(log(), "lf a ");
        sink.awaitText("one\nhalf a ");
        append(log(), "li");
        rotateAtLine(() -> {});
        append(log(), "ne\ntwo\n");
        sink.awaitText("one\nhalf a line\ntwo\n");
    }

    @Test
    void skipsAlsoWhereItBeganInTheMiddleOfTheLine() throws Exception {
        append(log(), "one\nhalf");
        RecordingSink sink = new RecordingSink();
        reader.follow(log(), Past.ofBytes(2), sink);
        sink.awaitText("lf");
        rotateAtLine(this::settle);
        append(log(), " a line\n");
        sink.awaitText("lf a line\n");
    }

    @Test
    void tellsACutLineFromATruncation() throws Exception {
        append(log(), "one\ntwo\nthr");
        RecordingSink sink = follow(log()).awaitText("one\ntwo\nthr");
        truncate(log(), 4);
        sink.awaitText("one\ntwo\nthr<truncated>one\n");
    }

    @Test
    void holdsALineWithoutAnEndForASecond() throws Exception {
        append(log(), "one\ntw");
        RecordingSink sink = new RecordingSink();
        long begin = System.nanoTime();
        reader.follow(List.of(new LogReader.Source(log(), sink)), Past.ofBytes(100));
        sink.awaitText("one\ntw");
        assertTrue(System.nanoTime() - begin >= Follower.HOLD_NANOS, "held for a second");
        assertEquals(2, sink.chunks());
        append(log(), "o\n");
        sink.awaitText("one\ntwo\n");
    }

    @Test
    void sendsWholeLinesOfSeveral() throws Exception {
        Path other = append(dir.resolve("other"), "a\nb\n");
        append(log(), "one\n");
        RecordingSink first = new RecordingSink();
        RecordingSink second = new RecordingSink();
        reader.follow(
                List.of(new LogReader.Source(log(), first), new LogReader.Source(other, second)),
                Past.ofLines(1));
        first.awaitText("one\n");
        second.awaitText("b\n");
        append(log(), "tw");
        settle();
        append(log(), "o\nthree\nfo");
        append(other, "c\n");
        second.awaitText("b\nc\n");
        append(log(), "ur\n");
        first.awaitText("one\ntwo\nthree\nfour\n");
    }

    @Test
    void refusesMoreThanCanBeFollowedAltogether() throws Exception {
        List<LogReader.Source> sources = new java.util.ArrayList<>();
        for (int i = 0; i <= Followers.MOST; i++) {
            sources.add(new LogReader.Source(log(), new RecordingSink()));
        }
        reader.follow(sources, Past.ofLines(1));
        for (LogReader.Source source : sources) {
            assertTrue(((RecordingSink) source.sink()).awaitOver().startsWith("busy: 0 logs"));
        }
    }

    @Test
    void looksWhenTheWriterSaysSo() throws Exception {
        append(log(), "one\n");
        RecordingSink sink = follow(log()).awaitText("one\n");
        settle();
        // As splice of an older kernel does, this tells inotify nothing: nothing was written to
        // the file by that name.
        reader.wrote(log());
        reader.wrote(dir.resolve("other"));
        append(log(), "two\n");
        reader.wrote(log());
        sink.awaitText("one\ntwo\n");
    }

    /**
     * Any order and any speed: some steps wait for the reader, most do not. Files are rotated at a
     * line's end, or renamed and created, or removed; the oldest go.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void losesAndRepeatsNothingHoweverFilesMove(long seed) throws Exception {
        Random random = new Random(seed);
        boolean lines = seed % 2 == 0;
        RecordingSink sink = new RecordingSink();
        if (lines) {
            reader.follow(List.of(new LogReader.Source(log(), sink)), Past.ofBytes(100));
        } else {
            reader.follow(log(), Past.ofBytes(100), sink);
        }
        settle(); // it is followed from its beginning
        StringBuilder sent = new StringBuilder();
        int unseen = 0;
        for (int step = 0; step < 200; step++) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                String text = step + " " + "x".repeat(random.nextInt(40));
                text += random.nextInt(3) > 0 ? "\n" : "";
                append(log(), text);
                sent.append(text);
            }
            if (random.nextInt(3) == 0) {
                Step pause = random.nextInt(3) == 0 ? this::settle : () -> {};
                switch (random.nextInt(3)) {
                    case 0 -> renameAndCreate(pause, sent);
                    default -> rotateAtLine(pause);
                }
                unseen++;
            }
            // No more than there are backups can be made up for.
            if (unseen == 8 || random.nextInt(16) == 0) {
                append(log(), "\n");
                sent.append('\n');
                sink.awaitText(sent.toString());
                unseen = 0;
            }
        }
        append(log(), "end\n");
        sink.awaitText(sent + "end\n");
    }

    private interface Step {
        void run() throws Exception;
    }

    private void shift() throws IOException {
        for (int i = 9; i > 0; i--) {
            if (Files.exists(old(i))) {
                Files.move(old(i), old(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (Files.exists(log())) {
            Files.move(log(), old(1));
        }
    }

    private void renameAndCreate(Step pause, StringBuilder sent) throws Exception {
        try (FileOutputStream writer = new FileOutputStream(log().toFile(), true)) {
            shift();
            pause.run();
            Files.createFile(log());
            pause.run();
            writer.write("late\n".getBytes(UTF_8));
            sent.append("late\n");
        }
    }

    /**
     * As the pump does it: the new file has the line without an end before the old one loses it.
     */
    private void rotateAtLine(Step pause) throws Exception {
        byte[] all = Files.readAllBytes(log());
        int end = PastFinder.lastNewline(all, all.length) + 1;
        if (end == 0) {
            shift();
            pause.run();
            Files.createFile(log());
            return;
        }
        Path fresh = dir.resolve("log.new");
        Files.write(fresh, java.util.Arrays.copyOfRange(all, end, all.length));
        pause.run();
        truncate(log(), end);
        pause.run();
        shift();
        pause.run();
        Files.move(fresh, log(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    /** Holds the thread that brings it the first chunk. */
    private static final class BlockingSink extends DelegatingSink {
        private final java.util.concurrent.CountDownLatch latch =
                new java.util.concurrent.CountDownLatch(1);

        BlockingSink(Sink sink) {
            super(sink);
        }

        @Override
        public void data(byte[] bytes, int length) {
            super.data(bytes, length);
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        void letGo() {
            latch.countDown();
        }
    }
}
