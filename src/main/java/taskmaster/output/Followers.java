package taskmaster.output;

import java.io.IOException;
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

/**
 * All that is followed, and whose turn it is. Owned by the thread log-reader; what was seen of
 * their files comes to its inbox from the thread {@code log-follower}, which is started with the
 * first.
 */
final class Followers {

    /**
     * Most logs that are followed at once, for all clients together; each holds a descriptor, two
     * where there are older files, and up to four watches. The daemon may open 1024 files, of which
     * its clients may take 256.
     */
    static final int MOST = 256;

    private final Posix posix;
    private final LogFiles logs;
    private final Inbox inbox;
    private final BiConsumer<String, Throwable> onBug;
    private final byte[] chunk;
    private final Set<Follower> followers = new LinkedHashSet<>();
    private final Set<Follower> ready = new LinkedHashSet<>();
    private Optional<Watching> watching = Optional.empty();

    /** What is followed; replaced, never changed. Any thread may look. */
    private volatile Set<Path> files = Set.of();

    private record Watching(FileWatch inotify, Watches watches) {}

    /** {@code chunk} is scratch space; {@code onBug} as that of {@link LogReader}. */
    Followers(
            Posix posix,
            LogFiles logs,
            Inbox inbox,
            byte[] chunk,
            BiConsumer<String, Throwable> onBug) {
        this.posix = posix;
        this.logs = logs;
        this.inbox = inbox;
        this.chunk = chunk;
        this.onBug = onBug;
    }

    /** Any thread. */
    boolean follow(Path file) {
        return files.contains(file);
    }

    /** Whether there is room for so many. */
    boolean haveRoomFor(int more) {
        return followers.size() + more <= MOST;
    }

    String tooMany(int more) {
        return followers.size()
                + " logs are followed already, and "
                + MOST
                + " can be: "
                + more
                + " more cannot";
    }

    /** Begins to follow a log. @throws LogFileException it is not there, or there are too many */
    void add(Path file, Past past, Sink sink, boolean wholeLines) throws IOException {
        if (!haveRoomFor(1)) {
            throw new LogFileException(LogFileException.BUSY, tooMany(1));
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
        setFiles();
        sink.onClose(() -> inbox.wake(follower));
    }

    private void setFiles() {
        Set<Path> all = new HashSet<>();
        for (Follower follower : followers) {
            all.add(follower.file());
        }
        files = all;
    }

    private Watches startWatching() throws IOException {
        if (watching.isEmpty()) {
            FileWatch inotify = FileWatch.open(posix);
            if (!LogReader.startThread("log-follower", () -> watch(inotify))) {
                inotify.close();
                throw new LogFileException(LogFileException.BUSY, LogReader.NO_THREAD);
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

    /** Has all who follow one of these open what is newer than what they read; false: try again. */
    boolean openNewer(Set<Path> names) {
        boolean all = true;
        for (Follower follower : followers) {
            if (names.contains(follower.file())) {
                ready.add(follower);
                all &= opensNewer(follower);
            }
        }
        return all;
    }

    private static boolean opensNewer(Follower follower) {
        try {
            return follower.openNewer();
        } catch (IOException e) {
            return true; // its next turn finds the same, and tells it
        }
    }

    /** How long nothing has to be done by itself; nanoseconds. */
    long patience() {
        if (!ready.isEmpty()) {
            return 0;
        }
        long next = Follower.NEVER;
        for (Follower follower : followers) {
            next = Math.min(next, follower.wakeAt());
        }
        return next == Follower.NEVER ? next : Math.max(0, next - System.nanoTime());
    }

    /** Those whose time has come, and those to whose files something happened. */
    void markReady(Inbox.Work work) {
        long now = System.nanoTime();
        for (Follower follower : followers) {
            boolean due = follower.wakeAt() != Follower.NEVER && follower.wakeAt() - now <= 0;
            if (work.everything()) {
                follower.nameMayHaveChanged();
            }
            if (due || work.everything() || work.written().contains(follower.file())) {
                ready.add(follower);
            }
        }
        ready.addAll(work.woken());
        work.seen().forEach((watch, bits) -> saw(watch, bits));
    }

    private void saw(int watch, int bits) {
        for (Follower follower : watching.get().watches().of(watch)) {
            if (bits != FileWatch.MODIFY) {
                follower.nameMayHaveChanged();
            }
            ready.add(follower);
        }
    }

    /** Gives all that are ready a turn. */
    void turns() {
        for (Follower follower : List.copyOf(ready)) {
            ready.remove(follower);
            if (followers.contains(follower)) {
                turn(follower);
            }
        }
    }

    /** What goes wrong with one is not the others' business. */
    private void turn(Follower follower) {
        Follower.Turn turn = Follower.Turn.OVER;
        try {
            turn = follower.turn(chunk);
        } catch (RuntimeException | Error bug) {
            report("follow a log", bug);
        } finally {
            switch (turn) {
                case MORE -> ready.add(follower);
                case WAITING -> endIfFinished(follower);
                case OVER -> forget(follower);
            }
        }
    }

    /** Who follows for this sink ends when it has sent what is there. */
    void finish(Sink sink) {
        for (Follower follower : followers) {
            if (follower.isFor(sink)) {
                follower.finish();
                ready.add(follower);
            }
        }
    }

    private void endIfFinished(Follower follower) {
        if (follower.isFinishing()) {
            follower.end();
            forget(follower);
        }
    }

    private void report(String what, Throwable thrown) {
        try {
            onBug.accept("cannot " + what, thrown);
        } catch (OutOfMemoryError e) {
            // No memory for words either; the next request may find some.
        }
    }

    private void forget(Follower follower) {
        if (followers.remove(follower)) {
            setFiles();
        }
        ready.remove(follower);
        follower.close();
        watching.ifPresent(w -> w.watches().forget(follower));
    }

    /** A file is about to be emptied: what its followers have not been sent yet is sent now. */
    List<Follower> sentAllOf(LogFiles.Identity identity) {
        List<Follower> concerned = new ArrayList<>();
        for (Follower follower : followers) {
            if (follower.follows(identity)) {
                concerned.add(follower);
            }
        }
        for (Follower follower : concerned) {
            turn(follower);
        }
        return concerned;
    }

    /** It has been emptied. */
    void cleared(List<Follower> concerned) {
        for (Follower follower : concerned) {
            if (followers.contains(follower)) {
                follower.cleared();
            }
        }
    }

    /** Nothing is followed any more. */
    void endAll() {
        for (Follower follower : List.copyOf(followers)) {
            try {
                follower.end();
            } catch (RuntimeException | Error bug) {
                report("end a follow", bug);
            }
            forget(follower);
        }
        if (watching.isPresent()) {
            try {
                watching.get().inotify().close();
            } catch (ErrnoException e) {
                report("stop watching logs", e);
            }
        }
    }
}
