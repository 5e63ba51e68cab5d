package taskmaster.json;

import java.nio.charset.StandardCharsets;

/** Any text as JSON: refused with a {@link JsonException}, or the same when written and read. */
public final class JsonFuzz {

    private JsonFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) throws JsonException {
        Json json;
        try {
            json = JsonParser.parse(new String(input, StandardCharsets.UTF_8));
        } catch (JsonException refused) {
            return;
        }
        String written = JsonWriter.write(json);
        Json again = JsonParser.parse(written);
        if (!again.equals(json)) {
            throw new AssertionError("written as " + written + ", read as another value");
        }
    }
}
