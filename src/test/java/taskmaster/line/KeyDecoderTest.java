package taskmaster.line;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyDecoderTest {

    private static List<Key> keys(String typed) {
        return keys(typed.getBytes(UTF_8));
    }

    private static List<Key> keys(byte[] typed) {
        var decoder = new KeyDecoder();
        List<Key> keys = new ArrayList<>(decoder.take(typed, typed.length));
        keys.addAll(decoder.timeOut());
        return keys;
    }

    @ParameterizedTest
    @CsvSource({
        "[A,UP",
        "OA,UP",
        "[B,DOWN",
        "[C,RIGHT",
        "OD,LEFT",
        "[H,HOME",
        "OF,END",
        "[1~,HOME",
        "[7~,HOME",
        "[4~,END",
        "[8~,END",
        "[3~,DELETE",
        "[2~,INSERT",
        "[5~,PAGE_UP",
        "[6~,PAGE_DOWN",
        "[1;5C,WORD_RIGHT",
        "[1;3D,WORD_LEFT",
        "[1;2D,LEFT",
        "[1;5A,UP",
        "[3;5~,WORD_DELETE",
        "[3^,WORD_DELETE",
        "Oc,WORD_RIGHT",
        "O5D,WORD_LEFT",
        "[Z,BACK_TAB",
        "OM,ENTER",
        "'\u001b[D',WORD_LEFT",
        "'\u007f',WORD_BACKSPACE",
        "'\u001b',ESCAPE"
    })
    void knowsTheSequencesOfTerminals(String afterEscape, Key.Named key) {
        assertEquals(List.of(key), keys("\033" + afterEscape));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "[15~",
                "[24;5~",
                "[[A",
                "[M !!",
                "[<0;1;2M",
                "[?1;2c",
                "[1;1R",
                "O",
                "OP",
                "OS",
                "]11;rgb:00/00/00\007",
                "]0;title\033\\",
                "P1$r\033\\",
                "[99999999999999999999;7777777~",
                "[200",
                "[ q",
                "_a\033\\",
                "[1;5"
            })
    void swallowsWhatItDoesNotKnow(String afterEscape) {
        assertEquals(List.of(new Key.Text('x')), merged(keys("\033" + afterEscape), keys("x")));
    }

    private static List<Key> merged(List<Key> first, List<Key> second) {
        List<Key> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    @Test
    void knowsControlAndAlt() {
        assertEquals(
                List.of(
                        new Key.Control('a'),
                        new Key.Control('_'),
                        new Key.Control('@'),
                        Key.Named.TAB,
                        Key.Named.ENTER,
                        Key.Named.ENTER,
                        Key.Named.BACKSPACE,
                        Key.Named.BACKSPACE,
                        new Key.Alt('b'),
                        new Key.Alt('é')),
                keys("\001\037\000\t\r\n\b\177\033b\033é"));
    }

    @Test
    void readsUtf8AndDropsWhatIsNone() {
        assertEquals(
                List.of(new Key.Text('ö'), new Key.Text(0x1f600), new Key.Text('日')), keys("ö😀日"));
        String broken = "\377\300\200\355\240\200\303x\364\220\200\200\302\205y\342\202";
        assertEquals(
                List.of(new Key.Text('x'), new Key.Text('y')), keys(broken.getBytes(ISO_8859_1)));
    }

    @Test
    void takesAPasteAsOneKey() {
        assertEquals(
                List.of(new Key.Paste("a\nb\nc\nd\te[A"), new Key.Text('x')),
                keys("\033[200~a\rb\r\nc\nd\te\033[A\033[201~x"));
        assertEquals(List.of(new Key.Paste("\n")), keys("\033[200~\r\n\033[201~"));
    }

    @Test
    void givesUpAPasteWithoutEndAtControlC() {
        var decoder = new KeyDecoder();
        byte[] begun = "\033[200~rm\r".getBytes(UTF_8);
        assertEquals(List.of(), decoder.take(begun, begun.length));
        assertFalse(decoder.isWaiting(), "a paste may pause");
        assertEquals(List.of(), decoder.timeOut());
        byte[] more = "x\003y".getBytes(UTF_8);
        assertEquals(
                List.of(new Key.Control('c'), new Key.Text('y')), decoder.take(more, more.length));
    }

    @Test
    void boundsAPaste() {
        List<Key> keys = keys("\033[200~" + "x".repeat(200_000) + "\033[201~");
        assertEquals(List.of(new Key.Paste("x".repeat(KeyDecoder.MOST_PASTED))), keys);
    }

    @Test
    void tellsEscapeFromASequenceByTime() {
        var decoder = new KeyDecoder();
        assertEquals(List.of(), decoder.take(new byte[] {0x1b}, 1));
        assertTrue(decoder.isWaiting());
        assertEquals(List.of(Key.Named.ESCAPE), decoder.timeOut());
        assertFalse(decoder.isWaiting());
        assertEquals(List.of(new Key.Text('[')), decoder.take(new byte[] {'['}, 1));
    }

    @Property
    void keysAreTheSameHoweverTheBytesAreCut(
            @ForAll("typed") byte[] typed, @ForAll java.util.Random random) {
        var decoder = new KeyDecoder();
        List<Key> keys = new ArrayList<>();
        int start = 0;
        while (start < typed.length) {
            int end = start + 1 + random.nextInt(3);
            byte[] part = java.util.Arrays.copyOfRange(typed, start, Math.min(end, typed.length));
            keys.addAll(decoder.take(part, part.length));
            start = end;
        }
        keys.addAll(decoder.timeOut());
        assertEquals(keys(typed), keys);
    }

    @Property
    void noKeyIsAControlCharacterInDisguise(@ForAll("typed") byte[] typed) {
        for (Key key : keys(typed)) {
            switch (key) {
                case Key.Text(int c) -> assertPrintable(c);
                case Key.Alt(int c) -> assertPrintable(c);
                case Key.Paste(String text) ->
                        text.codePoints()
                                .filter(c -> c != '\n' && c != '\t')
                                .forEach(KeyDecoderTest::assertPrintable);
                case Key.Control(char letter) -> assertTrue(letter >= '@' && letter <= 'z');
                case Key.Named named -> {} // it has no character
            }
        }
    }

    private static void assertPrintable(int c) {
        assertFalse(Character.isISOControl(c), () -> Integer.toHexString(c));
        assertTrue(c < 0xd800 || c > 0xdfff, () -> Integer.toHexString(c));
    }

    /** Bytes of which many belong to sequences. */
    @Provide
    Arbitrary<byte[]> typed() {
        return Keyboard.bytes();
    }
}
