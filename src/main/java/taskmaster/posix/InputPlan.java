package taskmaster.posix;

/** What a child finds as its stdin. */
public sealed interface InputPlan {

    /** /dev/null. */
    record Nothing() implements InputPlan {}

    /**
     * A file. The child opens it as its user, who must be allowed to read it; so a dead mount, or a
     * FIFO that nobody writes to, holds up the child and nothing else.
     */
    record Read(String path) implements InputPlan {
        public Read {
            ChildPlan.refuseNul(path);
        }
    }

    /** A descriptor of the daemon, above 2: the read end of a pipe. */
    record Inherit(int fd) implements InputPlan {
        public Inherit {
            refuseStandard(fd);
        }
    }

    /** The same, of a terminal, which becomes the controlling one of the child's session. */
    record Terminal(int fd) implements InputPlan {
        public Terminal {
            refuseStandard(fd);
        }
    }

    private static void refuseStandard(int fd) {
        if (fd < 3) {
            throw new IllegalArgumentException("not to be handed on as stdin: " + fd);
        }
    }
}
