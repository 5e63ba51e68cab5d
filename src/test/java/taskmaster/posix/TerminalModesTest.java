package taskmaster.posix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** E stands for the escape character. */
class TerminalModesTest {

    private final TerminalModes modes = new TerminalModes();

    private void feed(String printed) {
        byte[] bytes = printed.replace('E', '\033').getBytes(ISO_8859_1);
        modes.feed(bytes, bytes.length);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1).replace('\033', 'E');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "plain text | - | -",
                "E[1;31mred | - | E[0m",
                "E[?1049h | E[?1049h | E[0mE[?1049l",
                "E[?1049hE[?1049l | - | E[0m",
                "E[?25l | E[?25l | E[?25hE[0m",
                "E[?25lE[?25h | - | E[0m",
                "E[?1000;1006h | E[?1000hE[?1006h | E[?1000lE[?1006lE[0m",
                "E[?2004hE[?1h | E[?1hE[?2004h | E[?1lE[?2004lE[0m",
                "E[?1049hE[?1h | E[?1049hE[?1h | E[?1lE[0mE[?1049l",
                "E= | E= | E>",
                "E(0 | E(0 | E(B",
                "E(0E(B | - | -",
                "E[>4;2m | E[>4;2m | E[>4mE[0m",
                "E[>4;2mE[>4m | - | E[0m",
                "E[3 q | E[3 q | E[0 qE[0m",
                "E[2;9r | - | E7E[rE8E[0m",
                "E[2;9rE[r | - | E[0m",
                "E[?1049hE[?25lE[!p | E[?1049h | E[0mE[?1049l",
                "E[?1049hE[?25lE=Ec | - | E[0m",
                "E[?7777hE[?hE[?;;lE[?99999999999h | - | E[0m",
                "E]0;titleE\\\\E[?25l | E[?25l | E[?25hE[0m",
                "E[4hx | E[4h | E[4lE[0m",
                "E[4;20hE[4l | E[20h | E[20lE[0m",
                "E[>1uE[>5u | E[>1uE[>5u | E[0mE[<2u",
                "E[>1uE[<u | - | E[0m",
                "E[>1uE[?1049hE[>3u | E[>1uE[?1049hE[>3u | E[<1uE[0mE[?1049lE[<1u",
                "E[?1049hE[>3uE[?1049l | - | E[0m",
                "E[=5u | E[=5;1u | E[0mE[=0;1u",
                "E[=5uE[=1;3uE[=2;2u | E[=6;1u | E[0mE[=0;1u",
                "E[sE[u | - | E[0m",
            })
    void knowsWhatIsSwitchedOn(String printed, String establish, String reset) {
        feed(printed);
        assertEquals(establish == null ? "" : establish, text(modes.establish()));
        assertEquals(reset == null ? "" : reset, text(modes.reset()));
    }

    @Test
    void shiftsOutOfTheSecondCharacterSet() {
        feed("E)0\016lqk");
        assertEquals("E)0\016", text(modes.establish()));
        assertEquals("E)B\017", text(modes.reset()));
        feed("\017");
        assertEquals("E)0", text(modes.establish()));
    }

    @Test
    void endsASequenceThatWasCut() {
        feed("E[?25lE[?10");
        assertEquals("\030E\\E[?25hE[0m", text(modes.reset()));
        feed("49h");
        assertEquals("E[?1049hE[?25l", text(modes.establish()));
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {
                "E]0;half a title",
                "EPq#0;2;0",
                "E_Gi=1",
                "E^x",
                "EXx",
                "Ekx",
                "E(",
                "E)",
                "E#"
            })
    void endsWhatWouldSwallowTheNextLine(String printed) {
        feed(printed);
        assertEquals("\030E\\", text(modes.reset()));
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"E]0;title\007", "E]0;titleE\\", "EP1E\\", "E]x\030", "E#8", "E%G", "E F"})
    void leavesAloneWhatWasEnded(String printed) {
        feed(printed);
        assertEquals("", text(modes.reset()));
    }

    /** What is sent to a fresh terminal leaves it where the first one is, and then as usual. */
    @Property
    void whatItSaysMeansTheSame(
            @ForAll java.util.List<@IntRange(min = 0, max = 14) Integer> printed,
            @ForAll @IntRange(min = 1, max = 7) int cut) {
        String[] parts = {
            "E[?1049h",
            "E[?1049l",
            "E[?25l",
            "E[?25h",
            "E[?1;2004h",
            "E=",
            "E[>4;1m",
            "E[2 q",
            "x",
            "E[>1u",
            "E[<u",
            "E[4h",
            "\016",
            "E[=3u",
            "E]0;x"
        };
        StringBuilder all = new StringBuilder();
        for (int part : printed) {
            all.append(parts[part]);
        }
        byte[] bytes = all.toString().replace('E', '\033').getBytes(ISO_8859_1);
        TerminalModes first = new TerminalModes();
        for (int i = 0; i < bytes.length; i += cut) {
            byte[] piece = java.util.Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + cut));
            first.feed(piece, piece.length);
        }
        TerminalModes second = new TerminalModes();
        second.feed(first.establish(), first.establish().length);
        assertArrayEquals(first.establish(), second.establish());
        byte[] reset = first.reset();
        first.feed(reset, reset.length);
        assertArrayEquals(new byte[0], first.establish());
    }

    @Property
    void takesAnything(@ForAll byte[] printed) {
        modes.feed(printed, printed.length);
        modes.establish();
        modes.reset();
    }
}
