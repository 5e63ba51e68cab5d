package taskmaster.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ScreenTest {

    private final Emulator emulator = new Emulator(20, 5);
    private final Screen screen = Screen.of(emulator, 20, 5);

    private void draw(String line) throws IOException {
        screen.draw("> ", line, line.length());
    }

    @Test
    void drawsAndMovesTheCursor() throws Exception {
        draw("status");
        assertEquals("> status", emulator.text());
        assertEquals("0,8", emulator.cursor());
        screen.draw("> ", "status", 2);
        assertEquals("0,4", emulator.cursor());
    }

    @Test
    void wrapsLongLines() throws Exception {
        draw("a".repeat(18));
        assertEquals("> " + "a".repeat(18), emulator.text());
        assertEquals("1,0", emulator.cursor());
        draw("a".repeat(19));
        assertEquals("> " + "a".repeat(18) + "\na", emulator.text());
        draw("a".repeat(17));
        assertEquals("> " + "a".repeat(17), emulator.text());
        assertEquals("0,19", emulator.cursor());
    }

    @Test
    void wrapsAWideCharacterThatDoesNotFit() throws Exception {
        draw("a".repeat(17) + "x");
        draw("a".repeat(17) + "日");
        assertEquals("> " + "a".repeat(17) + "\n日", emulator.text());
        assertEquals("1,2", emulator.cursor());
    }

    @Test
    void showsControlCharactersAndNewlines() throws Exception {
        screen.draw("> ", "a\tb\nc\177\u0085", 4);
        assertEquals("> a^Ib\nc^?^?", emulator.text());
        assertEquals("1,0", emulator.cursor());
    }

    @Test
    void printsAboveTheLine() throws Exception {
        draw("sta");
        screen.print("web: RUNNING\ndb: EXITED\n");
        assertEquals("web: RUNNING\ndb: EXITED\n> sta", emulator.text());
        screen.leave("^C");
        screen.print("no newline");
        draw("x");
        assertEquals("web: RUNNING\ndb: EXITED\n> sta^C\nno newline\n> x", emulator.text());
    }

    @Test
    void drawsOnlyWhatChanged() throws Exception {
        draw("a".repeat(40));
        long before = emulator.written();
        draw("a".repeat(40) + "b");
        assertEquals(1, emulator.written() - before);
        before = emulator.written();
        draw("a".repeat(40) + "b");
        assertEquals(0, emulator.written() - before);
    }

    @Test
    void showsThePartAroundTheCursorOfALineThatIsHigherThanTheWindow() throws Exception {
        String line = "abcdefghijklmnopqrstuvwxyz".repeat(10);
        screen.print("above\n");
        draw(line);
        assertEquals(5, emulator.row());
        assertTrue(emulator.text().endsWith("\nyz"), emulator.text());
        screen.draw("> ", line, 0);
        assertTrue(emulator.text().startsWith("above\n> abcdef"), emulator.text());
        assertEquals("1,2", emulator.cursor());
        draw("short");
        assertEquals("above\n> short", emulator.text());
    }

    @Test
    void clears() throws Exception {
        draw("status");
        screen.clear();
        assertTrue(emulator.text().endsWith("\n> status"), emulator.text());
    }

    @Test
    void listsWhatFits() throws Exception {
        List<Candidate> many = new ArrayList<>();
        for (int i = 10; i < 40; i++) {
            many.add(Candidate.of("word" + i));
        }
        draw("w");
        screen.list(many);
        assertEquals(
                "word10  word13\nword11  word14\nword12  word15\nand 24 more\n> w",
                emulator.text());
    }

    @Test
    void describesWhatItLists() throws Exception {
        screen.list(
                List.of(Candidate.of("stop", "stops programs and waits"), Candidate.of("日本", "x")));
        assertEquals("stop  stops program\n日本  x", emulator.text());
    }

    @Test
    void drawsNothingOnADumbTerminal() throws Exception {
        var plain = Screen.plain(emulator);
        plain.draw("> ", "x", 1);
        plain.print("text\r\n");
        plain.bell();
        plain.clear();
        plain.leave("^C");
        assertEquals("text", emulator.text());
        assertEquals(0, emulator.bells());
    }

    /** One thing that is done with the screen. */
    record Act(boolean prints, String text, int cursor) {}

    @Property(edgeCases = EdgeCasesMode.NONE)
    void whatIsSeenIsWhatWouldBeDrawnAnew(
            @ForAll @IntRange(min = 2, max = 30) int width,
            @ForAll @IntRange(min = 2, max = 6) int height,
            @ForAll("acts") List<Act> acts)
            throws IOException {
        var seen = new Emulator(width, height);
        var drawn = Screen.of(seen, width, height);
        var printed = new StringBuilder();
        String line = "";
        int cursor = 0;
        for (Act act : acts) {
            if (act.prints()) {
                String text = act.text().replaceAll("\\p{Cntrl}", "") + "\n";
                drawn.print(text);
                printed.append(text);
            } else {
                line = act.text();
                cursor = act.cursor() % (line.length() + 1);
                if (cursor > 0
                        && cursor < line.length()
                        && Columns.of(line.codePointAt(cursor)) == 0) {
                    cursor = 0;
                }
                if (cursor > 0
                        && Character.isLowSurrogate(
                                cursor < line.length() ? line.charAt(cursor) : 'x')) {
                    cursor = 0;
                }
                drawn.draw("日>\033[1m \033[0m", line, cursor);
            }
        }
        var expected = new Emulator(width, height);
        Screen anew = Screen.of(expected, width, height);
        if (!printed.isEmpty()) {
            anew.print(printed.toString());
        }
        if (acts.stream().anyMatch(act -> !act.prints())) {
            anew.draw("日>\033[1m \033[0m", line, cursor);
        }
        assertEquals(expected.text(), seen.text());
        assertEquals(expected.cursor(), seen.cursor());
    }

    @Provide
    Arbitrary<List<Act>> acts() {
        Arbitrary<String> text =
                Arbitraries.of("a", "bc", "日", "e\u0301", "\n", "\t", "😀", "word ", "x".repeat(19))
                        .list()
                        .ofMaxSize(12)
                        .map(parts -> String.join("", parts));
        Arbitrary<Act> act =
                net.jqwik.api.Combinators.combine(
                                Arbitraries.integers().between(0, 4),
                                text,
                                Arbitraries.integers().between(0, 100))
                        .as((kind, what, cursor) -> new Act(kind == 0, what, cursor));
        return act.list().ofMinSize(1).ofMaxSize(8);
    }
}
