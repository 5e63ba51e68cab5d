package taskmaster.activity;

import java.util.List;

/**
 * A message in the queue, not formatted yet.
 *
 * @param millis since 1970, UTC
 * @param more further lines that belong to it, indented when written
 */
record Line(long millis, ActivityLog.Level level, String text, List<String> more)
        implements QueueEntry {

    int lines() {
        return 1 + more.size();
    }

    int chars() {
        int sum = text.length();
        for (String line : more) {
            sum += line.length();
        }
        return sum;
    }
}
