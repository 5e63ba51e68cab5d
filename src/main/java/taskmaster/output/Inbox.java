package taskmaster.output;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import taskmaster.posix.FileWatch;

/**
 * What waits for the thread log-reader: requests, and what the watches saw. Any thread may put;
 * only the one takes.
 *
 * <p>Bounded: requests by {@link #MAX_JOBS}, the rest by the number of watches and followers, since
 * what is seen of one twice is one.
 */
final class Inbox {

    /** Most requests that wait: as many as the server has connections. */
    static final int MAX_JOBS = 256;

    /**
     * What was taken.
     *
     * @param seen the watches that saw something, and the bits of what
     * @param everything events were lost: any file may have changed
     * @param woken the followers whose sinks may have closed
     * @param written logs of which their writer said that it wrote
     */
    record Work(
            List<Runnable> jobs,
            Map<Integer, Integer> seen,
            boolean everything,
            Set<Follower> woken,
            Set<Path> written,
            boolean closing) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final ArrayDeque<Runnable> jobs = new ArrayDeque<>();
    private final Map<Integer, Integer> seen = new HashMap<>();
    private final Set<Follower> woken = new HashSet<>();
    private final Set<Path> written = new HashSet<>();
    private boolean everything;
    private boolean closing;

    /** False if there are too many, or this is closed: the job will not run. */
    boolean offer(Runnable job) {
        lock.lock();
        try {
            if (closing || jobs.size() >= MAX_JOBS) {
                return false;
            }
            jobs.add(job);
            filled.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    void saw(List<FileWatch.Event> events) {
        lock.lock();
        try {
            for (FileWatch.Event event : events) {
                if ((event.mask() & FileWatch.OVERFLOW) != 0) {
                    everything = true;
                } else {
                    seen.merge(event.watch(), event.mask(), (a, b) -> a | b);
                }
            }
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Events were lost. */
    void sawTooMuch() {
        lock.lock();
        try {
            everything = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    void wake(Follower follower) {
        lock.lock();
        try {
            woken.add(follower);
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    void wrote(Path file) {
        lock.lock();
        try {
            if (written.add(file)) {
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closing = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** All there is; when there is nothing, waits for it so long, in nanoseconds. */
    Work take(long patience) {
        lock.lock();
        try {
            long left = patience;
            while (left > 0 && isEmpty()) {
                left = filled.awaitNanos(left);
            }
            Work work =
                    new Work(
                            List.copyOf(jobs),
                            Map.copyOf(seen),
                            everything,
                            Set.copyOf(woken),
                            Set.copyOf(written),
                            closing);
            jobs.clear();
            seen.clear();
            woken.clear();
            written.clear();
            everything = false;
            return work;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts log-reader", e);
        } finally {
            lock.unlock();
        }
    }

    private boolean isEmpty() {
        return jobs.isEmpty()
                && seen.isEmpty()
                && woken.isEmpty()
                && written.isEmpty()
                && !everything
                && !closing;
    }
}
