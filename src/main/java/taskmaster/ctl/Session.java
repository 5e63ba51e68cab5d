package taskmaster.ctl;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import taskmaster.protocol.Suggestion;
import taskmaster.protocol.Verb;

/**
 * A shell between its lines: the kept connection, the options, and what its words work with. Owned
 * by the shell's thread.
 */
final class Session {

    private final Client client;
    private final OutputStream out;
    private final OutputStream err;
    private final LineSource lines;
    private final Set<ShellOption> options = EnumSet.noneOf(ShellOption.class);
    private final Optional<Watch> watch;
    private int lastExit = Outcome.DONE;
    private boolean left;

    /** {@code watch}: where somebody is there who wants to know what changes. */
    Session(
            Client client,
            OutputStream out,
            OutputStream err,
            LineSource lines,
            Optional<Watch> watch) {
        this.client = client;
        this.out = out;
        this.err = err;
        this.lines = lines;
        this.watch = watch;
    }

    Client client() {
        return client;
    }

    LineSource lines() {
        return lines;
    }

    void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    void complain(String text) throws IOException {
        err.write(text.getBytes(StandardCharsets.UTF_8));
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

    /** One after the other, until one leaves the shell. */
    void run(List<Statement> statements) throws IOException {
        for (Statement statement : statements) {
            if (!left) {
                ended(run(statement));
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
            lines.show(text.toString());
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
        if (statement.background()) {
            complain("Error: & is not for " + Text.plain(first) + "\n");
            return Outcome.USAGE;
        }
        Optional<ShellWord> word = ShellWord.find(first);
        if (word.isPresent()) {
            return Words.run(word.get(), this, statement.arguments());
        }
        if (!first.startsWith("-") && Usage.verb(first).isEmpty()) {
            complain("*** Unknown syntax: " + Text.plain(first) + meant(first) + "\n");
            complain("For help, use help\n");
            return Outcome.USAGE;
        }
        Invocation invocation = CommandLine.parse(statement.words().toArray(new String[0]));
        if (invocation instanceof Invocation.Shell) {
            complain("Error: this is the shell; a command is needed\n");
            return Outcome.USAGE;
        }
        if (watch.isPresent()) {
            show(watch.get().reconnect());
        }
        int exit = client.run(invocation);
        if (watch.isPresent()
                && exit == Outcome.DONE
                && invocation instanceof Invocation.Ask ask
                && ask.verb() == Verb.SHUTDOWN) {
            watch.get().expectEnd();
        }
        return exit;
    }

    private static String meant(String wrong) {
        List<String> words = new ArrayList<>();
        for (Verb verb : Verb.values()) {
            words.add(verb.word());
        }
        for (ShellWord word : ShellWord.values()) {
            words.add(word.word());
        }
        return Suggestion.of(wrong, words);
    }
}
