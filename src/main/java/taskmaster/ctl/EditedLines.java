package taskmaster.ctl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import taskmaster.line.Completer;
import taskmaster.line.History;
import taskmaster.line.LineEditor;
import taskmaster.line.LineReader;
import taskmaster.line.Screen;
import taskmaster.line.TerminalSession;
import taskmaster.line.TerminalSession.Event;
import taskmaster.posix.Epoll;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;
import taskmaster.posix.Terminal;

/**
 * Lines that are edited on a terminal.
 *
 * <p>The terminal is only in its own mode while a line is edited. Commands run while it is as it
 * was found, on a thread of their own: the shell's waits for signals then, since nobody else gets
 * them. So nothing is used by two threads at a time.
 */
final class EditedLines implements LineSource {

    /** Lines in memory; the file has no more than twice as many. */
    private static final int HISTORY = 2000;

    private final TerminalSession session;
    private final Screen screen;
    private final History history;
    private final LineReader reader;
    private Optional<Signal> killed = Optional.empty();
    private boolean editing;

    private EditedLines(
            TerminalSession session, Screen screen, History history, Completer completer) {
        this.session = session;
        this.screen = screen;
        this.history = history;
        this.reader = new LineReader(session, screen, new LineEditor(history, completer));
    }

    /**
     * Takes over the terminal that is stdin.
     *
     * @param file of the history
     * @throws IOException it is none, or the like
     */
    static EditedLines open(Posix posix, Optional<Path> file, Completer completer)
            throws IOException {
        Terminal terminal = Terminal.of(posix, 0);
        TerminalSession session = TerminalSession.open(posix, terminal);
        Terminal.Size size = terminal.size();
        Screen screen = Screen.of(terminal::write, size.columns(), size.rows());
        History history = History.inMemory(HISTORY);
        if (file.isPresent()) {
            try {
                history = History.open(posix, file.get(), HISTORY);
            } catch (IOException e) {
                screen.print(notKept(file.get(), e));
            }
        }
        return new EditedLines(session, screen, history, completer);
    }

    private static String notKept(Path file, IOException cause) {
        return "cannot use the history "
                + Text.plain(file.toString())
                + ": "
                + Text.plain(String.valueOf(cause.getMessage()))
                + "\n";
    }

    @Override
    public Read next(String prompt) throws IOException {
        if (killed.isPresent()) {
            return new Killed(killed.get());
        }
        if (!editing) {
            reader.begin(prompt);
            editing = true;
        }
        while (true) {
            LineReader.Result result = reader.next(Epoll.FOREVER);
            if (result instanceof LineReader.Result.Happened(Event event)) {
                if (event == Event.Plain.WOKEN) {
                    return new Woken();
                }
                if (event instanceof Event.Signalled(Signal signal) && ends(signal)) {
                    reader.interrupt();
                    return new Killed(signal);
                }
                continue;
            }
            editing = false;
            return read(result);
        }
    }

    private static Read read(LineReader.Result result) {
        if (result instanceof LineReader.Result.Line(String text)) {
            return new Line(text);
        }
        return result == LineReader.Result.Plain.INTERRUPTED ? new Dropped() : new End();
    }

    private static boolean ends(Signal signal) {
        return signal.equals(Signal.TERM) || signal.equals(Signal.HUP);
    }

    @Override
    public boolean isPerson() {
        return true;
    }

    @Override
    public void remember(String typed) throws IOException {
        try {
            history.add(typed);
        } catch (IOException e) {
            screen.print("cannot save the history: " + Text.plain(e.getMessage()) + "\n");
        }
    }

    @Override
    public Optional<byte[]> rest(int most) throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            switch (next("")) {
                case Line(String line) -> text.append(line).append('\n');
                case Woken woken -> {}
                case Dropped dropped -> {
                    return Optional.empty();
                }
                case Killed(Signal signal) -> {
                    killed = Optional.of(signal);
                    return Optional.empty();
                }
                case End end -> {
                    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                    return Optional.of(
                            java.util.Arrays.copyOf(bytes, Math.min(most, bytes.length)));
                }
            }
        }
    }

    @Override
    public void show(String text) throws IOException {
        screen.print(text);
    }

    @Override
    public Optional<List<String>> history() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            lines.add(history.get(i));
        }
        return Optional.of(lines);
    }

    @Override
    public int during(Work work, Runnable interrupt) throws IOException {
        FutureTask<Integer> task = new FutureTask<>(work::run);
        Thread thread = new Thread(() -> run(task), "command");
        thread.setDaemon(true);
        thread.start();
        while (!task.isDone()) {
            Event event = session.await(Epoll.FOREVER);
            if (event instanceof Event.Signalled(Signal signal)) {
                killed = ends(signal) ? Optional.of(signal) : killed;
                interrupt.run();
            } else if (event == Event.Plain.HUNG_UP) {
                killed = Optional.of(Signal.HUP);
                interrupt.run();
            }
        }
        return outcome(task);
    }

    private void run(FutureTask<Integer> task) {
        task.run();
        session.wakeUp();
    }

    private static int outcome(FutureTask<Integer> task) throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case Throwable cause -> throw new UncheckedIOException(new IOException(cause));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.INTERRUPTED;
        }
    }

    @Override
    public Optional<TerminalSession> terminal() {
        return Optional.of(session);
    }

    @Override
    public void wakeUp() {
        session.wakeUp();
    }

    @Override
    public void close() throws IOException {
        session.close();
    }
}
