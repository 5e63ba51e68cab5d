package taskmaster.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import taskmaster.posix.Posix;
import taskmaster.posix.SafeFiles;

class PastFinderTest {

    private static final LogFiles LOGS = new LogFiles(new SafeFiles(Posix.open()));

    private static long start(byte[] content, Past past) throws IOException {
        Path file = Files.createTempFile("past", ".log");
        try {
            Files.write(file, content);
            Segments segments = new Segments(new byte[0], List.of(LOGS.openForReading(file)));
            try {
                assertEquals(content.length, segments.size());
                return PastFinder.start(segments, past);
            } finally {
                segments.close();
            }
        } finally {
            Files.delete(file);
        }
    }

    /** The plain way: forwards, with everything in memory. */
    private static int lineStart(byte[] content, long lines) {
        int start = content.length;
        for (long i = 0; i < lines && start > 0; i++) {
            start--;
            while (start > 0 && content[start - 1] != '\n') {
                start--;
            }
        }
        return start;
    }

    @Property(tries = 300)
    void findsTheSameLinesAsThePlainWay(
            @ForAll long seed,
            @ForAll @IntRange(max = 100_000) int size,
            @ForAll @IntRange(min = 1, max = 5000) int lineLength,
            @ForAll @LongRange(min = 0, max = 200) long lines)
            throws IOException {
        byte[] content = new byte[size];
        Random random = new Random(seed);
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (random.nextInt(lineLength) == 0 ? '\n' : 'x');
        }
        assertEquals(lineStart(content, lines), start(content, Past.ofLines(lines)));
    }

    @Property(tries = 300)
    void beginsTextAtACharacter(@ForAll String text, @ForAll @IntRange(max = 300) int bytes)
            throws IOException {
        String clean = new String(text.getBytes(UTF_8), UTF_8);
        byte[] content = clean.getBytes(UTF_8);
        int start = (int) start(content, Past.ofBytes(bytes));
        int asked = Math.max(0, content.length - bytes);
        assertTrue(start >= asked && start < asked + Utf8.LONGEST);
        assertTrue(
                clean.endsWith(
                        new String(Arrays.copyOfRange(content, start, content.length), UTF_8)));
    }

    @Property
    void cutsTextBetweenCharactersOnly(@ForAll String text, @ForAll @IntRange(max = 100) int at) {
        byte[] content = text.getBytes(UTF_8);
        int length = Math.min(at, content.length);
        int whole = Utf8.whole(content, length);
        assertTrue(whole <= length && whole > length - Utf8.LONGEST);
        if (length >= Utf8.LONGEST) {
            String clean = new String(content, UTF_8);
            assertTrue(clean.startsWith(new String(content, 0, whole, UTF_8)));
        }
    }

    @Property
    void neverMakesAChunkOfAnyBytesEmpty(@ForAll byte[] bytes) {
        int whole = Utf8.whole(bytes, bytes.length);
        assertTrue(bytes.length == 0 ? whole == 0 : whole > 0);
        for (int at = 0; at <= bytes.length; at++) {
            int next = Utf8.next(bytes, bytes.length, at);
            assertTrue(next >= at && next < at + Utf8.LONGEST);
        }
    }
}
