package taskmaster.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;
import taskmaster.output.LogFiles.Identity;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileIo;
import taskmaster.posix.Stat;

/**
 * The daemon's end of one FIFO, and what becomes of its bytes. Owned by the thread {@code output}.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>Bytes are taken from the FIFO by splice only, into the log or into /dev/null: what is not
 *       written yet stays in the FIFO, whoever dies. Where they have to be looked at, that is a
 *       copy (tee), and they are taken when what became of them is written.
 *   <li>A splice holds up the program until it is done (pipe's mutex). Of one that prints a lot a
 *       copy is spliced, so that it prints on meanwhile; then as much is taken from the FIFO. The
 *       {@link Journal} tells the next daemon how far that was.
 *   <li>Where several streams share a log, and where lines are changed, whole lines are taken, as a
 *       copy shows their ends: so lines are not mixed, and the next daemon finds the beginning of
 *       one. A line that is not finished after a second, or is longer than the copy, is taken as it
 *       is.
 *   <li>A log that cannot be written is an outage: begun and ended by a line in the daemon's log.
 *       Meanwhile the bytes are dropped and counted, or wait. Once a second it is tried again. The
 *       log itself says how much is missing, at that place.
 * </ul>
 */
final class Source {

    /** The most of one turn, so that the others have theirs: what the largest pipe holds. */
    static final int TURN_BYTES = 1 << 20;

    /**
     * So much at once: the program prints a lot, and its pipe of the default size, 64 KiB in pages
     * that need not be full, is or was about to be full.
     */
    static final int MUCH = 32 * 1024;

    private static final byte[] LINE_END = {'\n'};

    private static final long SECOND = 1_000_000_000L;

    /** Somebody may never stop writing. */
    private static final int LAST_TURNS = 64;

    /** Of bytes that are looked at: the most of one turn, and of a line that is waited for. */
    private static final int LOOKED_AT = 16 * 1024;

    /** Looks of one turn. */
    private static final int MOST_LOOKS = 16;

    /** How soon an unfinished line is looked at again, when others came before it just now. */
    private static final long SOON_NANOS = 1_000_000L;

    /** And when not. */
    private static final long LINE_NANOS = 20_000_000L;

    /**
     * The most of one copy: nearly all that a large pipe holds, which was faster than parts of it.
     * A prime, see {@link Journal#lengthOf}.
     */
    private static final int MOST_COPIED = TURN_BYTES - 3;

    /** The daemon's end. */
    record Fifo(int descriptor, Stat stat) {}

    /** What all sources of the thread use: a pipe for copies, /dev/null, and memory. */
    static final class Scratch {

        private final Syslog syslog;
        private final LongSupplier wallClock;

        private final FileIo io;
        private final int copyOut;
        private final int copyIn;
        private final int devNull;
        private final Journal journal;
        private final byte[] bytes = new byte[FileIo.BUFFER];

        /** {@code copy}: both ends of a pipe. */
        Scratch(FileTools tools, Syslog syslog, int[] copy, int devNull, Journal journal) {
            this.io = tools.io;
            this.wallClock = tools.wallClock;
            this.syslog = syslog;
            this.copyOut = copy[0];
            this.copyIn = copy[1];
            this.devNull = devNull;
            this.journal = journal;
        }
    }

    private final Scratch scratch;
    private final Logs logs;
    private final Notices notices;
    private final int fifo;
    private final Identity identity;
    private StreamSpec spec;
    private Logs.Log log;
    private boolean large;

    /** It printed much the last time. */
    private boolean busy;

    /** By the daemon before, which was killed. */
    private Optional<Journal.Entry> begun;

    /** Of an unfinished line at the end of what is in the FIFO; 0: there is none. */
    private long unfinishedSince;

    private LineTransform transform;

    /** What became of the first bytes in the FIFO, and is not all in the log yet. */
    private final Bytes pending = new Bytes();

    private int pendingWritten;
    private int pendingTaken;

    private boolean outage;
    private long lost;
    private String why = "";
    private long retryAt = Long.MAX_VALUE;

    Source(StreamSpec spec, Fifo fifo, Scratch scratch, Logs logs, Notices notices) {
        this.spec = spec;
        this.fifo = fifo.descriptor();
        identity = Identity.of(fifo.stat());
        begun = scratch.journal.take(identity);
        this.scratch = scratch;
        this.logs = logs;
        this.notices = notices;
        log = logs.take(spec);
        transform = transformOf(spec);
    }

    private LineTransform transformOf(StreamSpec of) {
        return new LineTransform(
                of.lines(),
                new LineTransform.Listener() {
                    @Override
                    public void line(Bytes line) {
                        long millis = scratch.wallClock.getAsLong();
                        scratch.syslog.send(of.stream(), line, System.nanoTime(), millis);
                    }

                    @Override
                    public void captured(byte[] bytes) {
                        notices.captured(of.stream(), bytes);
                    }
                });
    }

    int fifo() {
        return fifo;
    }

    /** The log that it is written to. */
    Path file() {
        return spec.log();
    }

    /**
     * Makes the log, so that it is there before the first word, or says that it cannot be. Where
     * lines are changed, each begins on its own: a daemon that was killed may have left the
     * beginning of one, of which all is in the FIFO still.
     */
    void begin(long now) {
        try {
            takeWritten(logs.use(log), now);
            boolean whole = logs.use(log).endsWithLine(now);
            if (!whole && !spec.lines().isPlain() && !log.isShared()) {
                logs.use(log).append(LINE_END, 0, 1, now);
            }
        } catch (IOException e) {
            beginOutage(now, e);
        }
    }

    /** What the daemon before wrote of the first bytes in the FIFO, and may not have taken. */
    private void takeWritten(RotatingFile file, long now) throws IOException {
        if (begun.isEmpty()) {
            return;
        }
        byte[] written = file.written(begun.get(), now);
        begun = Optional.empty();
        scratch.io.growPipe(scratch.copyIn, TURN_BYTES);
        byte[] front = new byte[written.length];
        if (copy(front, front.length) == front.length && Arrays.equals(front, written)) {
            take(written.length);
        }
    }

    /** Nanoseconds of the monotonic clock when {@link #turn} is wanted whatever the FIFO says. */
    long retryAt() {
        return retryAt;
    }

    /** Only the end of a line is waited for. */
    boolean waitsForLine() {
        return retryAt != Long.MAX_VALUE && !outage;
    }

    /** What is in the FIFO is not wanted until {@link #retryAt}. */
    boolean isPaused() {
        return retryAt != Long.MAX_VALUE && (spec.block() || !outage);
    }

    /** From now on; what came before has been moved as far as it can be. */
    void change(StreamSpec changed) {
        if (!changed.log().equals(spec.log())) {
            Logs.Log next = logs.take(changed);
            logs.giveBack(log);
            log = next;
        } else {
            logs.use(log).change(changed.rotation());
        }
        if (!changed.lines().equals(spec.lines())) {
            transform.end(scratch.wallClock.getAsLong(), pending);
            transform = transformOf(changed);
        }
        spec = changed;
    }

    /** Moves what is there, up to a bound; returns how much. */
    int turn(long now) {
        try {
            if (outage && now < retryAt) {
                return spec.block() ? 0 : drop();
            }
            RotatingFile file = logs.use(log);
            takeWritten(file, now);
            if (lost > 0) {
                report(file, now);
            }
            retryAt = Long.MAX_VALUE;
            int moved = moveSome(file, now);
            endOutage();
            return moved;
        } catch (IOException e) {
            beginOutage(now, e);
            return spec.block() ? 0 : drop();
        }
    }

    private int moveSome(RotatingFile file, long now) throws IOException {
        if (spec.lines().isPlain() && pending.size() == 0) {
            return log.isShared() ? moveLines(file, now) : move(file, now);
        }
        int moved = writePending(file, now);
        int length = LOOKED_AT;
        for (int i = 0; i < MOST_LOOKS && length == LOOKED_AT; i++) {
            length = copy(scratch.bytes, LOOKED_AT);
            pendingTaken = wholeLines(length, now);
            transform.feed(scratch.bytes, pendingTaken, scratch.wallClock.getAsLong(), pending);
            moved += writePending(file, now);
        }
        goOnIf(length == LOOKED_AT);
        return moved;
    }

    /** There is more, so that what is left of a line is no reason to wait. */
    private void goOnIf(boolean more) {
        if (more) {
            retryAt = Long.MAX_VALUE;
        }
    }

    private int writePending(RotatingFile file, long now) throws IOException {
        while (pendingWritten < pending.size()) {
            int left = pending.size() - pendingWritten;
            pendingWritten += file.appendSome(pending.array(), pendingWritten, left, now);
        }
        return takePending();
    }

    /** All of it is in the log, or never will be; what it was made of leaves the FIFO. */
    private int takePending() throws ErrnoException {
        int taken = pendingTaken;
        take(taken);
        pending.clear();
        pendingWritten = 0;
        pendingTaken = 0;
        return taken;
    }

    private void take(int count) throws ErrnoException {
        for (int left = count; left > 0; ) {
            left -= Math.max(1, scratch.io.splice(fifo, scratch.devNull, left));
        }
    }

    private int move(RotatingFile file, long now) throws IOException {
        boolean copying = busy && scratch.journal.isReady();
        int moved = copying ? moveCopies(file, now) : file.splice(fifo, TURN_BYTES, now);
        busy = moved >= MUCH;
        if (busy && !large) {
            large = true; // once, granted or not
            scratch.io.growPipe(fifo, TURN_BYTES);
            scratch.io.growPipe(scratch.copyIn, TURN_BYTES);
        }
        return Math.max(0, moved);
    }

    /** All that is there, as {@link #move} does; what is little at the end without a copy. */
    private int moveCopies(RotatingFile file, long now) throws IOException {
        int moved = 0;
        int copied = scratch.io.tee(fifo, scratch.copyIn, MOST_COPIED);
        while (copied >= MUCH && scratch.journal.isReady()) {
            moved += moveCopy(file, copied, now);
            boolean further = moved < TURN_BYTES;
            copied = further ? scratch.io.tee(fifo, scratch.copyIn, MOST_COPIED) : 0;
        }
        throwAway(copied);
        return copied > 0 ? moved + Math.max(0, file.splice(fifo, copied, now)) : moved;
    }

    /** Moves what is in the pipe for copies to the log, as far as it goes. */
    private int moveCopy(RotatingFile file, int copied, long now) throws IOException {
        int moved = 0;
        try {
            Stat end = file.prepare(now);
            int most = Math.min(copied, file.room(end));
            int length = Journal.lengthOf(most);
            if (length == 0) {
                return Math.max(0, file.splice(fifo, most, end)); // the program waits, but not long
            }
            Identity to = Identity.of(end);
            if (scratch.journal.begin(new Journal.Entry(identity, to, end.size(), length))) {
                moved = Math.max(0, file.splice(scratch.copyOut, length, end));
                take(moved);
            }
        } finally {
            scratch.journal.end();
            throwAway(copied - moved);
        }
        return moved;
    }

    /** What is left in the pipe for copies. */
    private void throwAway(int copied) throws ErrnoException {
        for (int left = copied; left > 0; ) {
            left -= Math.max(1, scratch.io.splice(scratch.copyOut, scratch.devNull, left));
        }
    }

    /** Whole lines, as far as there are any. */
    private int moveLines(RotatingFile file, long now) throws IOException {
        int moved = 0;
        int length = scratch.bytes.length;
        for (int i = 0; i < MOST_LOOKS && length == scratch.bytes.length; i++) {
            length = copy(scratch.bytes, scratch.bytes.length);
            int lines = wholeLines(length, now);
            while (lines > 0) {
                int count = Math.max(1, file.splice(fifo, lines, now));
                lines -= count;
                moved += count;
            }
        }
        goOnIf(length == scratch.bytes.length);
        return moved;
    }

    /** How much of the copy is to be taken; what is left is looked at again soon. */
    private int wholeLines(int length, long now) {
        int lines = length;
        while (lines > 0 && scratch.bytes[lines - 1] != '\n') {
            lines--;
        }
        boolean old = unfinishedSince != 0 && now - unfinishedSince >= SECOND;
        if (lines == 0 && (old || length >= LOOKED_AT)) {
            lines = length;
        }
        if (lines == length) {
            unfinishedSince = 0;
        } else {
            unfinishedSince = lines > 0 || unfinishedSince == 0 ? now : unfinishedSince;
            retryAt = now + (lines > 0 ? SOON_NANOS : LINE_NANOS);
        }
        return lines;
    }

    /** Copies the beginning of what is in the FIFO; returns how much. */
    private int copy(byte[] into, int most) throws ErrnoException {
        int length = scratch.io.tee(fifo, scratch.copyIn, most);
        int done = 0;
        while (done < length) {
            done += scratch.io.read(scratch.copyOut, into, done, length - done);
        }
        return Math.max(0, length);
    }

    private int drop() {
        try {
            lost += pendingTaken;
            takePending();
            int dropped = Math.max(0, scratch.io.splice(fifo, scratch.devNull, TURN_BYTES));
            lost += dropped;
            return dropped;
        } catch (ErrnoException e) {
            throw new IllegalStateException("/dev/null takes everything", e);
        }
    }

    private void beginOutage(long now, IOException e) {
        retryAt = now + SECOND;
        why = reason(e);
        logs.use(log).close();
        if (!outage) {
            outage = true;
            String meanwhile =
                    spec.block()
                            ? "waits until it can be written"
                            : "is dropped until it can be written";
            notices.warn(
                    "cannot write log \""
                            + spec.log()
                            + "\": "
                            + why
                            + "; what "
                            + spec.stream()
                            + " prints "
                            + meanwhile
                            + hint(e));
        }
    }

    private static String reason(IOException e) {
        return e instanceof ErrnoException errno ? errno.errno().toString() : e.getMessage();
    }

    private String hint(IOException e) {
        boolean missing = e instanceof ErrnoException errno && errno.errno().equals(Errno.ENOENT);
        return missing && !spec.rotation().makeDirectory()
                ? "; make its directory, or let it be made: stdout_mkdir, stderr_mkdir"
                : "";
    }

    /** The log says itself what it does not have. */
    private void report(RotatingFile file, long now) throws IOException {
        String line = "taskmasterd: " + lost + " bytes lost: " + why + "\n";
        String text = file.endsWithLine(now) ? line : "\n" + line;
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        file.append(bytes, 0, bytes.length, now);
        String again = "\" can be written again: " + lost + " bytes of ";
        notices.warn("log \"" + spec.log() + again + spec.stream() + " were lost");
        lost = 0;
        outage = false;
    }

    private void endOutage() {
        if (outage) {
            outage = false;
            String again = "\" can be written again: nothing of ";
            notices.warn("log \"" + spec.log() + again + spec.stream() + " was lost");
        }
    }

    /** The last: moves what is there, to the log or else nowhere, and lets go of the log. */
    void finish(long now) {
        long later = now;
        for (int i = 0; i < LAST_TURNS && (turn(later) > 0 || isPaused()); i++) {
            later += SECOND; // no line will be finished any more
        }
        pending.clear();
        transform.end(scratch.wallClock.getAsLong(), pending);
        try {
            if (pending.size() > 0 && !outage) {
                logs.use(log).append(pending.array(), 0, pending.size(), later);
            }
        } catch (IOException e) {
            lost += pending.size();
            why = reason(e);
        }
        pending.clear();
        if (outage) {
            drop();
        }
        if (lost > 0) {
            notices.warn(lost + " bytes of " + spec.stream() + " were lost: " + why);
        }
        logs.giveBack(log);
    }
}
