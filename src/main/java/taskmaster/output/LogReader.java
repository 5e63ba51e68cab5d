package taskmaster.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import taskmaster.posix.Posix;
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
public final class LogReader implements LogListener, AutoCloseable {

    private static final String TOO_MANY_REQUESTS =
            "too many requests wait for the disk, or taskmasterd is ending; try again";

    private static final String BUG = "a bug in taskmasterd; its log has the details";

    static final String NO_THREAD =
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

    private final LogFiles logs;
    private final BiConsumer<String, Throwable> onBug;
    private final Inbox inbox = new Inbox();
    private boolean started; // guarded by this

    // From here on log-reader's.
    private final byte[] chunk = new byte[Follower.CHUNK_BYTES];
    private final Followers followers;
    private boolean ended;

    /** {@code onBug} gets what only a mistake of ours can explain: what was done, and the error. */
    public LogReader(Posix posix, BiConsumer<String, Throwable> onBug) {
        this.logs = new LogFiles(new SafeFiles(posix));
        this.onBug = onBug;
        followers = new Followers(posix, logs, inbox, chunk, onBug);
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
        submit(List.of(sink), () -> guarded(sink, () -> followers.add(file, past, sink, false)));
    }

    /**
     * The same of several. Each call of {@link Sink#data} ends with a line's end, but where that
     * did not come within a second, or the line has more than 32 KiB.
     */
    public void follow(List<Source> sources, Past past) {
        submit(sinks(sources), () -> followAll(sources, past));
    }

    /**
     * More of them, which are asked for on log-reader: so they can go to what belongs to that
     * thread since others do.
     *
     * @param refused gets why they will not be followed, on the caller
     */
    public void follow(Supplier<List<Source>> more, Past past, Consumer<String> refused) {
        offer(() -> followAll(more.get(), past)).ifPresent(refused);
    }

    private void followAll(List<Source> sources, Past past) {
        if (!followers.haveRoomFor(sources.size())) {
            refuse(sinks(sources), followers.tooMany(sources.size()));
            return;
        }
        Past each = past.sharedBy(sources.size());
        for (Source source : sources) {
            Sink sink = source.sink();
            guarded(sink, () -> followers.add(source.file(), each, sink, true));
        }
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
                            followers.add(source.file(), past, sink, false);
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
        Runnable job = () -> followers.finish(sink);
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

    /** Costs next to nothing while nobody follows it. */
    @Override
    public void wrote(Path file) {
        if (followers.follow(file)) {
            inbox.wrote(file);
        }
    }

    @Override
    public void rotated(Set<Path> names, Runnable opened) {
        boolean followed = false;
        for (Path name : names) {
            followed |= followers.follow(name);
        }
        if (!followed || offer(() -> openRotated(names, opened)).isPresent()) {
            opened.run();
        }
    }

    private void openRotated(Set<Path> names, Runnable opened) {
        if (followers.openNewer(names)) {
            opened.run();
        } else {
            rotated(names, opened); // it is being rotated just now: once more
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

    static boolean startThread(String name, Runnable work) {
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
        Inbox.Work work = inbox.take(followers.patience());
        if (work.closing()) {
            ended = true;
            followers.endAll();
            return;
        }
        for (Runnable job : work.jobs()) {
            guarded("read or clear a log", job);
        }
        guarded("look at changed logs", () -> followers.markReady(work));
        guarded("follow logs", followers::turns);
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
            List<Follower> concerned = followers.sentAllOf(opened.identity());
            channel.truncate(0);
            followers.cleared(concerned);
        } catch (IOException e) {
            throw LogFiles.problem(file, "clear", e);
        }
    }
}
