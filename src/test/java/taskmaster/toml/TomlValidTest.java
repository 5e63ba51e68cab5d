package taskmaster.toml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What TOML 1.0 allows, in the order of its specification. */
final class TomlValidTest {

    static Object[][] documents() {
        return new Object[][] {
            // Nothing, comments, white space, line ends.
            {"", "{}"},
            {"\n\n", "{}"},
            {" \t", "{}"},
            {"# only a comment", "{}"},
            {"# \t tab and \u00e9 in a comment\n", "{}"},
            {"\uFEFFa = 1", "{a=1}"},
            {"a = 1\r\nb = 2\r\n", "{a=1, b=2}"},
            {"\ta\t=\t1\t# c", "{a=1}"},
            // Keys.
            {"a-b_C9 = 1\n1234 = 2", "{a-b_C9=1, 1234=2}"},
            {"\"a b\" = 1\n'c\"d' = 2\n\"\\u00e9\" = 3", "{a b=1, c\"d=2, \u00e9=3}"},
            {"\"\" = 1", "{=1}"},
            {"'' = 1", "{=1}"},
            {"a.b.c = 1\na.b.d = 2", "{a={b={c=1, d=2}}}"},
            {"a . 'b.c' . \"d\" = 1", "{a={b.c={d=1}}}"},
            {"3.14 = 1", "{3={14=1}}"},
            {"a.x = 1\nb.x = 2\na.y = 3", "{a={x=1, y=3}, b={x=2}}"},
            {"true = 1\ninf = 2\n-1 = 3", "{true=1, inf=2, -1=3}"},
            // Basic strings.
            {"a = \"\"", "{a=\"\"}"},
            {"a = \"x # y\" # c", "{a=\"x # y\"}"},
            {"a = \"\\b\\t\\n\\f\\r\\\"\\\\\"", "{a=\"\b\t\n\f\r\"\\\"}"},
            {"a = \"\\u00E9\\U0001F600\"", "{a=\"\u00e9\ud83d\ude00\"}"},
            {"a = \"tab\there \ud83d\ude00\"", "{a=\"tab\there \ud83d\ude00\"}"},
            // Multi-line basic strings.
            {"a = \"\"\"\nx\ny\"\"\"", "{a=\"x\ny\"}"},
            {"a = \"\"\"\r\nx\r\ny\"\"\"", "{a=\"x\ny\"}"},
            {"a = \"\"\"x \\\n\n   \t y\"\"\"", "{a=\"x y\"}"},
            {"a = \"\"\"x\\  \t\r\n  y\"\"\"", "{a=\"xy\"}"},
            {"a = \"\"\"\\\n\"\"\"", "{a=\"\"}"},
            {
                "a = \"\"\"one \" two \"\" three \\\"\"\" \"\"\"",
                "{a=\"one \" two \"\" three \"\"\" \"}"
            },
            {"a = \"\"\"x\"\"\"\"", "{a=\"x\"\"}"},
            {"a = \"\"\"x\"\"\"\"\"", "{a=\"x\"\"\"}"},
            {"a = \"\"\"\"\"\"", "{a=\"\"}"},
            // Literal strings.
            {"a = 'C:\\x\\u'", "{a=\"C:\\x\\u\"}"},
            {"a = '''\nx\\\n'y''z'''", "{a=\"x\\\n'y''z\"}"},
            {"a = '''x'''''", "{a=\"x''\"}"},
            // Integers.
            {"a = [0, +0, -0, 7, +7, -7]", "{a=[0, 0, 0, 7, 7, -7]}"},
            {"a = [1_000, 5_3_4, 0xDEAD_beef]", "{a=[1000, 534, 3735928559]}"},
            {"a = [0o755, 0b1101, 0x00ff]", "{a=[493, 13, 255]}"},
            {
                "a = [9223372036854775807, -9223372036854775808]",
                "{a=[9223372036854775807, -9223372036854775808]}"
            },
            {"a = 0x7fffffffffffffff", "{a=9223372036854775807}"},
            // Floats.
            {"a = [1.0, +3.14, -0.01, 0.0]", "{a=[1.0, 3.14, -0.01, 0.0]}"},
            {"a = [5e+22, 1e06, -2E-2, 0e0]", "{a=[5.0E22, 1000000.0, -0.02, 0.0]}"},
            {"a = [6.626e-34, 9_224.5_1, 1e1_0]", "{a=[6.626E-34, 9224.51, 1.0E10]}"},
            {"a = [inf, +inf, -inf]", "{a=[Infinity, Infinity, -Infinity]}"},
            {"a = [nan, +nan, -nan, -0.0]", "{a=[NaN, NaN, NaN, -0.0]}"},
            // Booleans.
            {"a = true\nb = false", "{a=true, b=false}"},
            // Dates and times.
            {"a = 1979-05-27T07:32:00Z", "{a=1979-05-27T07:32Z}"},
            {"a = 1979-05-27t00:32:00.999999-07:00", "{a=1979-05-27T00:32:00.999999-07:00}"},
            {"a = 1979-05-27 07:32:00z # c", "{a=1979-05-27T07:32Z}"},
            {"a = 1979-05-27T07:32:00-00:00", "{a=1979-05-27T07:32Z}"},
            {"a = 1979-05-27T20:00:00+20:00", "{a=1979-05-27T00:00Z}"},
            {"a = 1979-05-27T07:32:00", "{a=1979-05-27T07:32}"},
            {"a = 1979-05-27 07:32:00.5", "{a=1979-05-27T07:32:00.500}"},
            {"a = [1979-05-27, 2000-02-29]", "{a=[1979-05-27, 2000-02-29]}"},
            {"a = 1979-05-27 # c", "{a=1979-05-27}"},
            {"a = 07:32:01", "{a=07:32:01}"},
            {"a = 00:32:00.1234567899999", "{a=00:32:00.123456789}"},
            {"a = 0000-01-01", "{a=0000-01-01}"},
            // Arrays.
            {"a = []", "{a=[]}"},
            {"a = [ [ 1, 2 ], [\"x\", 'y'], [] ]", "{a=[[1, 2], [\"x\", \"y\"], []]}"},
            {"a = [ 1, 'x', { b = 2 } ]", "{a=[1, \"x\", {b=2}]}"},
            {"a = [ # c\n 1 # c\n , # c\n\r\n 2\n,]", "{a=[1, 2]}"},
            {"a = [[\n1],\n[2]]\nb = 1", "{a=[[1], [2]], b=1}"},
            {"a = [\n[true]\n]", "{a=[[true]]}"},
            // Tables.
            {"[a]\nb = 1\n[c]\nd = 2", "{a={b=1}, c={d=2}}"},
            {"[ a . \"b.c\" ] # c\nd = 1", "{a={b.c={d=1}}}"},
            {"[a.b.c]\n[a]\nd = 1", "{a={b={c={}}, d=1}}"},
            {"[a.b.c]\nx = 1\n[a.b]\ny = 2", "{a={b={c={x=1}, y=2}}}"},
            {"x = 1\n[a]\n[a.b]\n[c]", "{x=1, a={b={}}, c={}}"},
            {"[a]\nb.c = 1\nb.d = 2\n[a.b.e]\nf = 3", "{a={b={c=1, d=2, e={f=3}}}}"},
            {"[a.b.c]\nz = 1\n[a]\nb.d = 2", "{a={b={c={z=1}, d=2}}}"},
            {"['']", "{={}}"},
            // Inline tables.
            {"a = {}", "{a={}}"},
            {"a = { b = 1, c.d = 'x', c.e = [ 1,\n2 ] }", "{a={b=1, c={d=\"x\", e=[1, 2]}}}"},
            {"a = { b = { c = {} } }", "{a={b={c={}}}}"},
            // Arrays of tables.
            {"[[a]]\nb = 1\n[[a]]\n[[a]]\nb = 2", "{a=[{b=1}, {}, {b=2}]}"},
            {
                "[[a]]\n[a.b]\nc = 1\n[[a.d]]\ne = 2\n[[a.d]]\n[[a]]\n[a.b]\nc = 3",
                "{a=[{b={c=1}, d=[{e=2}, {}]}, {b={c=3}}]}"
            },
            {"[a]\n[[a.b]]\nc = 1", "{a={b=[{c=1}]}}"},
        };
    }

    @ParameterizedTest
    @MethodSource("documents")
    void isReadWithoutProblems(String text, String expected) {
        TomlDocument document = TomlParser.parse(text);

        assertEquals(List.of(), Toml.problems(document));
        assertEquals(expected, Toml.show(document.root()));
    }

    @Test
    void everyValueAndKeyKnowsItsPlace() {
        TomlDocument document =
                TomlParser.parse(
                        """
                        # \u00e9
                        '\ud83d\ude00' = [ 1,
                        \t{ x.y = "z" } ]
                        [ s . t ]
                        k = '''

                        '''
                        [[ u ]]
                        """
                                .replace("\n", "\r\n"));

        TomlValue.Entry smile = Toml.entry(document, "\ud83d\ude00");
        assertEquals("2:1", Toml.show(smile.keyPosition()));
        assertEquals("2:7", Toml.show(smile.value().position()));
        List<TomlValue> items = ((TomlValue.Array) smile.value()).items();
        assertEquals("2:9", Toml.show(items.get(0).position()));
        assertEquals("3:2", Toml.show(items.get(1).position()));
        TomlValue.Entry x = ((TomlValue.Table) items.get(1)).entries().get("x");
        assertEquals("3:4", Toml.show(x.keyPosition()));
        TomlValue.Entry y = ((TomlValue.Table) x.value()).entries().get("y");
        assertEquals("3:6", Toml.show(y.keyPosition()));
        assertEquals("3:10", Toml.show(y.value().position()));
        assertEquals("4:3", Toml.show(Toml.entry(document, "s").keyPosition()));
        assertEquals("4:7", Toml.show(Toml.entry(document, "s", "t").keyPosition()));
        assertEquals("4:1", Toml.show(Toml.entry(document, "s", "t").value().position()));
        assertEquals("5:5", Toml.show(Toml.entry(document, "s", "t", "k").value().position()));
        assertEquals("8:1", Toml.show(Toml.entry(document, "u").value().position()));
    }

    @Test
    void aByteOrderMarkTakesNoColumn() {
        TomlDocument document = TomlParser.parse("\uFEFFa = 1");

        assertEquals("1:1", Toml.show(Toml.entry(document, "a").keyPosition()));
    }

    @Test
    void anIntegerKeepsItsDigitsWithoutUnderscores() {
        TomlDocument document = TomlParser.parse("a = 0o0_22\nb = -1_0\nc = +7");

        assertEquals("0o022", ((TomlValue.Int) Toml.entry(document, "a").value()).literal());
        assertEquals("-10", ((TomlValue.Int) Toml.entry(document, "b").value()).literal());
        assertEquals("+7", ((TomlValue.Int) Toml.entry(document, "c").value()).literal());
    }

    @Test
    void aTableThatIsOpenedAfterItsChildStandsWhereItIsOpened() {
        TomlDocument document = TomlParser.parse("[a.b]\n[a]");

        assertEquals("2:2", Toml.show(Toml.entry(document, "a").keyPosition()));
        assertEquals("2:1", Toml.show(Toml.entry(document, "a").value().position()));
    }

    @Test
    void nestingUpToTheLimitIsRead() {
        int arrays = TomlParser.MAX_DEPTH - 1;

        TomlDocument document = TomlParser.parse("a = " + "[".repeat(arrays) + "]".repeat(arrays));

        assertTrue(document.problems().isEmpty());
    }
}
