package taskmaster.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Stat;

/**
 * The directory of a daemon's FIFOs, {@code RUNTIMEDIR/PIDFILE} with {@code %} for each slash: no
 * two daemons have the same pid file. Nobody else may write to either, or they could put their own
 * FIFOs in the place of ours.
 */
final class RuntimeDirectory {

    private static final int MODE = 0700;
    private static final int WRITABLE_BY_OTHERS = 022;

    private final Posix posix;
    private final String parent;
    private final String path;

    RuntimeDirectory(Posix posix, Path runtime, Path pidFile) {
        this.posix = posix;
        parent = runtime.toString();
        path = parent + "/" + pidFile.toString().replace('/', '%');
    }

    String path() {
        return path;
    }

    void make() throws IOException {
        make(parent);
        make(path);
    }

    private void make(String directory) throws IOException {
        try {
            posix.names().makeDirectory(directory, MODE);
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.EEXIST)) {
                throw new IOException(
                        "cannot make the runtime directory \""
                                + directory
                                + "\": "
                                + e.errno()
                                + "; name another one: [taskmasterd] runtimedir",
                        e);
            }
        }
        Stat stat = posix.names().stat(directory);
        int self = posix.effectiveUid();
        boolean ours = stat.isDirectory() && stat.uid() == self;
        if (!ours || (stat.permissions() & WRITABLE_BY_OTHERS) != 0) {
            throw new IOException(
                    "cannot use the runtime directory \""
                            + directory
                            + "\": it must be a directory of uid "
                            + Integer.toUnsignedString(self)
                            + " to which nobody else may write, and is "
                            + (stat.isDirectory() ? "" : "no directory, ")
                            + "of uid "
                            + Integer.toUnsignedString(stat.uid())
                            + ", mode "
                            + Integer.toOctalString(stat.permissions())
                            + "; chmod 700 or remove it, or name another one:"
                            + " [taskmasterd] runtimedir");
        }
    }

    /** What is in it; nothing when it is not there. */
    List<String> names() {
        String[] names = new java.io.File(path).list();
        return names == null ? List.of() : List.of(names);
    }

    /** Removes the files, and the directory if nothing else is in it. */
    void remove(List<String> files) {
        try {
            for (String file : files) {
                if (posix.names().exists(file)) {
                    posix.names().remove(file);
                }
            }
            posix.names().removeDirectory(path);
        } catch (ErrnoException e) {
            // The next daemon finds what is left.
        }
    }
}
