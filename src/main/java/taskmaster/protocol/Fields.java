package taskmaster.protocol;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.json.Json;

/** The members of one request, read by type; what has the wrong one is said by name. */
final class Fields {

    /** The integers that every JSON library keeps exact (RFC 8259 section 6). */
    static final long MAX_COUNT = (1L << 53) - 1;

    /** 30 years; more is a slip, and seconds in nanoseconds must fit a long. */
    private static final double MAX_SECONDS = 1e9;

    private static final double MIN_SECONDS = 1e-9;

    /** A number of seconds has no reason to be longer, and long ones are slow to convert. */
    private static final int MAX_NUMBER_LENGTH = 40;

    private static final int MAX_QUOTE_LENGTH = 40;

    private final Map<String, Json> members;

    Fields(Json.Obj object) {
        members = object.members();
    }

    boolean has(String field) {
        return members.containsKey(field);
    }

    Iterable<String> names() {
        return members.keySet();
    }

    Optional<String> string(String field) throws InvalidRequestException {
        Json value = members.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Json.Str text && !text.value().isEmpty()) {
            return Optional.of(text.value());
        }
        throw badValue(field, "must be a string that is not empty");
    }

    /** A string, or a number as it is written: {@code "HUP"}, {@code 1}. */
    Optional<String> word(String field) throws InvalidRequestException {
        return members.get(field) instanceof Json.Num number
                ? Optional.of(number.literal())
                : string(field);
    }

    boolean flag(String field, boolean otherwise) throws InvalidRequestException {
        Json value = members.get(field);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Json.Bool bool) {
            return bool.value();
        }
        throw badValue(field, "must be true or false");
    }

    /** One of {@code words}, as its index; -1 when the field is not there. */
    int choice(String field, List<String> words) throws InvalidRequestException {
        Json value = members.get(field);
        if (value == null) {
            return -1;
        }
        String given = value instanceof Json.Str text ? text.value() : "";
        int index = words.indexOf(given);
        if (index < 0) {
            String rule = "must be one of " + String.join(", ", words);
            throw badValue(field, rule + Suggestion.of(given, words));
        }
        return index;
    }

    /** One string, or an array of at least one; empty when the field is not there. */
    List<String> strings(String field) throws InvalidRequestException {
        if (!(members.get(field) instanceof Json.Arr array)) {
            Optional<String> one = string(field);
            return one.isPresent() ? List.of(one.get()) : List.of();
        }
        var values = new ArrayList<String>(array.items().size());
        for (Json item : array.items()) {
            if (!(item instanceof Json.Str text) || text.value().isEmpty()) {
                throw badValue(field, "must be a string or an array of strings, none empty");
            }
            values.add(text.value());
        }
        if (values.isEmpty()) {
            throw badValue(field, "must not be an empty array (leave it out to mean all)");
        }
        return values;
    }

    /** A whole number from 0 to {@link #MAX_COUNT}; -1 when the field is not there. */
    long count(String field) throws InvalidRequestException {
        Json value = members.get(field);
        if (value == null) {
            return -1;
        }
        long count = value instanceof Json.Num number ? whole(number.literal()) : -1;
        if (count < 0 || count > MAX_COUNT) {
            throw badValue(field, "must be a whole number, 0 or more");
        }
        return count;
    }

    private static long whole(String literal) {
        try {
            return Long.parseLong(literal);
        } catch (NumberFormatException tooLongOrNotWhole) {
            return -1;
        }
    }

    /** Seconds, more than none, kept to the nanosecond. */
    Optional<Duration> seconds(String field) throws InvalidRequestException {
        Json value = members.get(field);
        if (value == null) {
            return Optional.empty();
        }
        String literal = value instanceof Json.Num number ? number.literal() : "";
        if (!literal.isEmpty() && literal.length() <= MAX_NUMBER_LENGTH) {
            double rough = Double.parseDouble(literal);
            if (rough >= MIN_SECONDS && rough <= MAX_SECONDS) {
                BigDecimal nanos = new BigDecimal(literal).movePointRight(9);
                long exact = nanos.setScale(0, RoundingMode.UP).longValueExact();
                return Optional.of(Duration.ofNanos(exact));
            }
        }
        throw badValue(field, "must be a number of seconds, more than 0 and at most 1000000000");
    }

    static InvalidRequestException badValue(String field, String rule) {
        return new InvalidRequestException("bad_value", "\"" + field + "\" " + rule);
    }

    static InvalidRequestException missing(String field, String why) {
        return new InvalidRequestException("missing_field", "\"" + field + "\" is missing" + why);
    }

    /** What a client wrote, in quotes, cut when it is long. */
    static String quoted(String text) {
        return text.length() <= MAX_QUOTE_LENGTH
                ? "\"" + text + "\""
                : "\"" + text.substring(0, MAX_QUOTE_LENGTH) + "...\"";
    }
}
