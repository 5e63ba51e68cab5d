package taskmaster.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import taskmaster.config.ProcessSpec;

final class WavesTest {

    private static final ProcessSpec DATABASE = Specs.of("database", 1, Specs.DEFAULTS);
    private static final ProcessSpec CACHE = Specs.of("cache", 10, Specs.DEFAULTS);
    private static final ProcessSpec WEB = Specs.of("web", 999, Specs.DEFAULTS);
    private static final ProcessSpec API = Specs.of("api", 999, Specs.DEFAULTS);

    @Test
    void lowerNumbersStartFirst() {
        assertEquals(
                List.of(DATABASE, CACHE, API, WEB),
                Waves.startOrder(List.of(WEB, CACHE, API, DATABASE), spec -> spec));
    }

    @Test
    void oneWaveAPriorityHighestNumberFirst() {
        assertEquals(
                List.of(List.of(WEB, API), List.of(CACHE), List.of(DATABASE)),
                Waves.stopOrder(List.of(CACHE, WEB, DATABASE, API), spec -> spec));
    }

    @Test
    void nothingIsNoWave() {
        assertEquals(List.of(), Waves.stopOrder(List.<ProcessSpec>of(), spec -> spec));
    }
}
