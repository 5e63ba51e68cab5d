package taskmaster.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was done, and what went wrong. Any thread. */
final class Tally {

    /** Enough to see what is wrong. */
    private static final int MOST_VIOLATIONS = 50;

    private final Map<String, Long> done = new TreeMap<>();
    private final List<String> violations = new ArrayList<>();

    synchronized void count(String what) {
        done.merge(what, 1L, Long::sum);
    }

    synchronized void violated(String promise) {
        if (violations.size() < MOST_VIOLATIONS) {
            violations.add(promise);
        }
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    synchronized String table() {
        StringBuilder text = new StringBuilder();
        done.forEach((what, times) -> text.append("%9d  %s%n".formatted(times, what)));
        return text.toString();
    }
}
