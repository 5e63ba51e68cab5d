package taskmaster.supervisor;

import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * What is to happen later. Times are nanoseconds of the monotonic clock. Owned by the supervisor's
 * thread.
 */
final class Timers {

    private final TreeSet<Timer> queue = new TreeSet<>();
    private long sequence;

    Timer at(long deadline, Runnable action) {
        var timer = new Timer(deadline, sequence++, action);
        queue.add(timer);
        return timer;
    }

    /** Forgets one, and all that it holds; nothing when it has run. */
    void cancel(Timer timer) {
        queue.remove(timer);
    }

    /** When the next one is due. */
    OptionalLong next() {
        return queue.isEmpty() ? OptionalLong.empty() : OptionalLong.of(queue.first().deadline);
    }

    /** Runs one that is due; false when there is none. */
    boolean fireOne(long now) {
        if (queue.isEmpty() || queue.first().deadline - now > 0) {
            return false;
        }
        queue.pollFirst().action.run();
        return true;
    }

    /** {@code sequence} keeps those of the same time in the order in which they were set. */
    record Timer(long deadline, long sequence, Runnable action) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.signum(deadline - other.deadline);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
