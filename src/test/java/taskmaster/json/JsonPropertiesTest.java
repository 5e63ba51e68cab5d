package taskmaster.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class JsonPropertiesTest {

    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "\\ud83d",
        "\\ude00",
        "00e9",
        "\"a\"",
        "\"b\":",
        "1",
        "0",
        "-",
        ".",
        "e",
        "+",
        "true",
        "null",
        "fals",
        " ",
        "\n",
        "\t",
        "\u0000",
        "\u00e9",
        "\ud83d\ude00",
        "\ud83d",
        "\ude00",
        "\uFEFF",
        "/",
    };

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenIsReadBack(@ForAll("values") Json value) throws JsonException {
        assertEquals(value, JsonParser.parse(JsonWriter.write(value)));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenIsOneLineWithoutControlCharacters(@ForAll("values") Json value) {
        String text = JsonWriter.write(value);

        for (int i = 0; i < text.length(); i++) {
            assertTrue(!Character.isISOControl(text.charAt(i)), text);
        }
    }

    @Property(tries = 1000)
    void anyStringIsWrittenSoThatItCanBeRead(@ForAll String text) throws JsonException {
        Json read = JsonParser.parse(JsonWriter.write(Json.str(text)));

        assertEquals(Json.str(withoutHalves(text)), read);
    }

    @Property(tries = 4000)
    void anyMixtureOfPiecesIsAValueOrAFaultInsideTheText(@ForAll("mixtures") String text) {
        check(text);
    }

    @Property(tries = 1000)
    void anyTextIsAValueOrAFaultInsideTheText(@ForAll String text) {
        check(text);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void aDamagedTextIsAValueOrAFaultInsideTheText(@ForAll("values") Json value, @ForAll int cut) {
        String text = JsonWriter.write(value);
        int at = Math.floorMod(cut, text.length());

        check(text.substring(0, at) + text.substring(at + 1));
    }

    @Test
    void timeGrowsWithTheLengthOnly() {
        int n = 100_000;
        List<String> hostile =
                List.of(
                        "[" + "1,".repeat(n),
                        "1".repeat(n),
                        "-0." + "1".repeat(n) + "e" + "1".repeat(n),
                        "\"" + "\\ud83d".repeat(n) + "\"",
                        "\"" + "\ud83d".repeat(n) + "\"",
                        "\"" + "\\n".repeat(n),
                        "[".repeat(n),
                        " \n".repeat(n));

        for (String text : hostile) {
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> check(text));
        }
    }

    private static void check(String text) {
        try {
            Json value = JsonParser.parse(text);
            assertEquals(value, JsonParser.parse(JsonWriter.write(value)));
        } catch (JsonException fault) {
            assertTrue(fault.offset() >= 0 && fault.offset() <= text.length(), fault::getMessage);
            String before = text.substring(0, fault.offset());
            int line = before.split("\n", -1).length;
            int column = before.codePointCount(before.lastIndexOf('\n') + 1, before.length()) + 1;
            String place = "line " + line + ", column " + column + ": ";
            assertTrue(fault.getMessage().startsWith(place), fault::getMessage);
        }
    }

    private static String withoutHalves(String text) {
        StringBuilder whole = new StringBuilder();
        for (int c : text.codePoints().toArray()) {
            whole.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c);
        }
        return whole.toString();
    }

    @Provide
    Arbitrary<String> mixtures() {
        return Arbitraries.of(PIECES).list().ofMaxSize(20).map(list -> String.join("", list));
    }

    @Provide
    Arbitrary<Json> values() {
        return nested(nested(nested(scalars())));
    }

    private static Arbitrary<Json> nested(Arbitrary<Json> inner) {
        Arbitrary<Json> arrays = inner.list().ofMaxSize(4).map(Json.Arr::new);
        Arbitrary<Json> objects =
                Arbitraries.maps(strings(), inner).ofMaxSize(4).map(Json.Obj::new);
        return Arbitraries.oneOf(scalars(), arrays, objects);
    }

    private static Arbitrary<String> strings() {
        return Arbitraries.of(
                        "a", "b", "\"", "\\", "\n", "\u0000", "\u009b", "\u2028", "\ud83d\ude00")
                .list()
                .ofMaxSize(5)
                .map(list -> String.join("", list));
    }

    private static Arbitrary<Json> scalars() {
        return Arbitraries.oneOf(
                strings().map(Json.Str::new),
                Arbitraries.longs().map(Json::num),
                Arbitraries.doubles().map(Json.Num::of),
                Arbitraries.of(Json.Bool.TRUE, Json.Bool.FALSE, Json.Null.NULL));
    }
}
