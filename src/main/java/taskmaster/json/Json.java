package taskmaster.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A JSON value (RFC 8259). Values do not change, so any thread may read them. */
public sealed interface Json {

    /** An object to fill: {@code Json.object().put("state", "RUNNING").put("pid", 12).build()}. */
    static JsonObjectBuilder object() {
        return new JsonObjectBuilder();
    }

    static Str str(String value) {
        return new Str(value);
    }

    static Num num(long value) {
        return Num.of(value);
    }

    static Bool bool(boolean value) {
        return value ? Bool.TRUE : Bool.FALSE;
    }

    static Arr strings(List<String> values) {
        Json[] items = new Json[values.size()];
        for (int i = 0; i < items.length; i++) {
            items[i] = new Str(values.get(i));
        }
        return new Arr(List.of(items));
    }

    /** The word for this type in a message: {@code a string}, {@code an object}. */
    String typeName();

    /**
     * In the order of the text; a name given twice is not a value of ours: the parser refuses it.
     */
    record Obj(Map<String, Json> members) implements Json {
        public static final Obj EMPTY = new Obj(Map.of());

        public Obj {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        /** Empty where there is no member of that name. */
        public Optional<Json> get(String name) {
            return Optional.ofNullable(members.get(name));
        }

        /** Empty where there is no such member, or it is not a string. */
        public Optional<String> getString(String name) {
            return members.get(name) instanceof Str string
                    ? Optional.of(string.value())
                    : Optional.empty();
        }

        /** Empty where there is no such member, or it is not a whole number within a long. */
        public OptionalLong getLong(String name) {
            return members.get(name) instanceof Num number ? number.toLong() : OptionalLong.empty();
        }

        /** Empty where there is no such member, or it is not a boolean. */
        public Optional<Boolean> getBoolean(String name) {
            return members.get(name) instanceof Bool bool
                    ? Optional.of(bool.value())
                    : Optional.empty();
        }

        /** Empty where there is no such member, or it is not an object. */
        public Optional<Obj> getObject(String name) {
            return members.get(name) instanceof Obj object ? Optional.of(object) : Optional.empty();
        }

        /** No items where there is no such member, or it is not an array. */
        public List<Json> getItems(String name) {
            return members.get(name) instanceof Arr array ? array.items() : List.of();
        }

        @Override
        public String typeName() {
            return "an object";
        }
    }

    record Arr(List<Json> items) implements Json {
        public Arr {
            items = List.copyOf(items);
        }

        @Override
        public String typeName() {
            return "an array";
        }
    }

    record Str(String value) implements Json {
        public Str {
            if (value == null) {
                throw new NullPointerException("a JSON string without a value");
            }
        }

        @Override
        public String typeName() {
            return "a string";
        }
    }

    /**
     * A number as written ({@code 12}, {@code -0.5e3}); so no digit is lost between reading and
     * writing.
     */
    record Num(String literal) implements Json {

        /**
         * Takes a number of RFC 8259 only.
         *
         * @throws IllegalArgumentException for any other text
         */
        public Num {
            if (JsonParser.endOfNumber(literal, 0) != literal.length()) {
                throw new IllegalArgumentException("not a JSON number: " + literal);
            }
        }

        public static Num of(long value) {
            return new Num(Long.toString(value));
        }

        /**
         * The shortest digits that stand for {@code value}.
         *
         * @throws IllegalArgumentException for NaN and the infinities, which JSON cannot write
         */
        public static Num of(double value) {
            return new Num(Double.toString(value));
        }

        /** Empty for what has a fraction or an exponent, and beyond the range of a long. */
        public OptionalLong toLong() {
            try {
                return OptionalLong.of(Long.parseLong(literal));
            } catch (NumberFormatException notWhole) {
                return OptionalLong.empty();
            }
        }

        /** The nearest double; infinite beyond the range of a double. */
        public double toDouble() {
            return Double.parseDouble(literal);
        }

        @Override
        public String typeName() {
            return "a number";
        }
    }

    record Bool(boolean value) implements Json {
        public static final Bool TRUE = new Bool(true);
        public static final Bool FALSE = new Bool(false);

        @Override
        public String typeName() {
            return "a boolean";
        }
    }

    record Null() implements Json {
        public static final Null NULL = new Null();

        @Override
        public String typeName() {
            return "null";
        }
    }
}
