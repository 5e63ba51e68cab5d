package taskmaster.line;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** What could be typed. */
final class Keyboard {

    private static final List<String> PIECES =
            List.of(
                    "a",
                    "b ",
                    "word ",
                    "\033",
                    "[",
                    "O",
                    "\033[A",
                    "\033[B",
                    "\033[C",
                    "\033[D",
                    "\033[1;5D",
                    "\033[3~",
                    "\033[200~",
                    "\033[201~",
                    "two\nlines",
                    "\r",
                    "\t",
                    "\177",
                    "\001",
                    "\003",
                    "\004",
                    "\005",
                    "\013",
                    "\016",
                    "\020",
                    "\022",
                    "\023",
                    "\024",
                    "\025",
                    "\027",
                    "\031",
                    "\033y",
                    "\037",
                    "\007",
                    "\014",
                    "\033d",
                    "\033b",
                    "\033\177",
                    "ö",
                    "日",
                    "😀",
                    "e\u0301",
                    "\u0301",
                    "\u200d",
                    "1",
                    ";",
                    "~",
                    "\033]",
                    "\000");

    private Keyboard() {}

    static Arbitrary<byte[]> bytes() {
        Arbitrary<byte[]> piece =
                Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(
                                8, Arbitraries.of(PIECES).map(text -> text.getBytes(UTF_8))),
                        net.jqwik.api.Tuple.of(
                                1, Arbitraries.bytes().array(byte[].class).ofSize(1)));
        return piece.list().ofMaxSize(60).map(Keyboard::joined);
    }

    private static byte[] joined(List<byte[]> pieces) {
        var all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }
}
