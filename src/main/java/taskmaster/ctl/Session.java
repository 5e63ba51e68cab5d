package taskmaster.ctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import taskmaster.protocol.Request;
import taskmaster.protocol.Verb;

/**
 * A shell between its lines: the kept connection, the options, and what its words work with. Owned
 * by the shell's thread.
 */
final class Session {

    private final Client client;
    private final Console console;
    private final Set<ShellOption> options = EnumSet.noneOf(ShellOption.class);
    private final Optional<Watch> watch;
    private final Interrupts interrupts;
    private final JobWords jobs;
    private int lastExit = Outcome.DONE;
    private boolean left;

    /** {@code watch}: where somebody is there who wants to know what changes. */
    Session(Client client, Console console, Optional<Watch> watch, Interrupts interrupts) {
        this.client = client;
        this.console = console;
        this.watch = watch;
        this.interrupts = interrupts;
        jobs = new JobWords(request -> client.ask(request, Client.ANSWER), true);
    }

    /** What the words of job control work with; {@code fg} tells it which job was used. */
    JobWords jobs() {
        return jobs;
    }

    /** Somebody sits before it. */
    boolean hasPerson() {
        return watch.isPresent();
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
                interrupts.running(true);
                int exit = run(statement);
                interrupts.running(false);
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
            ended(client.run(first.get()));
        } else if (watch.isPresent()) {
            client.run(CommandLine.parse(new String[] {Verb.STATUS.word()}));
        }
        if (watch.isPresent()) {
            watch.get().begin();
        }
    }

    /** Before each prompt: shows what has changed. */
    void tellNews() throws IOException {
        if (watch.isPresent()) {
            show(watch.get().news());
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
            Optional<Outcome> refused = explain(ask, words);
            if (refused.isPresent()) {
                return show(refused.get());
            }
            invocation = CommandLine.parse(words.toArray(new String[0]));
        }
        if (invocation instanceof Invocation.Shell) {
            complain("Error: this is the shell; a command is needed\n");
            return Outcome.USAGE;
        }
        if (watch.isPresent()) {
            show(watch.get().reconnect());
        }
        if (invocation instanceof Invocation.Ask ask
                && ask.request() instanceof Request.Attach attach) {
            use(attach);
        }
        int exit = client.run(invocation);
        if (invocation instanceof Invocation.Ask ask) {
            asked(ask, exit);
        }
        return exit;
    }

    /** What is brought to the foreground becomes the current job. */
    private void use(Request.Attach attach) {
        try {
            jobs.use(attach.target().names().get(0));
        } catch (IOException e) {
            return; // attach itself will say that the daemon cannot be asked
        }
    }

    private Optional<Outcome> explain(Invocation.Ask ask, List<String> words) {
        try {
            return jobs.explain(ask.verb().word(), Answer.names(ask.request()), words);
        } catch (IOException e) {
            return Optional.of(unreachable(e));
        }
    }

    /** Runs a word of job control. */
    int control(ShellWord word, List<String> arguments) throws IOException {
        Outcome outcome;
        try {
            outcome = jobs.run(word, arguments);
        } catch (IOException e) {
            outcome = unreachable(e);
        }
        return show(outcome);
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
        if (watch.isPresent() && exit == Outcome.DONE && ask.verb() == Verb.SHUTDOWN) {
            watch.get().expectEnd();
        }
    }
}
