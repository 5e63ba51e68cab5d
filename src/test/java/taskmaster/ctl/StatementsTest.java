package taskmaster.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementsTest {

    private static List<Statement> statements(String text) {
        return assertInstanceOf(Statements.Complete.class, Statements.parse(text), text)
                .statements();
    }

    /** A word in brackets each, a statement a line. */
    private static String shown(String text) {
        StringBuilder all = new StringBuilder();
        for (Statement statement : statements(text)) {
            all.append(all.isEmpty() ? "" : " ");
            for (String word : statement.words()) {
                all.append('[').append(word).append(']');
            }
            all.append(statement.background() ? "&" : "");
        }
        return all.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            textBlock =
                    """
                    status                    ~ [status]
                    status  web db            ~ [status][web][db]
                    start web; stop db        ~ [start][web] [stop][db]
                    ;;a;;                     ~ [a]
                    send web 'a b'            ~ [send][web][a b]
                    send web "a 'b' c"        ~ [send][web][a 'b' c]
                    send web 'a "b" \\c'      ~ [send][web][a "b" \\c]
                    send web "a \\"b\\" \\\\" ~ [send][web][a "b" \\]
                    send web "\\n \\$x"       ~ [send][web][\\n $x]
                    send web a\\ b\\;         ~ [send][web][a b;]
                    send web ''               ~ [send][web][]
                    send web a''b"c"d         ~ [send][web][abcd]
                    status # web; stop        ~ [status]
                    status a#b '#' \\#        ~ [status][a#b][#][#]
                    %1 &                      ~ [%1]&
                    %1& status                ~ [%1]& [status]
                    stop web:*                ~ [stop][web:*]
                    """)
    void splitsAsAShellDoes(String line, String words) {
        assertEquals(words, shown(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \t ", "# a comment", ";", "\n\n", " # a\n# b"})
    void anEmptyLineIsNoStatement(String line) {
        assertEquals(List.of(), statements(line));
    }

    @Test
    void linesAreStatements() {
        assertEquals("[a] [b][c] [d]", shown("a\nb c # x ' y\n\nd"));
        assertEquals("[a][b]", shown("a \\\nb"));
        assertEquals("[ab]", shown("a\\\nb"));
        assertEquals("[ab]", shown("\"a\\\nb\""));
        assertEquals("[a\nb]", shown("'a\nb'"));
        assertEquals("[a] [b]", shown("a\r\nb\r\n"));
    }

    @Test
    void tellsWhatGoesOnInTheNextLine() {
        for (String line : new String[] {"send web 'a", "send web \"a", "start \\", "\"a\\"}) {
            assertInstanceOf(Statements.Incomplete.class, Statements.parse(line), line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"status | less", "status >x", "send web <y", "a && b", "&", "a; & b"})
    void refusesWhatShellsDoElse(String line) {
        var wrong = assertInstanceOf(Statements.Wrong.class, Statements.parse(line), line);
        assertTrue(wrong.message().length() > 10, wrong.message());
    }

    /** What is quoted comes out as it went in, whatever it is. */
    @Property
    void quotesHoldEverything(@ForAll List<String> words) {
        List<String> wanted = new ArrayList<>();
        StringBuilder line = new StringBuilder("x");
        wanted.add("x");
        for (String word : words) {
            line.append(" '").append(word.replace("'", "'\\''")).append('\'');
            wanted.add(word);
        }
        assertEquals(List.of(new Statement(wanted, false)), statements(line.toString()));
    }

    @Property
    void nothingMakesItFail(@ForAll String text) {
        Statements.Parsed parsed = Statements.parse(text);
        if (parsed instanceof Statements.Complete complete) {
            for (Statement statement : complete.statements()) {
                assertTrue(!statement.words().isEmpty());
            }
        }
    }
}
