package taskmaster.supervisor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import taskmaster.lifecycle.Event;
import taskmaster.lifecycle.ProcessState;
import taskmaster.lifecycle.Waves;

/**
 * Stops processes in waves: those of the highest priority number at once, the next when they are
 * gone. Owned by the supervisor's thread.
 */
final class StopSequence {

    private final Engine engine;
    private final ArrayDeque<List<Slot>> waves = new ArrayDeque<>();
    private final Predicate<Slot> isWanted;
    private final Consumer<Slot> whenDown;
    private final Runnable whenAllDown;
    private BooleanSupplier isPointless = () -> false;
    private Optional<Bound> bound = Optional.empty();
    private int awaited;

    /** Counts the waves that have ended: what is down later than its wave is not counted. */
    private int wavesEnded;

    private record Bound(Timers timers, Kernel kernel, Duration grace) {}

    /**
     * @param isWanted asked when a process's turn comes: false leaves it alone
     * @param whenDown told of each process that was stopped, or was down when its turn came, or
     *     that a bug left alone ({@link Slot#leftAlone}), which may be up
     */
    StopSequence(
            Engine engine,
            List<Slot> slots,
            Predicate<Slot> isWanted,
            Consumer<Slot> whenDown,
            Runnable whenAllDown) {
        this.engine = engine;
        this.isWanted = isWanted;
        this.whenDown = whenDown;
        this.whenAllDown = whenAllDown;
        waves.addAll(Waves.stopOrder(slots, Slot::spec));
    }

    /**
     * It is forgotten as soon as {@code isPointless} holds: what cannot be killed may be told to
     * stop again and again, by clients who come and go.
     */
    StopSequence until(BooleanSupplier pointless) {
        isPointless = pointless;
        return this;
    }

    /**
     * A wave is waited for no longer than the longest stopwaitsecs in it and {@code grace}: what
     * has not died of SIGKILL by then hangs in the kernel. It is still awaited by {@code whenDown}.
     */
    StopSequence within(Duration grace, Timers timers, Kernel kernel) {
        bound = Optional.of(new Bound(timers, kernel, grace));
        return this;
    }

    /** Goes on to the first wave that has to be waited for. */
    void begin() {
        while (awaited == 0 && !waves.isEmpty()) {
            List<Slot> wave = waves.remove();
            // One more for this method itself: nobody else begins a wave while it is here.
            awaited = wave.size() + 1;
            for (Slot slot : wave) {
                if (!isWanted.test(slot) || isDownAtOnce(slot)) {
                    awaited--;
                }
            }
            awaited--;
            if (awaited > 0 && bound.isPresent()) {
                limit(wave, bound.get());
            }
        }
        if (awaited == 0) {
            whenAllDown.run();
        }
    }

    private void limit(List<Slot> wave, Bound by) {
        Duration longest = Duration.ZERO;
        for (Slot slot : wave) {
            Duration own = slot.spec().policy().stopTime();
            longest = own.compareTo(longest) > 0 ? own : longest;
        }
        int ended = wavesEnded;
        long deadline = by.kernel.now() + longest.toNanos() + by.grace.toNanos();
        by.timers.at(
                deadline,
                () -> {
                    if (wavesEnded == ended) {
                        endWave();
                    }
                });
    }

    private void endWave() {
        wavesEnded++;
        awaited = 0;
        begin();
    }

    private boolean isDownAtOnce(Slot slot) {
        engine.feed(slot, new Event.StopRequested());
        if (slot.state instanceof ProcessState.Stopping) {
            int wave = wavesEnded;
            slot.watch(s -> isDown(s, wave));
            return false;
        }
        whenDown.accept(slot);
        return true;
    }

    private boolean isDown(Slot slot, int wave) {
        if (slot.state instanceof ProcessState.Stopping) {
            return isPointless.getAsBoolean();
        }
        whenDown.accept(slot);
        if (wave == wavesEnded) {
            awaited--;
            if (awaited == 0) {
                endWave();
            }
        }
        return true;
    }
}
