package taskmaster.lifecycle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import taskmaster.config.ProcessSpec;

/**
 * The order of starts and stops: by the group's priority, then the program's; lower starts first
 * and stops last.
 */
public final class Waves {

    private static final Comparator<ProcessSpec> START_ORDER =
            Comparator.comparingInt(ProcessSpec::groupPriority)
                    .thenComparingInt(ProcessSpec::priority)
                    .thenComparing(ProcessSpec::name)
                    .thenComparingInt(ProcessSpec::number);

    private Waves() {}

    /** In the order in which they start. */
    public static <T> List<T> startOrder(Collection<T> items, Function<T, ProcessSpec> spec) {
        var sorted = new ArrayList<>(items);
        sorted.sort(Comparator.comparing(spec, START_ORDER));
        return sorted;
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
