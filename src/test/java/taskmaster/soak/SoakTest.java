package taskmaster.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A short soak; {@code scripts/soak} does long ones. */
final class SoakTest {

    @Test
    void theDaemonIsTheSameAfterwards() throws IOException {
        Soak.Outcome outcome =
                Soak.run(Duration.ofSeconds(Long.getLong("soak.seconds", 20)), System.nanoTime());
        System.out.print(outcome.report());
        assertEquals(List.of(), outcome.violations(), outcome.report());
    }
}
