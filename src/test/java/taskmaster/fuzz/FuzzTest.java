package taskmaster.fuzz;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Inputs that are nearly right, by the thousand, and the same ones each time. {@code
 * -Dfuzz.inputs=N} takes more of each kind, {@code -Dfuzz.seed=N} others; {@code scripts/fuzz}
 * looks for them by what they reach. A failure names the input: it belongs into a test of its own.
 */
final class FuzzTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @FieldSource("taskmaster.fuzz.FuzzTarget#ALL")
    void noInputMakesItThrowHangOrTakeMuchMemory(FuzzTarget target) {
        for (String text : target.seeds()) {
            // Unmeasured: first uses load classes.
            take(target, text.getBytes(StandardCharsets.UTF_8));
        }
        int inputs = Integer.getInteger("fuzz.inputs", 10_000);
        long seed = Long.getLong("fuzz.seed", 1);
        var mutator = new Mutator(seed, target.seeds());
        for (int i = 0; i < inputs; i += 100) {
            // Generous: what takes more than a tenth of a second for one input is caught.
            assertTimeoutPreemptively(
                    Duration.ofSeconds(60), () -> some(target, mutator), "seed " + seed);
        }
    }

    private static void take(FuzzTarget target, byte[] input) {
        try {
            target.take(input);
        } catch (Throwable thrown) {
            throw new AssertionError(target + ": " + shown(input), thrown);
        }
    }

    private static void some(FuzzTarget target, Mutator mutator) {
        for (int i = 0; i < 100; i++) {
            byte[] input = mutator.next();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            take(target, input);
            long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (taken > target.mostBytes(input)) {
                throw new AssertionError(
                        target
                                + " took "
                                + taken
                                + " bytes for "
                                + input.length
                                + ": "
                                + shown(input));
            }
        }
    }

    /** As a string of Java whose chars are the bytes. */
    private static String shown(byte[] input) {
        String text =
                new String(input, 0, Math.min(input.length, 2000), StandardCharsets.ISO_8859_1);
        var shown = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                shown.append(String.format("\\u%04x", (int) c));
            } else {
                shown.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return shown.append(input.length > 2000 ? "\" and so on" : "\"").toString();
    }
}
