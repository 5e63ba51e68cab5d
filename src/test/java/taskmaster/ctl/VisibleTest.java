package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleTest {

    private static byte[] visible(byte[] bytes, int... cuts) {
        Visible visible = new Visible();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int from = 0;
        for (int cut : cuts) {
            visible.add(bytes, from, cut, out);
            from = cut;
        }
        visible.add(bytes, from, bytes.length, out);
        visible.end(out);
        return out.toByteArray();
    }

    private static String visible(String text) {
        return new String(visible(text.getBytes(UTF_8)), UTF_8);
    }

    @Test
    void letsTextTabsAndLinesPass() {
        String text = "plain\ttext\n\u00e4\u20ac\u4f60\ud83d\ude00 ~\n";
        assertEquals(text, visible(text));
    }

    @Test
    void showsControlCharacters() {
        assertEquals("^[[31mred^[[0m^G^@^M^?", visible("\033[31mred\033[0m\007\0\r\177"));
        assertEquals("\\u009b31m", visible("\u009b31m"));
    }

    @ParameterizedTest
    @CsvSource({
        "9b, \\x9b",
        "c3, \\xc3",
        "c328, \\xc3(",
        "c080, \\xc0\\x80",
        "eda080, \\xed\\xa0\\x80",
        "e08080, \\xe0\\x80\\x80",
        "f4908080, \\xf4\\x90\\x80\\x80",
        "e282c3a4, '\\xe2\\x82\u00e4'",
        "f09f98, \\xf0\\x9f\\x98",
        "c29b, \\u009b",
        "e280ae, \\u202e",
        "e281a6, \\u2066",
        "d89c, \\u061c",
        "f3a08081, \\ue0001",
    })
    void showsWhatIsNotText(String hex, String expected) {
        byte[] bytes = java.util.HexFormat.of().parseHex(hex);
        assertEquals(expected, new String(visible(bytes), UTF_8));
    }

    @Property
    void letsNothingReachATerminalThatDrivesIt(@ForAll byte[] bytes) throws Exception {
        String shown = decode(visible(bytes));
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            assertTrue(c == '\n' || c == '\t' || !Character.isISOControl(c));
            assertFalse(Visible.isDangerous(shown.codePointAt(i)));
        }
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    @Property
    void changesNoText(@ForAll String text) {
        StringBuilder harmless = new StringBuilder();
        text.codePoints()
                .filter(c -> !Character.isISOControl(c) && !Visible.isDangerous(c))
                .filter(c -> Character.getType(c) != Character.SURROGATE)
                .forEach(harmless::appendCodePoint);
        assertEquals(harmless.toString(), visible(harmless.toString()));
    }

    @Property
    void showsTheSameHoweverTheBytesAreCut(
            @ForAll byte[] bytes, @ForAll @IntRange(max = 50) int a, @ForAll String text) {
        ByteArrayOutputStream mixed = new ByteArrayOutputStream();
        mixed.writeBytes(text.getBytes(UTF_8));
        mixed.writeBytes(bytes);
        byte[] all = mixed.toByteArray();
        int first = Math.min(a, all.length);
        int second = first + (all.length - first) / 2;
        assertArrayEquals(visible(all), visible(all, first, second));
    }
}
