package taskmaster.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import taskmaster.toml.Position;

/** Collects what is wrong with a configuration. Owned by one load. */
final class Problems {

    /** More than anybody reads; a binary file given by mistake must not print a book. */
    static final int LIMIT = 1000;

    private record Entry(SourceName source, ConfigProblem problem) {}

    /** A file and its place in the order of reading. */
    record SourceName(int index, Path shown) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Set<ConfigProblem> seen = new HashSet<>();
    private int dropped;
    private boolean textIsBroken;

    void add(SourceName source, Optional<Position> position, String message) {
        ConfigProblem problem = new ConfigProblem(source.shown(), position, message);
        if (!seen.contains(problem)) {
            if (entries.size() == LIMIT) {
                dropped++;
                return;
            }
            seen.add(problem);
            entries.add(new Entry(source, problem));
        }
    }

    /** A problem of the TOML itself: what seems to be missing may only be unread. */
    void addSyntax(SourceName source, Position position, String message) {
        textIsBroken = true;
        add(source, Optional.of(position), message);
    }

    /** Something is missing; not said where a file could not be read in full. */
    void addAbsence(SourceName source, Position position, String message) {
        if (!textIsBroken) {
            add(source, Optional.of(position), message);
        }
    }

    /** Nothing more is shown, only counted: what it says need not be worked out. */
    boolean isFull() {
        return entries.size() == LIMIT;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int count() {
        return entries.size() + dropped;
    }

    /** By file in order of reading, then by place; what concerns a whole file comes first. */
    List<ConfigProblem> sorted() {
        entries.sort(Problems::compare);
        List<ConfigProblem> sorted = new ArrayList<>(entries.size() + 1);
        for (Entry entry : entries) {
            sorted.add(entry.problem());
        }
        if (dropped > 0) {
            Path file = entries.get(0).problem().file();
            sorted.add(new ConfigProblem(file, Optional.empty(), "and " + dropped + " more"));
        }
        return sorted;
    }

    private static int compare(Entry a, Entry b) {
        if (a.source().index() != b.source().index()) {
            return Integer.compare(a.source().index(), b.source().index());
        }
        Position start = new Position(0, 0);
        return a.problem().position().orElse(start).compareTo(b.problem().position().orElse(start));
    }
}
