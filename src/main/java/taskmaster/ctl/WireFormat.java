package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;
import taskmaster.json.JsonWriter;
import taskmaster.protocol.Envelope;
import taskmaster.protocol.Reply;
import taskmaster.protocol.ReplyCodec;
import taskmaster.protocol.Request;
import taskmaster.protocol.RequestCodec;

/** Requests and replies as lines. Pure. */
final class WireFormat {

    private WireFormat() {}

    /** With its line feed. */
    static byte[] encode(Request request) {
        String line = JsonWriter.write(RequestCodec.encode(Envelope.of(request))) + "\n";
        return line.getBytes(UTF_8);
    }

    /** Empty where no taskmasterd answers so. */
    static Optional<Reply> decode(byte[] line) {
        try {
            Optional<ReplyCodec.Answer> answer =
                    ReplyCodec.decode(JsonParser.parse(new String(line, UTF_8)));
            return answer.isPresent() ? Optional.of(answer.get().reply()) : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /** What a reply that is not an error tells; nothing of another. */
    static Json.Obj content(Reply reply) {
        return reply.body().getObject("content").orElse(Json.Obj.EMPTY);
    }

    /**
     * What a program printed: {@code data} where that was UTF-8, else {@code base64}. What is not
     * base64 no taskmasterd sends; it is shown as it came.
     */
    static byte[] bytes(Json.Obj part) {
        Optional<String> base64 = part.getString("base64");
        if (base64.isEmpty()) {
            return part.getString("data").orElse("").getBytes(UTF_8);
        }
        try {
            return Base64.getDecoder().decode(base64.get());
        } catch (IllegalArgumentException e) {
            return base64.get().getBytes(UTF_8);
        }
    }
}
