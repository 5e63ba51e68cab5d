package taskmaster.supervisor;

import java.util.ArrayDeque;
import java.util.List;
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
    private int awaited;

    /**
     * @param isWanted asked when a process's turn comes: false leaves it alone
     * @param whenDown told of each process that was stopped, or was down when its turn came
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
        }
        if (awaited == 0) {
            whenAllDown.run();
        }
    }

    private boolean isDownAtOnce(Slot slot) {
        engine.feed(slot, new Event.StopRequested());
        if (slot.state instanceof ProcessState.Stopping) {
            slot.watch(this::isDown);
            return false;
        }
        whenDown.accept(slot);
        return true;
    }

    private boolean isDown(Slot slot) {
        if (slot.state instanceof ProcessState.Stopping) {
            return false;
        }
        whenDown.accept(slot);
        awaited--;
        if (awaited == 0) {
            begin();
        }
        return true;
    }
}
