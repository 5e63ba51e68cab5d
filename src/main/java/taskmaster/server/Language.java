package taskmaster.server;

import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.RequestCodec;

/**
 * How one connection writes its requests and wants its replies. Writes to the {@link Outbox} of its
 * connection. Owned by the server's thread.
 */
interface Language {

    /** Takes one step. {@code ended} when the client will send no more than is in {@code input}. */
    Step next(Input input, boolean ended);

    /** Whether part of a request has been taken from the input, so that the rest is owed. */
    boolean isMidRequest();

    /** Bytes taken from the input that are still kept. */
    int heldBytes();

    /** The step that a request is, as text; what is none is answered. */
    default Step decoded(Optional<String> text) {
        return switch (Text.decode(text)) {
            case RequestCodec.Decoded.Asked asked -> new Step.Asked(asked.envelope());
            case RequestCodec.Decoded.Refused refused -> {
                reply(refused.id(), refused.reply());
                yield Step.Plain.DONE;
            }
        };
    }

    /** Writes a reply to the request that {@link #next} returned last. */
    void reply(Optional<Json> id, Reply reply);

    /** Writes why the connection ends; nothing follows. */
    void lastWords(Reply reply);
}
