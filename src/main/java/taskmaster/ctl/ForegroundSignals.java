package taskmaster.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;
import taskmaster.posix.SignalPipe;

/**
 * The signals that concern somebody who works with a program: those that would end or stop us, and
 * that of the window's size. One for all programs that are worked with one after the other. Owned
 * by one thread.
 */
final class ForegroundSignals {

    private static final List<String> NAMES =
            List.of("HUP", "INT", "QUIT", "TERM", "TSTP", "WINCH");

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

    /** They do again what they did before. */
    void end() throws ErrnoException {
        pipe.orElseThrow().giveBack();
    }
}
