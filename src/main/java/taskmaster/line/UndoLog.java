package taskmaster.line;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What a line was before each change; the oldest is forgotten where it gets too much. */
final class UndoLog {

    private static final int MOST_CHANGES = 1000;

    /** Of all of it: 2 MiB at most. */
    private static final int MOST_CHARS = 1 << 20;

    private final Deque<Buffer.Snapshot> log = new ArrayDeque<>();
    private int chars;

    void add(Buffer.Snapshot before) {
        log.push(before);
        chars += before.text().length();
        while (log.size() > MOST_CHANGES || chars > MOST_CHARS) {
            chars -= log.removeLast().text().length();
        }
    }

    Optional<Buffer.Snapshot> take() {
        Optional<Buffer.Snapshot> last = Optional.ofNullable(log.poll());
        if (last.isPresent()) {
            chars -= last.get().text().length();
        }
        return last;
    }

    void clear() {
        log.clear();
        chars = 0;
    }
}
