package taskmaster.lifecycle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import taskmaster.config.ProcessSpec;

/**
 * The order of starts and stops: by the group's priority, then the program's; lower starts first
 * and stops last.
 */
public final class Waves {

    private Waves() {}

    /** In the order in which they start. */
    public static <T> List<T> startOrder(Collection<T> items, Function<T, ProcessSpec> spec) {
        var sorted = new ArrayList<>(items);
        sorted.sort((a, b) -> compare(spec.apply(a), spec.apply(b)));
        return sorted;
    }

    /** By hand: each part of a chain of comparators is a class more when the daemon starts. */
    private static int compare(ProcessSpec a, ProcessSpec b) {
        int order = Integer.compare(a.groupPriority(), b.groupPriority());
        order = order != 0 ? order : Integer.compare(a.priority(), b.priority());
        order = order != 0 ? order : a.name().compareTo(b.name());
        return order != 0 ? order : Integer.compare(a.number(), b.number());
    }

    /**
     * Those of one wave stop at once; the next wave begins when they are all gone. The highest
     * priority number is the first wave.
     */
    public static <T> List<List<T>> stopOrder(Collection<T> items, Function<T, ProcessSpec> spec) {
        var waves = new ArrayList<List<T>>();
        List<T> sorted = startOrder(items, spec).reversed();
        for (int i = 0; i < sorted.size(); i++) {
            if (i == 0 || !samePriority(spec.apply(sorted.get(i - 1)), spec.apply(sorted.get(i)))) {
                waves.add(new ArrayList<>());
            }
            waves.getLast().add(sorted.get(i));
        }
        return waves;
    }

    private static boolean samePriority(ProcessSpec a, ProcessSpec b) {
        return a.groupPriority() == b.groupPriority() && a.priority() == b.priority();
    }
}
