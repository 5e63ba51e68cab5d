package taskmaster.activity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import taskmaster.activity.ActivityLog.Level;

class LineBufferTest {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss,SSS");

    private static String text(LineBuffer buffer) {
        return new String(buffer.bytes(), 0, buffer.size(), UTF_8);
    }

    @Property
    void printsTheSecondsAsJavaTimeDoes(
            @ForAll @LongRange(min = -2_208_988_800L, max = 250_000_000_000L) long second) {
        assertEquals(
                DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss")
                        .format(LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC)),
                new String(LineBuffer.stamp(second), UTF_8));
    }

    @Property
    void printsLocalTime(@ForAll @LongRange(min = 0, max = 4_102_444_800_000L) long millis) {
        LineBuffer buffer = new LineBuffer();
        buffer.append(new Line(millis, Level.WARN, "x", List.of()));
        String expected =
                FORMAT.format(
                        LocalDateTime.ofInstant(
                                Instant.ofEpochMilli(millis), ZoneId.systemDefault()));
        assertEquals(expected + " WARN x\n", text(buffer));
    }

    @Property
    void makesOneLineOfAnyMessage(@ForAll String message) {
        LineBuffer buffer = new LineBuffer();
        buffer.append(new Line(0, Level.INFO, message, List.of()));
        String line = text(buffer);
        assertEquals(line.length() - 1, line.indexOf('\n'));
        for (int i = 0; i < line.length() - 1; i++) {
            assertTrue(!Character.isISOControl(line.charAt(i)), line);
        }
    }

    /** A terminal would show what follows, who asked for it say, in another place. */
    @Example
    void escapesWhatTurnsTheDirectionOfText() {
        assertEquals(
                "\\u202e\\u2066\\u200f\\u061cא", LineBuffer.escape("\u202e\u2066\u200f\u061cא"));
    }

    @Example
    void escapesControlCharacters() {
        assertEquals(
                "a\\nb\\r\\t\\x1b[31m\\x00\\x7f\\x9b\\u2028é\\",
                LineBuffer.escape("a\nb\r\t\u001b[31m\0\u007f\u009b\u2028é\\"));
    }

    @Example
    void leavesACleanMessageAsItIs() {
        String message = "spawned: 'é😀' with pid 1";
        assertSame(message, LineBuffer.escape(message));
    }

    @Example
    void indentsTheFurtherLinesOfAMessage() {
        LineBuffer buffer = new LineBuffer();
        buffer.append(new Line(0, Level.ERRO, "x", List.of("at a", "at\nb")));
        assertTrue(text(buffer).endsWith(" ERRO x\n    at a\n    at\\nb\n"), text(buffer));
    }

    @Example
    void givesABigBufferBack() {
        LineBuffer buffer = new LineBuffer();
        for (int i = 0; i < 10_000; i++) {
            buffer.append(new Line(i, Level.INFO, "some words", List.of()));
        }
        int grown = buffer.bytes().length;
        buffer.clear();
        assertTrue(buffer.bytes().length < grown);
        assertEquals(0, buffer.size());
    }
}
