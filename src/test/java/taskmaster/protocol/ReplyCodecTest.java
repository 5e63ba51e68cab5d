package taskmaster.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.json.Json;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;

final class ReplyCodecTest {

    @Test
    void writesOneLineWithTheIdFirst() {
        Reply reply = Reply.content(200, Json.object().put("pid", 12).build());
        assertEquals(
                "{\"id\":\"a\",\"status\":200,\"content\":{\"pid\":12}}\n",
                line(Optional.of(new Json.Str("a")), reply));
        assertEquals(
                "{\"status\":404,\"error\":{\"code\":\"c\",\"message\":\"m\\n\"}}\n",
                line(Optional.empty(), Reply.error(404, "c", "m\n")));
    }

    @Property
    void readsBackWhatItWrote(
            @ForAll @IntRange(min = 100, max = 999) int status,
            @ForAll boolean good,
            @ForAll long id)
            throws JsonException {
        Reply reply =
                good
                        ? Reply.content(status, Json.object().put("é", "\u2028").build())
                        : Reply.error(status, "code", "message");
        Optional<Json> number = Optional.of(Json.Num.of(id));
        Json sent = JsonParser.parse(line(number, reply));
        assertEquals(Optional.of(new ReplyCodec.Answer(number, reply)), ReplyCodec.decode(sent));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{\"status\":200}",
                "{\"status\":\"200\",\"content\":{}}",
                "{\"status\":20,\"content\":{}}",
                "{\"status\":1e3,\"content\":{}}",
                "{\"status\":200,\"content\":[]}",
                "{\"content\":{}}"
            })
    void knowsWhatIsNoReply(String json) throws JsonException {
        assertEquals(Optional.empty(), ReplyCodec.decode(JsonParser.parse(json)));
    }

    private static String line(Optional<Json> id, Reply reply) {
        return new String(ReplyCodec.encode(id, reply), StandardCharsets.UTF_8);
    }
}
