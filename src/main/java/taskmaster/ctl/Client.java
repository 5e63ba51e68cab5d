package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.Optional;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;
import taskmaster.json.JsonWriter;
import taskmaster.protocol.Envelope;
import taskmaster.protocol.Reply;
import taskmaster.protocol.ReplyCodec;
import taskmaster.protocol.Request;
import taskmaster.protocol.RequestCodec;

/** One command, from its arguments to its exit code. Owned by the thread that runs it. */
final class Client implements AutoCloseable {

    /** As base64 it fits into a request of 64 KiB. */
    private static final int MAX_INPUT = 40 * 1024;

    private final OutputStream out;
    private final OutputStream err;
    private final Surroundings surroundings;
    private Optional<Connection> open = Optional.empty();

    /** What a command depends on besides its arguments and taskmasterd. */
    interface Surroundings {
        TimeZoneOffset zone();

        /** Whether a person looks at stdout. */
        boolean outIsTerminal();

        /** Whether that person wants colours. */
        boolean coloursWanted();

        /** What comes on stdin until it ends, but not more than so many bytes. */
        byte[] input(int most) throws IOException;
    }

    /**
     * {@code out} and {@code err} are written to in whole lines or replies, so they need no buffer.
     */
    Client(OutputStream out, OutputStream err, Surroundings surroundings) {
        this.out = out;
        this.err = err;
        this.surroundings = surroundings;
    }

    /** Returns the exit code. Throws only when {@code out} or {@code err} cannot be written. */
    int run(String[] args) throws IOException {
        Invocation invocation = CommandLine.parse(args);
        if (invocation instanceof Invocation.Answered answered) {
            return print(answered.outcome());
        }
        Invocation.Ask ask = (Invocation.Ask) invocation;
        Endpoint.Found found = Endpoint.find(ask.options());
        if (found.problem().isPresent()) {
            return print(found.problem().get());
        }
        return ask(ask, found.endpoint().get());
    }

    private int ask(Invocation.Ask ask, Endpoint endpoint) throws IOException {
        // Before the connection, which is still being prepared.
        Request asked = ask.request();
        if (ask.options().readsInput() && asked instanceof Request.Send send) {
            byte[] input = surroundings.input(MAX_INPUT + 1);
            if (input.length == 0 || input.length > MAX_INPUT) {
                String much =
                        input.length == 0 ? "is nothing" : "are more than " + MAX_INPUT + " bytes";
                return print(
                        Outcome.refused(
                                "Error: there " + much + " on stdin to send\n", Outcome.USAGE));
            }
            String base64 = Base64.getEncoder().encodeToString(input);
            asked = new Request.Send(send.target(), new Request.Input(true, base64));
        }
        byte[] request = encode(asked);
        Connection connection;
        try {
            connection = Connection.open(endpoint.path());
        } catch (IOException e) {
            return print(Unreachable.explain(ask.verb(), endpoint, e));
        }
        open = Optional.of(connection);
        if (asked instanceof Request.Top top && isFullScreen(ask.options())) {
            return print(TopScreen.run(top, endpoint, connection, surroundings.coloursWanted()));
        }
        Optional<Deadline> deadline =
                ask.options().timeout().isPresent()
                        ? Optional.of(Deadline.start(connection, ask))
                        : Optional.empty();
        send(request, connection);
        return talk(ask, endpoint, connection, deadline);
    }

    private int talk(
            Invocation.Ask ask,
            Endpoint endpoint,
            Connection connection,
            Optional<Deadline> deadline)
            throws IOException {
        boolean terminal = surroundings.outIsTerminal();
        LogView view =
                new LogView(
                        terminal && !ask.options().raw(), terminal && surroundings.coloursWanted());
        if (follows(ask.request()) && terminal) {
            err.write("==> Press Ctrl-C to exit <==\n".getBytes(UTF_8));
        }
        Answer answer = new Answer(ask.verb(), ask.request(), surroundings.zone(), view);
        long samples = samples(ask);
        while (true) {
            byte[] line = new byte[0];
            String fault = "closed the connection before it answered";
            try {
                line = connection.line();
            } catch (IOException e) {
                fault = "cannot be read from: " + e.getMessage();
            }
            if (deadline.isPresent() && deadline.get().hasPassed()) {
                fault = "did not answer in time";
            }
            Optional<Reply> reply = Optional.empty();
            if (line.length > 0) {
                reply = decode(line);
                fault = "does not answer as a taskmasterd does";
            }
            if (reply.isEmpty()) {
                return print(Unreachable.lost(ask.verb(), endpoint, fault));
            }
            if (TopSample.isFirst(ask.request(), reply.get())) {
                continue;
            }
            Outcome outcome = answer.to(reply.get());
            int exit = ask.options().json() ? printRaw(line, outcome) : print(outcome);
            samples--;
            if (reply.get().isFinal() || samples == 0) {
                return exit;
            }
            if (deadline.isPresent()) {
                deadline.get().cancel();
            }
        }
    }

    private boolean isFullScreen(Invocation.Options options) {
        return surroundings.outIsTerminal()
                && options.samples().isEmpty()
                && !options.json()
                && TopScreen.isPossible();
    }

    /** After how many parts of a stream it is enough. */
    private static long samples(Invocation.Ask ask) {
        long wanted = ask.request() instanceof Request.Top ? ask.options().samples().orElse(1) : 0;
        return wanted == 0 ? Long.MAX_VALUE : wanted;
    }

    private static boolean follows(Request request) {
        return (request instanceof Request.Tail tail && tail.follow())
                || (request instanceof Request.MainTail mainTail && mainTail.follow());
    }

    private static byte[] encode(Request request) {
        String line = JsonWriter.write(RequestCodec.encode(Envelope.of(request))) + "\n";
        return line.getBytes(UTF_8);
    }

    private static void send(byte[] request, Connection connection) {
        try {
            connection.send(request);
        } catch (IOException e) {
            // The daemon has closed its side: why, it may have written before; so that is read.
            return;
        }
    }

    private static Optional<Reply> decode(byte[] line) {
        try {
            Optional<ReplyCodec.Answer> answer =
                    ReplyCodec.decode(JsonParser.parse(new String(line, UTF_8)));
            return answer.isPresent() ? Optional.of(answer.get().reply()) : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private int printRaw(byte[] line, Outcome outcome) throws IOException {
        out.write(line);
        return outcome.exit();
    }

    private int print(Outcome outcome) throws IOException {
        if (outcome.out().length > 0) {
            out.write(outcome.out());
        }
        if (!outcome.err().isEmpty()) {
            err.write(outcome.err().getBytes(UTF_8));
        }
        return outcome.exit();
    }

    @Override
    public void close() throws IOException {
        if (open.isPresent()) {
            open.get().close();
        }
    }
}
