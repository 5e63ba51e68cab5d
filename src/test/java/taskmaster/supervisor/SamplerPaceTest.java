package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class SamplerPaceTest {

    @Property(tries = 500)
    void whoHasTheSameIntervalIsDueAtTheSameTime(
            @ForAll @LongRange(min = 100_000_000, max = 60_000_000_000L) long interval,
            @ForAll @LongRange(min = 0, max = 1L << 50) long now,
            @ForAll @LongRange(min = -(1L << 50), max = 0) long epoch) {
        long next = Sampler.next(now, epoch, interval);
        assertEquals(0, (next - epoch) % interval);
        assertTrue(next - now >= interval / 2, "half of one away at least");
        assertTrue(next - now < interval * 2, "and not much more than one");
        assertEquals(next + interval, Sampler.next(next, epoch, interval));
        assertEquals(
                Duration.ofNanos(interval).toNanos(),
                Sampler.next(next + interval / 10, epoch, interval) - next);
    }
}
