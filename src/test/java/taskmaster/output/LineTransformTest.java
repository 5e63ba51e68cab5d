package taskmaster.output;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class LineTransformTest {

    private static final String BEGIN = "<!--XSUPERVISOR:BEGIN-->";
    private static final String END = "<!--XSUPERVISOR:END-->";

    /** What came out: the log, then each line and event. */
    private static List<String> run(LineRule rule, String text, List<Integer> cuts) {
        List<String> heard = new ArrayList<>();
        LineTransform transform =
                new LineTransform(
                        rule,
                        new LineTransform.Listener() {
                            @Override
                            public void line(Bytes line) {
                                heard.add("line " + new String(line.copy(), ISO_8859_1));
                            }

                            @Override
                            public void captured(byte[] bytes) {
                                heard.add("event " + new String(bytes, ISO_8859_1));
                            }
                        });
        Bytes out = new Bytes();
        int start = 0;
        for (int turn = 0; start < text.length(); turn++) {
            int end = Math.min(text.length(), start + cuts.get(turn % cuts.size()));
            byte[] bytes = text.substring(start, end).getBytes(ISO_8859_1);
            transform.feed(bytes, bytes.length, 0, out);
            start = end;
        }
        transform.end(0, out);
        heard.add(0, new String(out.copy(), ISO_8859_1));
        return heard;
    }

    private static String log(LineRule rule, String text) {
        return run(rule, text, List.of(Integer.MAX_VALUE)).getFirst();
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "a",
                        "word",
                        "\n",
                        "\u001b[1;31m",
                        "\u001b]0;title\u0007",
                        "\u001b",
                        "[",
                        "m",
                        BEGIN,
                        END,
                        "<!--XSUPER",
                        "<",
                        "\u00ff\u0000",
                        "\u001b]never\n",
                        "\u001b\\")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Property
    void theResultIsTheSameHoweverItIsCut(
            @ForAll("texts") String text,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 30) Integer> cuts,
            @ForAll boolean time,
            @ForAll boolean strip,
            @ForAll @IntRange(min = 0, max = 5) int capture) {
        LineRule rule = new LineRule(time, "> ", strip, true, capture);
        assertEquals(run(rule, text, List.of(Integer.MAX_VALUE)), run(rule, text, cuts));
    }

    @Property
    void everyLineHasItsBeginningOnceAndElseStaysAsItWas(@ForAll("texts") String text) {

        StringBuilder lines = new StringBuilder();
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf('\n', at) + 1;
            end = end == 0 ? text.length() : end;
            lines.append("> ").append(text, at, end);
            at = end;
        }
        assertEquals(lines.toString(), log(new LineRule(false, "> ", false, false, 0), text));
    }

    @Test
    void theTimeIsInUtcWithMilliseconds() {
        assertEquals(
                "1970-01-01T00:00:00.000Z web: x\n1970-01-01T00:00:00.000Z web: \n",
                log(new LineRule(true, "web: ", false, false, 0), "x\n\n"));
        IsoTime time = new IsoTime();
        assertEquals(
                "2026-11-22T13:31:08.123Z", new String(time.of(1_795_354_268_123L), ISO_8859_1));
        assertEquals(
                "2026-11-22T13:31:08.007Z", new String(time.of(1_795_354_268_007L), ISO_8859_1));
    }

    @Test
    void escapeSequencesAreLeftOut() {
        LineRule strip = new LineRule(false, "", true, false, 0);
        assertEquals("red\n", log(strip, "\u001b[1;31mred\u001b[0m\n"));
        assertEquals("ab\n", log(strip, "a\u001b]0;title\u0007b\u001b]8;;x\u001b\\\n"));
        assertEquals("x\ny\n", log(strip, "x\u001b]never ending\ny\n"));
        assertEquals("a\u00e9\n", log(strip, "\u001b(Ba\u001b7\u00e9\u001b[\n"));
    }

    @Test
    void whatStandsBetweenTheMarksIsAnEvent() {
        LineRule rule = new LineRule(false, "", false, false, 5);
        assertEquals(
                List.of("ab<!--XSUPERVISOR:x\n", "event 12345", "event "),
                run(
                        rule,
                        "a" + BEGIN + "1234567" + END + "b" + BEGIN + END + "<!--XSUPERVISOR:x\n",
                        List.of(7)));
        assertEquals("<<!--X", log(rule, "<<!--X"));
    }

    @Test
    void longLinesAreHeardInPieces() {
        LineRule rule = new LineRule(false, "", false, true, 0);
        String line = "x".repeat(LineTransform.LONGEST_LINE);
        List<String> heard = run(rule, line + "yz\n\nend\n", List.of(1000));
        assertEquals(List.of("line " + line, "line yz", "line end"), heard.subList(1, 4));
    }
}
