package taskmaster.line;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import taskmaster.posix.Epoll;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;
import taskmaster.posix.SignalPipe;
import taskmaster.posix.Terminal;

/**
 * A terminal in the hands of a program: whatever happens comes out of {@link #await}, one event
 * after the other, and at the end the terminal is as it was.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>From {@link #open} to {@link #close} the signals that end a program (HUP, INT, QUIT, TERM)
 *       do not: they are events, and who gets one leaves by {@link #close}. So nobody may wait for
 *       long but here: what else there is to wait for is added, or calls {@link #wakeUp}.
 *   <li>{@link #close} belongs into a {@code finally} (try-with-resources): then the terminal is
 *       restored whatever is thrown. Only SIGKILL and a crash of the JVM itself leave it raw.
 *       Shells repair that when they see how their child ended (bash, zsh and fish do); where
 *       nobody did, the next session does ({@link Terminal}); {@code stty sane} does, too.
 *   <li>A program that was stopped and is continued has its mode again before it is told.
 *   <li>While no mode is entered, what is typed stays where it is, for whom it is meant.
 * </ul>
 *
 * <p>Owned by one thread; {@link #wakeUp} is for any.
 */
public final class TerminalSession implements AutoCloseable {

    /** What happened. */
    public sealed interface Event {

        /** In {@link Terminal.Mode#KEYS}. */
        record Typed(Key key) implements Event {}

        /** In {@link Terminal.Mode#RAW}. */
        final class Input implements Event {

            private final byte[] bytes;

            private Input(byte[] bytes) {
                this.bytes = bytes;
            }

            /** As they came, at least one; the receiver's. */
            public byte[] bytes() {
                return bytes;
            }
        }

        /** The window has this size now. */
        record Resized(Terminal.Size size) implements Event {}

        /** A descriptor that was added: {@link Epoll#IN} and the like. */
        record Ready(long token, int events) implements Event {}

        /** HUP, INT, QUIT or TERM. */
        record Signalled(Signal signal) implements Event {}

        /** Without more to say. */
        enum Plain implements Event {
            /** The program was stopped; somebody else may have drawn on the terminal. */
            CONTINUED,
            /** {@link TerminalSession#wakeUp}. */
            WOKEN,
            /** The terminal has gone; told once. */
            HUNG_UP,
            /** The time is over. */
            TIMED_OUT
        }
    }

    private static final int MOST_EVENTS = 16;
    private static final int MOST_BYTES = 4096;
    private static final long KEYBOARD = Long.MAX_VALUE;
    private static final long SIGNALS = Long.MAX_VALUE - 1;

    /** The highest token that others may use. */
    public static final long MOST_TOKEN = Long.MAX_VALUE - 2;

    private static final List<Signal> CAUGHT =
            List.of(Signal.HUP, Signal.INT, Signal.QUIT, Signal.TERM, Signal.CONT, Signal.WINCH);

    private final Posix posix;
    private final Terminal terminal;
    private final SignalPipe signals;
    private final Epoll epoll;
    private final KeyDecoder decoder = new KeyDecoder();
    private final Deque<Event> events = new ArrayDeque<>();
    private final byte[] bytes = new byte[MOST_BYTES];
    private Optional<Terminal.Mode> mode = Optional.empty();
    private boolean hungUp;

    private TerminalSession(Posix posix, Terminal terminal, SignalPipe signals, Epoll epoll) {
        this.posix = posix;
        this.terminal = terminal;
        this.signals = signals;
        this.epoll = epoll;
    }

    /**
     * Begins, in no mode yet.
     *
     * @param terminal belongs to the session from now on, even where this fails
     * @throws ErrnoException EMFILE: no descriptors left
     */
    public static TerminalSession open(Posix posix, Terminal terminal) throws ErrnoException {
        try {
            Epoll epoll = Epoll.open(MOST_EVENTS);
            try {
                return open(posix, terminal, epoll);
            } catch (ErrnoException e) {
                epoll.close();
                throw e;
            }
        } catch (ErrnoException e) {
            terminal.close();
            throw e;
        }
    }

    private static TerminalSession open(Posix posix, Terminal terminal, Epoll epoll)
            throws ErrnoException {
        SignalPipe signals = SignalPipe.install(posix, CAUGHT);
        try {
            epoll.add(signals.descriptor(), Epoll.IN, SIGNALS);
            epoll.add(terminal.descriptor(), 0, KEYBOARD);
        } catch (ErrnoException e) {
            signals.close();
            throw e;
        }
        return new TerminalSession(posix, terminal, signals, epoll);
    }

    /** To show something on it, and to ask for its size. */
    public Terminal terminal() {
        return terminal;
    }

    /**
     * From now on what is typed comes as events.
     *
     * @throws ErrnoException EIO: the terminal has gone
     */
    public void enter(Terminal.Mode wanted) throws ErrnoException {
        terminal.enter(wanted);
        mode = Optional.of(wanted);
        listen(Epoll.IN);
    }

    /**
     * The terminal is as it was found, for others to read from, and for signals from its keys.
     *
     * @throws ErrnoException EIO: the terminal has gone
     */
    public void leave() throws ErrnoException {
        mode = Optional.empty();
        listen(0);
        terminal.restore();
    }

    private void listen(int wanted) throws ErrnoException {
        if (!hungUp) {
            epoll.change(terminal.descriptor(), wanted, KEYBOARD);
        }
    }

    /**
     * Waits for a descriptor, too.
     *
     * @param wanted {@link Epoll#IN}, {@link Epoll#OUT}, both or 0
     * @param token 0 to {@link #MOST_TOKEN}, told with each event
     * @throws ErrnoException as {@link Epoll#add}
     */
    public void add(int fd, int wanted, long token) throws ErrnoException {
        epoll.add(fd, wanted, checked(token));
    }

    /** As {@link Epoll#change}. */
    public void change(int fd, int wanted, long token) throws ErrnoException {
        epoll.change(fd, wanted, checked(token));
    }

    /** As {@link Epoll#remove}; an event that was seen already may still come. */
    public void remove(int fd) throws ErrnoException {
        epoll.remove(fd);
    }

    private static long checked(long token) {
        if (token < 0 || token > MOST_TOKEN) {
            throw new IllegalArgumentException("not a token: " + token);
        }
        return token;
    }

    /** Any thread: {@link #await} returns. */
    public void wakeUp() {
        epoll.wakeUp();
    }

    /**
     * The next event; blocks until there is one.
     *
     * @param nanos at most; {@link Epoll#FOREVER}
     * @throws ErrnoException the size of the terminal cannot be had, or the like: a fault
     */
    public Event await(long nanos) throws ErrnoException {
        long begin = System.nanoTime();
        while (events.isEmpty()) {
            long passed = System.nanoTime() - begin;
            long left = nanos == Epoll.FOREVER ? nanos : nanos - passed;
            if (left <= 0 && passed > 0 && nanos > 0) {
                return Event.Plain.TIMED_OUT;
            }
            waitFor(left);
            if (events.isEmpty() && nanos <= 0) {
                return Event.Plain.TIMED_OUT;
            }
        }
        return events.remove();
    }

    /** The next event is a key, and there at once. */
    boolean hasKey() {
        return events.peek() instanceof Event.Typed;
    }

    private void waitFor(long nanos) throws ErrnoException {
        boolean incomplete = decoder.isWaiting();
        long begin = System.nanoTime();
        int count = epoll.await(incomplete ? Math.min(nanos, KeyDecoder.PATIENCE) : nanos);
        for (int i = 0; i < count; i++) {
            happened(epoll.token(i), epoll.events(i));
        }
        if (incomplete && count == 0 && System.nanoTime() - begin >= KeyDecoder.PATIENCE) {
            typed(decoder.timeOut());
        }
    }

    private void happened(long token, int what) throws ErrnoException {
        if (token == KEYBOARD) {
            read(what);
        } else if (token == SIGNALS) {
            signalled(signals.next());
        } else if (token == Epoll.WOKEN) {
            events.add(Event.Plain.WOKEN);
        } else {
            events.add(new Event.Ready(token, what));
        }
    }

    private void typed(List<Key> keys) {
        for (Key key : keys) {
            events.add(new Event.Typed(key));
        }
    }

    private void read(int what) throws ErrnoException {
        if ((what & Epoll.IN) == 0 || mode.isEmpty()) {
            hangUp();
            return;
        }
        int count;
        try {
            count = terminal.read(bytes);
        } catch (ErrnoException e) {
            if (e.errno().equals(Errno.EAGAIN)) {
                return; // somebody else has read it
            }
            if (!e.errno().equals(Errno.EIO)) {
                throw e;
            }
            count = 0;
        }
        if (count == 0) {
            hangUp();
        } else if (mode.get() == Terminal.Mode.RAW) {
            events.add(new Event.Input(Arrays.copyOf(bytes, count)));
        } else {
            typed(decoder.take(bytes, count));
        }
    }

    private void hangUp() throws ErrnoException {
        hungUp = true;
        epoll.remove(terminal.descriptor());
        events.add(Event.Plain.HUNG_UP);
    }

    private void signalled(Signal signal) throws ErrnoException {
        if (signal.equals(Signal.WINCH)) {
            if (!hungUp) {
                events.add(new Event.Resized(terminal.size()));
            }
        } else if (signal.equals(Signal.CONT)) {
            if (mode.isPresent() && !hungUp) {
                terminal.enter(mode.get());
            }
            events.add(Event.Plain.CONTINUED);
        } else {
            events.add(new Event.Signalled(signal));
        }
    }

    /**
     * Stops this program's group of processes (SIGSTOP), as Ctrl-Z does; comes back when it is
     * continued, and {@link Event.Plain#CONTINUED} is told as well.
     *
     * @throws ErrnoException EIO: the terminal has gone
     */
    public void suspend() throws ErrnoException {
        terminal.restore();
        posix.killGroup(posix.processGroup(), Signal.STOP);
    }

    /** Restores the terminal and lets the signals do what they did before. */
    @Override
    public void close() throws ErrnoException {
        try {
            terminal.close();
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.EIO)) { // it has gone: nothing is left to restore
                throw e;
            }
        } finally {
            signals.close();
            epoll.close();
        }
    }
}
