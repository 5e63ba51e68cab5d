package taskmaster.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonParserTest {

    static String[][] valid() {
        return new String[][] {
            {"null", "null"},
            {" \t\r\n true \n", "true"},
            {"false", "false"},
            {"[]", "[]"},
            {"[ ]", "[]"},
            {"{}", "{}"},
            {"{ }", "{}"},
            {"[1, [2,[3]] , {}]", "[1,[2,[3]],{}]"},
            {"{\"b\":1, \"a\" : {\"b\":2}}", "{\"b\":1,\"a\":{\"b\":2}}"},
            {"{\"\":\"\"}", "{\"\":\"\"}"},
            {"\"\"", "\"\""},
            {"\"a/\\/\\b\\f\\n\\r\\t\\\"\\\\\"", "\"a//\\u0008\\u000c\\n\\r\\t\\\"\\\\\""},
            {"\"\\u0041\\u00E9\\u00e9\"", "\"A\u00e9\u00e9\""},
            {"\"\\ud83d\\uDE00\ud83d\ude00\"", "\"\ud83d\ude00\ud83d\ude00\""},
            {"\"\u007f\u2028\"", "\"\\u007f\\u2028\""},
            // Half a pair is no character.
            {"\"\\ud83d\"", "\"\uFFFD\""},
            {"\"\\ude00x\"", "\"\uFFFDx\""},
            {"\"\\ud83d\\u0041\"", "\"\uFFFDA\""},
            {"\"\\ud83d\\ud83d\\ude00\"", "\"\uFFFD\ud83d\ude00\""},
            {"\"\\ud83d\\n\"", "\"\uFFFD\\n\""},
            {"\"\\ud83d\ude00\"", "\"\uFFFD\uFFFD\""},
            {"\"\ud83dx\"", "\"\uFFFDx\""},
            {"\"\ud83d\"", "\"\uFFFD\""},
        };
    }

    @ParameterizedTest
    @MethodSource("valid")
    void readsWhatTheStandardAllows(String text, String expected) throws JsonException {
        assertEquals(expected, JsonWriter.write(JsonParser.parse(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "12",
                "-7",
                "1.50",
                "0.0",
                "-0.5e3",
                "1E+2",
                "1e-2",
                "1e00",
                "123456789012345678901234567890",
                "1e999"
            })
    void keepsEveryDigitOfANumber(String literal) throws JsonException {
        assertEquals(new Json.Num(literal), JsonParser.parse(literal));
    }

    static Object[][] invalid() {
        return new Object[][] {
            {"", 0, "line 1, column 1: expected a value, found the end of the text"},
            {" \n ", 3, "line 2, column 2: expected a value, found the end of the text"},
            {"nul", 0, "line 1, column 1: expected a value, found 'n'"},
            {"nulll", 4, "line 1, column 5: expected the end of the text, found 'l'"},
            {"True", 0, "line 1, column 1: expected a value, found 'T'"},
            {"1 2", 2, "line 1, column 3: expected the end of the text, found '2'"},
            {"\uFEFF1", 0, "line 1, column 1: expected a value, found U+FEFF"},
            {"1\u0000", 1, "line 1, column 2: expected the end of the text, found U+0000"},
            {"\u00a01", 0, "line 1, column 1: expected a value, found U+00A0"},
            // Numbers.
            {"01", 1, "line 1, column 2: expected the end of the text, found '1'"},
            {"-", 1, "line 1, column 2: expected a digit, found the end of the text"},
            {"-x", 1, "line 1, column 2: expected a digit, found 'x'"},
            {"+1", 0, "line 1, column 1: expected a value, found '+'"},
            {".5", 0, "line 1, column 1: expected a value, found '.'"},
            {"1.", 2, "line 1, column 3: expected a digit, found the end of the text"},
            {"1.e5", 2, "line 1, column 3: expected a digit, found 'e'"},
            {"1e", 2, "line 1, column 3: expected a digit, found the end of the text"},
            {"1e+", 3, "line 1, column 4: expected a digit, found the end of the text"},
            {"0x1", 1, "line 1, column 2: expected the end of the text, found 'x'"},
            {"NaN", 0, "line 1, column 1: expected a value, found 'N'"},
            {"\u0661", 0, "line 1, column 1: expected a value, found U+0661"},
            // Arrays.
            {"[", 1, "line 1, column 2: expected a value, found the end of the text"},
            {"[1", 2, "line 1, column 3: expected ',' or ']', found the end of the text"},
            {"[1,]", 3, "line 1, column 4: expected a value, found ']'"},
            {"[,1]", 1, "line 1, column 2: expected a value, found ','"},
            {"[1 2]", 3, "line 1, column 4: expected ',' or ']', found '2'"},
            {"[1}", 2, "line 1, column 3: expected ',' or ']', found '}'"},
            {"]", 0, "line 1, column 1: expected a value, found ']'"},
            // Objects.
            {
                "{",
                1,
                "line 1, column 2: expected a name in quotes or '}', found the end of the text"
            },
            {"{a:1}", 1, "line 1, column 2: expected a name in quotes or '}', found 'a'"},
            {"{\"a\"}", 4, "line 1, column 5: expected ':', found '}'"},
            {"{\"a\":}", 5, "line 1, column 6: expected a value, found '}'"},
            {"{\"a\":1,}", 7, "line 1, column 8: expected a name in quotes, found '}'"},
            {"{\"a\":1 \"b\":2}", 7, "line 1, column 8: expected ',' or '}', found '\"'"},
            {"{\"\ud83d\ude00\":1\n;", 8, "line 2, column 1: expected ',' or '}', found ';'"},
            {"{\"a\":1,\"\\u0061\":2}", 7, "line 1, column 8: the name \"a\" is given twice"},
            {"{\"a\":1} {}", 8, "line 1, column 9: expected the end of the text, found '{'"},
            // Strings.
            {
                "\"",
                1,
                "line 1, column 2: expected '\"' at the end of the string, found the end of the text"
            },
            {"\"a\nb\"", 2, "line 1, column 3: U+000A must be escaped in a string"},
            {"\"\u0000\"", 1, "line 1, column 2: U+0000 must be escaped in a string"},
            {
                "\"\\x\"",
                2,
                "line 1, column 3: expected one of \" \\ / b f n r t u after '\\', found 'x'"
            },
            {
                "\"\\",
                2,
                "line 1, column 3: expected one of \" \\ / b f n r t u after '\\', found the end of the text"
            },
            {
                "\"\\u12g4\"",
                5,
                "line 1, column 6: expected four hexadecimal digits after '\\u', found 'g'"
            },
            {
                "\"\\u12",
                5,
                "line 1, column 6: expected four hexadecimal digits after '\\u', found the end of the text"
            },
            {"'a'", 0, "line 1, column 1: expected a value, found '''"},
        };
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refusesEverythingElseAndSaysWhere(String text, int offset, String message) {
        JsonException fault = assertThrows(JsonException.class, () -> JsonParser.parse(text));

        assertEquals(message, fault.getMessage());
        assertEquals(offset, fault.offset());
    }

    @Test
    void nestingIsBounded() throws JsonException {
        int limit = JsonParser.MAX_DEPTH;
        JsonParser.parse("[".repeat(limit) + "]".repeat(limit));
        JsonParser.parse("[" + "[],".repeat(1000) + "{}]");

        JsonException arrays =
                assertThrows(JsonException.class, () -> JsonParser.parse("[".repeat(100_000)));
        JsonException objects =
                assertThrows(
                        JsonException.class, () -> JsonParser.parse("{\"a\":".repeat(100_000)));

        assertEquals("line 1, column 33: nested more than 32 deep", arrays.getMessage());
        assertEquals("line 1, column 161: nested more than 32 deep", objects.getMessage());
    }

    @Test
    void aWholeNumberWithinALongIsALong() throws JsonException {
        assertEquals(OptionalLong.of(-12), number("-12"));
        assertEquals(OptionalLong.of(Long.MAX_VALUE), number("9223372036854775807"));
        assertEquals(OptionalLong.empty(), number("9223372036854775808"));
        assertEquals(OptionalLong.empty(), number("1.0"));
        assertEquals(OptionalLong.empty(), number("1e2"));
    }

    private static OptionalLong number(String text) throws JsonException {
        return ((Json.Num) JsonParser.parse(text)).toLong();
    }
}
