package taskmaster.posix;

/** What a child finds as its stdout or stderr. */
public sealed interface OutputPlan {

    /**
     * A file that is appended to, created with mode 0666 less the daemon's own umask. The child
     * opens it, before it becomes its user; so a dead mount, or a FIFO that nobody reads, holds up
     * the child and nothing else.
     *
     * @param guard but for {@link TrustedPath.Guard#NONE} the file must be a regular one with one
     *     name that is the daemon's; {@code path} is what {@link TrustedPath#real} says
     */
    record Append(String path, TrustedPath.Guard guard) implements OutputPlan {
        public Append {
            ChildPlan.refuseNul(path);
        }

        boolean guarded() {
            return guard != TrustedPath.Guard.NONE;
        }
    }

    /**
     * A FIFO that somebody reads. Opened for reading too: so the child never gets EPIPE, and what
     * it has written stays when the reader dies. The child opens it before it becomes its user.
     */
    record Fifo(String path) implements OutputPlan {
        public Fifo {
            ChildPlan.refuseNul(path);
        }
    }

    /** The daemon's own descriptor: 1 or 2 for /dev/stdout and /dev/stderr; or a terminal's. */
    record Inherit(int fd) implements OutputPlan {
        public Inherit {
            ChildPlan.refuseNegative(fd);
        }
    }

    /** For stderr: where stdout goes. */
    record SameAsStdout() implements OutputPlan {}
}
