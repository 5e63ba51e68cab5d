package taskmaster.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Something happened in a directory: the activity log grew, a program wrote. What leaves no trace
 * there (a process that goes) is noticed at the latest after {@link #LONGEST}.
 */
final class Changes implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofMillis(100);

    /**
     * Most of that happens soon: the first look comes after so long, each next after twice that.
     */
    private static final Duration SOONEST = Duration.ofMillis(4);

    private final WatchService watcher;

    Changes(Path directory) throws IOException {
        watcher = directory.getFileSystem().newWatchService();
        directory.register(
                watcher,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
    }

    /** What is waited for; it may ask a daemon or the disk. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    /** What to say where that was in vain. */
    @FunctionalInterface
    interface Complaint {
        String text() throws IOException;
    }

    /** Until the condition holds; fails after {@code limit}. */
    void await(Duration limit, Condition condition, Complaint complaint) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        long next = SOONEST.toNanos();
        while (!condition.holds()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError(complaint.text());
            }
            await(Duration.ofNanos(Math.min(left, next)));
            next = Math.min(2 * next, LONGEST.toNanos());
        }
    }

    /** Until the next change, but no longer than {@code limit}. */
    void await(Duration limit) {
        Duration wait = limit.compareTo(LONGEST) < 0 ? limit : LONGEST;
        try {
            WatchKey key = watcher.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
            if (key != null) {
                key.pollEvents();
                key.reset();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        watcher.close();
    }
}
