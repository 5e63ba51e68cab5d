package taskmaster.protocol;

import java.nio.charset.StandardCharsets;
import taskmaster.json.Json;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;

/** Any JSON as a request: a 400, or a request that is the same when written and read. */
public final class RequestFuzz {

    private RequestFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Json json;
        try {
            json = JsonParser.parse(new String(input, StandardCharsets.UTF_8));
        } catch (JsonException refused) {
            return;
        }
        switch (RequestCodec.decode(json)) {
            case RequestCodec.Decoded.Refused refused -> {
                if (refused.reply().status() != Reply.BAD_REQUEST) {
                    throw new AssertionError("refused with " + refused.reply());
                }
            }
            case RequestCodec.Decoded.Asked asked -> {
                var again = RequestCodec.decode(RequestCodec.encode(asked.envelope()));
                if (!again.equals(asked)) {
                    throw new AssertionError(asked + " was read again as " + again);
                }
            }
        }
    }
}
