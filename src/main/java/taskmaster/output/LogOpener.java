package taskmaster.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.OpenFlag;
import taskmaster.posix.Posix;
import taskmaster.posix.Stat;
import taskmaster.posix.TrustedPath;

/**
 * Opens logs for writing. Not for appending: splice(2) refuses that.
 *
 * <p>Where others may write to the directory (a guarded file) a symbolic link is not followed, and
 * the file must be ours and have one name: a second one could be a hard link to a file of the
 * system's.
 */
final class LogOpener {

    /** For streams that somebody looks at, and that are not kept. */
    private static final String NOWHERE = "/dev/null";

    private static final int LOG_MODE = 0666;
    private static final int DIRECTORY_MODE = 0755;
    private static final int WRITABLE_BY_OTHERS = 022;

    private final Posix posix;

    LogOpener(Posix posix) {
        this.posix = posix;
    }

    /**
     * Opens a file, for reading too; creates it with mode 0666 less the umask.
     *
     * @param path the name to open, which is that of {@code trusted} in one way or another
     */
    int open(String path, TrustedPath trusted, boolean makeDirectory) throws IOException {
        try {
            return open(path, trusted);
        } catch (ErrnoException e) {
            if (!makeDirectory || !e.errno().equals(Errno.ENOENT)) {
                throw e;
            }
            makeDirectories(Path.of(trusted.real()).getParent());
            return open(path, trusted);
        }
    }

    private int open(String path, TrustedPath trusted) throws IOException {
        boolean guarded = trusted.guard() != TrustedPath.Guard.NONE;
        if (path.equals(NOWHERE)) {
            return plain(path);
        }
        int fd = guarded ? guarded(path, OpenFlag.CREATE) : plain(path);
        boolean good = false;
        try {
            refuse(posix.stat(fd), guarded);
            good = true;
            return fd;
        } finally {
            if (!good) {
                posix.close(fd);
            }
        }
    }

    private int plain(String path) throws ErrnoException {
        return posix.open(
                path,
                LOG_MODE,
                OpenFlag.READ_WRITE,
                OpenFlag.CREATE,
                OpenFlag.NO_CTTY,
                OpenFlag.NONBLOCK);
    }

    private int guarded(String path, OpenFlag how) throws ErrnoException {
        return posix.open(
                path,
                LOG_MODE,
                OpenFlag.READ_WRITE,
                how,
                OpenFlag.NO_CTTY,
                OpenFlag.NONBLOCK,
                OpenFlag.NO_FOLLOW);
    }

    /** A directory that others may have a hand in, without a link on the way. */
    int directory(String path) throws ErrnoException {
        TrustedPath.Guard through = TrustedPath.Guard.PATH;
        return posix.open(new TrustedPath(path, through, Optional.empty()), 0, OpenFlag.PATH);
    }

    private void refuse(Stat stat, boolean guarded) throws IOException {
        if (!stat.isRegular()) {
            throw new IOException("it is not a regular file");
        }
        if (guarded && stat.uid() != posix.effectiveUid()) {
            throw new IOException("it belongs to uid " + Integer.toUnsignedString(stat.uid()));
        }
        if (guarded && stat.links() > 1) {
            throw new IOException("it has " + stat.links() + " names (hard links)");
        }
    }

    /** Makes a file of a name that nothing has. */
    int create(String path) throws ErrnoException {
        return posix.open(
                path,
                LOG_MODE,
                OpenFlag.READ_WRITE,
                OpenFlag.CREATE,
                OpenFlag.EXCLUSIVE,
                OpenFlag.NO_FOLLOW);
    }

    /** Opens a regular file of ours that is there. */
    int existing(String path) throws IOException {
        int fd = guarded(path, OpenFlag.NONBLOCK);
        boolean good = false;
        try {
            refuse(posix.stat(fd), true);
            good = true;
            return fd;
        } finally {
            if (!good) {
                posix.close(fd);
            }
        }
    }

    /** One after the other, from the first that is missing. */
    void makeDirectories(Path directory) throws IOException {
        if (directory == null) {
            return;
        }
        if (!posix.names().exists(directory.toString())) {
            makeDirectories(directory.getParent());
            make(directory.toString());
        }
        Path parent = directory.getParent();
        if (parent != null && isSharedWithOthers(parent)) {
            Stat stat = posix.names().stat(directory.toString());
            if (!stat.isDirectory() || (stat.uid() != 0 && stat.uid() != posix.effectiveUid())) {
                throw new IOException(
                        "\"" + directory + "\" is not a directory of ours where others may write");
            }
        }
    }

    private void make(String directory) throws ErrnoException {
        try {
            posix.names().makeDirectory(directory, DIRECTORY_MODE);
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.EEXIST)) {
                throw e;
            }
        }
    }

    private boolean isSharedWithOthers(Path directory) throws ErrnoException {
        Stat stat = posix.names().stat(directory.toString());
        return (stat.permissions() & WRITABLE_BY_OTHERS) != 0
                || (stat.uid() != 0 && stat.uid() != posix.effectiveUid());
    }
}
