package taskmaster.ctl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Lines of a pipe, a file, or a terminal that can do nothing: no editing, and not one escape code.
 */
final class PlainLines implements LineSource {

    /** More than any request has; what is longer is no list of commands. */
    private static final int MAX_LINE = 256 << 10;

    private static final int BUFFER = 8 << 10;

    private final InputStream in;
    private final OutputStream out;
    private final boolean prompts;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;

    /** {@code prompts}: whether a person types the lines. */
    PlainLines(InputStream in, OutputStream out, boolean prompts) {
        this.in = in;
        this.out = out;
        this.prompts = prompts;
    }

    @Override
    public Read next(String prompt) throws IOException {
        if (prompts) {
            show(prompt);
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (fill()) {
            int from = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            line.write(buffer, from, position - from);
            if (position < limit) {
                position++;
                return new Line(line.toString(StandardCharsets.UTF_8));
            }
            if (line.size() > MAX_LINE) {
                throw new IOException("a line of the input has more than " + MAX_LINE + " bytes");
            }
        }
        if (line.size() > 0) {
            return new Line(line.toString(StandardCharsets.UTF_8));
        }
        if (prompts) {
            show("\n");
        }
        return new End();
    }

    /** Whether there is something left to read. */
    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
        }
        return position < limit;
    }

    @Override
    public byte[] rest(int most) throws IOException {
        int ahead = Math.min(most, limit - position);
        byte[] bytes = Arrays.copyOfRange(buffer, position, position + ahead);
        position += ahead;
        byte[] more = in.readNBytes(most - ahead);
        byte[] all = Arrays.copyOf(bytes, ahead + more.length);
        System.arraycopy(more, 0, all, ahead, more.length);
        return all;
    }

    @Override
    public void show(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<List<String>> history() {
        return Optional.empty();
    }

    /** The descriptors are the process's, and not closed. */
    @Override
    public void close() {}
}
