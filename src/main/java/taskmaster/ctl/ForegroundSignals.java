package taskmaster.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;
import taskmaster.posix.SignalPipe;

/**
 * The signals that concern who has the whole terminal, for {@code fg} or {@code top}: those that
 * would end or stop us, that we go on, and that of the window's size. One for all that have it one
 * after the other, since its pipe stays. Owned by one thread at a time.
 */
final class ForegroundSignals {

    private static final List<String> NAMES =
            List.of("HUP", "INT", "QUIT", "TERM", "TSTP", "CONT", "WINCH");

    private final Posix posix;
    private Optional<SignalPipe> pipe = Optional.empty();

    ForegroundSignals(Posix posix) {
        this.posix = posix;
    }

    /** From now on they come here. */
    void begin() throws ErrnoException {
        if (pipe.isPresent()) {
            pipe.get().takeAgain();
            return;
        }
        List<Signal> signals = new ArrayList<>(NAMES.size());
        for (String name : NAMES) {
            signals.add(Signal.parse(name).orElseThrow());
        }
        pipe = Optional.of(SignalPipe.install(posix, signals));
    }

    /** To wait for. */
    int descriptor() {
        return pipe.orElseThrow().descriptor();
    }

    /** One that has come. */
    Signal next() throws ErrnoException {
        return pipe.orElseThrow().next();
    }

    /** They do again what they did before; at once, where somebody is to be ended by one. */
    void end() throws ErrnoException {
        for (Signal signal : pipe.orElseThrow().giveBack()) {
            if (isDeadly(signal)) {
                posix.kill(posix.pid(), signal);
            }
        }
    }

    /** Whether it ends not only who has the terminal, but the whole program. */
    static boolean isDeadly(Signal signal) {
        return signal.equals(Signal.HUP) || signal.equals(Signal.TERM);
    }
}
