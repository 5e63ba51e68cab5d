package taskmaster.ctl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import taskmaster.line.TerminalSession;
import taskmaster.posix.Epoll;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;

/**
 * Lines of a pipe, a file, or a terminal that can do nothing: no editing, and not one escape code.
 */
final class PlainLines implements LineSource {

    /** More than any request has; what is longer is no list of commands. */
    private static final int MAX_LINE = 256 << 10;

    private static final int BUFFER = 8 << 10;
    private static final int STDIN = 0;

    private final InputStream in;
    private final OutputStream out;

    /** Of a person, who may type Ctrl-C instead of a line: it wakes who waits here. */
    private final Optional<Epoll> keyboard;

    private final Interrupts interrupts = new Interrupts();
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;

    private PlainLines(InputStream in, OutputStream out, Optional<Epoll> keyboard) {
        this.in = in;
        this.out = out;
        this.keyboard = keyboard;
    }

    /** Of a pipe or a file. */
    static PlainLines of(InputStream in, OutputStream out) {
        return new PlainLines(in, out, Optional.empty());
    }

    /**
     * Of a person, who sees prompts and may type Ctrl-C.
     *
     * @throws ErrnoException EMFILE: no descriptors left
     */
    static PlainLines ofPerson(Posix posix, InputStream in, OutputStream out)
            throws ErrnoException {
        Epoll keyboard = Epoll.open(2);
        keyboard.add(STDIN, Epoll.IN, STDIN);
        PlainLines lines = new PlainLines(in, out, Optional.of(keyboard));
        lines.interrupts.listen(posix, keyboard::wakeUp);
        return lines;
    }

    @Override
    public Read next(String prompt) throws IOException {
        if (keyboard.isPresent()) {
            show(prompt);
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (isInterrupted()) {
                show("\n");
                return new Dropped();
            }
            if (!fill()) {
                break;
            }
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
                throw new InputException(
                        "a line of the commands has more than " + MAX_LINE + " bytes");
            }
        }
        if (line.size() > 0) {
            return new Line(line.toString(StandardCharsets.UTF_8));
        }
        if (keyboard.isPresent()) {
            show("\n");
        }
        return new End();
    }

    /** Whether Ctrl-C came before more of the input. */
    private boolean isInterrupted() throws ErrnoException {
        int ready = 0;
        while (ready == 0 && position == limit && keyboard.isPresent()) {
            ready = keyboard.get().await(Epoll.FOREVER);
            for (int i = 0; i < ready; i++) {
                if (keyboard.get().token(i) == Epoll.WOKEN) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether there is something left to read. */
    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, read());
        }
        return position < limit;
    }

    private int read() throws InputException {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new InputException("cannot read the commands: " + e.getMessage());
        }
    }

    @Override
    public Optional<byte[]> rest(int most) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < most) {
            if (isInterrupted()) {
                show("\n");
                return Optional.empty();
            }
            if (!fill()) {
                break;
            }
            int count = Math.min(most - all.size(), limit - position);
            all.write(buffer, position, count);
            position += count;
        }
        return Optional.of(all.toByteArray());
    }

    @Override
    public void show(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isPerson() {
        return keyboard.isPresent();
    }

    @Override
    public void remember(String typed) {}

    @Override
    public Optional<List<String>> history() {
        return Optional.empty();
    }

    @Override
    public int during(Work work, Runnable interrupt) throws IOException {
        interrupts.begin(interrupt);
        try {
            return work.run();
        } finally {
            interrupts.end();
        }
    }

    @Override
    public Optional<TerminalSession> terminal() {
        return Optional.empty();
    }

    @Override
    public void wakeUp() {}

    /** The descriptors of input and output are the process's, and not closed. */
    @Override
    public void close() {
        keyboard.ifPresent(Epoll::close);
    }
}
