package taskmaster.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value (RFC 8259). */
public sealed interface Json {

    /**
     * In the order of the text; a name given twice is not a value of ours: the parser refuses it.
     */
    record Obj(Map<String, Json> members) implements Json {
        public Obj {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }
    }

    record Arr(List<Json> items) implements Json {
        public Arr {
            items = List.copyOf(items);
        }
    }

    record Str(String value) implements Json {}

    /**
     * A number as written ({@code 12}, {@code -0.5e3}); so no digit is lost between reading and
     * writing.
     */
    record Num(String literal) implements Json {
        public static Num of(long value) {
            return new Num(Long.toString(value));
        }
    }

    record Bool(boolean value) implements Json {}

    record Null() implements Json {}
}
