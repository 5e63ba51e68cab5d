package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import taskmaster.line.Key;
import taskmaster.line.KeyDecoder;
import taskmaster.posix.Epoll;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;
import taskmaster.posix.Terminal;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;

/**
 * {@code top} on a terminal: the thread that reads keys and draws. It shows the alternate screen
 * without a cursor, and however it ends, the terminal is as it was: also by a signal (HUP, INT,
 * TERM) and by a fault.
 *
 * <p>Keys, samples, answers and signals come by one wait ({@link Epoll}); other threads put what
 * they have into a queue, which is short: who prints more than the terminal takes waits.
 */
final class TopScreen implements AutoCloseable {

    private static final int MOST_WAITING = 64;
    private static final int KEYS_TOKEN = 1;
    private static final int SIGNALS_TOKEN = 2;

    private static final String ENTER = "\033[?1049h\033[?25l";
    private static final String LEAVE = "\033[0m\033[r\033[?25h\033[?1049l";

    private final Posix posix;
    private final Terminal terminal;
    private final Epoll epoll;
    private final ForegroundSignals signals;
    private final TopFeed feed;
    private final Palette palette;
    private final ArrayBlockingQueue<TopFeed.News> queue = new ArrayBlockingQueue<>(MOST_WAITING);
    private final KeyDecoder decoder = new KeyDecoder();
    private final byte[] typed = new byte[1024];

    private Optional<TopView> view = Optional.empty();
    private Optional<Following> following = Optional.empty();
    private Optional<Outcome> outcome = Optional.empty();

    /** What ends not only this, but the whole program. */
    private Optional<Signal> deadly = Optional.empty();

    private record Following(String name, int number) {}

    private TopScreen(Posix posix, Endpoint endpoint, ForegroundSignals signals, Palette palette)
            throws ErrnoException {
        this.posix = posix;
        this.signals = signals;
        this.palette = palette;
        terminal = Terminal.of(posix, 1);
        epoll = Epoll.open(4);
        epoll.add(terminal.descriptor(), Epoll.IN, KEYS_TOKEN);
        signals.begin();
        epoll.add(signals.descriptor(), Epoll.IN, SIGNALS_TOKEN);
        feed = new TopFeed(endpoint, palette.isOn(), this::put);
    }

    /** Whether this terminal can show it. */
    static boolean isPossible() {
        String terminal = System.getenv("TERM");
        return terminal != null && !terminal.isEmpty() && !terminal.equals("dumb");
    }

    /**
     * Shows samples until somebody leaves.
     *
     * @param connection to {@code endpoint}
     * @return what is left to be said
     */
    static Outcome run(
            Request.Top request,
            Endpoint endpoint,
            Connection connection,
            ForegroundSignals signals,
            Palette palette) {
        try (TopScreen screen = new TopScreen(Posix.open(), endpoint, signals, palette)) {
            screen.enter();
            screen.feed.watch(request, connection);
            while (screen.outcome.isEmpty()) {
                screen.turn();
            }
            return screen.outcome.get();
        } catch (ErrnoException e) {
            String message = "ERROR: cannot use the terminal: " + e.getMessage() + "\n";
            return Outcome.refused(message, Outcome.FAILED);
        }
    }

    private void enter() throws ErrnoException {
        terminal.enter(Terminal.Mode.KEYS);
        write(ENTER);
    }

    /** Any thread. */
    private void put(TopFeed.News news) throws InterruptedException {
        queue.put(news);
        epoll.wakeUp();
    }

    private void turn() throws ErrnoException {
        int ready = epoll.await(decoder.isWaiting() ? KeyDecoder.PATIENCE : Epoll.FOREVER);
        boolean keys = false;
        for (int i = 0; i < ready; i++) {
            if (epoll.token(i) == SIGNALS_TOKEN) {
                take(signals.next());
            }
            keys |= epoll.token(i) == KEYS_TOKEN;
        }
        if (keys) {
            int count = terminal.read(typed);
            if (count <= 0) {
                leave(new Outcome(new byte[0], "", Outcome.FAILED)); // the terminal has hung up
                return;
            }
            type(decoder.take(typed, count));
        } else if (decoder.isWaiting()) {
            type(decoder.timeOut());
        }
        for (TopFeed.News news = queue.poll(); news != null; news = queue.poll()) {
            hear(news);
        }
    }

    private void leave(Outcome with) {
        outcome = Optional.of(with);
    }

    private void take(Signal signal) throws ErrnoException {
        switch (signal.name()) {
            case "WINCH" -> redraw();
            case "CONT" -> {
                enter();
                redraw();
            }
            case "TSTP" -> {
                write(LEAVE);
                terminal.restore();
                posix.kill(posix.pid(), Signal.STOP);
                take(nextAfterStop()); // nothing is drawn before: the stop may take a moment
            }
            default -> {
                leave(new Outcome(new byte[0], "", 128 + signal.number()));
                deadly = ForegroundSignals.isDeadly(signal) ? Optional.of(signal) : deadly;
            }
        }
    }

    /** That we go on, or what ends us. */
    private Signal nextAfterStop() throws ErrnoException {
        Signal next = signals.next();
        while (next.equals(Signal.WINCH) || next.name().equals("TSTP")) {
            next = signals.next();
        }
        return next;
    }

    private void hear(TopFeed.News news) throws ErrnoException {
        switch (news) {
            case TopFeed.News.Sampled(TopSample sample) -> {
                boolean lost = view.isEmpty() || view.get().message().equals(LOST);
                TopView next = view.isEmpty() ? TopView.of(sample) : view.get().withSample(sample);
                view = Optional.of(lost ? next.withMessage("") : next);
                draw();
            }
            case TopFeed.News.Refused(Reply reply) ->
                    leave(
                            Outcome.refused(
                                    "ERROR: " + TopFeed.words(reply).replace("ERROR ", "") + "\n",
                                    reply.status() == Reply.FORBIDDEN
                                            ? Outcome.NOT_ALLOWED
                                            : Outcome.FAILED));
            case TopFeed.News.Lost lost -> say(LOST);
            case TopFeed.News.Done(String message) -> say(message);
            case TopFeed.News.Printed(int number, String text) -> {
                if (following.isPresent() && following.get().number() == number) {
                    write(text);
                }
            }
        }
    }

    private static final String LOST = "taskmasterd has gone; looking for it every second";

    private void say(String message) throws ErrnoException {
        if (view.isPresent()) {
            view = Optional.of(view.get().withMessage(message));
            draw();
        } else {
            write("\033[H" + message);
        }
    }

    private void type(List<Key> keys) throws ErrnoException {
        for (Key key : keys) {
            if (following.isPresent()) {
                typeFollowing(key);
            } else if (view.isPresent()) {
                type(key, view.get());
            } else if (isLeaving(key)) {
                leave(Outcome.printed("", Outcome.DONE));
            }
        }
        if (following.isEmpty()) {
            draw();
        }
    }

    private static boolean isLeaving(Key key) {
        return key.equals(new Key.Text('q'))
                || key.equals(new Key.Control('c'))
                || key == Key.Named.ESCAPE;
    }

    private void type(Key key, TopView shown) throws ErrnoException {
        TopView.Step step = shown.type(key, frame().page());
        view = Optional.of(step.view());
        switch (step.effect()) {
            case TopView.Effect.None none -> {}
            case TopView.Effect.Quit quit -> leave(Outcome.printed("", Outcome.DONE));
            case TopView.Effect.Redraw again -> redraw();
            case TopView.Effect.Do(TopView.Action action, String name) -> feed.ask(action, name);
            case TopView.Effect.Follow(String name) -> {
                int rows = size().rows();
                following = Optional.of(new Following(name, feed.follow(name, rows - 1)));
                redraw();
            }
        }
    }

    private void typeFollowing(Key key) throws ErrnoException {
        if (isLeaving(key)) {
            feed.endFollowing();
            following = Optional.empty();
            redraw();
        }
    }

    private Terminal.Size size() throws ErrnoException {
        Terminal.Size size = terminal.size();
        return new Terminal.Size(
                size.columns() == 0 ? 80 : size.columns(), size.rows() == 0 ? 24 : size.rows());
    }

    private TopFrame frame() throws ErrnoException {
        Terminal.Size size = size();
        return new TopFrame(size.columns(), size.rows(), palette);
    }

    private void redraw() throws ErrnoException {
        write("\033[0m\033[r\033[2J\033[H");
        if (following.isPresent()) {
            drawFollowing(following.get().name());
        } else {
            draw();
        }
    }

    /** What comes scrolls below its first line. */
    private void drawFollowing(String name) throws ErrnoException {
        Terminal.Size size = size();
        String title = Cells.cut(name + ": what it prints; q comes back", size.columns());
        int below = Math.min(2, size.rows());
        write(
                "\033[7m"
                        + title
                        + "\033[0m"
                        + (size.rows() > 2 ? "\033[2;" + size.rows() + "r" : "")
                        + "\033["
                        + below
                        + ";1H");
    }

    private void draw() throws ErrnoException {
        if (view.isEmpty() || following.isPresent()) {
            return;
        }
        TopFrame frame = frame();
        view = Optional.of(view.get().fitted(frame.page()));
        StringBuilder text = new StringBuilder(4096);
        int row = 1;
        for (String line : frame.lines(view.get())) {
            text.append("\033[").append(row++).append(";1H\033[2K").append(line);
        }
        write(text.toString());
    }

    private void write(String text) throws ErrnoException {
        terminal.write(text.getBytes(UTF_8));
    }

    /** The terminal first: what else fails must not keep it. */
    @Override
    public void close() throws ErrnoException {
        feed.close();
        try {
            write(LEAVE);
        } finally {
            try {
                terminal.close();
            } finally {
                signals.end();
                queue.clear();
                epoll.close();
            }
        }
        if (deadly.isPresent()) {
            posix.kill(posix.pid(), deadly.get()); // it was for the shell around us, too
        }
    }
}
