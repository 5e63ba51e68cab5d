package taskmaster.toml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a TOML document (TOML 1.0), with the place where it begins. */
public sealed interface TomlValue {

    Position position();

    /** The word for this type in a message: {@code a string}, {@code an integer}. */
    String typeName();

    record Text(String value, Position position) implements TomlValue {
        @Override
        public String typeName() {
            return "a string";
        }
    }

    /** {@code literal} is the number as written, without underscores: {@code 0o22}, {@code -7}. */
    record Int(long value, String literal, Position position) implements TomlValue {
        @Override
        public String typeName() {
            return "an integer";
        }
    }

    record Real(double value, Position position) implements TomlValue {
        @Override
        public String typeName() {
            return "a float";
        }
    }

    record Bool(boolean value, Position position) implements TomlValue {
        @Override
        public String typeName() {
            return "a boolean";
        }
    }

    /** {@code value} is one of OffsetDateTime, LocalDateTime, LocalDate, LocalTime. */
    record Time(java.time.temporal.Temporal value, Position position) implements TomlValue {
        @Override
        public String typeName() {
            return "a date or time";
        }
    }

    record Array(List<TomlValue> items, Position position) implements TomlValue {
        public Array {
            items = List.copyOf(items);
        }

        @Override
        public String typeName() {
            return "an array";
        }
    }

    /** In the order of the text. */
    record Table(Map<String, Entry> entries, Position position) implements TomlValue {
        public Table {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String typeName() {
            return "a table";
        }
    }

    /** A key's own place, and its value. */
    record Entry(Position keyPosition, TomlValue value) {}
}
