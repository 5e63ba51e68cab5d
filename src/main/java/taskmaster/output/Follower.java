package taskmaster.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One client that follows one log. Owned by the thread log-reader.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>{@code position} is the only truth of what was sent: past and present come by the same way,
 *       so there is neither a gap nor a repeat.
 *   <li>Shorter than {@code position} means truncated; on from 0. (A file that is truncated from
 *       outside and grows beyond {@code position} before we look cannot be told from one that grew;
 *       {@link LogReader#clear} tells its followers.)
 *   <li>Another file with the log's name means replaced: the old one is read to its end once more
 *       after that was seen, then the new one from its beginning. Renamed or removed without a
 *       successor, the old one is still followed: its writer may not know yet. (A file that came
 *       and went before we looked is not seen: whoever rotates here must tell, as clear does.)
 *   <li>The watches are set before the last look at what they watch, so no change falls between.
 * </ul>
 */
final class Follower {

    /** Bytes of one call of {@link Sink#data}. */
    static final int CHUNK_BYTES = 32 * 1024;

    /** Steps of one turn; then the other followers and requests have theirs. */
    private static final int TURN_STEPS = 8;

    /** How a turn ended. */
    enum Turn {
        /** There is more to do at once. */
        MORE,
        /** Nothing until a watch reports a change. */
        WAITING,
        /** The sink had its last call, or wants no more. */
        OVER
    }

    private final Path file;
    private final LogFiles logs;
    private final Sink sink;
    private final Watches watches;
    private Optional<LogFiles.Opened> current = Optional.empty();
    private long position;
    private boolean nameMayHaveChanged = true;
    private boolean replaced;

    Follower(Path file, LogFiles logs, Sink sink, Watches watches) {
        this.file = file;
        this.logs = logs;
        this.sink = sink;
        this.watches = watches;
    }

    /** Opens the file, if it is there, and finds where the past begins. */
    void start(Past past) throws IOException {
        openNext();
        if (current.isPresent()) {
            FileChannel channel = current.get().channel();
            position = PastFinder.start(channel, channel.size(), past);
        }
    }

    /** A watch reported that the log's name may mean another file now. */
    void nameMayHaveChanged() {
        nameMayHaveChanged = true;
    }

    boolean follows(LogFiles.Identity identity) {
        return current.isPresent() && current.get().identity().equals(identity);
    }

    /** The file that is followed was emptied by us. */
    void cleared() {
        if (position > 0) {
            position = 0;
            sink.truncated();
        }
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

    /** The reader ends. */
    void end() {
        sink.end();
    }

    private void fail(IOException e) {
        LogFileException problem =
                e instanceof LogFileException ours ? ours : LogFiles.problem(file, "read", e);
        sink.error(problem.code(), problem.getMessage());
    }

    private Turn step(byte[] chunk) throws IOException {
        if (current.isPresent()) {
            FileChannel channel = current.get().channel();
            long size = channel.size();
            if (size < position) {
                position = 0;
                sink.truncated();
                return Turn.MORE;
            }
            if (size > position) {
                return deliver(channel, size, chunk);
            }
        }
        // All is delivered of what we have; is it still what the name means?
        if (replaced) {
            close();
            openNext();
            return current.isPresent() ? Turn.MORE : Turn.WAITING;
        }
        if (nameMayHaveChanged) {
            nameMayHaveChanged = false;
            watches.directoriesOf(this, file);
            replaced = nameMeansAnother();
            return replaced ? Turn.MORE : Turn.WAITING;
        }
        return Turn.WAITING;
    }

    private Turn deliver(FileChannel channel, long size, byte[] chunk) throws IOException {
        int wanted = (int) Math.min(chunk.length, size - position);
        int length = PastFinder.readFully(channel, position, chunk, wanted);
        if (length <= 0) {
            // It was truncated since we asked for its size, which a watch will tell.
            return Turn.WAITING;
        }
        if (position + length < size) {
            length = Utf8.whole(chunk, length);
        }
        position += length;
        sink.data(chunk, length);
        return Turn.MORE;
    }

    private boolean nameMeansAnother() throws IOException {
        try {
            LogFiles.Identity now = logs.identityOf(file);
            return !follows(now);
        } catch (LogFileException e) {
            if (e.code().equals(LogFileException.NO_SUCH_FILE)) {
                return false;
            }
            throw e;
        }
    }

    private void openNext() throws IOException {
        replaced = false;
        position = 0;
        // Also what is renamed over the file between opening and watching it must be seen.
        nameMayHaveChanged = true;
        watches.directoriesOf(this, file);
        try {
            current = Optional.of(logs.openForReading(file));
            watches.file(this, file);
        } catch (LogFileException e) {
            if (!e.code().equals(LogFileException.NO_SUCH_FILE)) {
                throw e;
            }
        }
    }

    /** Lets go of the file. The follower's watches are {@link Watches#forget}'s. */
    void close() {
        current.ifPresent(opened -> LogFiles.close(opened.channel()));
        current = Optional.empty();
    }
}
