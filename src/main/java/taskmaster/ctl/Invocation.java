package taskmaster.ctl;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import taskmaster.protocol.Request;
import taskmaster.protocol.Verb;

/** What a command line asks for. */
sealed interface Invocation {

    /** Something that taskmasterd need not be asked for. */
    record Answered(Outcome outcome) implements Invocation {}

    /**
     * A request to taskmasterd.
     *
     * @param command the word that was typed: fg, update
     * @param verb what that is: attach, update
     */
    record Ask(Options options, String command, Verb verb, Request request) implements Invocation {

        /** Asked for with other words. */
        Ask with(Request meant) {
            return new Ask(options, command, verb, meant);
        }
    }

    /**
     * A shell.
     *
     * @param stopsAtError with the exit code of the first command that fails
     * @param first what it does before anything else: the command of {@code -i COMMAND}
     */
    record Shell(Options options, boolean stopsAtError, Optional<Invocation> first)
            implements Invocation {}

    /** A word of job control, with what follows it. */
    record Jobs(Options options, ShellWord word, List<String> arguments) implements Invocation {
        public Jobs {
            arguments = List.copyOf(arguments);
        }
    }

    /** The words of a command line of which the last, perhaps empty, is being typed. */
    record Complete(List<String> words) implements Invocation {
        public Complete {
            words = List.copyOf(words);
        }
    }

    /** When states and the like are shown in colours. */
    enum Colour {
        AUTO,
        ALWAYS,
        NEVER
    }

    /**
     * The options that are not part of a request.
     *
     * @param config the file of {@code -c}
     * @param url of {@code -s}, which wins over the file's
     * @param json whether replies are printed as they came
     * @param timeout how long the user waits
     * @param raw whether logs go to a terminal as they are
     * @param readsInput whether the data of a request to send is read from stdin
     * @param colour empty where nothing was said
     * @param samples of top, as text; 0: without end; empty: as the output is
     */
    record Options(
            Optional<String> config,
            Optional<String> url,
            boolean json,
            Optional<Duration> timeout,
            boolean raw,
            boolean readsInput,
            Optional<Colour> colour,
            OptionalLong samples) {

        /** Whether they say where taskmasterd is. */
        boolean saysWhere() {
            return config.isPresent() || url.isPresent();
        }
    }
}
