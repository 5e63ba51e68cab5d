package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignalTest {

    @Test
    void namesAreReadWithOrWithoutSigInAnyCaseAndAsNumbers() {
        for (String text : List.of("TERM", "SIGTERM", "term", "SigTerm", "15")) {
            assertEquals(Optional.of(Signal.TERM), Signal.parse(text), text);
        }
    }

    @Test
    void realTimeSignalsAreNamedFromBothEnds() {
        assertEquals(Optional.of(new Signal(34)), Signal.parse("RTMIN"));
        assertEquals(Optional.of(new Signal(37)), Signal.parse("SIGRTMIN+3"));
        assertEquals(Optional.of(new Signal(62)), Signal.parse("rtmax-2"));
        assertEquals(Optional.of(new Signal(64)), Signal.parse("RTMAX"));
    }

    @Test
    void everySignalIsReadBackFromItsName() {
        for (int number = 1; number <= Signal.MAX; number++) {
            Optional<Signal> expected =
                    number == 32 || number == 33
                            ? Optional.empty()
                            : Optional.of(new Signal(number));
            assertEquals(expected, Signal.parse(new Signal(number).name()), "" + number);
        }
    }

    @Test
    void othersAreNoSignals() {
        for (String text :
                List.of(
                        "",
                        "SIG",
                        "TREM",
                        "0",
                        "65",
                        "-1",
                        "+15",
                        "32",
                        "33",
                        "RTMIN+31",
                        "RTMAX-31",
                        "RTMIN-1",
                        "RTMIN+",
                        "SIG15",
                        "1500000000000",
                        " TERM")) {
            assertEquals(Optional.empty(), Signal.parse(text), text);
        }
        assertThrows(IllegalArgumentException.class, () -> new Signal(0));
        assertThrows(IllegalArgumentException.class, () -> new Signal(65));
    }

    @Test
    void endsAreDescribedInTheWordsOfTheLog() {
        assertEquals("exit status 3", new WaitStatus.Exited(3).describe());
        assertEquals("terminated by SIGKILL", new WaitStatus.Killed(Signal.KILL, false).describe());
        assertEquals(
                "terminated by SIGQUIT (core dumped)",
                new WaitStatus.Killed(Signal.QUIT, true).describe());
    }
}
