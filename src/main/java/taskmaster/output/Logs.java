package taskmaster.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.OpenFlag;
import taskmaster.posix.Stat;
import taskmaster.posix.TrustedPath;

/**
 * The logs that are being written: one object for each, however many streams go to it. Only so many
 * are open at a time, since programs come by the thousand and descriptors do not. Owned by the
 * thread {@code output}.
 */
final class Logs {

    private final FileTools tools;
    private final Compressor compressor;
    private final LogListener listener;
    private final Executor owner;
    private int mostOpen = 16;
    private final Map<Path, Log> byPath = new HashMap<>();

    /** In the order of their last use. */
    private final LinkedHashMap<Path, RotatingFile> open = new LinkedHashMap<>(16, 0.75f, true);

    /** A log and how many streams go to it. */
    static final class Log {

        private final Path path;

        /** By which it is known: more than one where there are links. */
        private final Set<Path> names = new HashSet<>();

        private final String program;
        private final RotatingFile file;
        private int streams;
        private boolean compressing;

        private Log(Path path, String program, RotatingFile file) {
            this.path = path;
            this.program = program;
            this.file = file;
        }

        boolean isShared() {
            return streams > 1;
        }
    }

    /** {@code owner} runs what is done when others are done. */
    Logs(FileTools tools, Compressor compressor, LogListener listener, Executor owner) {
        this.tools = tools;
        this.compressor = compressor;
        this.listener = listener;
        this.owner = owner;
    }

    /** The one that was not used for the longest time is closed for another. */
    void keepOpen(int most) {
        mostOpen = most;
    }

    /** The log of a stream, which must give it back. */
    Log take(StreamSpec spec) {
        Path path = realPath(spec.trusted());
        Log log = byPath.get(path);
        if (log == null) {
            RotatingFile file =
                    new RotatingFile(
                            tools,
                            spec.trusted(),
                            spec.rotation(),
                            () -> rotated(byPath.get(path)));
            log = new Log(path, spec.program(), file);
            byPath.put(path, log);
        }
        log.file.change(spec.rotation());
        log.names.add(spec.log());
        log.streams++;
        return log;
    }

    /**
     * What tells logs apart: two that are one file must not be rotated twice. Where others decide
     * about names no link of theirs is followed: it might lead to another program's log.
     */
    private static Path realPath(TrustedPath trusted) {
        Path path = Path.of(trusted.real());
        if (trusted.guard() != TrustedPath.Guard.NONE) {
            return path;
        }
        try {
            return path.toRealPath();
        } catch (IOException e) {
            // It is not there yet.
        }
        try {
            return path.getParent().toRealPath().resolve(path.getFileName());
        } catch (IOException e) {
            return path;
        }
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

    /** All that are open are opened by their names again; who moved them finds new ones there. */
    void reopen() {
        List<RotatingFile> all = new ArrayList<>(open.values());
        for (RotatingFile file : all) {
            file.reopen();
            try {
                file.enter(System.nanoTime());
            } catch (IOException e) {
                // The next write says so.
            }
        }
    }

    private void rotated(Log log) {
        try {
            RotationRule rule = log.file.rotation();
            if (rule.totalBytes() > 0) {
                keepTotal(log.program, rule.totalBytes());
            }
            if (rule.compress()) {
                compressNext(log);
            }
        } catch (IOException e) {
            // What is too much now goes with the next rotation.
        }
    }

    /**
     * Removes the oldest files of a program, so that with all that its logs may still grow there is
     * never more.
     */
    private void keepTotal(String program, long total) throws IOException {
        long sum = 0;
        List<Log> logs = new ArrayList<>();
        for (Log log : byPath.values()) {
            if (log.program.equals(program)) {
                logs.add(log);
                sum += log.file.rotation().maxBytes() + older(log);
            }
        }
        while (sum > total) {
            Log oldest = logs.getFirst();
            long when = Long.MAX_VALUE;
            for (Log log : logs) {
                Backups backups = log.file.backups();
                int last = backups.count();
                if (last > 0 && backups.modified(last) < when) {
                    when = backups.modified(last);
                    oldest = log;
                }
            }
            if (when == Long.MAX_VALUE) {
                return; // none is left
            }
            Backups backups = oldest.file.backups();
            int last = backups.count();
            sum -= backups.size(last);
            backups.remove(last);
        }
    }

    private long older(Log log) throws IOException {
        use(log).enter(System.nanoTime());
        Backups backups = log.file.backups();
        long sum = 0;
        for (int number = backups.count(); number >= 1; number--) {
            sum += backups.size(number);
        }
        return sum;
    }

    /**
     * One of a log at a time, the oldest first; what a killed daemon left is among them. Who
     * follows the log must have it open: what is compressed is not read by him any more.
     */
    private void compressNext(Log log) throws IOException {
        Backups backups = log.file.backups();
        int number = backups.oldestPlain();
        if (log.compressing || number == 0) {
            return;
        }
        log.compressing = true;
        Stat original = tools.posix.names().stat(backups.plain(number));
        Set<Path> names = Set.copyOf(log.names);
        listener.rotated(names, () -> owner.execute(() -> compress(log, original)));
    }

    private void compress(Log log, Stat original) {
        log.compressing = false;
        if (byPath.get(log.path) != log) {
            return;
        }
        try {
            use(log).enter(System.nanoTime());
            Backups backups = log.file.backups();
            int number = backups.numberOf(original);
            if (number == 0) {
                compressNext(log); // it was removed, for younger ones
                return;
            }
            int from = open(backups.plain(number));
            int to = create(backups, from);
            log.compressing = true;
            compressor.compress(
                    new Compressor.Job(from, to, good -> compressed(log, original, good)));
        } catch (IOException e) {
            // The next rotation tries again.
        }
    }

    private int open(String path) throws ErrnoException {
        return tools.posix.open(path, 0, OpenFlag.NO_FOLLOW, OpenFlag.NONBLOCK);
    }

    private int create(Backups backups, int from) throws ErrnoException {
        try {
            backups.removeIfThere(backups.halfCompressed());
            return new LogOpener(tools.posix).create(backups.halfCompressed());
        } catch (ErrnoException e) {
            tools.posix.close(from);
            throw e;
        }
    }

    /** It may have another number by now, or be gone. */
    private void compressed(Log log, Stat original, boolean good) {
        log.compressing = false;
        if (byPath.get(log.path) != log) {
            return; // no longer written; what is half done is thrown away when it is again
        }
        try {
            use(log).enter(System.nanoTime());
            Backups backups = log.file.backups();
            int number = backups.numberOf(original);
            if (good && number > 0) {
                String plain = backups.plain(number);
                tools.posix.names().rename(backups.halfCompressed(), plain + Backups.COMPRESSED);
                tools.posix.names().remove(plain);
                compressNext(log);
            } else {
                backups.removeIfThere(backups.halfCompressed());
            }
        } catch (IOException e) {
            // The next rotation tries again.
        }
    }
}
