package taskmaster.supervisor;

import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Notices when much work is over: at first the start, later a storm of requests or of ends. A
 * daemon that nobody asks for anything arms no timer. Owned by the supervisor's thread.
 */
final class Quiet {

    static final Duration TIME = Duration.ofSeconds(5);

    /** Turns of the loop that leave enough behind in memory to be worth a tidying up. */
    static final int MUCH = 1000;

    /** Turns within {@link #TIME} that are quiet all the same. */
    static final int LITTLE = 10;

    private final BiConsumer<Duration, Runnable> later;
    private final Runnable then;

    /** Turns since the last time that it was quiet. */
    private long worked;

    private long workedBefore;
    private boolean looking;

    /**
     * @param later runs something after so long
     * @param then runs each time that it has become quiet; must not wait
     */
    Quiet(BiConsumer<Duration, Runnable> later, Runnable then) {
        this.later = later;
        this.then = then;
    }

    /** From here on, whatever work there is. */
    void look() {
        looking = true;
        workedBefore = worked;
        later.accept(TIME, this::lookAgain);
    }

    private void lookAgain() {
        if (worked > workedBefore + LITTLE) {
            look();
            return;
        }
        looking = false;
        worked = 0;
        then.run();
    }

    /** A turn of the loop is over. */
    void note() {
        worked++;
        if (worked >= MUCH && !looking) {
            look();
        }
    }
}
