package taskmaster.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One client that follows one log. Owned by the thread log-reader.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>{@code files} are those that are still to be read, oldest first, each held open: whatever
 *       happens to their names. Past and present come by the same way, so there is neither a gap
 *       nor a repeat.
 *   <li>Whenever names in the directory change, {@link Rotation} finds those that are newer than
 *       the last one held. Renamed or removed without a successor, a file is still followed: its
 *       writer may not know yet.
 *   <li>The next file is gone on to when something is in it, and the one before was read to its end
 *       after that was seen: a writer that is told to reopen its log writes to the old one until
 *       then.
 *   <li>Shorter than {@code position} means truncated; on from 0. (A file that is truncated from
 *       outside and grows beyond {@code position} before we look cannot be told from one that grew;
 *       {@link LogReader#clear} tells its followers.) But who rotates at a line's end moves the
 *       line that has none yet to the next file: when just that was cut off, what was sent of it is
 *       skipped there.
 *   <li>The watches are set before the last look at what they watch, so no change falls between.
 *   <li>With {@code wholeLines} a line without an end is held for {@link #HOLD_NANOS}.
 * </ul>
 */
final class Follower {

    /** Bytes of one call of {@link Sink#data}. */
    static final int CHUNK_BYTES = 32 * 1024;

    static final long NEVER = Long.MAX_VALUE;

    /** How long the end of a line is waited for: a prompt is a line without one, too. */
    static final long HOLD_NANOS = 1_000_000_000L;

    /** Steps of one turn; then the other followers and requests have theirs. */
    private static final int TURN_STEPS = 8;

    /** How a turn ended. */
    enum Turn {
        /** There is more to do at once. */
        MORE,
        /** Nothing until a watch reports a change, or {@link #wakeAt}. */
        WAITING,
        /** The sink had its last call, or wants no more. */
        OVER
    }

    private final Path file;
    private final Sink sink;
    private final Watches watches;
    private final boolean wholeLines;
    private final Rotation rotation;

    private final ArrayDeque<LogFiles.Opened> files = new ArrayDeque<>();

    /** The one before the first of {@code files}: done with, and held only to know it again. */
    private Optional<LogFiles.Opened> done = Optional.empty();

    /** In the first of {@code files}: what was sent, and where the line begins that this is in. */
    private long position;

    private long lineStart;

    /** What was sent of a line that was cut off the first file. */
    private long cut;

    private boolean nameMayHaveChanged = true;

    /** When the line without an end was first seen; {@code NEVER}: there is none. */
    private long heldSince = NEVER;

    /** Nothing more will be written that is wanted. */
    private boolean finishing;

    Follower(Path file, LogFiles logs, Sink sink, Watches watches, boolean wholeLines) {
        this.file = file;
        this.sink = sink;
        this.watches = watches;
        this.wholeLines = wholeLines;
        rotation = new Rotation(file, logs);
    }

    /** Opens what is there, and finds where the past begins. */
    void start(Past past) throws IOException {
        watches.directoriesOf(this, file);
        try {
            Segments segments = rotation.open(past);
            files.addAll(segments.files());
            watches.file(this, file);
            long begin = PastFinder.start(segments, past);
            if (begin < segments.beforeSize()) {
                sendBefore(segments, begin);
                begin = segments.beforeSize();
            }
            if (files.isEmpty()) {
                return; // all that there is, is compressed
            }
            int index = segments.indexOf(begin);
            for (int i = 0; i < index; i++) {
                dropFirst();
            }
            position = begin - segments.startOf(index);
            lineStart = PastFinder.lineOf(files.getFirst().channel(), position);
        } catch (LogFileException e) {
            if (!e.code().equals(LogFileException.NO_SUCH_FILE)) {
                throw e;
            }
        }
    }

    /** What was read of compressed files, at once: it is no more than a sink takes. */
    private void sendBefore(Segments segments, long begin) throws IOException {
        byte[] piece = new byte[CHUNK_BYTES];
        long at = begin;
        while (at < segments.beforeSize() && sink.isOpen()) {
            int most = (int) Math.min(piece.length, segments.beforeSize() - at);
            int length = segments.read(at, piece, most);
            int newline = PastFinder.lastNewline(piece, length);
            length = newline >= 0 ? newline + 1 : Utf8.whole(piece, length);
            sink.data(piece, length);
            at += length;
        }
    }

    Path file() {
        return file;
    }

    /** A watch reported that the log's name may mean another file now. */
    void nameMayHaveChanged() {
        nameMayHaveChanged = true;
    }

    boolean follows(LogFiles.Identity identity) {
        return !files.isEmpty() && files.getFirst().identity().equals(identity);
    }

    /** The file that is followed was emptied by us. */
    void cleared() {
        if (position > 0) {
            truncated();
        }
    }

    private void truncated() {
        position = 0;
        lineStart = 0;
        cut = 0;
        sink.truncated();
    }

    /** When a turn is due though nothing happens; nanoseconds, {@code NEVER} for never. */
    long wakeAt() {
        return heldSince == NEVER ? NEVER : heldSince + HOLD_NANOS;
    }

    /** Delivers what is there, a bounded amount of it. {@code chunk} is scratch space. */
    Turn turn(byte[] chunk) {
        try {
            Turn turn = Turn.MORE;
            for (int i = 0; i < TURN_STEPS && turn == Turn.MORE; i++) {
                turn = sink.isOpen() ? step(chunk) : Turn.OVER;
            }
            return turn;
        } catch (IOException e) {
            fail(e);
            return Turn.OVER;
        }
    }

    boolean isFor(Sink other) {
        return sink.equals(other);
    }

    void finish() {
        finishing = true;
    }

    boolean isFinishing() {
        return finishing;
    }

    /** Nothing more is sent. */
    void end() {
        sink.end();
    }

    private void fail(IOException e) {
        LogFileException problem =
                e instanceof LogFileException ours ? ours : LogFiles.problem(file, "read", e);
        sink.error(problem.code(), problem.getMessage());
    }

    private Turn step(byte[] chunk) throws IOException {
        // Before the last look at the file that is read: see the rules.
        boolean last = !nextIsWritten();
        if (!files.isEmpty()) {
            FileChannel channel = files.getFirst().channel();
            long size = channel.size();
            if (size <= position) {
                heldSince = NEVER;
            }
            if (size < position) {
                shrunk(size);
                return Turn.MORE;
            }
            if (size > position && deliver(channel, size, last, chunk)) {
                return Turn.MORE;
            }
        }
        if (nameMayHaveChanged) {
            return look();
        }
        if (!last) {
            goOn();
            return Turn.MORE;
        }
        return Turn.WAITING;
    }

    private boolean nextIsWritten() throws IOException {
        if (files.size() < 2) {
            return false;
        }
        var all = files.iterator();
        all.next();
        return files.size() > 2 || all.next().channel().size() > 0;
    }

    private void shrunk(long size) {
        if (size > 0 && size == lineStart) {
            cut += position - size;
            position = size;
        } else {
            truncated();
        }
    }

    /** False: nothing of it is to be sent now. {@code last}: more may come to this file. */
    private boolean deliver(FileChannel channel, long size, boolean last, byte[] chunk)
            throws IOException {
        int wanted = (int) Math.min(chunk.length, size - position);
        int length = Segments.readFully(channel, position, chunk, wanted);
        if (length <= 0) {
            heldSince = NEVER;
            return false; // truncated since we asked for its size, which a watch will tell
        }
        int newline = PastFinder.lastNewline(chunk, length);
        boolean more = position + length < size;
        if (wholeLines && newline >= 0) {
            length = newline + 1;
        } else if (wholeLines && !more && last && isHeld()) {
            return false;
        } else if (more) {
            length = Utf8.whole(chunk, length);
        }
        heldSince = NEVER;
        cut = 0;
        if (newline >= 0 && newline < length) {
            lineStart = position + newline + 1;
        }
        position += length;
        sink.data(chunk, length);
        return true;
    }

    private boolean isHeld() {
        long now = System.nanoTime();
        if (heldSince == NEVER) {
            heldSince = now;
        }
        return now - heldSince < HOLD_NANOS;
    }

    /** Finds what is newer than what is held. */
    private Turn look() throws IOException {
        nameMayHaveChanged = false;
        watches.directoriesOf(this, file);
        if (!openNewer() || nameMayHaveChanged) {
            nameMayHaveChanged = true;
            return Turn.MORE;
        }
        // What was written between the last look at the file and the watch of this.
        return nextIsWritten() || hasMore() ? Turn.MORE : Turn.WAITING;
    }

    /** Opens what is newer than what is held; false: it moves too fast, try again. */
    boolean openNewer() throws IOException {
        Set<LogFiles.Identity> known = new HashSet<>();
        done.ifPresent(opened -> known.add(opened.identity()));
        for (LogFiles.Opened opened : files) {
            known.add(opened.identity());
        }
        Optional<List<LogFiles.Opened>> found = rotation.newerThan(known);
        if (found.isEmpty()) {
            return false;
        }
        files.addAll(found.get());
        if (!found.get().isEmpty()) {
            watches.alsoFile(this, file);
            // What was renamed over it between opening and watching must be seen, too.
            nameMayHaveChanged = true;
        }
        return true;
    }

    private boolean hasMore() throws IOException {
        return heldSince == NEVER
                && !files.isEmpty()
                && files.getFirst().channel().size() != position;
    }

    private void dropFirst() {
        done.ifPresent(opened -> LogFiles.close(opened.channel()));
        done = Optional.of(files.remove());
    }

    /** The first file is done with. */
    private void goOn() throws IOException {
        dropFirst();
        position = Math.min(cut, files.getFirst().channel().size());
        lineStart = 0;
        cut = 0;
        heldSince = NEVER;
        if (files.size() == 1) {
            watches.file(this, file);
            nameMayHaveChanged = true;
        }
    }

    /** Lets go of the files. The follower's watches are {@link Watches#forget}'s. */
    void close() {
        for (LogFiles.Opened opened : files) {
            LogFiles.close(opened.channel());
        }
        files.clear();
        done.ifPresent(opened -> LogFiles.close(opened.channel()));
        done = Optional.empty();
    }
}
