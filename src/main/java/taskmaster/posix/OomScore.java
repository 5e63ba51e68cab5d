package taskmaster.posix;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Which process the kernel kills when memory runs out: our {@code oom_score_adj} (man 5
 * proc_pid_oom_score_adj), low for us and as it was for our children. Owned by the thread that
 * spawns.
 *
 * <p>A child cannot set its own before its exec, since processes that share memory share the
 * number: what one of them writes, all have (Linux, fs/proc/base.c, __set_oom_adj; only vfork's
 * child is let off). And set from outside after the exec there would be a moment in which the
 * program, and what it forks, could not be killed. So it is ours that changes: before a child is
 * made we have again what we were started with, and as soon as none shares our memory any more, the
 * low one. That is a millisecond, mostly; while an exec hangs on a dead mount it is as long as that
 * takes.
 *
 * <p>The file stays open: when it is needed there may be no descriptor left.
 */
final class OomScore {

    private static final String FILE = "/proc/self/oom_score_adj";

    private final Posix posix;
    private final int fd;
    private final byte[] started;
    private final byte[] low;
    private boolean isLow = true;

    private OomScore(Posix posix, int fd, int started, int low) {
        this.posix = posix;
        this.fd = fd;
        this.started = text(started);
        this.low = text(low);
    }

    private static byte[] text(int score) {
        return Integer.toString(score).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Lowers ours; empty where it is as low already.
     *
     * @throws ErrnoException ENOENT: no /proc; EACCES: not our file (a process that has changed its
     *     user), or lower than before without CAP_SYS_RESOURCE
     */
    static Optional<OomScore> lower(Posix posix, int wanted) throws ErrnoException {
        int fd = posix.open(FILE, 0, OpenFlag.READ_WRITE);
        boolean done = false;
        try {
            byte[] now = new byte[16];
            int length = posix.read(fd, now);
            int started =
                    Integer.parseInt(new String(now, 0, length, StandardCharsets.US_ASCII).strip());
            if (started <= wanted) {
                return Optional.empty();
            }
            int lowered = write(posix, fd, wanted, started);
            done = true;
            return Optional.of(new OomScore(posix, fd, started, lowered));
        } finally {
            if (!done) {
                posix.close(fd);
            }
        }
    }

    /** Who was started with more than 0 may have 0: that is no privilege, as a rule. */
    private static int write(Posix posix, int fd, int wanted, int started) throws ErrnoException {
        try {
            posix.writeFully(fd, text(wanted));
            return wanted;
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.EACCES) || started <= 0) {
                throw e;
            }
            posix.writeFully(fd, text(0));
            return 0;
        }
    }

    /**
     * Before a child is made.
     *
     * @throws ErrnoException never on a kernel as it is described; then no child may be made
     */
    void asStarted() throws ErrnoException {
        if (isLow) {
            posix.writeFully(fd, started);
            isLow = false;
        }
    }

    /** When no child shares our memory. Where it fails we stay as we were started. */
    void lowerAgain() {
        if (isLow) {
            return;
        }
        try {
            posix.writeFully(fd, low);
            isLow = true;
        } catch (ErrnoException e) {
            // The next time; nothing depends on it.
        }
    }
}
