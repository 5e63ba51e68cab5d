package taskmaster.server;

import taskmaster.posix.Posix;

/** The real umask of this process: what the socket's permissions come from. */
final class Umask {

    private static final Posix POSIX = Posix.open();

    private Umask() {}

    static int set(int mask) {
        return POSIX.umask(mask);
    }
}
