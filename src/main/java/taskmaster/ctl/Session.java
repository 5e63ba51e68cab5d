package taskmaster.ctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import taskmaster.posix.Signal;
import taskmaster.protocol.Request;
import taskmaster.protocol.Verb;

/**
 * A shell between its lines: the kept connection, the options, and what its words work with. Owned
 * by the shell's thread.
 */
final class Session implements AutoCloseable {

    /** Exit codes of who is ended by a signal, as shells have it. */
    private static final int BY_SIGNAL = 128;

    private static final Client.Input NO_INPUT = most -> new byte[0];

    private final Client client;
    private final Console console;
    private final Set<ShellOption> options = EnumSet.noneOf(ShellOption.class);
    private final Endpoint endpoint;
    private final Watch watch;

    /** Whether somebody is there who wants to know what happens. */
    private final boolean person;

    private final JobWords jobs;
    private Optional<EventStream> events = Optional.empty();
    private int lastExit = Outcome.DONE;
    private boolean left;

    Session(Client client, Console console, Endpoint endpoint, Watch watch) {
        this.client = client;
        this.console = console;
        this.endpoint = endpoint;
        this.watch = watch;
        this.person = console.lines().isPerson();
        this.jobs = new JobWords(request -> client.ask(request, Client.ANSWER), true);
    }

    /** What the words of job control work with. */
    JobWords jobs() {
        return jobs;
    }

    boolean hasPerson() {
        return person;
    }

    Client client() {
        return client;
    }

    Console console() {
        return console;
    }

    LineSource lines() {
        return console.lines();
    }

    void print(String text) throws IOException {
        console.print(text);
    }

    void complain(String text) throws IOException {
        console.complain(text);
    }

    /** Says what is wrong with the arguments of {@code word}; returns the exit code of that. */
    int misused(ShellWord word, String what) throws IOException {
        complain("Error: " + what + "\nusage: " + word.usage() + "\n");
        return Outcome.USAGE;
    }

    int lastExit() {
        return lastExit;
    }

    /** The shell ends after this command. */
    void leave() {
        left = true;
    }

    boolean hasLeft() {
        return left;
    }

    boolean has(ShellOption option) {
        return options.contains(option);
    }

    void set(ShellOption option, boolean on) {
        if (on) {
            options.add(option);
        } else {
            options.remove(option);
        }
    }

    /** One after the other, until one leaves the shell or Ctrl-C ends one. */
    void run(List<Statement> statements) throws IOException {
        for (Statement statement : statements) {
            if (!left) {
                int exit = run(statement);
                ended(exit);
                if (exit == Outcome.INTERRUPTED) {
                    return;
                }
            }
        }
    }

    /** The first thing: {@code first}, or for a person status. */
    void begin(Optional<Invocation> first) throws IOException {
        if (first.isPresent()) {
            ended(perform(first.get()));
        } else if (person) {
            perform(CommandLine.parse(new String[] {Verb.STATUS.word()}));
        }
        if (person) {
            watch.begin();
        }
    }

    /** Before each prompt: shows what has changed. */
    void tellNews() throws IOException {
        if (person) {
            show(watch.news());
            followEvents();
        }
    }

    /** Something has happened while a line is edited. */
    void wake() throws IOException {
        if (has(ShellOption.NOTIFY)) {
            show(watch.news());
        }
    }

    /** With {@code set -b} there is somebody who wakes us; not on a terminal without an editor. */
    private void followEvents() throws IOException {
        boolean wanted = has(ShellOption.NOTIFY) && lines().terminal().isPresent();
        if (events.isPresent() && (!wanted || events.get().hasEnded())) {
            events.get().close();
            events = Optional.empty();
        }
        if (wanted && events.isEmpty() && client.isConnected()) {
            try {
                events = Optional.of(EventStream.open(endpoint, lines()::wakeUp));
            } catch (IOException e) {
                // The daemon has gone this moment: the watch will tell.
                return;
            }
        }
    }

    private void show(List<String> news) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : news) {
            text.append(line);
        }
        if (text.length() > 0) {
            lines().show(text.toString());
        }
    }

    private void ended(int exit) {
        lastExit = exit;
        if (exit != Outcome.DONE && has(ShellOption.ERREXIT)) {
            leave();
        }
    }

    /** A signal ends the shell: its exit code says so. */
    void killed(Signal signal) {
        lastExit = BY_SIGNAL + signal.number();
        left = true;
    }

    /** What could not be understood ends as wrong usage does. */
    void refuse(String message) throws IOException {
        complain("Error: " + message + "\n");
        ended(Outcome.USAGE);
    }

    private int run(Statement statement) throws IOException {
        String first = statement.first();
        jobs.anotherCommand(first);
        if (first.startsWith("%")) {
            List<String> words = new ArrayList<>(statement.words());
            words.add(0, statement.background() ? "bg" : "fg");
            return run(new Statement(words, false));
        }
        if (statement.background()) {
            complain("Error: & is not for " + Text.plain(first) + "\n");
            return Outcome.USAGE;
        }
        Optional<ShellWord> word = ShellWord.find(first);
        if (word.isPresent()) {
            return Words.run(word.get(), this, statement.arguments());
        }
        if (!first.startsWith("-") && Usage.verb(first).isEmpty()) {
            complain("*** Unknown syntax: " + Text.plain(first) + Usage.meant(first) + "\n");
            complain("For help, use help\n");
            return Outcome.USAGE;
        }
        if (first.equals(Verb.HELP.word()) && statement.arguments().isEmpty()) {
            print(Usage.inShell());
            return Outcome.DONE;
        }
        List<String> words = new ArrayList<>(statement.words());
        if (isDisownAlone(words) || isForegroundAlone(words)) {
            words.add("%%");
        }
        Invocation invocation = CommandLine.parse(words.toArray(new String[0]));
        if (invocation instanceof Invocation.Ask ask && Client.namesJobs(ask.request())) {
            int exit = during(() -> explain(ask, words));
            if (exit != Outcome.DONE) {
                return exit;
            }
            invocation = CommandLine.parse(words.toArray(new String[0]));
        }
        if (invocation instanceof Invocation.Shell) {
            complain("Error: this is the shell; a command is needed\n");
            return Outcome.USAGE;
        }
        return perform(invocation);
    }

    /**
     * Runs a command of the daemon's as the one-shot form does; Ctrl-C ends it. Returns its exit
     * code.
     */
    int perform(Invocation invocation) throws IOException {
        if (person) {
            show(watch.reconnect());
        }
        if (!(invocation instanceof Invocation.Ask ask)) {
            return client.run(invocation, NO_INPUT);
        }
        int exit;
        if (ask.request() instanceof Request.Attach attach) {
            use(attach);
            // Who works with a process has the keyboard and the signals for it alone.
            exit = client.run(ask, NO_INPUT);
        } else {
            Optional<byte[]> input =
                    ask.options().readsInput()
                            ? lines().rest(Client.MAX_INPUT + 1)
                            : Optional.of(new byte[0]);
            if (input.isEmpty()) {
                return Outcome.INTERRUPTED;
            }
            byte[] read = input.get();
            exit = during(() -> client.run(ask, most -> read));
        }
        asked(ask, exit);
        return exit;
    }

    /** Ctrl-C ends it. */
    private int during(LineSource.Work work) throws IOException {
        return lines().during(work, client::interrupt);
    }

    /** What is brought to the foreground becomes the current job. */
    private void use(Request.Attach attach) {
        try {
            jobs.use(attach.target().names().get(0));
        } catch (IOException e) {
            return; // attach itself will say that the daemon cannot be asked
        }
    }

    private int explain(Invocation.Ask ask, List<String> words) throws IOException {
        Optional<Outcome> refused;
        try {
            refused = jobs.explain(words.get(0), Answer.names(ask.request()), words);
        } catch (IOException e) {
            refused = Optional.of(unreachable(e));
        }
        return refused.isPresent() ? show(refused.get()) : Outcome.DONE;
    }

    /** Runs a word of job control. */
    int control(ShellWord word, List<String> arguments) throws IOException {
        return during(() -> show(outcome(word, arguments)));
    }

    private Outcome outcome(ShellWord word, List<String> arguments) {
        try {
            return jobs.run(word, arguments);
        } catch (IOException e) {
            return unreachable(e);
        }
    }

    private static Outcome unreachable(IOException cause) {
        String why = "taskmasterd cannot be asked: " + cause.getMessage() + "\n";
        return Outcome.refused(why, Outcome.NOT_RUNNING);
    }

    private int show(Outcome outcome) throws IOException {
        print(new String(outcome.out(), StandardCharsets.UTF_8));
        complain(outcome.err());
        return outcome.exit();
    }

    private static boolean isDisownAlone(List<String> words) {
        for (int i = 1; i < words.size(); i++) {
            if (!words.get(i).equals("-h")) {
                return false;
            }
        }
        return words.get(0).equals(Verb.DISOWN.word());
    }

    /** Without a name, but for how many lines. */
    private static boolean isForegroundAlone(List<String> words) {
        Optional<Verb> verb = Usage.verb(words.get(0));
        boolean lines = words.size() == 3 && words.get(1).equals("-n");
        return verb.isPresent() && verb.get() == Verb.ATTACH && (words.size() == 1 || lines);
    }

    private void asked(Invocation.Ask ask, int exit) throws IOException {
        if (exit == Outcome.INTERRUPTED) {
            // The terminal has shown ^C and left the cursor behind it.
            complain(
                    Client.follows(ask.request())
                            ? "\n"
                            : "\ntaskmasterd goes on with " + ask.verb().word() + "\n");
        }
        if (exit == Outcome.DONE && ask.verb() == Verb.SHUTDOWN) {
            watch.expectEnd();
        }
    }

    @Override
    public void close() throws IOException {
        if (events.isPresent()) {
            events.get().close();
        }
    }
}
