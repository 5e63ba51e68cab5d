package taskmaster.line;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import taskmaster.posix.Epoll;
import taskmaster.posix.Posix;
import taskmaster.posix.Terminal;

/**
 * A shell that does nothing but say what it was given, for tests on a real terminal. Its argument
 * is the file of its history. A line that begins with {@code notice} is printed again a moment
 * later, while the next one is edited; {@code fault} throws.
 */
final class EditorProgram {

    private static final List<String> WORDS =
            List.of("status", "start", "stop", "restart", "reload", "shutdown");

    private EditorProgram() {}

    public static void main(String[] args) throws Exception {
        Posix posix = Posix.open();
        History history = History.open(posix, Path.of(args[0]), 100);
        try (var session = TerminalSession.open(posix, Terminal.of(posix, 0))) {
            Terminal.Size size = session.terminal().size();
            Screen screen = Screen.of(session.terminal()::write, size.columns(), size.rows());
            var editor = new LineEditor(history, EditorProgram::complete);
            run(history, screen, new LineReader(session, screen, editor), session);
        }
        System.out.println("bye");
    }

    private static Completion complete(String line, int cursor) {
        int start = line.lastIndexOf(' ', cursor - 1) + 1;
        List<Candidate> fitting = new ArrayList<>();
        for (String word : WORDS) {
            if (word.startsWith(line.substring(start, cursor))) {
                fitting.add(Candidate.of(word));
            }
        }
        return new Completion(start, fitting);
    }

    private static void run(
            History history, Screen screen, LineReader reader, TerminalSession session)
            throws IOException {
        while (true) {
            reader.begin("\033[1mtm>\033[0m ");
            LineReader.Result result = reader.next(Epoll.FOREVER);
            while (result instanceof LineReader.Result.Happened(var event)) {
                screen.print("event " + event + "\n");
                if (event instanceof TerminalSession.Event.Signalled) {
                    return;
                }
                result = reader.next(Epoll.FOREVER);
            }
            switch (result) {
                case LineReader.Result.Line(String line) -> {
                    history.add(line);
                    said(screen, session, line);
                }
                case LineReader.Result.Plain.INTERRUPTED -> {}
                case LineReader.Result.Plain.END -> {
                    return;
                }
                case LineReader.Result.Happened happened -> throw new AssertionError(happened);
            }
        }
    }

    private static void said(Screen screen, TerminalSession session, String line)
            throws IOException {
        screen.print("<" + line.replace("\n", "|") + ">\n");
        switch (line) {
            case "fault" -> throw new IllegalStateException("as was asked for");
            case "suspend" -> session.suspend();
            case "wake" -> session.wakeUp();
            default -> {}
        }
    }
}
