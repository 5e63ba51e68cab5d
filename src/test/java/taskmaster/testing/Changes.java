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

    private final WatchService watcher;

    Changes(Path directory) throws IOException {
        watcher = directory.getFileSystem().newWatchService();
        directory.register(
                watcher,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
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
