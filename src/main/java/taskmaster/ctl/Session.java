package taskmaster.ctl;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
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

    private Optional<EventStream> events = Optional.empty();
    private int lastExit = Outcome.DONE;
    private boolean left;

    Session(Client client, Console console, Endpoint endpoint, Watch watch) {
        this.client = client;
        this.console = console;
        this.endpoint = endpoint;
        this.watch = watch;
        this.person = console.lines().isPerson();
    }

    /** What the words of job control work with. */
    JobWords jobs() {
        return client.jobs();
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
        client.jobs().anotherCommand(first);
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
        if (word.isPresent() && !word.get().alsoOutside()) {
            return Words.run(word.get(), this, statement.arguments());
        }
        if (word.isEmpty() && !first.startsWith("-") && Usage.verb(first).isEmpty()) {
            complain("*** Unknown syntax: " + Text.plain(first) + Usage.meant(first) + "\n");
            complain("For help, use help\n");
            return Outcome.USAGE;
        }
        if (first.equals(Verb.HELP.word()) && statement.arguments().isEmpty()) {
            print(Usage.inShell());
            return Outcome.DONE;
        }
        Invocation invocation = CommandLine.parse(statement.words().toArray(new String[0]));
        if (invocation instanceof Invocation.Shell || invocation instanceof Invocation.Complete) {
            complain("Error: this is the shell; a command is needed\n");
            return Outcome.USAGE;
        }
        return perform(invocation);
    }

    /** Runs a command as the one-shot form does; Ctrl-C ends it. Returns its exit code. */
    int perform(Invocation invocation) throws IOException {
        if (person) {
            show(watch.reconnect());
        }
        int exit = run(invocation);
        if (invocation instanceof Invocation.Ask ask) {
            asked(ask, exit);
        }
        return exit;
    }

    private int run(Invocation invocation) throws IOException {
        if (!(invocation instanceof Invocation.Ask ask)) {
            return during(() -> client.run(invocation, NO_INPUT));
        }
        if (ask.request() instanceof Request.Attach) {
            return attach(ask);
        }
        Optional<byte[]> input =
                ask.options().readsInput()
                        ? lines().rest(Client.MAX_INPUT + 1)
                        : Optional.of(new byte[0]);
        if (input.isEmpty()) {
            return Outcome.INTERRUPTED;
        }
        byte[] read = input.get();
        return during(() -> client.run(client.meant(ask), most -> read));
    }

    /** Who works with a process has the keyboard and the signals for it alone. */
    private int attach(Invocation.Ask ask) throws IOException {
        var meant = new AtomicReference<Invocation>(ask);
        during(() -> {
            meant.set(client.meant(ask));
            return Outcome.DONE;
        });
        return client.run(meant.get(), NO_INPUT);
    }

    /** Ctrl-C ends it. */
    private int during(LineSource.Work work) throws IOException {
        return lines().during(work, client::interrupt);
    }

    private void asked(Invocation.Ask ask, int exit) throws IOException {
        if (client.takeInterruption() && exit == Outcome.INTERRUPTED) {
            // The terminal has shown ^C and left the cursor behind it.
            complain(
                    ask.request().changes()
                            ? "\ntaskmasterd goes on with " + ask.verb().word() + "\n"
                            : "\n");
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
