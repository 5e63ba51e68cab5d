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
            if (fd < 3) {
                throw new IllegalArgumentException("not to be handed on as stdin: " + fd);
            }
        }
    }
}
