package taskmaster.posix;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Opens files by names that others may have had a hand in. Usable from any thread.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>A file is pinned first (O_PATH: nothing happens to it, and no FIFO or device notices), then
 *       looked at, and only then opened, by its descriptor and not by its name: what was looked at
 *       is what is opened.
 *   <li>From the first name on that others decide about ({@link TrustedPath}) no symbolic link is
 *       followed, and the file must be a regular one with one name: a second one could be a hard
 *       link to a file of root's.
 *   <li>That it has one name counts only if that is the one we came by. So its name must not be
 *       gone when it has been counted, or another one could be left. (The kernel counts down a
 *       moment before the name goes: against that moment, fs.protected_hardlinks is 1.)
 * </ul>
 */
public final class SafeFiles {

    /** Tries with a file that somebody else touches at the same moment. */
    private static final int ATTEMPTS = 3;

    /** What a log is created with, less the umask. */
    private static final int LOG_MODE = 0666;

    /** What group and others may. */
    private static final int OTHERS = 077;

    private static final int PRIVATE_MODE = 0600;

    private static final String DELETED = " (deleted)";

    private static final String WHERE = " in a directory that others may write to";

    private final Posix posix;

    public SafeFiles(Posix posix) {
        this.posix = posix;
    }

    /** An open file, and what it was when it was looked at. The owner closes the channel. */
    public record Opened(FileChannel channel, FileStatus status) {}

    /** A file that is there but must not be used; the message says why: {@code it is …}. */
    public static final class UnsafeFileException extends IOException {

        private static final long serialVersionUID = 1;

        private final boolean notRegular;

        private UnsafeFileException(String message, boolean notRegular) {
            super(message);
            this.notRegular = notRegular;
        }

        /** It is a directory, a FIFO, a device; else somebody tries to deceive us. */
        public boolean isNotRegular() {
            return notRegular;
        }
    }

    /** The descriptor of a pinned file. */
    private record Pinned(int fd, FileStatus status) {}

    /**
     * Opens a log for appending; creates it with mode 0666 less the umask. Where only we write to
     * its directory it may be of any kind; elsewhere it must be ours as well.
     *
     * @throws IOException the message says why, and nothing else: {@code ENOENT (no such file or
     *     directory)}
     */
    public FileChannel openForAppending(Path file) throws IOException {
        try {
            TrustedPath path = TrustedPath.of(file, posix.effectiveUid());
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<FileChannel> opened = appendOrCreate(path);
                if (opened.isPresent()) {
                    return opened.get();
                }
            }
        } catch (ErrnoException e) {
            throw new IOException(e.errno().toString(), e);
        } catch (UnsafeFileException e) {
            String remedy = "; remove it, or name another one";
            throw new UnsafeFileException(e.getMessage() + remedy, e.isNotRegular());
        }
        throw replaced();
    }

    /** Empty where the file came or went meanwhile. */
    private Optional<FileChannel> appendOrCreate(TrustedPath path) throws IOException {
        try {
            return Optional.of(append(path));
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.ENOENT)) {
                throw e;
            }
        }
        try {
            return Optional.of(create(path));
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.EEXIST)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private FileChannel append(TrustedPath path) throws IOException {
        Pinned pinned = pin(path, true);
        try {
            if (path.guard() != TrustedPath.Guard.NONE) {
                requireOurs(pinned.status(), WHERE);
            }
            return append(pinned);
        } finally {
            posix.close(pinned.fd());
        }
    }

    /** For reading too if it is a FIFO: without a reader, opening it for writing would block. */
    private static FileChannel append(Pinned pinned) throws IOException {
        Path file = byDescriptor(pinned.fd());
        return pinned.status().isFifo()
                ? FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)
                : FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    private FileChannel create(TrustedPath path) throws IOException {
        if (path.guard() == TrustedPath.Guard.NONE) {
            return FileChannel.open(
                    Path.of(path.real()),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.APPEND);
        }
        int fd =
                open(
                        path,
                        WHERE,
                        LOG_MODE,
                        OpenFlag.WRITE,
                        OpenFlag.APPEND,
                        OpenFlag.CREATE,
                        OpenFlag.EXCLUSIVE,
                        OpenFlag.NO_CTTY);
        try {
            return FileChannel.open(
                    byDescriptor(fd), StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        } finally {
            posix.close(fd);
        }
    }

    /**
     * Opens a regular file that somebody else writes.
     *
     * @throws ErrnoException ENOENT, EACCES and others of man 2 open
     * @throws UnsafeFileException it is not to be trusted, or no regular file
     */
    public Opened openExisting(Path file, OpenOption mode) throws IOException {
        TrustedPath path = TrustedPath.of(file, posix.effectiveUid());
        Pinned pinned = pin(path, false);
        try {
            return new Opened(FileChannel.open(byDescriptor(pinned.fd()), mode), pinned.status());
        } finally {
            posix.close(pinned.fd());
        }
    }

    /** What {@link #openExisting} would open; fails as that would. */
    public FileStatus statusOf(Path file) throws IOException {
        Pinned pinned = pin(TrustedPath.of(file, posix.effectiveUid()), false);
        posix.close(pinned.fd());
        return pinned.status();
    }

    /**
     * Opens a regular file of ours for reading and writing, never through a symbolic link in its
     * name; creates it.
     *
     * @param mode of a new file, before the umask
     * @throws ErrnoException ENOENT: no such directory; EACCES, ELOOP and others of man 2 open
     * @throws UnsafeFileException it is no regular file of ours, or has a second name
     */
    public Opened openOwn(Path file, int mode) throws IOException {
        return openOwn(file, mode, false);
    }

    /**
     * The same for a file that nobody else may read: it is created so, and made so (0600).
     *
     * @throws ErrnoException as {@link #openOwn}
     * @throws UnsafeFileException likewise
     */
    public Opened openPrivate(Path file) throws IOException {
        return openOwn(file, PRIVATE_MODE, true);
    }

    private Opened openOwn(Path file, int mode, boolean onlyOurs) throws IOException {
        TrustedPath inside = TrustedPath.inside(directoryOf(file), posix.effectiveUid());
        TrustedPath path = inside.child(String.valueOf(file.getFileName()));
        String where = inside.guard() == TrustedPath.Guard.NONE ? "" : WHERE;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int fd =
                    open(
                            path,
                            where,
                            mode,
                            OpenFlag.READ_WRITE,
                            OpenFlag.CREATE,
                            OpenFlag.NO_CTTY,
                            OpenFlag.NONBLOCK);
            try {
                FileStatus status = status(fd);
                requireOurs(status, where);
                if (onlyOurs && (status.mode() & OTHERS) != 0) {
                    posix.changeMode(fd, PRIVATE_MODE);
                }
                if (keepsItsName(fd)) {
                    return new Opened(readWrite(fd), status);
                }
            } finally {
                posix.close(fd);
            }
        }
        throw replaced();
    }

    /** Whether the name of a file that was opened still means it. */
    public boolean isStill(Path file, FileStatus status) throws IOException {
        return atName(file, status, false);
    }

    /** Removes a file that was opened, unless its name means another by now. */
    public void remove(Path file, FileStatus status) throws IOException {
        atName(file, status, true);
    }

    private boolean atName(Path file, FileStatus status, boolean remove) throws IOException {
        int directory;
        try {
            TrustedPath path = TrustedPath.of(directoryOf(file), posix.effectiveUid());
            directory = posix.open(path, 0, OpenFlag.PATH);
        } catch (ErrnoException e) {
            return false; // not to be reached any more, so it means nothing of ours
        }
        try {
            Path name = byDescriptor(directory).resolve(file.getFileName());
            boolean same = FileStatus.ofLink(name).isSameFile(status);
            if (same && remove) {
                Files.deleteIfExists(name);
            }
            return same;
        } catch (NoSuchFileException gone) {
            return false;
        } finally {
            posix.close(directory);
        }
    }

    /** Of a relative name alone it is where we are; of the root itself the root. */
    private static Path directoryOf(Path file) {
        Path absolute = file.toAbsolutePath();
        return absolute.getParent() == null ? absolute : absolute.getParent();
    }

    private static FileChannel readWrite(int fd) throws IOException {
        return FileChannel.open(
                byDescriptor(fd), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private int open(TrustedPath path, String where, int mode, OpenFlag... flags)
            throws IOException {
        try {
            return posix.open(path, mode, flags);
        } catch (ErrnoException e) {
            boolean guarded = path.guard() != TrustedPath.Guard.NONE;
            if (guarded && e.errno().equals(Errno.ELOOP)) {
                throw refusal("a symbolic link leads to it" + where);
            }
            boolean through = path.guard() == TrustedPath.Guard.PATH;
            if (through && (e.errno().equals(Errno.ENOSYS) || e.errno().equals(Errno.EPERM))) {
                throw refusal("others decide where it is, and openat2 (Linux 5.6): " + e.errno());
            }
            throw e;
        }
    }

    private Pinned pin(TrustedPath path, boolean anyKind) throws IOException {
        boolean guarded = path.guard() != TrustedPath.Guard.NONE;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int fd = open(path, WHERE, 0, OpenFlag.PATH);
            boolean good = false;
            try {
                FileStatus status = status(fd);
                if (guarded) {
                    requireRegular(status);
                    requireOneName(status, WHERE);
                } else if (!anyKind) {
                    requireRegular(status);
                }
                good = !guarded || keepsItsName(fd);
                if (good) {
                    return new Pinned(fd, status);
                }
            } finally {
                if (!good) {
                    posix.close(fd);
                }
            }
        }
        throw replaced();
    }

    private static UnsafeFileException replaced() {
        return refusal("it is replaced again and again while it is opened");
    }

    private static FileStatus status(int fd) throws IOException {
        return FileStatus.of(byDescriptor(fd));
    }

    /** What it leads to is the open file itself, whatever its name means by now (man 5 proc). */
    private static Path byDescriptor(int fd) {
        return Path.of("/proc/self/fd/" + fd);
    }

    private static boolean keepsItsName(int fd) throws IOException {
        return !Files.readSymbolicLink(byDescriptor(fd)).toString().endsWith(DELETED);
    }

    private void requireOurs(FileStatus status, String where) throws UnsafeFileException {
        requireRegular(status);
        if (status.uid() != posix.effectiveUid()) {
            throw refusal("it belongs to uid " + Integer.toUnsignedString(status.uid()) + where);
        }
        requireOneName(status, where);
    }

    private static void requireRegular(FileStatus status) throws UnsafeFileException {
        if (status.isSymbolicLink()) {
            throw refusal("it is a symbolic link" + WHERE);
        }
        if (!status.isRegular()) {
            throw new UnsafeFileException("it is not a regular file", true);
        }
    }

    private static void requireOneName(FileStatus status, String where) throws UnsafeFileException {
        if (status.links() > 1) {
            throw refusal("it has " + status.links() + " names (hard links)" + where);
        }
    }

    private static UnsafeFileException refusal(String message) {
        return new UnsafeFileException(message, false);
    }
}
