package taskmaster.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileWatch;
import taskmaster.posix.Posix;
import taskmaster.posix.Retry;
import taskmaster.posix.SafeFiles;

/**
 * Shows and empties the files that programs print to.
 *
 * <p>Threads: {@code log-reader} does all that touches a disk, so a dead mount hangs neither the
 * loop nor the server; it owns the followers and their watches. {@code log-follower} sleeps in
 * inotify's read and hands on what it saw. Each is started when it is needed first, and neither
 * wakes up unless something happened.
 *
 * <p>The public methods may be called by any thread and do not wait. The answer comes on
 * log-reader; only a refusal, code {@code busy}, on the caller.
 *
 * <p>Memory is bounded whatever programs write: one chunk for all, and nothing is read for a sink
 * that is not open.
 */
public final class LogReader implements AutoCloseable {

    /**
     * Most logs that are followed at once, for all clients together; each holds a descriptor, two
     * where there are older files, and up to four watches. The daemon may open 1024 files, of which
     * its clients may take 256.
     */
    public static final int MAX_FOLLOWERS = 256;

    private static final String TOO_MANY_REQUESTS =
            "too many requests wait for the disk, or taskmasterd is ending; try again";

    private static final String BUG = "a bug in taskmasterd; its log has the details";

    private static final String NO_THREAD =
            "the system allows taskmasterd no further thread for reading logs; try again when its"
                    + " user has fewer processes";

    /** A file that could not be emptied; the codes are those of {@link Sink#error}. */
    public record Failure(Path file, String code, String message) {}

    /** A log and where its bytes go, one of several that are shown together. */
    public record Source(Path file, Sink sink) {}

    /** The outcome of {@link #clear}. */
    @FunctionalInterface
    public interface Cleared {

        /** {@code failures} is empty when all went well. */
        void done(List<Failure> failures);
    }

    private final Posix posix;
    private final LogFiles logs;
    private final BiConsumer<String, Throwable> onBug;
    private final Inbox inbox = new Inbox();
    private boolean started; // guarded by this

    /** What is followed; replaced, never changed. */
    private volatile Set<Path> followed = Set.of();

    // From here on log-reader's.
    private final byte[] chunk = new byte[Follower.CHUNK_BYTES];
    private final Set<Follower> followers = new LinkedHashSet<>();
    private final Set<Follower> ready = new LinkedHashSet<>();
    private Optional<Watching> watching = Optional.empty();
    private boolean ended;

    private record Watching(FileWatch inotify, Watches watches) {}

    /** {@code onBug} gets what only a mistake of ours can explain: what was done, and the error. */
    public LogReader(Posix posix, BiConsumer<String, Throwable> onBug) {
        this.posix = posix;
        this.logs = new LogFiles(new SafeFiles(posix));
        this.onBug = onBug;
    }

    /** Sends the end of {@code file} and then {@link Sink#end}. Older files of it count as well. */
    public void tail(Path file, Past past, Sink sink) {
        submit(List.of(sink), () -> guarded(sink, () -> sendPast(file, past, sink)));
    }

    /** The same of several, one after the other; together they have the room of one. */
    public void tail(List<Source> sources, Past past) {
        Past each = past.sharedBy(sources.size());
        submit(
                sinks(sources),
                () -> {
                    for (Source source : sources) {
                        Sink sink = source.sink();
                        guarded(sink, () -> sendPast(source.file(), each, sink));
                    }
                });
    }

    /**
     * Sends the end of {@code file} and then what is appended to it, until the sink closes: across
     * truncation, and when another file takes the name. A file that is not there yet is waited for,
     * and sent from its beginning; its directory must be there.
     */
    public void follow(Path file, Past past, Sink sink) {
        submit(List.of(sink), () -> guarded(sink, () -> startFollowing(file, past, sink, false)));
    }

    /**
     * The same of several. Each call of {@link Sink#data} ends with a line's end, but where that
     * did not come within a second, or the line has more than 32 KiB.
     */
    public void follow(List<Source> sources, Past past) {
        Past each = past.sharedBy(sources.size());
        submit(
                sinks(sources),
                () -> {
                    if (followers.size() + sources.size() > MAX_FOLLOWERS) {
                        refuse(sinks(sources), tooManyFollowed(sources.size()));
                        return;
                    }
                    for (Source source : sources) {
                        Sink sink = source.sink();
                        guarded(sink, () -> startFollowing(source.file(), each, sink, true));
                    }
                });
    }

    /**
     * The same of several that need not end with lines.
     *
     * @param begun runs before the first byte or error of one is sent; what is appended after that
     *     is sent
     */
    public void follow(List<Source> sources, Past past, Runnable begun) {
        Runnable job =
                () -> {
                    List<Runnable> failures = new ArrayList<>();
                    for (Source source : sources) {
                        Sink sink = source.sink();
                        try {
                            startFollowing(source.file(), past, sink, false);
                        } catch (LogFileException e) {
                            failures.add(() -> sink.error(e.code(), e.getMessage()));
                        } catch (IOException e) {
                            failures.add(() -> sink.error(LogFileException.FAILED, e.getMessage()));
                        }
                    }
                    begun.run();
                    for (Runnable failure : failures) {
                        failure.run();
                    }
                };
        Optional<String> refusal = offer(job);
        if (refusal.isPresent()) {
            begun.run();
            refuse(sinks(sources), refusal.get());
        }
    }

    /** Who follows for this sink sends what is there, and then {@link Sink#end}. */
    public void finish(Sink sink) {
        Runnable job =
                () -> {
                    for (Follower follower : followers) {
                        if (follower.isFor(sink)) {
                            follower.finish();
                            ready.add(follower);
                        }
                    }
                };
        if (offer(job).isPresent()) {
            sink.end();
        }
    }

    private static List<Sink> sinks(List<Source> sources) {
        List<Sink> sinks = new ArrayList<>(sources.size());
        for (Source source : sources) {
            sinks.add(source.sink());
        }
        return sinks;
    }

    /**
     * The one who writes to {@code file} says so: for writers of whom the kernel tells nobody, as
     * splice(2) before Linux 6.5. Costs next to nothing while nobody follows it. Any thread.
     */
    public void wrote(Path file) {
        if (followed.contains(file)) {
            inbox.wrote(file);
        }
    }

    /**
     * Empties the files; they keep inode, owner and mode, and who has them open for appending goes
     * on at 0. What is missing or not a regular file (/dev/null, a FIFO) is passed over.
     */
    public void clear(List<Path> files, Cleared whenDone) {
        List<Path> all = List.copyOf(files);
        Runnable job =
                () -> {
                    try {
                        whenDone.done(clearAll(all));
                    } catch (RuntimeException | Error bug) {
                        whenDone.done(allFailed(all, LogFileException.FAILED, BUG));
                        throw bug;
                    }
                };
        Optional<String> refusal = offer(job);
        if (refusal.isPresent()) {
            whenDone.done(allFailed(all, LogFileException.BUSY, refusal.get()));
        }
    }

    private static List<Failure> allFailed(List<Path> files, String code, String message) {
        List<Failure> failures = new ArrayList<>();
        for (Path file : files) {
            failures.add(new Failure(file, code, message));
        }
        return failures;
    }

    /** Ends both threads, soon; followers get {@link Sink#end}. Does not wait for a disk. */
    @Override
    public void close() {
        inbox.close();
    }

    private interface Task {
        void run() throws IOException;
    }

    /** Runs {@code task} on log-reader; else all sinks get the reason. */
    private void submit(List<Sink> sinks, Runnable task) {
        Optional<String> refusal = offer(task);
        if (refusal.isPresent()) {
            refuse(sinks, refusal.get());
        }
    }

    private static void refuse(List<Sink> sinks, String message) {
        for (Sink sink : sinks) {
            sink.error(LogFileException.BUSY, message);
        }
    }

    /** Ends {@code sink} with what goes wrong. */
    private void guarded(Sink sink, Task task) {
        try {
            task.run();
        } catch (LogFileException e) {
            sink.error(e.code(), e.getMessage());
        } catch (IOException e) {
            sink.error(LogFileException.FAILED, e.getMessage());
        } catch (RuntimeException | Error bug) {
            sink.error(LogFileException.FAILED, BUG);
            report("read a log", bug);
        }
    }

    /** Why the job will not run; empty: it will. */
    private Optional<String> offer(Runnable job) {
        if (!startReading()) {
            return Optional.of(NO_THREAD);
        }
        return inbox.offer(job) ? Optional.empty() : Optional.of(TOO_MANY_REQUESTS);
    }

    /** False if there is no thread and none can be had now. */
    private synchronized boolean startReading() {
        if (!started) {
            started = startThread("log-reader", this::work);
        }
        return started;
    }

    private static boolean startThread(String name, Runnable work) {
        try {
            Thread.ofPlatform().daemon().name(name).start(work);
            return true;
        } catch (OutOfMemoryError e) {
            return false; // this is how Java says that its user may have no more processes
        }
    }

    private void work() {
        while (!ended) {
            try {
                doNext();
            } catch (RuntimeException | Error e) {
                report("go on with logs", e);
            }
        }
    }

    private void doNext() {
        Inbox.Work work = inbox.take(patience());
        markDue();
        if (work.closing()) {
            ended = true;
            endAll();
            return;
        }
        for (Runnable job : work.jobs()) {
            guarded("read or clear a log", job);
        }
        guarded("look at changed logs", () -> markReady(work));
        for (Follower follower : List.copyOf(ready)) {
            ready.remove(follower);
            if (followers.contains(follower)) {
                guarded("follow a log", () -> turn(follower));
            }
        }
    }

    private long patience() {
        if (!ready.isEmpty()) {
            return 0;
        }
        long next = Follower.NEVER;
        for (Follower follower : followers) {
            next = Math.min(next, follower.wakeAt());
        }
        return next == Follower.NEVER ? next : Math.max(0, next - System.nanoTime());
    }

    private void markDue() {
        long now = System.nanoTime();
        for (Follower follower : followers) {
            if (follower.wakeAt() != Follower.NEVER && follower.wakeAt() - now <= 0) {
                ready.add(follower);
            }
        }
    }

    /** A mistake in one request, or no memory, must not end the thread that all others need. */
    private void guarded(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            report(what, e);
        }
    }

    private void report(String what, Throwable thrown) {
        try {
            onBug.accept("cannot " + what, thrown);
        } catch (OutOfMemoryError e) {
            // No memory for words either; the next request may find some.
        }
    }

    private void sendPast(Path file, Past past, Sink sink) throws IOException {
        Segments segments = new Rotation(file, logs).open(past);
        try {
            long position = PastFinder.start(segments, past);
            while (position < segments.size() && sink.isOpen()) {
                int length = segments.read(position, chunk, chunk.length);
                if (length == 0) {
                    break; // truncated meanwhile: that was all
                }
                if (position + length < segments.size()) {
                    length = Utf8.whole(chunk, length);
                }
                sink.data(chunk, length);
                position += length;
            }
        } catch (IOException e) {
            throw LogFiles.problem(file, "read", e);
        } finally {
            segments.close();
        }
        sink.end();
    }

    private void startFollowing(Path file, Past past, Sink sink, boolean wholeLines)
            throws IOException {
        if (followers.size() >= MAX_FOLLOWERS) {
            throw new LogFileException(LogFileException.BUSY, tooManyFollowed(1));
        }
        Follower follower = new Follower(file, logs, sink, startWatching(), wholeLines);
        try {
            follower.start(past);
        } catch (IOException | RuntimeException | Error e) {
            forget(follower);
            throw e;
        }
        followers.add(follower);
        ready.add(follower);
        setFollowed();
        sink.onClose(() -> inbox.wake(follower));
    }

    private String tooManyFollowed(int more) {
        return followers.size()
                + " logs are followed already, and "
                + MAX_FOLLOWERS
                + " can be: "
                + more
                + " more cannot";
    }

    private void setFollowed() {
        Set<Path> files = new HashSet<>();
        for (Follower follower : followers) {
            files.add(follower.file());
        }
        followed = files;
    }

    private Watches startWatching() throws IOException {
        if (watching.isEmpty()) {
            FileWatch inotify = FileWatch.open(posix);
            if (!startThread("log-follower", () -> watch(inotify))) {
                inotify.close();
                throw new LogFileException(LogFileException.BUSY, NO_THREAD);
            }
            watching = Optional.of(new Watching(inotify, new Watches(inotify)));
        }
        return watching.get().watches();
    }

    /** The thread log-follower. */
    private void watch(FileWatch inotify) {
        while (true) {
            try {
                Retry.untilThereIsMemory(() -> sawSomething(inotify));
            } catch (ErrnoException e) {
                if (!e.errno().equals(Errno.EBADF)) {
                    report("watch logs", e);
                }
                return; // EBADF: closed by endAll
            }
        }
    }

    /** Without memory for what was seen, anything may have been. */
    private void sawSomething(FileWatch inotify) throws ErrnoException {
        try {
            inbox.saw(inotify.read());
        } catch (OutOfMemoryError e) {
            inbox.sawTooMuch();
            throw e;
        }
    }

    private void markReady(Inbox.Work work) {
        if (work.everything()) {
            for (Follower follower : followers) {
                follower.nameMayHaveChanged();
                ready.add(follower);
            }
        }
        ready.addAll(work.woken());
        for (Follower follower : followers) {
            if (work.written().contains(follower.file())) {
                ready.add(follower);
            }
        }
        work.seen()
                .forEach((watch, bits) -> {
                    for (Follower follower : watching.get().watches().of(watch)) {
                        if (bits != FileWatch.MODIFY) {
                            follower.nameMayHaveChanged();
                        }
                        ready.add(follower);
                    }
                });
    }

    private void turn(Follower follower) {
        Follower.Turn turn = Follower.Turn.OVER;
        try {
            turn = follower.turn(chunk);
        } finally {
            switch (turn) {
                case MORE -> ready.add(follower);
                case WAITING -> endIfFinished(follower);
                case OVER -> forget(follower);
            }
        }
    }

    private void endIfFinished(Follower follower) {
        if (follower.isFinishing()) {
            follower.end();
            forget(follower);
        }
    }

    private void forget(Follower follower) {
        if (followers.remove(follower)) {
            setFollowed();
        }
        ready.remove(follower);
        follower.close();
        watching.ifPresent(w -> w.watches().forget(follower));
    }

    private List<Failure> clearAll(List<Path> files) {
        List<Failure> failures = new ArrayList<>();
        for (Path file : files) {
            try {
                clear(file);
            } catch (LogFileException e) {
                if (!isNothingToClear(e)) {
                    failures.add(new Failure(file, e.code(), e.getMessage()));
                }
            }
        }
        return failures;
    }

    private static boolean isNothingToClear(LogFileException e) {
        return e.code().equals(LogFileException.NO_SUCH_FILE)
                || e.code().equals(LogFileException.NOT_REGULAR);
    }

    private void clear(Path file) throws LogFileException {
        LogFiles.Opened opened = logs.openForTruncating(file);
        try (FileChannel channel = opened.channel()) {
            List<Follower> concerned = new ArrayList<>();
            for (Follower follower : followers) {
                if (follower.follows(opened.identity())) {
                    concerned.add(follower);
                }
            }
            // What they have not been sent yet is about to go.
            for (Follower follower : concerned) {
                turn(follower);
            }
            channel.truncate(0);
            for (Follower follower : concerned) {
                if (followers.contains(follower)) {
                    follower.cleared();
                }
            }
        } catch (IOException e) {
            throw LogFiles.problem(file, "clear", e);
        }
    }

    private void endAll() {
        for (Follower follower : List.copyOf(followers)) {
            guarded("end a follow", follower::end);
            guarded("end a follow", () -> forget(follower));
        }
        if (watching.isPresent()) {
            try {
                watching.get().inotify().close();
            } catch (ErrnoException e) {
                onBug.accept("cannot stop watching logs", e);
            }
        }
    }
}
