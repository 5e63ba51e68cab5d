package taskmaster.output;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import taskmaster.posix.FileIo;
import taskmaster.posix.Posix;

/**
 * The logs that are being written: one object for each, however many streams go to it. Only so many
 * are open at a time, since programs come by the thousand and descriptors do not. Owned by the
 * thread {@code output}.
 */
final class Logs {

    private final Posix posix;
    private final FileIo io;
    private int mostOpen = 16;
    private final byte[] block = new byte[8 * 1024];
    private final Map<Path, Log> byPath = new HashMap<>();

    /** In the order of their last use. */
    private final LinkedHashMap<Path, RotatingFile> open = new LinkedHashMap<>(16, 0.75f, true);

    /** A log and how many streams go to it. */
    static final class Log {

        private final Path path;
        private final RotatingFile file;
        private int streams;

        private Log(Path path, RotatingFile file) {
            this.path = path;
            this.file = file;
        }

        Path path() {
            return path;
        }

        boolean isShared() {
            return streams > 1;
        }
    }

    Logs(Posix posix, FileIo io) {
        this.posix = posix;
        this.io = io;
    }

    /** The one that was not used for the longest time is closed for another. */
    void keepOpen(int most) {
        mostOpen = most;
    }

    /** The log of a stream, which must give it back. */
    Log take(StreamSpec spec) {
        Log log = byPath.get(spec.log());
        if (log == null) {
            RotatingFile file = new RotatingFile(posix, io, block, spec.trusted(), spec.rotation());
            log = new Log(spec.log(), file);
            byPath.put(spec.log(), log);
        }
        log.file.change(spec.rotation());
        log.streams++;
        return log;
    }

    void giveBack(Log log) {
        log.streams--;
        if (log.streams == 0) {
            log.file.close();
            open.remove(log.path);
            byPath.remove(log.path);
        }
    }

    /** The file of a log that is about to be written. */
    RotatingFile use(Log log) {
        if (open.get(log.path) == null) {
            open.put(log.path, log.file);
            if (open.size() > mostOpen) {
                Path oldest = open.keySet().iterator().next();
                open.remove(oldest).close();
            }
        }
        return log.file;
    }

    /** All are opened by their names again when they are written next. */
    void reopen() {
        List<RotatingFile> all = new ArrayList<>(open.values());
        open.clear();
        for (RotatingFile file : all) {
            file.reopen();
        }
    }
}
