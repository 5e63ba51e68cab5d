package taskmaster.ctl;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;

/**
 * taskmasterctl without a command: reads lines and runs them, until they end. With a terminal it
 * shows a prompt and edits lines; on a pipe it prints nothing of its own.
 */
final class Shell {

    private static final String CONTINUES = "> ";

    private final Session session;
    private final String prompt;

    private Shell(Session session, String prompt) {
        this.session = session;
        this.prompt = prompt;
    }

    /** Returns the exit code of the last command. */
    static int run(
            Invocation.Shell asked,
            OutputStream out,
            OutputStream err,
            Client.Surroundings surroundings)
            throws IOException {
        Endpoint.Found found = Endpoint.find(asked.options());
        if (found.problem().isPresent()) {
            err.write(
                    found.problem().get().err().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return found.problem().get().exit();
        }
        Endpoint endpoint = found.endpoint().get();
        try (Client client = new Client(out, err, surroundings)) {
            client.stayAt(endpoint);
            client.paint(asked.options().colour());
            ShellSettings settings = ShellSettings.find(asked.options());
            Watch watch = new Watch(client, endpoint, client.palette(asked.options()));
            try (LineSource lines = lines(surroundings, out, settings, watch);
                    Session session =
                            new Session(client, new Console(lines, out, err), endpoint, watch)) {
                session.set(ShellOption.ERREXIT, asked.stopsAtError());
                session.begin(asked.first());
                new Shell(session, settings.prompt()).loop();
                return session.lastExit();
            }
        }
    }

    private static LineSource lines(
            Client.Surroundings surroundings, OutputStream out, ShellSettings settings, Watch watch)
            throws IOException {
        if (!surroundings.inIsTerminal() || !surroundings.outIsTerminal()) {
            return PlainLines.of(surroundings.in(), out);
        }
        Posix posix = Posix.open();
        return surroundings.isDumb()
                ? PlainLines.ofPerson(posix, surroundings.in(), out)
                : EditedLines.open(posix, settings.history(), new ShellCompleter(watch));
    }

    private void loop() throws IOException {
        StringBuilder text = new StringBuilder();
        session.tellNews();
        while (!session.hasLeft()) {
            switch (session.lines().next(text.length() == 0 ? prompt : CONTINUES)) {
                case LineSource.Line(String line) -> {
                    text.append(line);
                    take(text);
                    if (text.length() == 0) {
                        session.tellNews();
                    }
                }
                case LineSource.Dropped dropped -> {
                    text.setLength(0);
                    session.tellNews();
                }
                case LineSource.Woken woken -> session.wake();
                case LineSource.Killed(Signal signal) -> {
                    session.killed(signal);
                    return;
                }
                case LineSource.End end -> {
                    if (Statements.parse(text.toString())
                            instanceof Statements.Incomplete(String missing)) {
                        session.refuse("the input ends where " + missing);
                    }
                    return;
                }
            }
        }
    }

    /** Runs what is complete; then there is no text any more. */
    private void take(StringBuilder text) throws IOException {
        switch (Statements.parse(text.toString())) {
            case Statements.Incomplete incomplete -> text.append('\n');
            case Statements.Wrong(String message) -> {
                session.lines().remember(text.toString());
                text.setLength(0);
                session.refuse(message);
            }
            case Statements.Complete(List<Statement> statements) -> {
                session.lines().remember(text.toString());
                text.setLength(0);
                session.run(statements);
            }
        }
    }
}
