package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.posix.Epoll;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;
import taskmaster.posix.SocketIo;
import taskmaster.posix.Terminal;
import taskmaster.posix.TerminalModes;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;

/**
 * A program in the foreground: what it prints is shown, what is typed goes to it, until it ends or
 * is left. Owned by one thread, which waits for all at once.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>Of a program with a terminal, every key goes to it but those of {@link DetachKeys}; ours is
 *       raw meanwhile, and what it prints is shown as it is. Of another one ours stays as it is: it
 *       gets whole lines where its stdin is a pipe, Ctrl-C and Ctrl-\ are signals to its group, and
 *       what it prints is made harmless.
 *   <li>However this ends, by an exception or one of {@link ForegroundSignals} too, the terminal is
 *       as before: its mode, and what the program has switched on its screen.
 *   <li>A program that draws a screen draws it again when its window gets another size; so it gets
 *       one for a moment.
 * </ul>
 */
final class Foreground implements AutoCloseable {

    private static final int KEYBOARD = 0;
    private static final int STREAM = 1;
    private static final int ANSWERS = 2;
    private static final int SIGNALS = 3;
    private static final int EVENTS = 4;

    private static final int STDIN = 0;

    /** So long the other size stays: who draws must have seen it. Nanoseconds. */
    private static final long REDRAW = 100_000_000L;

    /** So long Ctrl-P may wait for its Ctrl-Q. Nanoseconds. */
    private static final long HELD = 500_000_000L;

    private static final int CHUNK = 4096;
    private static final byte[] BELL = {7};

    /** Where it happens; {@code answer} says what cannot be. */
    record Place(
            OutputStream out,
            OutputStream err,
            boolean inIsTerminal,
            boolean outIsTerminal,
            Answer answer) {}

    private final Posix posix;
    private final Place place;
    private final Request.Attach request;
    private final Endpoint endpoint;
    private final ForegroundSignals signals;
    private final Epoll epoll;
    private final SocketIo io;
    private final Wire stream;
    private final Typing typing;
    private final DetachKeys detachKeys = new DetachKeys();
    private TerminalModes modes = new TerminalModes();
    private final Visible visible = new Visible();
    private final byte[] chunk = new byte[CHUNK];

    private Optional<Wire> answers = Optional.empty();
    private Optional<Terminal> terminal = Optional.empty();
    private boolean readsKeyboard;
    private String name = "";
    private boolean tty;
    private boolean introduced;
    private Optional<Terminal.Size> redraw = Optional.empty();
    private long redrawAt = Long.MAX_VALUE;
    private long releaseAt = Long.MAX_VALUE;
    private int streamInterest;
    private int answersInterest;

    /** The exit code, once it is known. */
    private Optional<Integer> exit = Optional.empty();

    /** What ends not only this, but the whole program. */
    private Optional<Signal> deadly = Optional.empty();

    private Foreground(Request.Attach request, Endpoint endpoint, Open open, Place place) {
        this.posix = open.posix;
        this.epoll = open.epoll;
        this.io = open.io;
        this.stream = open.stream;
        this.signals = open.signals;
        this.place = place;
        this.request = request;
        this.endpoint = endpoint;
        typing = new Typing(request.target());
    }

    /** What has to be closed again. */
    private record Open(
            Posix posix, Epoll epoll, SocketIo io, Wire stream, ForegroundSignals signals) {}

    /**
     * Connects.
     *
     * @throws IOException nobody is there, or no descriptors are left
     */
    static Foreground open(
            Request.Attach request, Endpoint endpoint, ForegroundSignals signals, Place place)
            throws IOException {
        Posix posix = Posix.open();
        SocketIo io = SocketIo.open();
        Wire stream = Wire.open(posix, io, endpoint.path());
        Open open = new Open(posix, Epoll.open(EVENTS), io, stream, signals);
        return new Foreground(request, endpoint, open, place);
    }

    /** Until it ends or is left: the exit code. Throws only when nothing can be written. */
    int run() throws IOException {
        signals.begin();
        try {
            epoll.add(signals.descriptor(), Epoll.IN, SIGNALS);
            stream.send(WireFormat.encode(request));
            while (exit.isEmpty()) {
                waitForEvents();
            }
        } finally {
            leave();
            signals.end();
        }
        if (deadly.isPresent()) {
            posix.kill(posix.pid(), deadly.get()); // it was for the shell around us, too
        }
        return exit.get();
    }

    private void waitForEvents() throws IOException {
        sendNext();
        streamInterest = waitFor(stream, STREAM, streamInterest);
        if (answers.isPresent()) {
            answersInterest = waitFor(answers.get(), ANSWERS, answersInterest);
        }
        int count = epoll.await(patience());
        for (int i = 0; i < count && exit.isEmpty(); i++) {
            switch ((int) epoll.token(i)) {
                case KEYBOARD -> keyboard();
                case STREAM -> streamed();
                case ANSWERS -> answered();
                default -> signalled(signals.next());
            }
        }
        due(System.nanoTime());
    }

    private int waitFor(Wire wire, int token, int before) throws ErrnoException {
        wire.flush();
        if (before == 0) {
            epoll.add(wire.descriptor(), wire.interest(), token);
        } else if (before != wire.interest()) {
            epoll.change(wire.descriptor(), wire.interest(), token);
        }
        return wire.interest();
    }

    private long patience() {
        long soonest = Math.min(Math.min(redrawAt, releaseAt), typing.wakeAt());
        return soonest == Long.MAX_VALUE ? Epoll.FOREVER : Math.max(0, soonest - System.nanoTime());
    }

    private void due(long now) {
        if (now >= redrawAt && redraw.isPresent()) {
            typing.resize(redraw.get().rows(), redraw.get().columns());
            redrawAt = Long.MAX_VALUE;
        }
        if (now >= releaseAt) {
            typing.type(detachKeys.release());
            releaseAt = Long.MAX_VALUE;
        }
    }

    private void sendNext() throws IOException {
        Optional<Request> next = typing.next(System.nanoTime());
        if (next.isEmpty()) {
            return;
        }
        if (answers.isEmpty()) {
            answers = Optional.of(Wire.open(posix, io, endpoint.path()));
        }
        answers.get().send(WireFormat.encode(next.get()));
    }

    private void answered() throws IOException {
        Wire wire = answers.get();
        wire.receive();
        for (Optional<byte[]> line = wire.line(); line.isPresent(); line = wire.line()) {
            Optional<Reply> reply = WireFormat.decode(line.get());
            if (reply.isPresent()) {
                typing.answered(reply.get(), System.nanoTime());
            }
        }
        if (wire.hasEnded()) {
            lost();
        }
        tellNotice();
    }

    private void tellNotice() throws IOException {
        String notice = typing.takeNotice();
        if (!notice.isEmpty()) {
            say("[" + notice + "]");
        }
    }

    private void streamed() throws IOException {
        stream.receive();
        Optional<byte[]> line = stream.line();
        while (line.isPresent() && exit.isEmpty()) {
            Optional<Reply> reply = WireFormat.decode(line.get());
            if (reply.isEmpty()) {
                lost();
                return;
            }
            take(reply.get());
            line = stream.line();
        }
        if (stream.hasEnded() && exit.isEmpty()) {
            lost();
        }
    }

    /** The daemon has gone, or speaks another language. */
    private void lost() throws IOException {
        leave();
        say("[taskmasterd at " + Text.plain(endpoint.url()) + " closed the connection]");
        exit = Optional.of(Outcome.FAILED);
    }

    private void take(Reply reply) throws IOException {
        Json.Obj content = WireFormat.content(reply);
        if (!reply.isSuccess()) {
            fail(reply);
        } else if (reply.isFinal()) {
            end(content);
        } else if (!introduced) {
            introduced = true;
            begin(content);
        } else {
            show(content);
        }
    }

    private void fail(Reply reply) throws IOException {
        leave();
        Outcome outcome = place.answer().to(reply);
        place.out().write(outcome.out());
        place.err().write(outcome.err().getBytes(UTF_8));
        exit = Optional.of(outcome.exit());
    }

    private void end(Json.Obj content) throws IOException {
        Optional<Job.Exit> end = content.getObject("exit").map(Job::exit);
        leave();
        if (place.outIsTerminal()) {
            String what =
                    end.isPresent() ? " has ended: " + how(end.get()) : " was disowned: it goes on";
            say("[" + Text.plain(name) + what + "]");
        }
        exit = Optional.of(end.isPresent() ? end.get().status() : Outcome.DONE);
    }

    private static String how(Job.Exit end) {
        return end.signal().isEmpty()
                ? "exit status " + end.code()
                : "killed by SIG" + end.signal();
    }

    private void begin(Json.Obj content) throws IOException {
        name = content.getString("name").orElse("");
        tty = content.getBoolean("tty").orElse(false);
        boolean input = content.getBoolean("input").orElse(false);
        if (content.getBoolean("paused").orElse(false)) {
            typing.signal("CONT");
        }
        if (place.outIsTerminal()) {
            String command = Text.plain(content.getString("command").orElse(""));
            place.out().write((command + "\n").getBytes(UTF_8));
        }
        if (tty && place.inIsTerminal()) {
            Terminal ours = Terminal.of(posix, STDIN);
            terminal = Optional.of(ours);
            ours.enter(Terminal.Mode.RAW);
            begin(content, ours.size());
        }
        if (input) {
            readsKeyboard = true;
            waitForKeyboard();
        }
    }

    /** Gives the program our size, and lets it draw its screen. */
    private void begin(Json.Obj content, Terminal.Size ours) {
        if (ours.rows() == 0 || ours.columns() == 0 || !place.outIsTerminal()) {
            return;
        }
        boolean same =
                content.getLong("rows").orElse(0) == ours.rows()
                        && content.getLong("columns").orElse(0) == ours.columns();
        if (same) {
            redraw(ours);
        } else {
            typing.resize(ours.rows(), ours.columns());
        }
    }

    private void redraw(Terminal.Size ours) {
        if (ours.rows() > 0 && ours.columns() > 0 && place.outIsTerminal()) {
            typing.resize(ours.rows() > 1 ? ours.rows() - 1 : 2, ours.columns());
            redraw = Optional.of(ours);
            redrawAt = System.nanoTime() + REDRAW;
        }
    }

    /** A regular file cannot be waited for, and need not. */
    private void waitForKeyboard() throws IOException {
        int keyboard = terminal.isPresent() ? terminal.get().descriptor() : STDIN;
        try {
            epoll.add(keyboard, Epoll.IN, KEYBOARD);
        } catch (ErrnoException e) {
            while (readsKeyboard) {
                keyboard();
            }
        }
    }

    private void keyboard() throws IOException {
        int descriptor = terminal.isPresent() ? terminal.get().descriptor() : STDIN;
        int count = 0;
        try {
            count = posix.read(descriptor, chunk);
        } catch (ErrnoException e) {
            count = 0; // EIO: it has hung up
        }
        if (count <= 0) {
            readsKeyboard = false;
            stopReading(descriptor);
            return;
        }
        byte[] typed = java.util.Arrays.copyOf(chunk, count);
        if (terminal.isPresent()) {
            DetachKeys.Typed found = detachKeys.take(chunk, count);
            typed = found.bytes();
            releaseAt = detachKeys.isHolding() ? System.nanoTime() + HELD : Long.MAX_VALUE;
            if (found.detach()) {
                detach();
            }
        }
        if (!typing.type(typed) && place.outIsTerminal()) {
            place.out().write(BELL);
        }
        tellNotice();
    }

    /** Of a terminal, that has hung up; of something else, nothing more comes. */
    private void stopReading(int descriptor) throws IOException {
        try {
            epoll.remove(descriptor);
        } catch (ErrnoException e) {
            // It was a file, which was not waited for.
        }
        if (terminal.isPresent()) {
            exit = Optional.of(128 + Signal.parse("HUP").orElseThrow().number());
        }
    }

    private void detach() throws IOException {
        leave();
        if (place.outIsTerminal()) {
            say("[" + Text.plain(name) + ": left, it goes on]");
        }
        exit = Optional.of(Outcome.DONE);
    }

    private void show(Json.Obj part) throws IOException {
        if (part.getString("event").orElse("").equals("skipped")) {
            skipped(part.getLong("bytes").orElse(0));
            return;
        }
        boolean stderr = part.getString("stream").orElse("").equals("stderr");
        Optional<Json.Obj> error = part.getObject("error");
        if (error.isPresent()) {
            say("[" + Text.plain(error.get().getString("message").orElse("")) + "]");
            return;
        }
        byte[] bytes = WireFormat.bytes(part);
        if (tty) {
            modes.feed(bytes, bytes.length);
        } else if (place.outIsTerminal()) {
            ByteArrayOutputStream harmless = new ByteArrayOutputStream(bytes.length);
            visible.add(bytes, 0, bytes.length, harmless);
            bytes = harmless.toByteArray();
        }
        (stderr ? place.err() : place.out()).write(bytes);
    }

    /** It prints faster than our terminal shows: what comes next is as on a fresh terminal. */
    private void skipped(long bytes) throws IOException {
        if (place.outIsTerminal()) {
            place.out().write(modes.reset());
        }
        modes = new TerminalModes();
        say("[" + bytes + " bytes are not shown]");
        if (terminal.isPresent()) {
            redraw(terminal.get().size());
        }
    }

    /** A line of our own. */
    private void say(String line) throws IOException {
        String end = terminal.isPresent() ? "\r\n" : "\n";
        place.err().write((end + line + end).getBytes(UTF_8));
    }

    private void signalled(Signal signal) throws IOException {
        switch (signal.name()) {
            case "WINCH" -> resized();
            case "TSTP" -> detach();
            case "CONT" -> continued();
            case "INT", "QUIT" -> {
                if (tty || typing.isReadOnly() || !introduced) {
                    exit = Optional.of(128 + signal.number());
                } else {
                    typing.signal(signal.name());
                }
            }
            default -> {
                deadly = Optional.of(signal);
                exit = Optional.of(128 + signal.number());
            }
        }
    }

    /** We were stopped; meanwhile somebody else had the terminal. */
    private void continued() throws ErrnoException {
        if (terminal.isPresent()) {
            terminal.get().enter(Terminal.Mode.RAW);
            redraw(terminal.get().size());
        }
    }

    private void resized() throws ErrnoException {
        if (terminal.isPresent() && place.outIsTerminal()) {
            Terminal.Size size = terminal.get().size();
            if (size.rows() > 0 && size.columns() > 0) {
                redrawAt = Long.MAX_VALUE;
                typing.resize(size.rows(), size.columns());
            }
        }
    }

    /** The terminal is as it was. May be called again. */
    private void leave() throws IOException {
        if (terminal.isPresent()) {
            Terminal ours = terminal.get();
            terminal = Optional.empty();
            try {
                if (place.outIsTerminal()) {
                    place.out().write(modes.reset());
                }
            } finally {
                ours.close();
            }
        }
    }

    @Override
    public void close() {
        stream.close();
        answers.ifPresent(Wire::close);
        epoll.close();
        io.close();
    }
}
