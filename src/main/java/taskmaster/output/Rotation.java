package taskmaster.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A log and the older files of it, named as supervisord and logrotate do: {@code log}, {@code
 * log.1}, {@code log.2} …, the larger the number the older. Somebody renames them while they are
 * looked for.
 *
 * <ul>
 *   <li>A file only ever moves to larger numbers. So a look from 0 upwards misses none; it may see
 *       one twice, which is then left out.
 *   <li>While they move one number is free; two free ones in a row are the end.
 *   <li>What was seen is opened and must be the same then, and 0 must be what it was at the end of
 *       it all; else it was looked at across a rotation, and is looked at again.
 *   <li>Compressed ones ({@code log.3.gz}) are older than all that are not. They are read when the
 *       others are not enough, from their beginning; one that is too long for that ends the list.
 * </ul>
 */
final class Rotation {

    private static final byte[] NOTHING = {};

    /** Looks before it is said that the files never stand still. */
    private static final int ATTEMPTS = 16;

    /** More files than anyone keeps; a look at each takes some 10 µs. */
    private static final int MAX_NUMBER = 1000;

    /** Files of one log that are open for its past. */
    private static final int MOST_OPEN = 32;

    private final Path file;
    private final LogFiles logs;

    Rotation(Path file, LogFiles logs) {
        this.file = file;
        this.logs = logs;
    }

    private record Seen(int number, boolean compressed, LogFiles.Identity identity) {}

    private Path name(int number, boolean compressed) {
        String end = number == 0 ? "" : "." + number;
        end = compressed ? end + Backups.COMPRESSED : end;
        return end.isEmpty() ? file : file.resolveSibling(file.getFileName() + end);
    }

    /**
     * The files that hold the past, one more before them if there is one, and the current one; when
     * that is missing, those of the past alone. The caller closes them.
     *
     * @throws LogFileException as opening the current one does; or it is moved again and again
     */
    Segments open(Past past) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Seen> seen = look(Set.of(), true);
            if (seen.isEmpty()) {
                // There is nothing: this says so. A file that came meanwhile is all there is.
                return new Segments(NOTHING, List.of(logs.openForReading(file)));
            }
            Optional<Segments> opened = openEnough(seen, past);
            if (opened.isPresent()) {
                return opened.get();
            }
        }
        throw neverStill();
    }

    /** Opens older and older ones until there is enough; empty: they have moved. */
    private Optional<Segments> openEnough(List<Seen> seen, Past past) throws IOException {
        List<LogFiles.Opened> files = new ArrayList<>();
        boolean done = false;
        boolean enough = false;
        Segments segments = new Segments(NOTHING, List.of());
        try {
            for (Seen next : seen) {
                if (next.compressed() && enough) {
                    break;
                }
                Optional<LogFiles.Opened> opened = open(next);
                if (opened.isEmpty()) {
                    return Optional.empty();
                }
                if (next.compressed()) {
                    Optional<byte[]> older = uncompressed(opened.get(), segments, past);
                    if (older.isEmpty()) {
                        break;
                    }
                    segments = new Segments(older.get(), files);
                } else {
                    files.add(0, opened.get());
                    segments = new Segments(NOTHING, files);
                }
                if (enough || files.size() == MOST_OPEN) {
                    break;
                }
                enough = isEnough(segments, past);
            }
            done = isCurrent(seen);
            return done ? Optional.of(segments) : Optional.empty();
        } finally {
            if (!done) {
                closeAll(files);
            }
        }
    }

    /** The end of a compressed one, and what is before the files of {@code segments} so far. */
    private static Optional<byte[]> uncompressed(
            LogFiles.Opened opened, Segments segments, Past past) throws IOException {
        try {
            int room = (int) (past.maxBytes() - segments.size());
            Optional<byte[]> older = CompressedEnd.read(opened.channel(), room);
            if (older.isEmpty()) {
                return older;
            }
            byte[] all = Arrays.copyOf(older.get(), older.get().length + segments.beforeSize());
            byte[] before = new byte[segments.beforeSize()];
            segments.read(0, before, before.length);
            System.arraycopy(before, 0, all, older.get().length, before.length);
            return Optional.of(all);
        } finally {
            LogFiles.close(opened.channel());
        }
    }

    private static boolean isEnough(Segments segments, Past past) throws IOException {
        return past.count() == 0
                || segments.size() >= past.maxBytes()
                || PastFinder.start(segments, past) > 0;
    }

    /**
     * Those that are newer than {@code newest}, oldest first, opened; empty when there is none. The
     * caller closes them.
     *
     * @param known the newest that is held open, and the one before that, which shows where the
     *     older ones begin when the newest itself has no name any more. Held open as well: else a
     *     new file may get its inode
     * @return empty: they move so fast that it is not known; look again later
     * @throws LogFileException the current one cannot be read
     */
    Optional<List<LogFiles.Opened>> newerThan(Set<LogFiles.Identity> known) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Seen> seen = look(known, false);
            List<LogFiles.Opened> files = new ArrayList<>();
            boolean done = false;
            try {
                done = openAll(seen, files) && isCurrent(seen);
            } finally {
                if (!done) {
                    closeAll(files);
                }
            }
            if (done) {
                Collections.reverse(files);
                return Optional.of(files);
            }
        }
        return Optional.empty();
    }

    private boolean openAll(List<Seen> seen, List<LogFiles.Opened> into) throws IOException {
        for (Seen next : seen) {
            Optional<LogFiles.Opened> opened = open(next);
            if (opened.isEmpty()) {
                return false;
            }
            into.add(opened.get());
        }
        return true;
    }

    /**
     * Newest first, up to the first that is {@code known}, without that.
     *
     * @param alsoCompressed else a number that only a compressed one has counts as free
     */
    private List<Seen> look(Set<LogFiles.Identity> known, boolean alsoCompressed)
            throws IOException {
        List<Seen> seen = new ArrayList<>();
        Set<LogFiles.Identity> identities = new HashSet<>();
        int free = 0;
        boolean compressed = false;
        for (int number = 0; number <= MAX_NUMBER && free < 2; number++) {
            Optional<LogFiles.Identity> identity =
                    compressed ? Optional.empty() : identity(number, false);
            if (identity.isEmpty() && alsoCompressed && number > 0) {
                identity = identity(number, true);
                compressed = identity.isPresent();
            }
            if (identity.isEmpty()) {
                free++;
                continue;
            }
            free = 0;
            if (known.contains(identity.get())) {
                break;
            }
            if (identities.add(identity.get())) {
                seen.add(new Seen(number, compressed, identity.get()));
            }
        }
        return seen;
    }

    /** Empty: free, or an older one that may not be read. */
    private Optional<LogFiles.Identity> identity(int number, boolean compressed)
            throws LogFileException {
        try {
            return Optional.of(logs.identityOf(name(number, compressed)));
        } catch (LogFileException e) {
            if (number > 0 || e.code().equals(LogFileException.NO_SUCH_FILE)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Empty if it is not what was seen. */
    private Optional<LogFiles.Opened> open(Seen seen) throws LogFileException {
        LogFiles.Opened opened;
        try {
            opened = logs.openForReading(name(seen.number(), seen.compressed()));
        } catch (LogFileException e) {
            if (e.code().equals(LogFileException.NO_SUCH_FILE)) {
                return Optional.empty();
            }
            throw e;
        }
        if (opened.identity().equals(seen.identity())) {
            return Optional.of(opened);
        }
        LogFiles.close(opened.channel());
        return Optional.empty();
    }

    /** Whether the log's own name still means what it meant in {@code seen}, if only nothing. */
    private boolean isCurrent(List<Seen> seen) throws LogFileException {
        Optional<LogFiles.Identity> then =
                seen.isEmpty() || seen.getFirst().number() > 0
                        ? Optional.empty()
                        : Optional.of(seen.getFirst().identity());
        return then.isEmpty() || identity(0, false).equals(then);
    }

    private static void closeAll(List<LogFiles.Opened> files) {
        for (LogFiles.Opened opened : files) {
            LogFiles.close(opened.channel());
        }
    }

    private LogFileException neverStill() {
        return new LogFileException(
                LogFileException.FAILED,
                "cannot read log \""
                        + file
                        + "\": it is rotated again and again while it is opened");
    }
}
