package taskmaster.supervisor;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;

/** What goes wrong with the next calls of a {@link VirtualKernel}. */
final class VirtualFaults {

    private int cloneFailures;
    private Errno cloneErrno = Errno.EAGAIN;
    private int signalFailures;
    private Errno signalErrno = Errno.EPERM;
    private Optional<Throwable> planned = Optional.empty();

    /** Processes a spawn of which threw. */
    final Set<String> wounded = new HashSet<>();

    void failClones(Errno errno, int times) {
        cloneErrno = errno;
        cloneFailures = times;
    }

    void failSignals(Errno errno, int times) {
        signalErrno = errno;
        signalFailures = times;
    }

    void throwAtSpawn(boolean outOfMemory) {
        planned =
                Optional.of(
                        outOfMemory
                                ? new OutOfMemoryError("simulated")
                                : new IllegalStateException("simulated"));
    }

    /** Nothing does any more. */
    void forget() {
        cloneFailures = 0;
        signalFailures = 0;
        planned = Optional.empty();
    }

    /** Throws what is due, and says so. */
    void atSpawn(String name, Consumer<String> say) throws ErrnoException {
        if (planned.isPresent()) {
            throwPlanned(name, say);
        }
        if (cloneFailures > 0) {
            cloneFailures--;
            say.accept("no process for " + name + ": " + cloneErrno.name());
            throw new ErrnoException("clone", "of a child", cloneErrno);
        }
    }

    private void throwPlanned(String name, Consumer<String> say) {
        Throwable fault = planned.orElseThrow();
        planned = Optional.empty();
        wounded.add(name);
        say.accept("the spawn of " + name + " throws");
        switch (fault) {
            case Error error -> throw error;
            case RuntimeException bug -> throw bug;
            default -> throw new IllegalStateException(fault);
        }
    }

    /** Why the next signal fails, if it does. */
    Optional<Errno> ofSignal() {
        if (signalFailures == 0) {
            return Optional.empty();
        }
        signalFailures--;
        return Optional.of(signalErrno);
    }
}
