package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

final class QuietTest {

    private final ArrayDeque<Runnable> timers = new ArrayDeque<>();
    private int quiet;
    private final Quiet watch = new Quiet((time, action) -> timers.add(action), () -> quiet++);

    private void work(int messages) {
        for (int i = 0; i < messages; i++) {
            watch.note();
        }
    }

    private void pass() {
        timers.remove().run();
    }

    @Test
    void isQuietAfterTheStart() {
        watch.look();
        work(Quiet.LITTLE);
        pass();
        assertEquals(1, quiet);
        assertEquals(0, timers.size());
    }

    @Test
    void waitsWhileThereIsWork() {
        watch.look();
        work(5 * Quiet.MUCH);
        assertEquals(1, timers.size());
        pass();
        assertEquals(0, quiet);
        work(Quiet.LITTLE + 1);
        pass();
        assertEquals(0, quiet);
        pass();
        assertEquals(1, quiet);
    }

    @Test
    void armsNothingForTheOddRequest() {
        work(Quiet.MUCH - 1);
        assertEquals(0, timers.size());
    }

    @Test
    void looksAgainAfterAStorm() {
        watch.look();
        pass();
        work(Quiet.MUCH);
        assertEquals(1, timers.size());
        pass();
        assertEquals(2, quiet);
        work(Quiet.MUCH - 1);
        assertEquals(0, timers.size());
    }
}
