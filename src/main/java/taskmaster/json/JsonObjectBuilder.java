package taskmaster.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the members of an object, in order. Made by {@link Json#object()}; one thread at a time.
 *
 * <p>A name put twice is a mistake of the program and throws {@link IllegalStateException}.
 */
public final class JsonObjectBuilder {

    private final Map<String, Json> members = new LinkedHashMap<>();

    JsonObjectBuilder() {}

    public JsonObjectBuilder put(String name, Json value) {
        if (members.putIfAbsent(name, value) != null) {
            throw new IllegalStateException("the member \"" + name + "\" is put twice");
        }
        return this;
    }

    public JsonObjectBuilder put(String name, String value) {
        return put(name, new Json.Str(value));
    }

    public JsonObjectBuilder put(String name, long value) {
        return put(name, Json.Num.of(value));
    }

    /** {@code value} must be finite. */
    public JsonObjectBuilder put(String name, double value) {
        return put(name, Json.Num.of(value));
    }

    public JsonObjectBuilder put(String name, boolean value) {
        return put(name, Json.bool(value));
    }

    public JsonObjectBuilder put(String name, List<? extends Json> items) {
        return put(name, new Json.Arr(List.copyOf(items)));
    }

    public JsonObjectBuilder putNull(String name) {
        return put(name, Json.Null.NULL);
    }

    public Json.Obj build() {
        return new Json.Obj(members);
    }
}
