package taskmaster.ctl;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** By what the rows of {@code top} are sorted; the key is the letter to type. */
enum TopOrder {
    NAME('N', TopColumn.NAME, false),
    CPU('P', TopColumn.CPU, true),
    MEMORY('M', TopColumn.MEMORY, true),
    UPTIME('T', TopColumn.UPTIME, true),
    RESTARTS('R', TopColumn.RESTARTS, true),
    STATE('S', TopColumn.STATE, false);

    /** What needs somebody comes first. */
    private static final List<String> STATES =
            List.of(
                    "FATAL",
                    "BACKOFF",
                    "PAUSED",
                    "EXITED",
                    "STARTING",
                    "STOPPING",
                    "RUNNING",
                    "STOPPED");

    private final char key;
    private final TopColumn column;
    private final boolean largestFirst;

    TopOrder(char key, TopColumn column, boolean largestFirst) {
        this.key = key;
        this.column = column;
        this.largestFirst = largestFirst;
    }

    static Optional<TopOrder> of(int key) {
        for (TopOrder order : values()) {
            if (order.key == key) {
                return Optional.of(order);
            }
        }
        return Optional.empty();
    }

    TopColumn column() {
        return column;
    }

    /** Where nobody has said otherwise. */
    boolean isLargestFirst() {
        return largestFirst;
    }

    /** Those that are equal stay in taskmasterd's order either way. */
    Comparator<TopSample.Row> comparator(boolean descending) {
        return (a, b) -> {
            int order = Long.compare(value(a), value(b));
            if (order == 0) {
                return Integer.compare(a.place(), b.place());
            }
            return descending ? -order : order;
        };
    }

    private long value(TopSample.Row row) {
        return switch (this) {
            case NAME -> row.place();
            case CPU -> row.cpu();
            case MEMORY -> row.memory();
            case UPTIME -> row.uptime();
            case RESTARTS -> row.restarts();
            case STATE -> {
                int rank = STATES.indexOf(row.shownState());
                yield rank < 0 ? STATES.size() : rank;
            }
        };
    }
}
