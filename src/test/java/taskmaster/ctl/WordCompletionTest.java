package taskmaster.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WordCompletionTest {

    private static final Map<String, StateChanges.Seen> WEB =
            Map.of("web", new StateChanges.Seen("web", "web", "RUNNING", 12, "", false, 1));

    @Test
    void aWordComesWithWhatItMeans() {
        assertEquals("web\tRUNNING\n", WordCompletion.lines(List.of("stop", "w"), WEB));
    }

    @Test
    void nothingFitsWhatNothingBeginsWith() {
        assertEquals("", WordCompletion.lines(List.of("stop", "x"), WEB));
    }

    @Test
    void wordsOfTheShellAloneAreLeftOut() {
        String all = WordCompletion.lines(List.of(""), WEB);
        assertTrue(all.contains("status\t"), all);
        assertFalse(all.contains("history\t"), all);
        assertEquals(all, WordCompletion.lines(List.of(), WEB));
    }

    @Test
    void theDaemonIsWhereTheWordsBeforeSay() {
        var options =
                WordCompletion.where(List.of("-c", "a.toml", "--serverurl=/sock", "stop", ""));
        assertEquals(Optional.of("a.toml"), options.config());
        assertEquals(Optional.of("/sock"), options.url());
        assertEquals(
                Optional.of("b"),
                WordCompletion.where(List.of("--configuration=b", "-s", "u", "x")).config());
    }

    @Test
    void bytesOfALogAreNoFile() {
        assertFalse(WordCompletion.where(List.of("tail", "-c", "10", "w")).saysWhere());
    }

    @Test
    void theWordThatIsBeingTypedSaysNothingYet() {
        assertFalse(WordCompletion.where(List.of("-c")).saysWhere());
        assertEquals(Optional.empty(), WordCompletion.where(List.of("--serverurl=/so")).url());
    }
}
