package taskmaster.posix;

import java.util.Optional;

/**
 * What became of our children (man 2 waitid): the part of {@link Posix} that waits for them. The
 * same rules hold.
 */
public final class Children {

    private static final int P_ALL = 0;
    private static final int P_PID = 1;
    private static final int WNOHANG = 1;
    private static final int WSTOPPED = 2;
    private static final int WEXITED = 4;
    private static final int WCONTINUED = 8;
    private static final int WNOWAIT = 0x01000000;

    /** siginfo_t of SIGCHLD: 128 bytes, of which these. */
    private static final int SIGINFO_BYTES = 128;

    private static final int SI_CODE = 8;
    private static final int SI_PID = 16;
    private static final int SI_STATUS = 24;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;
    private static final int CLD_TRAPPED = 4;
    private static final int CLD_STOPPED = 5;
    private static final int CLD_CONTINUED = 6;

    Children() {}

    /**
     * Blocks until a child has ended, and leaves it to be reaped: the next call sees it again.
     * Never empty.
     *
     * @throws ErrnoException ECHILD: there is no child
     */
    public Optional<ChildExit> awaitExit() throws ErrnoException {
        return exit(waitFor(P_ALL, 0, WEXITED | WNOWAIT));
    }

    /**
     * Blocks until a child has ended, was stopped or goes on, and leaves it so: the next call sees
     * it again, until it is taken by {@link #reap} or {@link #takeChange}.
     *
     * @throws ErrnoException ECHILD: there is no child
     */
    public ChildChange awaitChange() throws ErrnoException {
        return waitFor(P_ALL, 0, WEXITED | WSTOPPED | WCONTINUED | WNOWAIT).orElseThrow();
    }

    /** What {@link #awaitChange} would see; empty where it would block. */
    public Optional<ChildChange> peekChange() throws ErrnoException {
        return ifChild(P_ALL, 0, WEXITED | WSTOPPED | WCONTINUED | WNOWAIT | WNOHANG);
    }

    /**
     * Takes the last stop or continuation of a child, which is then not seen again; empty when
     * there is none, or it has ended since. Does not block. An end is not taken.
     */
    public Optional<ChildChange> takeChange(int pid) throws ErrnoException {
        if (pid <= 1) {
            throw new IllegalArgumentException("not a child: " + pid);
        }
        return ifChild(P_PID, pid, WSTOPPED | WCONTINUED | WNOHANG);
    }

    private static Optional<ChildChange> ifChild(int kind, int id, int options)
            throws ErrnoException {
        try {
            return waitFor(kind, id, options);
        } catch (ErrnoException e) {
            if (e.errno().equals(Errno.ECHILD)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Where only ends were asked for. */
    private static Optional<ChildExit> exit(Optional<ChildChange> seen) {
        return seen.isPresent() && seen.get() instanceof ChildExit exit
                ? Optional.of(exit)
                : Optional.empty();
    }

    /**
     * Takes the status of a child that has ended, after which its pid may be another process; empty
     * while it runs. Does not block.
     *
     * @throws ErrnoException ECHILD: it is no child of ours, or reaped already
     */
    public Optional<WaitStatus> reap(int pid) throws ErrnoException {
        if (pid <= 1) {
            throw new IllegalArgumentException("not a child: " + pid);
        }
        Optional<ChildExit> exit = exit(waitFor(P_PID, pid, WEXITED | WNOHANG));
        return exit.isPresent() ? Optional.of(exit.get().status()) : Optional.empty();
    }

    private static Optional<ChildChange> waitFor(int kind, int id, int options)
            throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory info = call.allocate(SIGINFO_BYTES);
            if (call.restarting(Sysno.WAITID, kind, id, info.address(), options, 0) != 0) {
                throw call.failure("waitid", kind == P_ALL ? "for any child" : "for " + id);
            }
            int pid = info.getInt(SI_PID);
            if (pid == 0) {
                return Optional.empty();
            }
            return Optional.of(change(pid, info.getInt(SI_CODE), info.getInt(SI_STATUS)));
        }
    }

    private static ChildChange change(int pid, int code, int status) {
        return switch (code) {
            case CLD_EXITED -> new ChildExit(pid, new WaitStatus.Exited(status));
            case CLD_STOPPED, CLD_TRAPPED -> new ChildChange.Stopped(pid, new Signal(status));
            case CLD_CONTINUED -> new ChildChange.Continued(pid);
            default ->
                    new ChildExit(
                            pid, new WaitStatus.Killed(new Signal(status), code == CLD_DUMPED));
        };
    }
}
