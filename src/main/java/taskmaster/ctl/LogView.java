package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * What the user sees of logs. One log is shown byte by byte as it is; of several each line begins
 * with its process. For a terminal it is made harmless. Owned by the thread that prints.
 */
final class LogView {

    /** Colours of names: not red, which is stderr's, and not those that are hard to read. */
    private static final int[] COLOURS = {36, 33, 32, 35, 34, 96, 93, 92, 95, 94};

    private final boolean harmless;
    private final boolean coloured;

    /** By log: each may be in the middle of a character. */
    private final Map<String, Visible> filters = new HashMap<>();

    /** The log whose last line has no end yet; empty: none. */
    private String open = "";

    LogView(boolean harmless, boolean coloured) {
        this.harmless = harmless;
        this.coloured = coloured;
    }

    /** The only log there is. */
    void show(byte[] bytes, ByteArrayOutputStream out) {
        copy("", bytes, 0, bytes.length, out);
    }

    /** One of several. {@code mark}: whether stderr is told from stdout. */
    void show(
            String process, String stream, boolean mark, byte[] bytes, ByteArrayOutputStream out) {
        String log = stream + " " + process;
        String marked = mark && stream.equals("stderr") ? stream : "";
        int at = 0;
        while (at < bytes.length) {
            int end = lineEnd(bytes, at);
            if (!open.equals(log)) {
                if (!open.isEmpty()) {
                    out.write('\n');
                }
                prefix(Text.plain(process), marked, out);
            }
            copy(log, bytes, at, end, out);
            open = bytes[end - 1] == '\n' ? "" : log;
            at = end;
        }
    }

    /** After the next line feed, or at the end. */
    private static int lineEnd(byte[] bytes, int from) {
        int end = from;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end < bytes.length ? end + 1 : end;
    }

    private void prefix(String process, String marked, ByteArrayOutputStream out) {
        StringBuilder text = new StringBuilder(process.length() + 32);
        int colour = COLOURS[Math.floorMod(process.hashCode(), COLOURS.length)];
        colour(text, process, colour);
        if (!marked.isEmpty()) {
            colour(text.append(' '), marked, 31);
        }
        out.writeBytes(text.append(" | ").toString().getBytes(UTF_8));
    }

    private void colour(StringBuilder text, String word, int colour) {
        if (coloured) {
            text.append("\033[").append(colour).append('m').append(word).append("\033[0m");
        } else {
            text.append(word);
        }
    }

    private void copy(String log, byte[] bytes, int from, int to, ByteArrayOutputStream out) {
        if (!harmless) {
            out.write(bytes, from, to - from);
            return;
        }
        Visible filter = filters.get(log);
        if (filter == null) {
            filter = new Visible();
            filters.put(log, filter);
        }
        filter.add(bytes, from, to, out);
    }

    /** Nothing more comes. */
    void end(ByteArrayOutputStream out) {
        for (Visible filter : filters.values()) {
            filter.end(out);
        }
        if (!open.isEmpty()) {
            out.write('\n');
        }
        open = "";
    }
}
