package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.posix.Posix;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;
import taskmaster.protocol.Verb;

/**
 * Commands, each from its arguments to its exit code. Owned by the thread that runs the commands;
 * only {@link #interrupt} may be called from another.
 */
final class Client implements AutoCloseable {

    /** For the answer to a question of job control, which waits for nothing. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** As base64 it fits into a request of 64 KiB. */
    static final int MAX_INPUT = 40 * 1024;

    /** Who waits has pressed a key. */
    private static final Duration COMPLETION_PATIENCE = Duration.ofSeconds(1);

    private final OutputStream out;
    private final OutputStream err;
    private final Surroundings surroundings;
    private final Link link = new Link();
    private Optional<Endpoint> home = Optional.empty();
    private Optional<JobWords> jobs = Optional.empty();
    private Optional<Invocation.Colour> colour = Optional.empty();
    private Optional<Reply> last = Optional.empty();
    private Optional<ForegroundSignals> foregroundSignals = Optional.empty();
    private volatile boolean interrupted;

    /** Where a command reads from that reads. */
    interface Input {
        /** What comes until it ends, but not more than so many bytes. */
        byte[] input(int most) throws IOException;
    }

    /** What a command depends on besides its arguments and taskmasterd; the input is stdin. */
    interface Surroundings extends Input {
        TimeZoneOffset zone();

        InputStream in();

        /** Whether a person types what comes on stdin. */
        boolean inIsTerminal();

        /** Whether a person looks at stdout. */
        boolean outIsTerminal();

        /** Whether the terminal can do nothing but show text. */
        boolean isDumb();

        /** Whether that person wants colours. */
        boolean coloursWanted();
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
        if (invocation instanceof Invocation.Shell shell) {
            return Shell.run(shell, out, err, surroundings);
        }
        if (invocation instanceof Invocation.Complete complete) {
            return complete(complete.words());
        }
        return run(meant(invocation), surroundings);
    }

    /**
     * The same with processes in place of the jobs that it names, which only the table of all jobs
     * explains; or an answer: why that cannot be.
     */
    Invocation meant(Invocation invocation) {
        boolean explained =
                invocation instanceof Invocation.Ask ask
                        && (JobWords.isNamedIn(ask.request())
                                || (jobs.isPresent() && ask.request() instanceof Request.Attach));
        if (!explained) {
            return invocation;
        }
        interrupted = false;
        Invocation.Ask ask = (Invocation.Ask) invocation;
        Endpoint.Found found = find(ask.options());
        if (found.problem().isPresent()) {
            return new Invocation.Answered(found.problem().get());
        }
        Endpoint endpoint = found.endpoint().get();
        try {
            return jobs(endpoint).explained(ask);
        } catch (IOException e) {
            return new Invocation.Answered(unasked(ask.verb(), endpoint, e));
        }
    }

    /** Runs a command that is parsed already, names no jobs, and does not start a shell. */
    int run(Invocation invocation, Input input) throws IOException {
        interrupted = false;
        last = Optional.empty();
        if (invocation instanceof Invocation.Answered answered) {
            return print(answered.outcome());
        }
        Invocation.Options options =
                invocation instanceof Invocation.Jobs asked
                        ? asked.options()
                        : ((Invocation.Ask) invocation).options();
        Endpoint.Found found = find(options);
        if (found.problem().isPresent()) {
            return print(found.problem().get());
        }
        Endpoint endpoint = found.endpoint().get();
        return invocation instanceof Invocation.Jobs asked
                ? print(control(asked, endpoint))
                : ask((Invocation.Ask) invocation, endpoint, input);
    }

    private Endpoint.Found find(Invocation.Options options) {
        return home.isPresent() && !options.saysWhere()
                ? new Endpoint.Found(home, Optional.empty())
                : Endpoint.find(options);
    }

    private Outcome control(Invocation.Jobs asked, Endpoint endpoint) {
        try {
            return jobs(endpoint).run(asked.word(), asked.arguments());
        } catch (IOException e) {
            return unasked(Verb.SIGNAL, endpoint, e);
        }
    }

    /** What is current is known only of where we stay. */
    private JobWords jobs(Endpoint endpoint) {
        return jobs.isPresent() && home.get().equals(endpoint)
                ? jobs.get()
                : new JobWords(request -> link.ask(endpoint, request, ANSWER), false);
    }

    private Outcome unasked(Verb verb, Endpoint endpoint, IOException cause) {
        if (interrupted) {
            return Outcome.printed("", Outcome.INTERRUPTED);
        }
        return cause instanceof JobWords.ForbiddenException
                ? Outcome.refused("ERROR: " + cause.getMessage() + "\n", Outcome.NOT_ALLOWED)
                : Unreachable.explain(verb, endpoint, cause);
    }

    /** Without a word where no daemon answers: somebody is typing. */
    private int complete(List<String> words) throws IOException {
        Map<String, StateChanges.Seen> processes = Map.of();
        Endpoint.Found found = Endpoint.find(WordCompletion.where(words));
        if (found.endpoint().isPresent()) {
            Request status = new Request.Status(new Target.All());
            try {
                Reply reply = link.ask(found.endpoint().get(), status, COMPLETION_PATIENCE);
                processes = StateChanges.processes(WireFormat.content(reply));
            } catch (IOException e) {
                processes = Map.of();
            }
        }
        out.write(WordCompletion.lines(words, processes).getBytes(UTF_8));
        return Outcome.DONE;
    }

    /** Whether the kept connection is still good. */
    boolean isConnected() {
        return link.isGood();
    }

    /** Colours of commands that say nothing about them. */
    void paint(Optional<Invocation.Colour> wanted) {
        colour = wanted;
    }

    /** The colours of what is shown to a person now, or to {@code out} at a command's wish. */
    Palette palette(Invocation.Options options) {
        return palette(options, surroundings.outIsTerminal());
    }

    private Palette palette(Invocation.Options options, boolean terminal) {
        Optional<Invocation.Colour> when = options.colour().isPresent() ? options.colour() : colour;
        if (when.isPresent() && when.get() != Invocation.Colour.AUTO) {
            return new Palette(when.get() == Invocation.Colour.ALWAYS);
        }
        return new Palette(terminal && surroundings.coloursWanted());
    }

    /** Where commands go from now on that say nothing else. */
    void stayAt(Endpoint endpoint) {
        home = Optional.of(endpoint);
        jobs = Optional.of(new JobWords(request -> ask(request, ANSWER), true));
    }

    /** Those of where commands go. */
    JobWords jobs() {
        return jobs.orElseThrow();
    }

    /** The last reply to the last command, once; empty when there was none. */
    Optional<Reply> takeLastReply() {
        Optional<Reply> reply = last;
        last = Optional.empty();
        return reply;
    }

    /**
     * Ends the command that runs: it returns {@link Outcome#INTERRUPTED}. The daemon goes on with
     * what it was asked for. From any thread.
     */
    void interrupt() {
        interrupted = true;
        link.interrupt();
    }

    /** Whether the last command was ended so; only once. */
    boolean takeInterruption() {
        boolean was = interrupted;
        interrupted = false;
        return was;
    }

    /**
     * A question of the shell's own, which prints nothing.
     *
     * @param limit for the answer
     * @throws IOException as {@link Link#ask}
     */
    Reply ask(Request request, Duration limit) throws IOException {
        return link.ask(home.orElseThrow(), request, limit);
    }

    /** As if it had been started here; where replies are wanted as they come, they are shown. */
    private int attach(Invocation.Ask ask, Request.Attach request, Endpoint endpoint)
            throws IOException {
        Palette palette = palette(ask.options());
        LogView view = new LogView(surroundings.outIsTerminal(), palette.isOn());
        Foreground.Place place =
                new Foreground.Place(
                        out,
                        err,
                        surroundings.inIsTerminal(),
                        surroundings.outIsTerminal(),
                        new Answer(ask.verb(), request, surroundings.zone(), view, palette));
        try {
            link.to(endpoint); // which knows how to say that it cannot
        } catch (IOException e) {
            return print(Unreachable.explain(ask.verb(), endpoint, e));
        }
        try (Foreground foreground =
                Foreground.open(request, endpoint, foregroundSignals(), place)) {
            return foreground.run();
        }
    }

    private ForegroundSignals foregroundSignals() {
        if (foregroundSignals.isEmpty()) {
            foregroundSignals = Optional.of(new ForegroundSignals(Posix.open()));
        }
        return foregroundSignals.get();
    }

    private int ask(Invocation.Ask ask, Endpoint endpoint, Input stdin) throws IOException {
        if (ask.request() instanceof Request.Attach attach && !ask.options().json()) {
            return attach(ask, attach, endpoint);
        }
        // Before the connection, which is still being prepared.
        Request asked = ask.request();
        if (ask.options().readsInput() && asked instanceof Request.Send send) {
            byte[] input = stdin.input(MAX_INPUT + 1);
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
        byte[] request = WireFormat.encode(asked);
        Connection connection;
        try {
            connection = link.to(endpoint);
        } catch (IOException e) {
            return print(Unreachable.explain(ask.verb(), endpoint, e));
        }
        if (asked instanceof Request.Top top && isFullScreen(ask.options())) {
            Palette palette = palette(ask.options());
            Outcome left = TopScreen.run(top, endpoint, connection, foregroundSignals(), palette);
            link.drop();
            return print(left);
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
        Palette palette = palette(ask.options(), terminal);
        LogView view = new LogView(terminal && !ask.options().raw(), palette.isOn());
        if (follows(ask.request()) && terminal) {
            err.write("==> Press Ctrl-C to exit <==\n".getBytes(UTF_8));
        }
        Answer answer = new Answer(ask.verb(), ask.request(), surroundings.zone(), view, palette);
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
                reply = WireFormat.decode(line);
                fault = "does not answer as a taskmasterd does";
            }
            if (reply.isEmpty()) {
                link.drop();
                if (interrupted) {
                    return Outcome.INTERRUPTED;
                }
                return print(Unreachable.lost(ask.verb(), endpoint, fault));
            }
            if (deadline.isPresent()) {
                deadline.get().cancel();
            }
            if (TopSample.isFirst(ask.request(), reply.get())) {
                continue;
            }
            Outcome outcome = answer.to(reply.get());
            int exit = ask.options().json() ? printRaw(line, outcome) : print(outcome);
            samples--;
            if (samples == 0) {
                link.drop(); // more would come
                return exit;
            }
            if (reply.get().isFinal()) {
                last = reply;
                return exit;
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

    static boolean follows(Request request) {
        return request instanceof Request.Events
                || (request instanceof Request.Tail tail && tail.follow())
                || (request instanceof Request.MainTail mainTail && mainTail.follow());
    }

    private static void send(byte[] request, Connection connection) {
        try {
            connection.send(request);
        } catch (IOException e) {
            // The daemon has closed its side: why, it may have written before; so that is read.
            return;
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
    public void close() {
        link.drop();
    }
}
