package taskmaster.posix;

/**
 * What names of files mean, and what becomes of them: the part of {@link Posix} that opens nothing.
 * The same rules hold.
 */
public final class FileNames {

    private static final int S_IFIFO = 0x1000;
    private static final int AT_REMOVEDIR = 0x200;

    private final Architecture architecture;

    FileNames(Architecture architecture) {
        this.architecture = architecture;
    }

    /**
     * What a name means; a symbolic link is not followed.
     *
     * @throws ErrnoException ENOENT, ENOTDIR, EACCES
     */
    public Stat stat(String path) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory stat = call.allocate(Architecture.STAT_BYTES);
            if (stat(call, path, stat) != 0) {
                throw call.failure("stat", Posix.quoted(path));
            }
            return Stat.read(stat, architecture);
        }
    }

    /** Whether a name means anything that may be looked at; a symbolic link counts as it is. */
    public boolean exists(String path) {
        try (NativeCall call = new NativeCall()) {
            return stat(call, path, call.allocate(Architecture.STAT_BYTES)) == 0;
        }
    }

    private static long stat(NativeCall call, String path, CMemory into) {
        long name = call.string(path).address();
        int flags = Posix.AT_SYMLINK_NOFOLLOW;
        return call.syscall(Sysno.NEWFSTATAT, Posix.AT_FDCWD, name, into.address(), flags, 0, 0);
    }

    /**
     * Makes a FIFO.
     *
     * @param mode before the umask
     * @throws ErrnoException EEXIST, ENOENT, EACCES, ENOSPC
     */
    public void makeFifo(String path, int mode) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            long name = call.string(path).address();
            if (call.syscall(Sysno.MKNODAT, Posix.AT_FDCWD, name, S_IFIFO | mode, 0, 0, 0) != 0) {
                throw call.failure("mkfifo", Posix.quoted(path));
            }
        }
    }

    /**
     * Makes a directory.
     *
     * @param mode before the umask
     * @throws ErrnoException EEXIST, ENOENT, EACCES, ENOSPC
     */
    public void makeDirectory(String path, int mode) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            long name = call.string(path).address();
            if (call.syscall(Sysno.MKDIRAT, Posix.AT_FDCWD, name, mode) != 0) {
                throw call.failure("mkdir", Posix.quoted(path));
            }
        }
    }

    /**
     * Renames within a file system; what has the new name already is replaced.
     *
     * @throws ErrnoException ENOENT, EACCES, EPERM, EISDIR, EROFS
     */
    public void rename(String from, String to) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            long old = call.string(from).address();
            long now = call.string(to).address();
            if (call.syscall(Sysno.RENAMEAT, Posix.AT_FDCWD, old, Posix.AT_FDCWD, now, 0, 0) != 0) {
                throw call.failure("rename", Posix.quoted(from) + " to " + Posix.quoted(to));
            }
        }
    }

    /**
     * Removes a name that is not a directory's.
     *
     * @throws ErrnoException ENOENT, EACCES, EPERM, EISDIR, EROFS
     */
    public void remove(String path) throws ErrnoException {
        removeAs(path, 0);
    }

    /**
     * Removes an empty directory.
     *
     * @throws ErrnoException ENOENT, ENOTDIR, ENOTEMPTY, EACCES
     */
    public void removeDirectory(String path) throws ErrnoException {
        removeAs(path, AT_REMOVEDIR);
    }

    private static void removeAs(String path, int flags) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            long name = call.string(path).address();
            if (call.syscall(Sysno.UNLINKAT, Posix.AT_FDCWD, name, flags) != 0) {
                throw call.failure("unlink", Posix.quoted(path));
            }
        }
    }
}
