package taskmaster.posix;

import java.io.IOException;

/** A call of the kernel or libc that failed: which, with what arguments, and why. */
public final class ErrnoException extends IOException {

    private static final long serialVersionUID = 1;

    private final String call;
    private final int errno;

    /** {@code arguments} are words for a reader: {@code "/var/log/x"}, {@code 4711, TERM}. */
    public ErrnoException(String call, String arguments, Errno errno) {
        super(call + " " + arguments + ": " + errno);
        this.call = call;
        this.errno = errno.number();
    }

    public String call() {
        return call;
    }

    public Errno errno() {
        return new Errno(errno);
    }
}
