package taskmaster.ctl;

import java.util.List;
import java.util.Optional;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;
import taskmaster.posix.SignalPipe;

/**
 * Ctrl-C for who types lines on a terminal without an editor: it ends the command that runs, or
 * else drops the line, and nothing more. A thread of its own waits for it, as the shell's waits for
 * taskmasterd meanwhile.
 */
final class Interrupts {

    private volatile Optional<Runnable> running = Optional.empty();

    /**
     * Takes the signal over.
     *
     * @param idle where no command runs; may be called from any thread
     * @throws ErrnoException EMFILE: no descriptors left
     */
    void listen(Posix posix, Runnable idle) throws ErrnoException {
        SignalPipe signals = SignalPipe.install(posix, List.of(Signal.INT));
        Thread thread = new Thread(() -> take(signals, idle), "signals");
        thread.setDaemon(true);
        thread.start();
    }

    private void take(SignalPipe signals, Runnable idle) {
        try {
            while (true) {
                signals.next();
                running.orElse(idle).run();
            }
        } catch (ErrnoException e) {
            // Nobody closes it: without it Ctrl-C does nothing any more, Ctrl-D does.
            return;
        }
    }

    /** From now on there is something to end; {@code interrupt} may come from any thread. */
    void begin(Runnable interrupt) {
        running = Optional.of(interrupt);
    }

    void end() {
        running = Optional.empty();
    }
}
