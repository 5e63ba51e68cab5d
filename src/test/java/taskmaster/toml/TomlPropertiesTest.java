package taskmaster.toml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

final class TomlPropertiesTest {

    private static final String[] PIECES = {
        "a",
        "b",
        "=",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        ".",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "#",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "\\",
        "\\u00e9",
        "\\\n",
        "1",
        "0x",
        "0",
        "_",
        "-",
        "+",
        "e",
        ":",
        "1979-05-27",
        "T07:32:00",
        "Z",
        "true",
        "inf",
        "\u0000",
        "\u00e9",
        "\ud83d\ude00",
        "\ud83d",
        "\ude00",
        "\uFEFF",
        "a = ",
        "[a]\n",
        "[[a]]\n",
        "a = [\n",
        "a = {",
        "a.b = 1\n",
        "/",
        ";",
    };

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenInAnyStyleIsReadBack(
            @ForAll("trees") Map<String, Object> tree, @ForAll long seed) {
        String text = TomlWriter.write(tree, seed);

        TomlDocument document = TomlParser.parse(text);

        assertEquals(List.of(), Toml.problems(document), text);
        assertEquals(tree, TomlWriter.plain(document.root()), text);
    }

    @Property(tries = 4000)
    void anyMixtureOfPiecesGivesADocumentWithProblemsInsideTheText(
            @ForAll("mixtures") String text) {
        checkProblems(text, TomlParser.parse(text));
    }

    @Property(tries = 1000)
    void anyTextGivesADocumentWithProblemsInsideTheText(@ForAll String text) {
        checkProblems(text, TomlParser.parse(text));
    }

    @Property(tries = 1000)
    void anyBytesGiveADocumentWithProblemsInsideTheText(@ForAll byte[] bytes) {
        TomlDocument document = TomlParser.parse(bytes);

        checkProblems(new String(bytes, StandardCharsets.UTF_8), document);
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void aDamagedDocumentIsStillReadToTheEnd(
            @ForAll("trees") Map<String, Object> tree, @ForAll long seed, @ForAll int cut) {
        String text = TomlWriter.write(tree, seed);
        int at = Math.floorMod(cut, text.length() + 1);
        String damaged = text.substring(0, at) + text.substring(Math.min(text.length(), at + 1));

        checkProblems(damaged, TomlParser.parse(damaged));
    }

    @Test
    void timeGrowsWithTheLengthOnly() {
        int n = 100_000;
        List<String> hostile =
                List.of(
                        "a = [" + "\"\u00e9\", ".repeat(n),
                        "a = [" + "x, ".repeat(n),
                        "a = [\n".repeat(n),
                        "a = [\n" + "k".repeat(n) + ", x".repeat(n),
                        "a = " + "{a=".repeat(n),
                        "a=[\"\"\"\n".repeat(n),
                        "\"".repeat(n),
                        "\r".repeat(n),
                        "a=\"\"\"" + "\\ ".repeat(n),
                        "a = 1" + "_1".repeat(n),
                        "a = 0." + "1".repeat(n),
                        "'\ud800".repeat(n),
                        "[a.b.c]\n".repeat(n),
                        "[[a.b.c]]\n".repeat(n));

        // A quadratic parser would need minutes for each; this one some hundredths of a second.
        for (String text : hostile) {
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> TomlParser.parse(text));
        }
    }

    /** In order, not two on a line, and each at a character or just behind the last of its line. */
    private static void checkProblems(String text, TomlDocument document) {
        String[] lines = text.split("\n", -1);
        int previous = 0;
        for (TomlDocument.Problem problem : document.problems()) {
            Position at = problem.position();
            assertTrue(at.line() > previous && at.line() <= lines.length, problem::toString);
            String line = lines[at.line() - 1];
            int length = line.codePointCount(0, line.length());
            assertTrue(at.column() >= 1 && at.column() <= length + 1, problem::toString);
            previous = at.line();
        }
    }

    @Provide
    Arbitrary<String> mixtures() {
        return Arbitraries.of(PIECES).list().ofMaxSize(25).map(list -> String.join("", list));
    }

    @Provide
    Arbitrary<Map<String, Object>> trees() {
        return tables(values());
    }

    private static Arbitrary<Map<String, Object>> tables(Arbitrary<Object> values) {
        return Arbitraries.maps(texts(), values).ofMaxSize(4);
    }

    private static Arbitrary<Object> values() {
        return nested(nested(nested(scalars())));
    }

    private static Arbitrary<Object> nested(Arbitrary<Object> inner) {
        return Arbitraries.frequencyOf(
                Tuple.of(4, scalars()),
                Tuple.of(1, inner.list().ofMaxSize(3).map(list -> (Object) list)),
                Tuple.of(1, tables(inner).list().ofMaxSize(3).map(list -> (Object) list)),
                Tuple.of(2, tables(inner).map(map -> (Object) map)));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.of(
                        "a",
                        "b",
                        "-",
                        "9",
                        " ",
                        "\t",
                        "\n",
                        "\r",
                        "\"",
                        "'",
                        "\\",
                        "\u0000",
                        "\u007f",
                        "\u00e9",
                        "\u2028",
                        "\ud83d\ude00",
                        ".",
                        "#",
                        "=",
                        "]")
                .list()
                .ofMaxSize(6)
                .map(list -> String.join("", list));
    }

    private static Arbitrary<Object> scalars() {
        return Arbitraries.oneOf(
                texts().map(text -> (Object) text),
                Arbitraries.longs().map(number -> (Object) number),
                Arbitraries.doubles().map(number -> (Object) number),
                Arbitraries.of(
                        true,
                        false,
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        LocalDate.of(1979, 5, 27),
                        LocalTime.of(7, 32, 1, 5000),
                        LocalDateTime.of(2024, 2, 29, 23, 59, 59),
                        OffsetDateTime.of(1, 1, 1, 0, 0, 1, 0, ZoneOffset.ofHours(-7))));
    }
}
