package taskmaster.output;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Limits;
import taskmaster.posix.OpenFlag;
import taskmaster.posix.Posix;
import taskmaster.posix.Resource;
import taskmaster.posix.Stat;

/**
 * The FIFOs that programs print into, one for each stream of each process, in a directory of the
 * daemon's own. Owned by the supervisor's thread, but for {@link #settle}; the other ends are the
 * thread {@code output}'s.
 *
 * <p>A FIFO outlives the process that prints into it, and the daemon: the next daemon of the same
 * pid file finds those of one that was killed and reads on. Both ends are opened for reading and
 * writing, so that neither sees the other go.
 */
public final class OutputPipes {

    private static final int FIFO_MODE = 0600;

    /** For all else that a daemon has open: connections, its own files. */
    private static final int OTHER_DESCRIPTORS = 400;

    private static final int LEAST_OPEN = 16;

    /** Of a file name, less what is put behind a shortened one. */
    private static final int LONGEST_NAME = 200;

    private final Posix posix;
    private final RuntimeDirectory directory;
    private final Notices notices;
    private final Pump pump;
    private final Map<String, Pipe> pipes = new HashMap<>();
    private Set<String> left = Set.of();
    private boolean begun;

    private static final class Pipe {

        private final Stat fifo;
        private int owner;
        private StreamSpec spec;

        private Pipe(Stat fifo, StreamSpec spec) {
            this.fifo = fifo;
            this.owner = fifo.uid();
            this.spec = spec;
        }
    }

    private OutputPipes(Posix posix, RuntimeDirectory directory, Notices notices, Pump pump) {
        this.posix = posix;
        this.directory = directory;
        this.notices = notices;
        this.pump = pump;
    }

    /**
     * Starts the thread; touches no file yet.
     *
     * @param runtime the directory of all daemons, made when it is needed
     * @param pidFile tells this daemon from the others
     * @param listener called on that thread
     * @throws IOException EMFILE, ENOMEM
     */
    public static OutputPipes open(
            Posix posix, Path runtime, Path pidFile, Notices notices, LogListener listener)
            throws IOException {
        RuntimeDirectory directory = new RuntimeDirectory(posix, runtime, pidFile);
        String journal = directory.path() + "/" + Journal.NAME;
        Pump pump = Pump.start(posix, journal, notices, listener);
        return new OutputPipes(posix, directory, notices, pump);
    }

    /**
     * Makes the directory; checks that nobody else can write there.
     *
     * @throws IOException with a message for the user
     */
    public void makeDirectory() throws IOException {
        directory.make();
    }

    /**
     * The FIFO of a stream, made if need be, for a process that is about to start. Empty where
     * there can be none (EMFILE, ENOSPC …), which is noted: a process that writes its log itself is
     * better than none.
     *
     * @param uid whose it must be
     */
    public Optional<String> fifo(StreamSpec spec, int uid) {
        String path = path(spec.stream());
        try {
            prepare(path, spec, uid);
            return Optional.of(path);
        } catch (ErrnoException e) {
            notices.warn(
                    "cannot make the pipe \""
                            + path
                            + "\": "
                            + e.errno()
                            + "; until its next start the process writes \""
                            + spec.log()
                            + "\" itself");
            return Optional.empty();
        }
    }

    /**
     * Reads a terminal for a process that is about to start, into a log where there is one.
     *
     * @param master is the result's from now on; it does not block
     * @throws ErrnoException EMFILE, ENOSPC …: the log cannot have its FIFO; then the terminal is
     *     still the caller's
     */
    public Terminal terminal(int master, Optional<StreamSpec> log) throws ErrnoException {
        if (log.isPresent()) {
            StreamSpec spec = log.get();
            prepare(path(spec.stream()), spec, posix.effectiveUid());
        }
        Optional<String> stream = log.map(StreamSpec::stream);
        return pump.attach(new Terminal.Opened(master, stream));
    }

    private void prepare(String path, StreamSpec spec, int uid) throws ErrnoException {
        Pipe pipe = pipes.get(spec.stream());
        if (pipe == null || !isStill(path, pipe.fifo)) {
            pipe = attach(path, spec);
        } else if (!pipe.spec.equals(spec)) {
            pump.change(spec);
            pipe.spec = spec;
        }
        if (pipe.owner != uid) {
            giveTo(path, uid);
            pipe.owner = uid;
        }
    }

    private String path(String stream) {
        return directory.path() + "/" + fileName(stream);
    }

    private static String fileName(String stream) {
        if (stream.length() <= LONGEST_NAME / 4) {
            return stream; // also where each character is four bytes long
        }
        int dot = stream.lastIndexOf('.');
        return stream.substring(0, LONGEST_NAME / 4 - 20)
                + "~"
                + Integer.toHexString(stream.hashCode())
                + stream.substring(dot);
    }

    private boolean isStill(String path, Stat fifo) {
        try {
            return posix.names().stat(path).isSame(fifo);
        } catch (ErrnoException e) {
            return false;
        }
    }

    private Pipe attach(String path, StreamSpec spec) throws ErrnoException {
        int fd = openOrMake(path);
        Pipe pipe = new Pipe(posix.stat(fd), spec);
        pipes.put(spec.stream(), pipe);
        pump.attach(spec, new Source.Fifo(fd, pipe.fifo));
        return pipe;
    }

    /** Most often it is not there yet; one that is may be a killed daemon's. */
    private int openOrMake(String path) throws ErrnoException {
        try {
            posix.names().makeFifo(path, FIFO_MODE);
        } catch (ErrnoException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                makeDirectoryFor(path);
            } else if (!e.errno().equals(Errno.EEXIST)) {
                throw e;
            }
        }
        return openFifo(path);
    }

    /** A reload may bring the first program that needs it. */
    private void makeDirectoryFor(String path) throws ErrnoException {
        try {
            directory.make();
        } catch (IOException e) {
            notices.warn(e.getMessage());
        }
        posix.names().makeFifo(path, FIFO_MODE);
    }

    private int openFifo(String path) throws ErrnoException {
        return posix.open(path, 0, OpenFlag.READ_WRITE, OpenFlag.NONBLOCK, OpenFlag.NO_FOLLOW);
    }

    private void giveTo(String path, int uid) throws ErrnoException {
        int fd = openFifo(path);
        try {
            posix.changeOwner(fd, uid);
        } finally {
            posix.close(fd);
        }
    }

    /**
     * What is configured now: streams that are no more lose their FIFOs, the others are written as
     * it says. A stream that shall go elsewhere does so with the next start of its process. The
     * first time, FIFOs that an earlier daemon left are read on.
     */
    public void keep(Collection<StreamSpec> configured) {
        allowDescriptors(configured.size());
        Set<String> known = new HashSet<>();
        for (StreamSpec spec : configured) {
            known.add(spec.stream());
            Pipe pipe = pipes.get(spec.stream());
            if (pipe != null && pipe.spec.log().equals(spec.log()) && !pipe.spec.equals(spec)) {
                pump.change(spec);
                pipe.spec = spec;
            }
        }
        for (String stream : List.copyOf(pipes.keySet())) {
            if (!known.contains(stream)) {
                pipes.remove(stream);
                remove(stream);
            }
        }
        if (!begun) {
            begun = true;
            adopt(configured);
        }
    }

    /** One for each pipe, one for its log, as far as the hard limit allows. */
    private void allowDescriptors(int streams) {
        try {
            Limits now = posix.limit(Resource.NOFILE);
            long wanted = Math.min(now.hard(), 2L * streams + OTHER_DESCRIPTORS);
            if (now.soft() < wanted) {
                posix.setLimit(Resource.NOFILE, new Limits(wanted, now.hard()));
            }
            long left = posix.limit(Resource.NOFILE).soft() - streams - OTHER_DESCRIPTORS;
            pump.keepOpen(Math.clamp(left, LEAST_OPEN, Math.max(LEAST_OPEN, streams)));
        } catch (ErrnoException e) {
            notices.warn("the limit of descriptors stays as it is: " + e.getMessage());
        }
    }

    private void remove(String stream) {
        String path = path(stream);
        pump.detach(
                stream,
                () -> {
                    try {
                        posix.names().remove(path);
                    } catch (ErrnoException e) {
                        notices.warn("cannot remove \"" + path + "\": " + e.errno());
                    }
                });
    }

    private void adopt(Collection<StreamSpec> configured) {
        Map<String, StreamSpec> byName = new HashMap<>();
        for (StreamSpec spec : configured) {
            byName.put(fileName(spec.stream()), spec);
        }
        List<String> names = new ArrayList<>(directory.names());
        if (names.remove(Journal.NAME)) {
            pump.recover();
        }
        for (String name : names) {
            String path = directory.path() + "/" + name;
            Optional<StreamSpec> spec = Optional.ofNullable(byName.get(name));
            try {
                if (spec.isPresent()) {
                    attach(path, spec.get());
                } else {
                    posix.names().remove(path);
                }
            } catch (ErrnoException e) {
                notices.warn("cannot read on from \"" + path + "\": " + e.errno());
            }
        }
        pump.recovered();
    }

    /**
     * Waits until all that has been printed before this call is in the logs, at most so long. Any
     * thread; what could not be waited for comes later.
     */
    public void settle(Duration limit) {
        pump.settle(limit);
    }

    /** All logs are opened by their names again; {@code done} runs on another thread after that. */
    public void reopen(Runnable done) {
        pump.reopen(done);
    }

    /**
     * Who prints into these lives longer than the daemon: {@link #close} leaves their FIFOs for the
     * next daemon of the same pid file, which reads on. Meanwhile 64 KiB are kept, and who prints
     * more waits.
     */
    public void leave(Collection<StreamSpec> outliving) {
        left = new HashSet<>();
        for (StreamSpec spec : outliving) {
            left.add(spec.stream());
        }
    }

    /** Moves what is left, ends the thread and removes the FIFOs; at most so long. */
    public void close(Duration limit) {
        pump.close(limit);
        List<String> paths = new ArrayList<>();
        for (String stream : pipes.keySet()) {
            if (!left.contains(stream)) {
                paths.add(path(stream));
            }
        }
        directory.remove(paths);
    }
}
