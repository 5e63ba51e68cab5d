package taskmaster.toml;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What TOML 1.0 forbids, where it is reported, and what is said. */
final class TomlProblemsTest {

    static String[][] documents() {
        return new String[][] {
            // Characters.
            {"# a\u0000b", "1:4: the control character U+0000 cannot stand in a comment"},
            {"# a\rb", "1:4: the control character U+000D cannot stand in a comment"},
            {"a = 1\rb = 2", "1:6: a carriage return alone does not end a line: write LF or CRLF"},
            {"a = \"x\u007F\"", "1:7: the control character U+007F cannot stand in a string"},
            {"a = '\u0001'", "1:6: the control character U+0001 cannot stand in a string"},
            {
                "a = \"\"\"\n\u0002\"\"\"",
                "2:1: the control character U+0002 cannot stand in a string"
            },
            {"a = \"\"\"x\ry\"\"\"", "1:9: the control character U+000D cannot stand in a string"},
            {"a = '\uD800'", "1:6: the half character U+D800 cannot stand in a string"},
            {"a = '\uDC00'", "1:6: the half character U+DC00 cannot stand in a string"},
            {"\u0000", "1:1: U+0000 cannot stand in a key without quotes"},
            // Keys.
            {"= 1", "1:1: a key cannot be empty: write a name here, or \"\""},
            {"a..b = 1", "1:3: a key cannot be empty: write a name here, or \"\""},
            {".a = 1", "1:1: a key cannot be empty: write a name here, or \"\""},
            {"a. = 1", "1:4: a key cannot be empty: write a name here, or \"\""},
            {"a", "1:2: \"=\" and a value are missing after the key a"},
            {"a # c", "1:3: \"=\" and a value are missing after the key a"},
            {"a b = 1", "1:3: \"=\" is missing after the key a"},
            {"a: 1", "1:2: \"=\" must follow the key, not \":\""},
            {"\u00e9 = 1", "1:1: \"\u00e9\" cannot stand in a key without quotes"},
            {"a\u00e9 = 1", "1:2: \"\u00e9\" cannot stand in a key without quotes"},
            {"a\u00a0= 1", "1:2: U+00A0 cannot stand in a key without quotes"},
            {"; comment", "1:1: a comment begins with \"#\""},
            {"// comment", "1:1: a comment begins with \"#\""},
            {"\"\"\"a\"\"\" = 1", "1:1: a key must be on one line: write it in single quotes"},
            {"\"a = 1", "1:1: this string has no end: a closing \" is missing"},
            {"a = 1\na = 2", "2:1: \"a\" is already defined on line 1"},
            {"a = 1\n'a' = 2", "2:1: \"a\" is already defined on line 1"},
            {"'a b' = 1\n'a b' = 2", "2:1: \"a b\" is already defined on line 1"},
            {"a = 1\na.b = 2", "2:1: \"a\" is already defined on line 1 as an integer"},
            {"a.b = 1\na = 2", "2:1: \"a\" is already defined on line 1 as a table of dotted keys"},
            {
                "a = {}\na.b = 1",
                "2:1: \"a\" is already defined on line 1 as an inline table, which is complete"
            },
            // Statements.
            {"a =", "1:4: a value is missing after \"=\""},
            {"a = # c", "1:5: a value is missing after \"=\""},
            {"a =\n1 = 2", "1:4: a value is missing after \"=\""},
            {"a == 1", "1:4: one \"=\" is enough"},
            {"a = 1 b = 2", "1:7: a line holds one key and one value, but then there is \"b\""},
            {
                "a = 0,2",
                "1:6: a line holds one key and one value, but then there is \",\": several values"
                        + " are an array, [1, 2]"
            },
            {"a = 'x' 'y'", "1:9: a line holds one key and one value, but then there is \"'\""},
            {"a = \"x\" \"\"", "1:9: a line holds one key and one value, but then there is '\"'"},
            // Words without quotes.
            {"a = nginx", "1:5: strings need quotes: write \"nginx\""},
            {"a = /bin/sh -c 'x' # c", "1:5: strings need quotes: write \"/bin/sh -c 'x'\""},
            {"a = say \"x\"", "1:5: strings need quotes: write \"say \\\"x\\\"\""},
            {
                "a = /x/y   ; why",
                "1:5: strings need quotes, and comments begin with #: write \"/x/y\""
            },
            {"a = \u00e9", "1:5: strings need quotes: write \"\u00e9\""},
            {"a = yes", "1:5: strings need quotes: write \"yes\", or true"},
            {"a = Off", "1:5: strings need quotes: write \"Off\", or false"},
            {"a = null", "1:5: strings need quotes: write \"null\", or leave the key out"},
            {"a = True", "1:5: write true in small letters, or \"True\""},
            {"a = \u201cx\u201d", "1:5: typographic quotes are not quotes here: write \" or '"},
            {"a = 10s", "1:5: \"10s\" is not a number; a string needs quotes: write \"10s\""},
            {
                "a = 127.0.0.1",
                "1:5: \"127.0.0.1\" is not a number; a string needs quotes: write \"127.0.0.1\""
            },
            {"a = -x", "1:5: strings need quotes: write \"-x\""},
            {"a = truer", "1:5: strings need quotes: write \"truer\""},
            // Strings.
            {"a = \"x", "1:5: this string has no end: a closing \" is missing"},
            {"a = 'x\nb = 1", "1:5: this string has no end: a closing ' is missing"},
            {"a = \"\"\"x\n\n", "1:5: this string has no end: a closing \"\"\" is missing"},
            {"a = '''x''", "1:5: this string has no end: a closing ''' is missing"},
            {
                "a = \"\\q\"",
                "1:6: \"q\" cannot follow a backslash: write \"\\\\\" for a backslash, or the string in single quotes"
            },
            {
                "a = \"\\ \"",
                "1:6: a blank cannot follow a backslash: write \"\\\\\" for a backslash, or the string in single quotes"
            },
            {
                "a = \"\"\"\nx\\ y\"\"\"",
                "2:2: a blank cannot follow a backslash: write \"\\\\\" for a backslash, or the string in single quotes"
            },
            {"a = \"\\u12\"", "1:6: \"\\u\" needs 4 hexadecimal digits that stand for a character"},
            {
                "a = \"\\U00110000\"",
                "1:6: \"\\U\" needs 8 hexadecimal digits that stand for a character"
            },
            {
                "a = \"\\UFFFFFFFF\"",
                "1:6: \"\\U\" needs 8 hexadecimal digits that stand for a character"
            },
            {
                "a = \"\\ud83d\\ude00\"",
                "1:6: \"\\u\" is half a character: write the whole one, with \\U and 8 digits"
            },
            {"a = \"\\", "1:5: this string has no end: a closing \" is missing"},
            {
                "a = \"\"\"x\"\"\"\"\"\"",
                "1:14: a line holds one key and one value, but then there is '\"'"
            },
            // Integers.
            {"a = 022", "1:5: an integer cannot begin with 0: write 0o22 for octal"},
            {"a = 089", "1:5: a number cannot begin with 0: write 89"},
            {"a = -01", "1:5: a number cannot begin with 0: write -1"},
            {"a = 00", "1:5: an integer cannot begin with 0: write 0o0 for octal"},
            {"a = 0X1F", "1:5: write 0x1F, with a small letter"},
            {"a = +0x1", "1:5: a hexadecimal number has no sign"},
            {"a = -0o1", "1:5: an octal number has no sign"},
            {
                "a = 0b2",
                "1:5: \"0b2\" is not a binary number; a string needs quotes: write \"0b2\""
            },
            {"a = 0x", "1:5: digits are missing at the end of 0x"},
            {"a = 1__0", "1:5: an underscore in a number must stand between two digits"},
            {"a = 1_", "1:5: an underscore in a number must stand between two digits"},
            {"a = 0x_1", "1:5: an underscore in a number must stand between two digits"},
            {
                "a = 9223372036854775808",
                "1:5: this integer does not fit into 64 bits: the largest is 9223372036854775807"
            },
            {
                "a = -9223372036854775809",
                "1:5: this integer does not fit into 64 bits: the smallest is -9223372036854775808"
            },
            {
                "a = 0x8000000000000000",
                "1:5: this integer is too large: the largest is 0x7fffffffffffffff"
            },
            // Floats.
            {"a = 1.", "1:5: a digit is missing after the point: write 1.0"},
            {"a = .5", "1:5: a digit is missing before the point: write 0.5"},
            {"a = -.5", "1:5: a digit is missing before the point: write -0.5"},
            {"a = 1.e5", "1:5: a digit is missing after the point: write 1.0e5"},
            {"a = 1e", "1:5: digits are missing at the end of 1e"},
            {"a = 1_.5", "1:5: an underscore in a number must stand between two digits"},
            {"a = 1._5", "1:5: an underscore in a number must stand between two digits"},
            {"a = 03.14", "1:5: a number cannot begin with 0: write 3.14"},
            {"a = 1nan", "1:5: \"1nan\" is not a number; a string needs quotes: write \"1nan\""},
            {
                "a = .5+inf",
                "1:5: \".5+inf\" is not a number; a string needs quotes: write \".5+inf\""
            },
            {"a = +infinity", "1:5: strings need quotes: write \"+infinity\""},
            {"a = Inf", "1:5: write inf in small letters, or \"Inf\""},
            // Dates and times.
            {
                "a = 2001-02-29",
                "1:5: there is no such date or time; if \"2001-02-29\" is meant as a string, it needs quotes"
            },
            {
                "a = 2001-2-3",
                "1:5: a date is written 1979-05-27; if \"2001-2-3\" is meant as a string, it needs quotes"
            },
            {
                "a = 07:32",
                "1:5: a time is written 07:32:00, with seconds; if \"07:32\" is meant as a string, it needs quotes"
            },
            {
                "a = 24:00:00",
                "1:5: there is no such date or time; if \"24:00:00\" is meant as a string, it needs quotes"
            },
            {
                "a = 23:59:60",
                "1:5: a leap second cannot be kept: write second 59; if \"23:59:60\" is meant as a string, it needs quotes"
            },
            {
                "a = 07:32:00.",
                "1:5: a digit is missing after the point of the seconds; if \"07:32:00.\" is meant as a string, it needs quotes"
            },
            {
                "a = 07:32:00Z",
                "1:5: nothing can follow a date or time; if \"07:32:00Z\" is meant as a string, it needs quotes"
            },
            {
                "a = 2001-02-03T07:32:00+1:00",
                "1:5: an offset is written +01:00; if \"2001-02-03T07:32:00+1:00\" is meant as a string, it needs quotes"
            },
            {
                "a = 2001-02-03T07:32:00+24:00",
                "1:5: an offset is at most 23:59; if \"2001-02-03T07:32:00+24:00\" is meant as a string, it needs quotes"
            },
            // Arrays.
            {"a = [1 2]", "1:8: \",\" is missing between the values of the array, before \"2\""},
            {"a = [,]", "1:6: a value is missing before \",\""},
            {"a = [1,,2]", "1:8: a value is missing before \",\""},
            {"a = [1, 2}", "1:10: \",\" is missing between the values of the array, before \"}\""},
            {"a = [1,\n2\n", "1:5: this array has no end: \"]\" is missing"},
            {"a = [x, y]", "1:6: strings need quotes: write \"x\""},
            {"a = ]", "1:5: a value is missing before \"]\""},
            // Tables.
            {"[]", "1:2: a key cannot be empty: write a name here, or \"\""},
            {"[a", "1:3: \"]\" is missing at the end of the table's name"},
            {"[a.]", "1:4: a key cannot be empty: write a name here, or \"\""},
            {"[a b]", "1:4: a name with blanks in it needs quotes"},
            {"[program:x]", "1:9: \":\" cannot stand in a key without quotes"},
            {
                "[a] b = 1",
                "1:5: nothing can follow the table's name on its line, but there is \"b\""
            },
            {"[[a]", "1:4: \"]]\" is missing at the end of the table's name"},
            {"[[a] ]", "1:4: \"]]\" is missing at the end of the table's name"},
            {"[ [a]]", "1:3: \"[\" cannot stand in a key without quotes"},
            {"[a]\n\n[a]", "3:2: \"a\" is already defined on line 1"},
            {"[p.web]\n[q]\n[p.web]", "3:4: \"p.web\" is already defined on line 1"},
            {"a = 1\n[a]", "2:2: \"a\" is already defined on line 1 as an integer"},
            {"a = 1\n[a.b]", "2:2: \"a\" is already defined on line 1 as an integer"},
            {"a.b = 1\n[a]", "2:2: \"a\" is already defined on line 1 as a table of dotted keys"},
            {"[a.b]\n[a]\nb.c = 1", "3:1: \"b\" is already defined on line 1 as a table"},
            {
                "[a]\nb.c = 1\n[a.b]",
                "3:4: \"a.b\" is already defined on line 2 as a table of dotted keys"
            },
            // Inline tables.
            {"a = { b = 1", "1:5: this inline table has no end: \"}\" is missing"},
            {
                "a = { b = 1 c = 2 }",
                "1:13: \",\" or \"}\" is missing in the inline table, before \"c\""
            },
            {"a = { b = 1, }", "1:12: an inline table cannot end with a comma"},
            {"a = { , }", "1:7: \",\" cannot stand in a key without quotes"},
            {"a = { b = }", "1:11: a value is missing after \"=\""},
            {"a = { b }", "1:9: \"}\" cannot stand in a key without quotes"},
            {"a = { b = 1, b = 2 }", "1:14: \"b\" is already defined on line 1"},
            {
                "a = { b = { c = 1 }, b.d = 2 }",
                "1:22: \"b\" is already defined on line 1 as an inline table, which is complete"
            },
            {
                "a = {}\n[a]",
                "2:2: \"a\" is already defined on line 1 as an inline table, which is complete"
            },
            {
                "a = {}\n[a.b]",
                "2:2: \"a\" is already defined on line 1 as an inline table, which is complete"
            },
            {
                "a = {\nb = 1,\nc = 2,\n}",
                "1:6: an inline table must end on the line where it begins: \"}\" is missing"
            },
            // Arrays of tables.
            {"a = []\n[[a]]", "2:3: \"a\" is already defined on line 1 as an array"},
            {"[a]\n[[a]]", "2:3: \"a\" is already defined on line 1 as a table"},
            {"[[a]]\n[a]", "2:2: \"a\" is already defined on line 1 as an array of tables"},
            {"[a.b]\n[[a]]", "2:3: \"a\" is already defined on line 1 as a table"},
            {"[[a]]\n[x]\n[a.b]\n[a.b]", "4:4: \"a.b\" is already defined on line 3"},
        };
    }

    @ParameterizedTest
    @MethodSource("documents")
    void isOneProblemAtItsPlace(String text, String expected) {
        assertEquals(List.of(expected), Toml.problems(TomlParser.parse(text)));
    }

    @Test
    void tooDeepNestingIsAProblemWhateverItIsMadeOf() {
        int n = 100_000;
        String message = "nested more than 64 deep";
        assertEquals(List.of("1:69: " + message), parse("a = " + "[".repeat(n)));
        assertEquals(List.of("1:101: " + message), parse("a = " + "{a=".repeat(n)));
        assertEquals(List.of("1:128: a key of more than 64 parts"), parse("a.".repeat(n)));
        assertEquals(List.of("1:129: a key of more than 64 parts"), parse("[" + "a.".repeat(n)));
        String deep = "[" + "a.".repeat(62) + "a]\n";
        assertEquals(List.of(), parse(deep + "b = 1"));
        assertEquals(List.of("2:7: " + message), parse(deep + "b.c = 1"));
    }

    @Test
    void oneProblemALineAndTheRestIsRead() {
        TomlDocument document =
                TomlParser.parse(
                        """
                        command = nginx
                        chmod = 0700
                        args = ["-g", "x",
                          01, 02,
                          foo bar, 'y'
                        ]
                        = 1 = 2 = 3
                        [web]
                        a = 1
                        [web]
                        b = 2
                        [ok]
                        c = "\\q"
                        d = True
                        """);

        assertEquals(
                List.of(
                        "1:11: strings need quotes: write \"nginx\"",
                        "2:9: an integer cannot begin with 0: write 0o700 for octal",
                        "4:3: an integer cannot begin with 0: write 0o1 for octal",
                        "5:3: strings need quotes: write \"foo bar\"",
                        "7:1: a key cannot be empty: write a name here, or \"\"",
                        "10:2: \"web\" is already defined on line 8",
                        "13:6: \"q\" cannot follow a backslash: write \"\\\\\" for a backslash,"
                                + " or the string in single quotes",
                        "14:5: write true in small letters, or \"True\""),
                Toml.problems(document));
        assertEquals(
                "{command=\"nginx\", args=[\"-g\", \"x\", \"foo bar\", \"y\"], web={a=1},"
                        + " ok={c=\"\\q\", d=true}}",
                Toml.show(document.root()));
    }

    @Test
    void anArrayThatIsNotClosedDoesNotSwallowTheNextStatement() {
        for (String next : List.of("b = 2", "'b' = 2", "b . c = 2", "[b]", "[[b.c]] # x")) {
            for (String array : List.of("[1, 2", "[1, 2,", "[\"x\"", "[", "[[1, 2]", "{ x = [1")) {
                TomlDocument document = TomlParser.parse("a = " + array + "\n" + next + "\nc=");

                assertEquals(
                        List.of(
                                "1:5: this bracket is not closed: line 2 begins something new",
                                "3:3: a value is missing after \"=\""),
                        Toml.problems(document),
                        array + next);
                assertTrue(document.root().entries().containsKey("b"), array + next);
            }
        }
    }

    @Test
    void aFaultInsideBracketsIsSkippedUpToTheirEnd() {
        TomlDocument document =
                TomlParser.parse("a = [ 1 2, # ]\n ']', \"\\\"]\",\n [ 3 ],\n '''\n]'''\n]\nb = 1");

        assertEquals(1, document.problems().size());
        assertEquals("{b=1}", Toml.show(document.root()));
    }

    @Test
    void keysBelowAWrongHeaderAreCheckedButNotKept() {
        TomlDocument document = TomlParser.parse("[a]\nx = 1\n[a]\ny = 2\nz = \n[b]\nx = 1");

        assertEquals(
                List.of(
                        "3:2: \"a\" is already defined on line 1",
                        "5:5: a value is missing after \"=\""),
                Toml.problems(document));
        assertEquals("{a={x=1}, b={x=1}}", Toml.show(document.root()));
    }

    @Test
    void bytesThatAreNotUtf8AreReportedWhereTheyStand() {
        byte[] latin1 = "a = 'x'\nb = '\u00e9'\nc = \u00e9\u00e9\nd = 1".getBytes(ISO_8859_1);

        TomlDocument document = TomlParser.parse(latin1);

        assertEquals(
                List.of(
                        "2:6: the byte 0xe9 is not UTF-8: save the file as UTF-8",
                        "3:5: the byte 0xe9 is not UTF-8: save the file as UTF-8"),
                Toml.problems(document));
        assertEquals(1, ((TomlValue.Int) Toml.entry(document, "d").value()).value());
    }

    @Test
    void aReplacementCharacterInTheFileIsNoProblem() {
        byte[] bytes = "\uFEFF# \uFFFD\na = '\uFFFD\ud83d\ude00'".getBytes(UTF_8);

        assertEquals(List.of(), Toml.problems(TomlParser.parse(bytes)));
    }

    @Test
    void aBinaryFileGivesABoundedNumberOfProblems() {
        byte[] bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 3 == 0 ? '\n' : i * 31);
        }

        List<TomlDocument.Problem> problems = TomlParser.parse(bytes).problems();

        assertEquals(TomlSource.MAX_PROBLEMS + 1, problems.size());
        assertEquals("more than 1000 problems: the rest is not read", problems.getLast().message());
    }

    private static List<String> parse(String text) {
        return Toml.problems(TomlParser.parse(text));
    }
}
