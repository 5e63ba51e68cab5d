package taskmaster.ctl;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import taskmaster.protocol.Request;
import taskmaster.protocol.Verb;

/** What a command line asks for. */
sealed interface Invocation {

    /** Something that taskmasterd need not be asked for. */
    record Answered(Outcome outcome) implements Invocation {}

    /** A request to taskmasterd. {@code verb} as typed: update, not reload. */
    record Ask(Options options, Verb verb, Request request) implements Invocation {}

    /**
     * The options that are not part of a request.
     *
     * @param config the file of {@code -c}
     * @param url of {@code -s}, which wins over the file's
     * @param json whether replies are printed as they came
     * @param timeout how long the user waits
     * @param raw whether logs go to a terminal as they are
     * @param readsInput whether the data of a request to send is read from stdin
     * @param samples of top, as text; 0: without end; empty: as the output is
     */
    record Options(
            Optional<String> config,
            Optional<String> url,
            boolean json,
            Optional<Duration> timeout,
            boolean raw,
            boolean readsInput,
            OptionalLong samples) {}
}
