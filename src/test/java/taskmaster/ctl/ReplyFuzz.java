package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;
import taskmaster.protocol.Reply;
import taskmaster.protocol.ReplyCodec;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;
import taskmaster.protocol.Verb;

/**
 * Any JSON as the daemon's reply: whatever comes, the client prints something and ends with a code
 * that it documents.
 */
public final class ReplyFuzz {

    private static final List<Integer> EXIT_CODES = List.of(0, 1, 2, 3, 4, 7);

    private ReplyFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Json json;
        try {
            json = JsonParser.parse(new String(input, UTF_8));
        } catch (JsonException refused) {
            return;
        }
        Optional<ReplyCodec.Answer> answer = ReplyCodec.decode(json);
        if (answer.isPresent()) {
            for (Verb verb : Verb.values()) {
                check(verb, answer.get().reply());
            }
        }
    }

    private static void check(Verb verb, Reply reply) {
        Request request =
                new Request.Status(new Target.Named(Target.Kind.ANY, List.of("a", "b:*")));
        Outcome outcome =
                new Answer(
                                verb,
                                request,
                                epochSecond -> 3600,
                                new LogView(true, true),
                                new Palette(false))
                        .to(reply);
        // These end as the process that was waited for, or shown, did.
        boolean ends = verb == Verb.WAIT || verb == Verb.ATTACH;
        boolean any = ends && outcome.exit() >= 0 && outcome.exit() <= 255;
        if (!any && !EXIT_CODES.contains(outcome.exit())) {
            throw new AssertionError("exit code " + outcome.exit());
        }
        boolean tails = verb == Verb.TAIL || verb == Verb.MAINTAIL;
        String shown = tails ? outcome.err() : new String(outcome.out(), UTF_8) + outcome.err();
        if (shown.indexOf('\u001B') >= 0 || shown.indexOf('\u009B') >= 0) {
            throw new AssertionError("an escape sequence reaches the terminal: " + shown);
        }
    }
}
