package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LogViewTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private void show(LogView view, String process, String stream, String text) {
        view.show(process, stream, true, text.getBytes(UTF_8), out);
    }

    @Test
    void beginsEachLineWithItsProcess() {
        LogView view = new LogView(false, false);
        show(view, "a", "stdout", "one\ntwo\n");
        show(view, "b:b_1", "stderr", "three\n");
        view.show("b:b_1", "stderr", false, "four\n".getBytes(UTF_8), out);
        assertEquals("a | one\na | two\nb:b_1 stderr | three\nb:b_1 | four\n", out.toString(UTF_8));
    }

    @Test
    void goesOnWithALineUntilAnotherProcessPrints() {
        LogView view = new LogView(false, false);
        show(view, "a", "stdout", "half ");
        show(view, "a", "stdout", "a line\nname: ");
        show(view, "b", "stdout", "in between\n");
        show(view, "a", "stdout", "joe\n?");
        show(view, "a", "stderr", "!");
        view.end(out);
        assertEquals(
                "a | half a line\na | name: \nb | in between\na | joe\na | ?\na stderr | !\n",
                out.toString(UTF_8));
    }

    @Test
    void coloursNames() {
        LogView view = new LogView(true, true);
        show(view, "a", "stderr", "\033[5m\n");
        String text = out.toString(UTF_8);
        assertTrue(text.startsWith("\033["), text);
        assertTrue(text.endsWith("ma\033[0m \033[31mstderr\033[0m | ^[[5m\n"), text);
    }

    @Test
    void makesNamesHarmless() {
        show(new LogView(true, false), "a\033", "stdout", "x\n");
        assertEquals("a? | x\n", out.toString(UTF_8));
    }

    @Test
    void keepsTheHalvesOfCharactersApart() {
        LogView view = new LogView(true, false);
        byte[] euro = "\u20ac\n".getBytes(UTF_8);
        view.show("a", "stdout", true, java.util.Arrays.copyOf(euro, 1), out);
        show(view, "b", "stdout", "b\n");
        view.show("a", "stdout", true, java.util.Arrays.copyOfRange(euro, 1, 4), out);
        assertEquals("a | \nb | b\na | \u20ac\n", out.toString(UTF_8));
    }

    @Property
    void copiesOneLogByteByByte(@ForAll List<byte[]> pieces) {
        LogView view = new LogView(false, false);
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
            view.show(piece, shown);
        }
        view.end(shown);
        assertArrayEquals(all.toByteArray(), shown.toByteArray());
    }
}
