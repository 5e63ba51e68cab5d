package taskmaster.output;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import taskmaster.posix.Epoll;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileIo;
import taskmaster.posix.Posix;
import taskmaster.posix.PseudoTerminal;
import taskmaster.posix.TerminalModes;

/**
 * The daemon's end of one process's pseudo-terminal. Owned by the thread {@code output}, but for
 * {@link #waiting}.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>What is read goes to who watches, and into the FIFO of the process's log, from where on it
 *       is as what any program prints: {@link Source}. What that does not take is held, and nothing
 *       more is read: so the process waits, as it would for a log of its own.
 *   <li>What is typed waits here until the terminal takes it, so much and no more.
 *   <li>A terminal that nobody has open (EIO) is looked at again once a second: a process may open
 *       it again by its name.
 * </ul>
 */
final class TerminalSource {

    /** Of what was typed and is not taken. */
    static final int MOST_WAITING = 64 * 1024;

    private static final long SECOND = 1_000_000_000L;

    /** How soon who was too slow is looked at again. */
    private static final long CATCH_UP = 50_000_000L;

    /** Of one turn. */
    private static final int MOST_READS = 16;

    /** At its end somebody else may have it open, and never stop writing. */
    private static final int LAST_READS = 1024;

    private final Posix posix;
    private final FileIo io;
    private final Epoll epoll;
    private final int master;
    private final long token;

    /** Of its log; empty: it has none. */
    private final Optional<String> stream;

    private final byte[] chunk;
    private final Recent recent = new Recent();
    private final TerminalModes modes = new TerminalModes();
    private final List<TerminalWatcher> watchers = new ArrayList<>();
    private final ArrayDeque<byte[]> typed = new ArrayDeque<>();
    private int taken;
    private final AtomicInteger waiting;

    /** What the log's FIFO has not taken yet. */
    private byte[] held = new byte[0];

    /** What is waited for; 0: nothing, and it is not among the epoll's. */
    private int interest;

    /** It is not read before. */
    private long blockedUntil = Long.MAX_VALUE;

    private long catchUpAt = Long.MAX_VALUE;

    /** Where its bytes go on to. */
    interface Log {

        /** How much is taken, at most {@code length}. */
        int take(byte[] bytes, int start, int length);

        /** It moves on what it has taken. */
        int turn();
    }

    /**
     * Not read yet.
     *
     * @param chunk scratch space of the thread
     * @param waiting how much of what was typed has not been taken
     */
    TerminalSource(
            Posix posix,
            FileIo io,
            Epoll epoll,
            byte[] chunk,
            long token,
            Terminal.Opened opened,
            AtomicInteger waiting) {
        this.posix = posix;
        this.io = io;
        this.epoll = epoll;
        this.chunk = chunk;
        this.token = token;
        this.master = opened.master();
        this.stream = opened.stream();
        this.waiting = waiting;
    }

    long token() {
        return token;
    }

    Optional<String> stream() {
        return stream;
    }

    /** Nanoseconds of the monotonic clock when {@link #turn} is wanted whatever epoll says. */
    long retryAt() {
        return Math.min(blockedUntil, catchUpAt);
    }

    /** Reads and writes what is possible now; returns how much was read. */
    int turn(Log log, long now) throws ErrnoException {
        blockedUntil = Long.MAX_VALUE;
        write();
        int read = 0;
        boolean open = true;
        for (int i = 0; i < MOST_READS && open && giveHeld(log); i++) {
            int count = read(log);
            read += Math.max(0, count);
            open = count > 0;
            if (count == 0) {
                blockedUntil = now + SECOND;
            }
        }
        read += log.turn() > 0 ? 1 : 0;
        if (held.length > 0) {
            blockedUntil = now + SECOND;
        }
        catchUpAt = catchUp() ? Long.MAX_VALUE : now + CATCH_UP;
        waitFor(blockedUntil == Long.MAX_VALUE ? Epoll.IN | (typed.isEmpty() ? 0 : Epoll.OUT) : 0);
        return read;
    }

    /** The kernel tells of HUP whatever is asked for, so what is not wanted is taken out. */
    private void waitFor(int wanted) throws ErrnoException {
        if (wanted == interest) {
            return;
        }
        if (wanted == 0) {
            epoll.remove(master);
        } else if (interest == 0) {
            epoll.add(master, wanted, token);
        } else {
            epoll.change(master, wanted, token);
        }
        interest = wanted;
    }

    /** How much; -1 when there is nothing, 0 when nobody has the terminal open. */
    private int read(Log log) {
        int count;
        try {
            count = io.read(master, chunk, 0, chunk.length);
        } catch (ErrnoException e) {
            return 0; // EIO: man 4 pts
        }
        if (count > 0) {
            recent.add(chunk, count);
            modes.feed(chunk, count);
            show(count);
            int given = log.take(chunk, 0, count);
            held = Arrays.copyOfRange(chunk, given, count);
        }
        return count;
    }

    private void show(int count) {
        for (TerminalWatcher watcher : watchers) {
            if (watcher.sink().isOpen()) {
                watcher.show(chunk, count);
            }
        }
    }

    /** False: somebody has yet to be shown what was skipped. */
    private boolean catchUp() {
        boolean all = true;
        for (TerminalWatcher watcher : watchers) {
            watcher.catchUp(recent, modes);
            all &= !watcher.skips() || !watcher.sink().isOpen();
        }
        return all;
    }

    /** False: not all of it was taken. */
    private boolean giveHeld(Log log) {
        if (held.length > 0) {
            int given = log.take(held, 0, held.length);
            if (given < held.length) {
                log.turn();
                given += log.take(held, given, held.length - given);
            }
            held = Arrays.copyOfRange(held, given, held.length);
        }
        return held.length == 0;
    }

    /** What has been counted as waiting. */
    void type(byte[] bytes) {
        typed.add(bytes);
    }

    private void write() {
        while (!typed.isEmpty()) {
            byte[] next = typed.peek();
            int count;
            try {
                count = io.write(master, next, taken, next.length - taken);
            } catch (ErrnoException e) {
                count = next.length - taken; // EIO: nobody will read it
            }
            if (count <= 0) {
                return;
            }
            taken += count;
            waiting.addAndGet(-count);
            if (taken == next.length) {
                typed.remove();
                taken = 0;
            }
        }
    }

    /** From now on, and the last lines before; in the modes that the program has switched on. */
    void watch(Sink watcher, long lines) {
        TerminalWatcher added = new TerminalWatcher(watcher);
        byte[] past = recent.lines(lines);
        added.give(past, past.length);
        byte[] established = modes.establish();
        added.give(established, established.length);
        watchers.add(added);
    }

    /**
     * One watches no longer. With the last one nobody is left who could type Ctrl-Q: a program
     * whose output was stopped by Ctrl-S would wait for ever.
     */
    void forget(Sink watcher) {
        boolean watched = watchers.removeIf(one -> one.sink().equals(watcher));
        byte[] key = watched && watchers.isEmpty() ? PseudoTerminal.startKey(master) : new byte[0];
        if (key.length > 0) {
            waiting.addAndGet(key.length);
            type(key);
            write();
        }
    }

    /** Reads what is left, tells who watches, and closes; returns how much the log did not take. */
    long finish(Log log) {
        long lost = 0;
        for (int i = 0; i < LAST_READS; i++) {
            if (!giveHeld(log)) {
                lost += held.length;
                held = new byte[0];
            }
            if (read(log) <= 0) {
                break;
            }
        }
        if (!giveHeld(log)) {
            lost += held.length;
        }
        log.turn();
        for (TerminalWatcher watcher : watchers) {
            watcher.end(recent, modes);
        }
        watchers.clear();
        try {
            waitFor(0);
            posix.close(master);
        } catch (ErrnoException e) {
            throw new IllegalStateException("the terminal was open", e);
        }
        return lost;
    }
}
