package taskmaster.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import taskmaster.line.LineEditor.Outcome;

class LineEditorTest {

    private static final List<String> WORDS = List.of("status", "start", "stop", "größe", "größer");

    private final History history = History.inMemory(100);
    private final LineEditor editor = new LineEditor(history, LineEditorTest::complete);
    private final KeyDecoder decoder = new KeyDecoder();

    private static Completion complete(String line, int cursor) {
        int start = line.lastIndexOf(' ', cursor - 1) + 1;
        List<Candidate> fitting = new ArrayList<>();
        for (String word : WORDS) {
            if (word.startsWith(line.substring(start, cursor))) {
                fitting.add(Candidate.of(word, "a word"));
            }
        }
        return new Completion(start, fitting);
    }

    /** The outcome of the last key. */
    private Outcome type(String typed) {
        return type(typed.getBytes(StandardCharsets.UTF_8));
    }

    private Outcome type(byte[] bytes) {
        Outcome last = Outcome.Plain.EDITED;
        List<Key> keys = new ArrayList<>(decoder.take(bytes, bytes.length));
        keys.addAll(decoder.timeOut());
        for (Key key : keys) {
            last = editor.type(key);
        }
        return last;
    }

    /** With a bar where the cursor is. */
    private String line() {
        String text = editor.text();
        return text.substring(0, editor.cursor()) + "|" + text.substring(editor.cursor());
    }

    private void assertLine(String expected, String typed) {
        editor.reset();
        type(typed);
        assertEquals(expected, line());
    }

    private void remember(String... lines) throws IOException {
        for (String line : lines) {
            history.add(line);
        }
        editor.reset();
    }

    @Test
    void movesAsHandsExpect() {
        assertLine("|abc", "abc\001");
        assertLine("abc|", "abc\033[H\033[F");
        assertLine("a|bc", "abc\002\033[D");
        assertLine("ab|c", "abc\001\006\006");
        assertLine("one |two-three", "one two-three\033b\033b");
        assertLine("one two|-three", "one two-three\001\033f\033f");
        assertLine("one|", "one\033[1;5C");
        assertLine("日|本", "日本\002");
        assertLine("x|e\u0301", "xe\u0301\002");
    }

    @Test
    void deletesCharactersAsTheyAreSeen() {
        assertLine("x|", "xe\u0301\177");
        assertLine("|", "😀\b");
        assertLine("|b", "ab\001\004");
        assertLine("|b", "ab\001\033[3~");
        assertEquals(Outcome.Plain.BELL, type("\005\004"), "nothing behind the end");
    }

    @Test
    void killsAndYanks() {
        assertLine("one |", "one two\027");
        assertLine("one two-|", "one two-three\033\177");
        assertLine("/a/b |", "/a/b /c/d\027");
        assertLine("| two", "one two\001\033d");
        assertLine("one|", "one two\033b\002\013");
        assertLine("|two", "one two\033b\025");
        assertLine("a b c|", "a b c\027\027\027\031");
        assertLine("a b c|", "a b c\001\033d\033d\033d\031");
        assertLine("firstfirst|", "first\025\031\031");
        assertLine("one|", "one\025two\025three\025\031\033y\033y");
    }

    @Test
    void yanksOtherOnlyAfterAYank() {
        type("first\025second\025");
        assertEquals(Outcome.Plain.BELL, type("\033y"));
        assertEquals("|", line());
    }

    @Test
    void transposes() {
        assertLine("ba|", "ab\024");
        assertLine("acb|", "abc\001\006\006\024");
        assertLine("ba|c", "abc\001\006\024");
        assertLine("本日|", "日本\024");
        assertEquals(Outcome.Plain.BELL, type("\025a\024"));
    }

    @Test
    void undoesWordByWord() {
        type("one two\027");
        type("\037");
        assertEquals("one two|", line());
        type("\037");
        assertEquals("one|", line());
        type("\037");
        assertEquals("|", line());
        assertEquals(Outcome.Plain.BELL, type("\037"));
    }

    @Test
    void acceptsInterruptsAndEnds() {
        assertEquals(new Outcome.Accepted("status"), type("status\r"));
        assertEquals("|", line());
        assertEquals(Outcome.Plain.INTERRUPTED, type("x\003"));
        assertEquals("|", line());
        assertEquals(Outcome.Plain.END, type("\004"));
        assertEquals(Outcome.Plain.CLEAR_SCREEN, type("x\014"));
        assertEquals("x|", line());
    }

    @Test
    void doesNotExecuteAPaste() {
        type("\033[200~stop a\rstop b\r\033[201~");
        assertEquals("stop a\nstop b|", line());
        assertEquals(new Outcome.Accepted("stop a\nstop b"), type("\r"));
    }

    @Test
    void insertsNothingOfSequencesItDoesNotKnow() {
        assertLine("ab|", "a\033[15~\033[24;5~\033Op\033[<0;3;4M\033]0;x\007b");
    }

    @Test
    void walksInTheHistoryAndBackToTheLine() throws Exception {
        remember("one", "two");
        assertLine("two|", "new\033[A");
        assertLine("one|", "new\020\020");
        assertEquals(Outcome.Plain.BELL, type("\020"));
        assertLine("new|", "new\020\020\016\016");
        assertEquals(Outcome.Plain.BELL, type("\016"));
        assertLine("twox|", "\020x\020\016");
        assertLine("two|", "\020");
        assertLine("one|", "\033[5~");
    }

    @Test
    void walksFirstToWhatWasAcceptedLast() throws Exception {
        remember("one");
        Outcome accepted = type("two\r");
        history.add(((Outcome.Accepted) accepted).line());
        type("\020");
        assertEquals("two|", line());
    }

    @Test
    void searchesBackward() throws Exception {
        remember("stop web", "start web", "status");
        type("st\022");
        assertEquals("(reverse-i-search)`': ", editor.searchPrompt().orElseThrow());
        type("web");
        assertEquals("start |web", line());
        type("\022");
        assertEquals("stop |web", line());
        assertEquals("(reverse-i-search)`web': ", editor.searchPrompt().orElseThrow());
        assertEquals(Outcome.Plain.BELL, type("\022"));
        assertEquals("(failed reverse-i-search)`web': ", editor.searchPrompt().orElseThrow());
        assertEquals("stop |web", line());
        type("\023");
        assertEquals("start |web", line());
        type("\007");
        assertEquals("st|", line());
        assertTrue(editor.searchPrompt().isEmpty());
    }

    @Test
    void goesOnWithWhatWasFound() throws Exception {
        remember("stop web", "start web", "status");
        type("\022web\177\177\177sto");
        assertEquals("|stop web", line());
        type("\005 x");
        assertEquals("stop web x|", line());
        type("\020\020");
        assertEquals(Outcome.Plain.BELL, type("\020"), "from the place that was found");
        editor.reset();
        assertEquals(new Outcome.Accepted("start web"), type("\022start\r"));
        type("\022\022");
        assertEquals("|start web", line(), "the pattern of the search before");
        type("\033");
        assertEquals("|start web", line());
        assertTrue(editor.searchPrompt().isEmpty());
        assertEquals(Outcome.Plain.INTERRUPTED, type("\022x\003"));
        assertTrue(editor.searchPrompt().isEmpty());
    }

    @Test
    void completesTheCommonPrefixThenLists() {
        assertEquals(Outcome.Plain.EDITED, type("x s\t"));
        assertEquals("x st|", line());
        Outcome list = type("\t");
        assertEquals(
                List.of("status", "start", "stop"),
                ((Outcome.Choices) list).candidates().stream().map(Candidate::word).toList());
        assertEquals("x st|", line());
    }

    @Test
    void completesTheOnlyOneWithABlank() {
        assertLine("status |", "statu\t");
        assertLine("status |x", "statu x\002\002\t");
        assertLine("größe|", "gr\t");
        assertEquals(Outcome.Plain.BELL, type("\025none\t"));
        assertEquals(Outcome.Plain.BELL, type("\025st\t"), "the list only at the second");
        assertTrue(type("\t") instanceof Outcome.Choices);
    }

    @Test
    void boundsTheLine() {
        String much = "x".repeat(Buffer.MOST);
        type("\033[200~" + much + "\033[201~");
        assertEquals(Buffer.MOST, editor.text().length());
        assertEquals(Outcome.Plain.BELL, type("y"));
        assertEquals(much, editor.text());
    }

    @Property
    void noKeyThrowsAndTheCursorIsAlwaysBetweenCharacters(@ForAll("typed") byte[] typed)
            throws IOException {
        var some = new LineEditorTest();
        some.remember("start web", "größe 日本", "e\u0301 two\nlines");
        for (Key key : some.decoder.take(typed, typed.length)) {
            if (some.editor.type(key) instanceof Outcome.Accepted(String line)) {
                some.history.add(line);
            }
            String text = some.editor.text();
            int cursor = some.editor.cursor();
            assertTrue(cursor >= 0 && cursor <= text.length());
            boolean within =
                    cursor > 0
                            && cursor < text.length()
                            && Columns.of(text.codePointAt(cursor)) == 0;
            assertTrue(!within || some.editor.searchPrompt().isPresent(), some::line);
        }
    }

    @Property
    void undoGoesBackToTheBeginning(@ForAll("typed") byte[] typed) {
        var some = new LineEditorTest();
        some.type("begin");
        some.editor.type(new Key.Control('k'));
        for (Key key : some.decoder.take(typed, typed.length)) {
            boolean ends =
                    key == Key.Named.ENTER || key.equals(new Key.Control('c')); // begins anew
            if (!ends) {
                some.editor.type(key);
            }
        }
        some.editor.type(new Key.Control('g'));
        while (some.editor.type(new Key.Control('_')) != Outcome.Plain.BELL) {
            // goes on
        }
        assertEquals("", some.editor.text());
    }

    @Provide
    Arbitrary<byte[]> typed() {
        return Keyboard.bytes();
    }
}
