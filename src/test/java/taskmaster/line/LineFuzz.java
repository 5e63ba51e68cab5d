package taskmaster.line;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import taskmaster.line.LineEditor.Outcome;

/**
 * Any bytes of a keyboard: the same keys however they are cut into reads, a line with the cursor in
 * it, and on the screen what would be there if it were drawn anew. The first byte says where they
 * are cut, and how wide the window is.
 */
public final class LineFuzz {

    /** Of the bytes: it takes time with the square of them, for each key is drawn. */
    private static final int MOST = 512;

    private static final int HEIGHT = 5;

    private LineFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length < 2) {
            return;
        }
        int cut = 1 + (input[0] & 0x1f);
        byte[] bytes = Arrays.copyOfRange(input, 1, Math.min(input.length, MOST));
        List<Key> keys = keys(bytes, bytes.length);
        if (!keys.equals(keys(bytes, cut))) {
            throw new AssertionError(keys + " at once, others in pieces of " + cut);
        }
        type(keys, 2 + cut);
    }

    private static List<Key> keys(byte[] bytes, int cut) {
        var decoder = new KeyDecoder();
        List<Key> keys = new ArrayList<>();
        for (int start = 0; start < bytes.length; start += cut) {
            int end = Math.min(start + cut, bytes.length);
            keys.addAll(decoder.take(Arrays.copyOfRange(bytes, start, end), end - start));
        }
        keys.addAll(decoder.timeOut());
        return keys;
    }

    private static void type(List<Key> keys, int width) throws IOException {
        History history = History.inMemory(10);
        history.add("status web");
        history.add("stop größe\n日本");
        var editor = new LineEditor(history, LineFuzz::complete);
        var seen = new Emulator(width, HEIGHT);
        Screen screen = Screen.of(seen, width, HEIGHT);
        for (Key key : keys) {
            if (editor.type(key) instanceof Outcome.Accepted(String line)) {
                history.add(line);
            }
            screen.draw(editor.searchPrompt().orElse("> "), editor.text(), editor.cursor());
        }
        var expected = new Emulator(width, HEIGHT);
        Screen.of(expected, width, HEIGHT)
                .draw(editor.searchPrompt().orElse("> "), editor.text(), editor.cursor());
        if (!keys.isEmpty() && !seen.text().equals(expected.text())) {
            throw new AssertionError(seen.text() + "\nis seen instead of\n" + expected.text());
        }
    }

    private static Completion complete(String line, int cursor) {
        int start = line.lastIndexOf(' ', cursor - 1) + 1;
        return new Completion(start, List.of(Candidate.of("start"), Candidate.of("stop", "s")));
    }
}
