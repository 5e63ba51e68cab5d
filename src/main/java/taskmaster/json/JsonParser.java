package taskmaster.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON: RFC 8259 to the letter, one value, with white space around it and nothing else.
 *
 * <ul>
 *   <li>Refused beyond the RFC: a name given twice in one object, and more than {@value #MAX_DEPTH}
 *       arrays and objects inside each other.
 *   <li>Half of a surrogate pair, escaped or not, is no character; it is read as U+FFFD, as a
 *       decoder of UTF-8 does with what it cannot read.
 *   <li>Time and memory are linear in the length of the text; who calls bounds the length.
 * </ul>
 *
 * <p>Recursive descent over a string, one char looked at; {@code offset} is the first char not yet
 * read.
 */
public final class JsonParser {

    /** So deep may arrays and objects be nested: a request is 2 deep, and the stack is finite. */
    public static final int MAX_DEPTH = 32;

    private static final char REPLACEMENT = '\uFFFD';

    private final String text;
    private int offset;
    private int depth;

    private JsonParser(String text) {
        this.text = text;
    }

    /**
     * Reads the one value in {@code text}.
     *
     * @throws JsonException with a message like {@code line 1, column 14: expected ',' or '}',
     *     found '"'}; columns count code points
     */
    public static Json parse(String text) throws JsonException {
        JsonParser parser = new JsonParser(text);
        parser.skipWhitespace();
        Json value = parser.value();
        parser.skipWhitespace();
        if (parser.offset < text.length()) {
            throw parser.expected("the end of the text");
        }
        return value;
    }

    private Json value() throws JsonException {
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new Json.Str(string());
            case 't' -> word("true", Json.Bool.TRUE);
            case 'f' -> word("false", Json.Bool.FALSE);
            case 'n' -> word("null", Json.Null.NULL);
            default -> number();
        };
    }

    private Json object() throws JsonException {
        enter();
        skipWhitespace();
        Map<String, Json> members = new LinkedHashMap<>();
        if (peek() == '}') {
            leave();
            return Json.Obj.EMPTY;
        }
        while (true) {
            if (peek() != '"') {
                throw expected(members.isEmpty() ? "a name in quotes or '}'" : "a name in quotes");
            }
            int nameOffset = offset;
            String name = string();
            skipWhitespace();
            if (peek() != ':') {
                throw expected("':'");
            }
            offset++;
            skipWhitespace();
            if (members.putIfAbsent(name, value()) != null) {
                StringBuilder message = new StringBuilder("the name ");
                JsonWriter.write(new Json.Str(name), message);
                throw error(nameOffset, message.append(" is given twice").toString());
            }
            skipWhitespace();
            if (peek() == '}') {
                leave();
                return new Json.Obj(members);
            }
            if (peek() != ',') {
                throw expected("',' or '}'");
            }
            offset++;
            skipWhitespace();
        }
    }

    private Json array() throws JsonException {
        enter();
        skipWhitespace();
        List<Json> items = new ArrayList<>();
        if (peek() == ']') {
            leave();
            return new Json.Arr(items);
        }
        while (true) {
            items.add(value());
            skipWhitespace();
            if (peek() == ']') {
                leave();
                return new Json.Arr(items);
            }
            if (peek() != ',') {
                throw expected("',' or ']'");
            }
            offset++;
            skipWhitespace();
        }
    }

    private void enter() throws JsonException {
        if (depth == MAX_DEPTH) {
            throw error(offset, "nested more than " + MAX_DEPTH + " deep");
        }
        depth++;
        offset++;
    }

    private void leave() {
        depth--;
        offset++;
    }

    private Json number() throws JsonException {
        int end = endOfNumber(text, offset);
        if (end < 0) {
            boolean begun = -1 - end > offset;
            offset = -1 - end;
            throw expected(begun ? "a digit" : "a value");
        }
        Json.Num number = new Json.Num(text.substring(offset, end));
        offset = end;
        return number;
    }

    /**
     * Where the number that begins at {@code start} ends; where there is none, {@code -1 - i} with
     * the place {@code i} where a digit is missing.
     */
    static int endOfNumber(String text, int start) {
        int i = start;
        if (i < text.length() && text.charAt(i) == '-') {
            i++;
        }
        int whole = endOfDigits(text, i);
        if (whole == i) {
            return -1 - i;
        }
        // No digit may follow a zero in front.
        i = text.charAt(i) == '0' ? i + 1 : whole;
        if (i < text.length() && text.charAt(i) == '.') {
            int fraction = endOfDigits(text, i + 1);
            if (fraction == i + 1) {
                return -1 - fraction;
            }
            i = fraction;
        }
        if (i < text.length() && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
            i++;
            if (i < text.length() && (text.charAt(i) == '+' || text.charAt(i) == '-')) {
                i++;
            }
            int exponent = endOfDigits(text, i);
            if (exponent == i) {
                return -1 - i;
            }
            i = exponent;
        }
        return i;
    }

    private static int endOfDigits(String text, int start) {
        int i = start;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }

    private Json word(String word, Json value) throws JsonException {
        if (!text.startsWith(word, offset)) {
            throw expected("a value");
        }
        offset += word.length();
        return value;
    }

    /** Most strings have no escape: they are one substring, and nothing else is made. */
    private String string() throws JsonException {
        offset++;
        int start = offset;
        skipPlain();
        if (peek() == '"') {
            return text.substring(start, offset++);
        }
        StringBuilder value = new StringBuilder(offset - start + 16);
        while (true) {
            value.append(text, start, offset);
            int c = peek();
            if (c == '"') {
                offset++;
                return value.toString();
            }
            if (c == '\\') {
                escape(value);
            } else if (c >= ' ') {
                surrogate(value);
            } else if (c < 0) {
                throw expected("'\"' at the end of the string");
            } else {
                throw error(offset, describe(c) + " must be escaped in a string");
            }
            start = offset;
            skipPlain();
        }
    }

    /** Up to the end of the string, an escape, a control character or a surrogate. */
    private void skipPlain() {
        int i = offset;
        int end = text.length();
        while (i < end) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || c < ' ' || Character.isSurrogate(c)) {
                break;
            }
            i++;
        }
        offset = i;
    }

    private void surrogate(StringBuilder value) {
        char c = text.charAt(offset++);
        if (Character.isHighSurrogate(c)
                && offset < text.length()
                && Character.isLowSurrogate(text.charAt(offset))) {
            value.append(c).append(text.charAt(offset++));
        } else {
            value.append(REPLACEMENT);
        }
    }

    private void escape(StringBuilder value) throws JsonException {
        offset++;
        int c = peek();
        switch (c) {
            case '"', '\\', '/' -> value.append((char) c);
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case 't' -> value.append('\t');
            case 'u' -> {
                unicodeEscape(value);
                return;
            }
            default -> throw expected("one of \" \\ / b f n r t u after '\\'");
        }
        offset++;
    }

    /** A pair of surrogates is two escapes, one after the other. */
    private void unicodeEscape(StringBuilder value) throws JsonException {
        char unit = fourDigits();
        if (!Character.isSurrogate(unit)) {
            value.append(unit);
            return;
        }
        if (Character.isHighSurrogate(unit) && text.startsWith("\\u", offset)) {
            int second = offset;
            offset++;
            char low = fourDigits();
            if (Character.isLowSurrogate(low)) {
                value.append(unit).append(low);
                return;
            }
            offset = second;
        }
        value.append(REPLACEMENT);
    }

    /** From the {@code u} on. */
    private char fourDigits() throws JsonException {
        offset++;
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int c = peek();
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw expected("four hexadecimal digits after '\\u'");
            }
            unit = unit * 16 + digit;
            offset++;
        }
        return (char) unit;
    }

    private void skipWhitespace() {
        int i = offset;
        int end = text.length();
        while (i < end) {
            char c = text.charAt(i);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                break;
            }
            i++;
        }
        offset = i;
    }

    /** The next char; -1 at the end. */
    private int peek() {
        return offset < text.length() ? text.charAt(offset) : -1;
    }

    private JsonException expected(String what) {
        String found =
                offset < text.length() ? describe(text.codePointAt(offset)) : "the end of the text";
        return error(offset, "expected " + what + ", found " + found);
    }

    private JsonException error(int at, String message) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < at; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        int column = text.codePointCount(lineStart, at) + 1;
        return new JsonException(at, "line " + line + ", column " + column + ": " + message);
    }

    /** Printable ASCII as itself, so that a message cannot upset a terminal or a log. */
    private static String describe(int codePoint) {
        if (codePoint > ' ' && codePoint < 0x7F) {
            return "'" + (char) codePoint + "'";
        }
        String digits = Integer.toHexString(codePoint).toUpperCase(java.util.Locale.ROOT);
        return "U+" + "0".repeat(Math.max(0, 4 - digits.length())) + digits;
    }
}
