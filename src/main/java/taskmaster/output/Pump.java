package taskmaster.output;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import taskmaster.posix.Epoll;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileIo;
import taskmaster.posix.OpenFlag;
import taskmaster.posix.Posix;

/**
 * The thread {@code output}: moves what programs print from their FIFOs to their logs. All that it
 * works with belongs to it; others give it orders, which it carries out in their order.
 *
 * <p>It sleeps without a limit when nothing is printed. After a turn that moved little it rests for
 * a moment, so that a thousand programs, or one that writes each word by itself, do not wake it for
 * each write.
 */
final class Pump {

    /** Events of one wait. */
    private static final int EVENTS = 256;

    /** How late a line may be in its log. */
    private static final long REST_NANOS = 8_000_000;

    private final Posix posix;
    private final Notices notices;
    private final LogListener listener;
    private final Epoll epoll;
    private final FileIo io;
    private final Logs logs;
    private final Journal journal;
    private final Source.Scratch scratch;
    private final Map<String, Source> byStream = new HashMap<>();
    private final Map<Long, Source> byToken = new HashMap<>();
    private final Map<Source, Long> tokens = new HashMap<>();
    private final Map<Long, TerminalSource> terminals = new HashMap<>();
    private final byte[] chunk = new byte[FileIo.BUFFER];
    private final AtomicLong nextToken = new AtomicLong();
    private final ConcurrentLinkedQueue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Thread thread;

    /** Those that want a turn at a time; few, and looked through at each wake-up. */
    private final List<Long> waiting = new ArrayList<>();

    /** Who waits for a whole round. */
    private final List<CountDownLatch> settling = new ArrayList<>();

    /** Of who has waited in vain: a disk hangs, and nobody waits for it again until it goes on. */
    private volatile CountDownLatch late = new CountDownLatch(0);

    private boolean muchBefore;
    private boolean ending;

    private Pump(Posix posix, String journalPath, Notices notices, LogListener listener)
            throws IOException {
        this.posix = posix;
        this.notices = notices;
        this.listener = listener;
        epoll = Epoll.open(EVENTS);
        io = FileIo.open();
        FileTools tools = new FileTools(posix, io, System::currentTimeMillis);
        logs = new Logs(tools, new Compressor(posix, this::order), listener, this::order);
        journal = new Journal(posix, io, journalPath);
        int devNull = posix.open("/dev/null", 0, OpenFlag.WRITE);
        Syslog syslog = new Syslog(posix, io, notices);
        scratch = new Source.Scratch(tools, syslog, posix.pipe(), devNull, journal);
        thread = new Thread(null, this::run, "output", 256 << 10);
        thread.setDaemon(true);
    }

    /**
     * Starts the thread.
     *
     * @param journalPath of the file of the {@link Journal}
     * @param listener called on that thread
     * @throws IOException EMFILE, ENOMEM
     */
    static Pump start(Posix posix, String journalPath, Notices notices, LogListener listener)
            throws IOException {
        Pump pump = new Pump(posix, journalPath, notices, listener);
        pump.thread.start();
        return pump;
    }

    /** Any thread: see {@link OutputPipes#settle}. */
    void settle(Duration limit) {
        if (late.getCount() > 0) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        order(() -> settling.add(done));
        try {
            if (!done.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                late = done;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Any thread: has something done on this one. */
    void order(Runnable order) {
        orders.add(order);
        if (!woken.getAndSet(true)) {
            epoll.wakeUp();
            LockSupport.unpark(thread); // it may rest
        }
    }

    /** From now on the FIFO, which becomes this thread's, is read for a stream. */
    void attach(StreamSpec spec, Source.Fifo fifo) {
        order(() -> add(spec, fifo));
    }

    /** The FIFOs that a killed daemon left are attached from here on, until {@link #recovered}. */
    void recover() {
        order(journal::recover);
    }

    void recovered() {
        order(journal::forget);
    }

    /** Any thread: from now on the terminal, which becomes this thread's, is read. */
    Terminal attach(Terminal.Opened opened) {
        var waiting = new AtomicInteger();
        long token = nextToken.getAndIncrement();
        var source = new TerminalSource(posix, io, epoll, chunk, token, opened, waiting);
        order(() -> {
            terminals.put(token, source);
            turn(source);
        });
        return new Terminal(this, source, waiting);
    }

    void type(TerminalSource terminal, byte[] bytes) {
        order(() -> {
            terminal.type(bytes);
            turn(terminal);
        });
    }

    void watch(TerminalSource terminal, Sink watcher, long lines) {
        order(() -> {
            if (!terminals.containsKey(terminal.token())) {
                watcher.end();
                return;
            }
            terminal.watch(watcher, lines);
            watcher.onClose(() -> order(() -> terminal.forget(watcher)));
        });
    }

    void end(TerminalSource terminal) {
        order(() -> finish(terminal));
    }

    /** Where a stream goes, and how it is written there, from now on. */
    void change(StreamSpec spec) {
        order(() -> {
            Source source = byStream.get(spec.stream());
            if (source != null) {
                turnNow(source);
                source.change(spec);
            }
        });
    }

    /** Moves what is left of a stream, closes its FIFO, and then does {@code after}. */
    void detach(String stream, Runnable after) {
        order(() -> {
            Source source = byStream.remove(stream);
            if (source != null) {
                remove(source);
            }
            after.run();
        });
    }

    /** So many logs may be open at a time. */
    void keepOpen(int most) {
        order(() -> logs.keepOpen(most));
    }

    /** All logs are opened by their names again, and then {@code done} is run. */
    void reopen(Runnable done) {
        order(() -> {
            logs.reopen();
            done.run();
        });
    }

    /** Moves what is left, and ends; waits for that, at most so long. */
    void close(Duration limit) {
        order(() -> {
            for (TerminalSource terminal : List.copyOf(terminals.values())) {
                finish(terminal);
            }
            for (Source source : List.copyOf(byStream.values())) {
                remove(source);
            }
            ending = true;
        });
        try {
            thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void add(StreamSpec spec, Source.Fifo fifo) {
        Source before = byStream.remove(spec.stream());
        if (before != null) {
            remove(before);
        }
        Source source = new Source(spec, fifo, scratch, logs, notices);
        long token = nextToken.getAndIncrement();
        try {
            epoll.add(fifo.descriptor(), Epoll.IN, token);
        } catch (ErrnoException e) {
            notices.warn("cannot read what " + spec.stream() + " prints: " + e.getMessage());
        }
        byStream.put(spec.stream(), source);
        byToken.put(token, source);
        tokens.put(source, token);
        source.begin(System.nanoTime());
        if (source.retryAt() != Long.MAX_VALUE) {
            waitFor(token);
        }
    }

    private void remove(Source source) {
        byToken.remove(tokens.remove(source));
        source.finish(System.nanoTime());
        try {
            posix.close(source.fifo());
        } catch (ErrnoException e) {
            throw new IllegalStateException("the FIFO was open", e);
        }
    }

    private int turn(TerminalSource terminal) {
        try {
            int read = terminal.turn(logOf(terminal), System.nanoTime());
            if (terminal.retryAt() != Long.MAX_VALUE) {
                waitFor(terminal.token());
            }
            return read;
        } catch (ErrnoException e) {
            throw new IllegalStateException("epoll has room for all terminals", e);
        }
    }

    private void finish(TerminalSource terminal) {
        if (terminals.remove(terminal.token()) != null) {
            long lost = terminal.finish(logOf(terminal));
            if (lost > 0) {
                String stream = terminal.stream().orElse("");
                notices.warn(lost + " bytes of " + stream + " were lost: its log takes nothing");
            }
        }
    }

    private TerminalSource.Log logOf(TerminalSource terminal) {
        return new TerminalLog(Optional.ofNullable(byStream.get(terminal.stream().orElse(""))));
    }

    /** The FIFO of a log; without one all is taken and nothing becomes of it. */
    private final class TerminalLog implements TerminalSource.Log {

        private final Optional<Source> source;

        TerminalLog(Optional<Source> source) {
            this.source = source;
        }

        @Override
        public int take(byte[] bytes, int start, int length) {
            if (source.isEmpty()) {
                return length;
            }
            try {
                return Math.max(0, io.write(source.get().fifo(), bytes, start, length));
            } catch (ErrnoException e) {
                throw new IllegalStateException("a FIFO that we read ourselves", e);
            }
        }

        @Override
        public int turn() {
            return source.isEmpty() ? 0 : turnNow(source.get());
        }
    }

    private void run() {
        while (!ending) {
            try {
                round();
            } catch (ErrnoException | RuntimeException | Error e) {
                report(e);
            }
        }
        journal.remove();
        epoll.close();
        io.close();
    }

    private void report(Throwable e) {
        try {
            notices.bug("a bug in the output of programs", e);
        } catch (OutOfMemoryError noWords) {
            // This thread must go on: all programs would wait for it.
        }
    }

    private void round() throws ErrnoException {
        int waiters = settling.size();
        int count = epoll.await(waiters > 0 ? 0 : patience());
        woken.set(false); // before the queue is looked at: who comes later wakes again
        for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
            order.run();
        }
        long moved = 0;
        for (int i = 0; i < count; i++) {
            Source source = byToken.get(epoll.token(i));
            if (source != null) {
                moved += turn(source);
                if (source.isPaused()) {
                    pause(epoll.token(i), source);
                } else if (source.retryAt() != Long.MAX_VALUE) {
                    waitFor(epoll.token(i));
                }
            } else if (terminals.containsKey(epoll.token(i))) {
                moved += turn(terminals.get(epoll.token(i)));
            }
        }
        moved += retry(waiters > 0);
        for (CountDownLatch settled : settling.subList(0, waiters)) {
            settled.countDown();
        }
        settling.subList(0, waiters).clear();
        boolean much = moved >= Source.MUCH;
        if (moved > 0 && !much && !muchBefore && settling.isEmpty()) {
            LockSupport.parkNanos(REST_NANOS);
        }
        muchBefore = much;
    }

    private int turn(Source source) {
        int moved = source.turn(System.nanoTime());
        if (moved > 0) {
            listener.wrote(source.file());
        }
        return moved;
    }

    /** A turn that epoll did not ask for: what it waits for may be another thing afterwards. */
    private int turnNow(Source source) {
        int moved = turn(source);
        long token = tokens.get(source);
        try {
            if (source.isPaused()) {
                pause(token, source);
            } else if (waiting.contains(token)) {
                epoll.change(source.fifo(), Epoll.IN, token);
            } else if (source.retryAt() != Long.MAX_VALUE) {
                waitFor(token);
            }
        } catch (ErrnoException e) {
            throw new IllegalStateException("the FIFO was added", e);
        }
        return moved;
    }

    private void pause(long token, Source source) throws ErrnoException {
        epoll.change(source.fifo(), 0, token);
        waitFor(token);
    }

    private void waitFor(long token) {
        if (!waiting.contains(token)) {
            waiting.add(token);
        }
    }

    /** How long nothing has to be done by itself. */
    private long patience() {
        if (waiting.isEmpty()) {
            return Epoll.FOREVER;
        }
        long soonest = Long.MAX_VALUE;
        for (long token : waiting) {
            soonest = Math.min(soonest, retryAt(token));
        }
        return Math.max(0, soonest - System.nanoTime());
    }

    /** Of one that is no more: at once, to forget it. */
    private long retryAt(long token) {
        if (terminals.containsKey(token)) {
            return terminals.get(token).retryAt();
        }
        return byToken.containsKey(token) ? byToken.get(token).retryAt() : 0;
    }

    /** Those whose time has come; and who only waits for a line, when somebody waits for all. */
    private long retry(boolean settling) throws ErrnoException {
        long moved = 0;
        long now = System.nanoTime();
        for (int i = waiting.size() - 1; i >= 0; i--) {
            long token = waiting.get(i);
            Source source = byToken.get(token);
            if (terminals.containsKey(token)) {
                moved += retry(terminals.get(token), i, now);
            } else if (source == null) {
                waiting.remove(i);
            } else if (source.retryAt() <= now
                    || source.retryAt() == Long.MAX_VALUE
                    || (settling && source.waitsForLine())) {
                moved += turn(source);
                if (!source.isPaused()) {
                    epoll.change(source.fifo(), Epoll.IN, token);
                }
                if (source.retryAt() == Long.MAX_VALUE) {
                    waiting.remove(i);
                }
            }
        }
        return moved;
    }

    private int retry(TerminalSource terminal, int index, long now) {
        if (terminal.retryAt() > now && terminal.retryAt() != Long.MAX_VALUE) {
            return 0;
        }
        waiting.remove(index);
        return turn(terminal);
    }
}
