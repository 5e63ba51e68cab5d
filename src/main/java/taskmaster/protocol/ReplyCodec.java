package taskmaster.protocol;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.json.JsonWriter;

/**
 * The JSON form of replies: {@code {"id":7,"status":200,"content":{...}}}, one line each; {@code
 * id} only where the request had one.
 */
public final class ReplyCodec {

    /** A reply and the id of the request that it answers. */
    public record Answer(Optional<Json> id, Reply reply) {}

    private static final int USUAL_LENGTH = 512;

    private ReplyCodec() {}

    /** The line as UTF-8, with its line feed. */
    public static byte[] encode(Optional<Json> id, Reply reply) {
        var line = new StringBuilder(USUAL_LENGTH);
        line.append('{');
        if (id.isPresent()) {
            line.append("\"id\":");
            JsonWriter.write(id.get(), line);
            line.append(',');
        }
        line.append("\"status\":").append(reply.status());
        for (Map.Entry<String, Json> member : reply.body().members().entrySet()) {
            line.append(',');
            JsonWriter.write(new Json.Str(member.getKey()), line);
            line.append(':');
            JsonWriter.write(member.getValue(), line);
        }
        line.append("}\n");
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Empty when {@code json} is not a reply: then the other side is not a taskmasterd. */
    public static Optional<Answer> decode(Json json) {
        if (!(json instanceof Json.Obj object)) {
            return Optional.empty();
        }
        var body = new LinkedHashMap<>(object.members());
        Optional<Json> id = Optional.ofNullable(body.remove("id"));
        int status = status(body.remove("status"));
        boolean hasBody =
                body.get("content") instanceof Json.Obj || body.get("error") instanceof Json.Obj;
        if (status < 0 || !hasBody) {
            return Optional.empty();
        }
        return Optional.of(new Answer(id, new Reply(status, new Json.Obj(body))));
    }

    /** Three digits; else -1. */
    private static int status(Json json) {
        boolean threeDigits = json instanceof Json.Num number && number.literal().length() == 3;
        if (!threeDigits) {
            return -1;
        }
        try {
            int status = Integer.parseInt(((Json.Num) json).literal());
            return status >= 100 ? status : -1;
        } catch (NumberFormatException notWhole) {
            return -1;
        }
    }
}
