package taskmaster.ctl;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import taskmaster.posix.Posix;

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
        ShellSettings settings = ShellSettings.find(asked.options());
        boolean person = surroundings.inIsTerminal() && surroundings.outIsTerminal();
        try (LineSource lines = new PlainLines(surroundings.in(), out, person);
                Client client = new Client(out, err, new InShell(surroundings, lines))) {
            Endpoint endpoint = found.endpoint().get();
            client.stayAt(endpoint);
            client.paint(asked.options().colour());
            Palette palette = client.palette(asked.options());
            Optional<Watch> watch =
                    person ? Optional.of(new Watch(client, endpoint, palette)) : Optional.empty();
            Interrupts interrupts = new Interrupts(client::interrupt, () -> restore(lines));
            if (person) {
                interrupts.listen(Posix.open());
            }
            Session session = new Session(client, new Console(lines, out, err), watch, interrupts);
            session.set(ShellOption.ERREXIT, asked.stopsAtError());
            session.begin(asked.first());
            new Shell(session, settings.prompt()).loop();
            return session.lastExit();
        }
    }

    /** What cannot be restored has gone. */
    private static void restore(LineSource lines) {
        try {
            lines.close();
        } catch (IOException e) {
            return;
        }
    }

    private void loop() throws IOException {
        StringBuilder text = new StringBuilder();
        while (!session.hasLeft()) {
            if (text.length() == 0) {
                session.tellNews();
            }
            LineSource.Read read = session.lines().next(text.length() == 0 ? prompt : CONTINUES);
            if (read instanceof LineSource.End) {
                if (Statements.parse(text.toString()) instanceof Statements.Incomplete incomplete) {
                    session.refuse("the input ends where " + incomplete.missing());
                }
                return;
            }
            if (!(read instanceof LineSource.Line line)) {
                text.setLength(0);
                continue;
            }
            text.append(line.text());
            switch (Statements.parse(text.toString())) {
                case Statements.Incomplete incomplete -> text.append('\n');
                case Statements.Wrong wrong -> {
                    text.setLength(0);
                    session.refuse(wrong.message());
                }
                case Statements.Complete complete -> {
                    text.setLength(0);
                    session.run(complete.statements());
                }
            }
        }
    }

    /** What a command is surrounded by that is run in a shell: its stdin is the shell's. */
    private record InShell(Client.Surroundings outside, LineSource lines)
            implements Client.Surroundings {
        @Override
        public TimeZoneOffset zone() {
            return outside.zone();
        }

        @Override
        public boolean inIsTerminal() {
            return outside.inIsTerminal();
        }

        @Override
        public boolean outIsTerminal() {
            return outside.outIsTerminal();
        }

        @Override
        public boolean coloursWanted() {
            return outside.coloursWanted();
        }

        @Override
        public java.io.InputStream in() {
            return outside.in();
        }

        @Override
        public byte[] input(int most) throws IOException {
            return lines.rest(most);
        }
    }
}
