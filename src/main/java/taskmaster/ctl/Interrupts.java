package taskmaster.ctl;

import java.util.List;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;
import taskmaster.posix.SignalPipe;

/**
 * What signals mean to a shell with a terminal: INT ends the command that runs, and nothing else;
 * TERM and HUP end the shell, once the terminal is as it was found.
 *
 * <p>A thread of its own waits for them, as the shell's waits for taskmasterd meanwhile. It touches
 * nothing but what is given here, both of which may be called from any thread.
 */
final class Interrupts {

    /** Exit codes of who is ended by a signal, as shells have it. */
    private static final int BY_SIGNAL = 128;

    private final Runnable command;
    private final Runnable restore;
    private volatile boolean running;

    /**
     * @param command ends the command that runs
     * @param restore puts the terminal back
     */
    Interrupts(Runnable command, Runnable restore) {
        this.command = command;
        this.restore = restore;
    }

    /**
     * Takes the signals over.
     *
     * @throws ErrnoException EMFILE: no descriptors left
     */
    void listen(Posix posix) throws ErrnoException {
        SignalPipe signals =
                SignalPipe.install(posix, List.of(Signal.INT, Signal.TERM, Signal.HUP));
        Thread thread = new Thread(() -> take(signals), "signals");
        thread.setDaemon(true);
        thread.start();
    }

    private void take(SignalPipe signals) {
        try {
            while (true) {
                Signal signal = signals.next();
                if (!signal.equals(Signal.INT)) {
                    restore.run();
                    Runtime.getRuntime().halt(BY_SIGNAL + signal.number());
                } else if (running) {
                    command.run();
                }
            }
        } catch (ErrnoException e) {
            // Nobody closes it: without it Ctrl-C does nothing any more, Ctrl-D does.
            return;
        }
    }

    /** From now on, or no longer, there is a command to end. */
    void running(boolean now) {
        running = now;
    }
}
