package taskmaster.posix;

import java.util.List;

/**
 * The kernel's calls that the daemon makes for itself. Each is one system call (man 2 of its name);
 * a failure is an {@link ErrnoException} that names call, arguments and errno. EINTR never comes
 * out: such a call is made again, but for close, which is done even when it says EINTR.
 *
 * <p>Immutable, and usable from any thread. Calls that may block say so; they cannot be
 * interrupted.
 */
public final class Posix {

    static final int AT_FDCWD = -100;

    /** struct open_how: flags, mode, resolve (man 2 openat2). */
    static final int OPEN_HOW_BYTES = 24;

    static final int RESOLVE_NO_SYMLINKS = 4;

    static final int F_SETFL = 4;

    private static final int PR_SET_CHILD_SUBREAPER = 36;

    static final int AT_SYMLINK_NOFOLLOW = 0x100;

    /** A read is copied by way of memory of C, so it is not larger than this. */
    private static final int COPY_BYTES = 64 * 1024;

    private final Architecture architecture;
    private final FileNames names;
    private final Children children = new Children();

    private Posix(Architecture architecture) {
        this.architecture = architecture;
        names = new FileNames(architecture);
    }

    /**
     * The way to this machine's kernel.
     *
     * @throws UnsupportedOperationException on a system or machine other than Linux on x86-64 or
     *     aarch64; the message is for the user
     */
    public static Posix open() {
        return new Posix(Architecture.here());
    }

    /** Calls that are about names, not about open files. */
    public FileNames names() {
        return names;
    }

    /** Calls that wait for children. */
    public Children children() {
        return children;
    }

    Architecture architecture() {
        return architecture;
    }

    public int pid() {
        try (NativeCall call = new NativeCall()) {
            return (int) call.syscall(Sysno.GETPID, 0);
        }
    }

    /** The group of processes that this one is in. */
    public int processGroup() {
        try (NativeCall call = new NativeCall()) {
            return (int) call.syscall(Sysno.GETPGID, 0);
        }
    }

    /** Unsigned, as all user ids. */
    public int effectiveUid() {
        try (NativeCall call = new NativeCall()) {
            return (int) call.syscall(Sysno.GETEUID, 0);
        }
    }

    /**
     * Sends a signal to one process.
     *
     * @param pid greater than 1: never init, and never the groups that 0 and less mean
     * @throws ErrnoException ESRCH: no such process; EPERM: another user's
     */
    public void kill(int pid, Signal signal) throws ErrnoException {
        if (pid <= 1) {
            throw new IllegalArgumentException("not a process to signal: " + pid);
        }
        signal(pid, signal);
    }

    /**
     * Sends a signal to every process of a group that may be signalled.
     *
     * @param group greater than 1
     * @throws ErrnoException ESRCH: no such group; EPERM: none of it may be signalled
     */
    public void killGroup(int group, Signal signal) throws ErrnoException {
        if (group <= 1) {
            throw new IllegalArgumentException("not a group to signal: " + group);
        }
        signal(-group, signal);
    }

    private static void signal(int target, Signal signal) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            if (call.syscall(Sysno.KILL, target, signal.number(), 0) != 0) {
                throw call.failure("kill", target + ", " + signal.name());
            }
        }
    }

    /** From now on what our descendants leave behind becomes our child, as init's before. */
    public void becomeSubreaper() throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            if (call.syscall(Sysno.PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0, 0) != 0) {
                throw call.failure("prctl", "PR_SET_CHILD_SUBREAPER");
            }
        }
    }

    /** Sets the umask of the whole process, 0 to 0777, and returns what it was. */
    public int umask(int mask) {
        try (NativeCall call = new NativeCall()) {
            return (int) call.syscall(Sysno.UMASK, mask);
        }
    }

    public Limits limit(Resource resource) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory old = call.allocate(2 * Long.BYTES);
            if (call.syscall(Sysno.PRLIMIT64, 0, resource.number, 0, old.address()) != 0) {
                throw call.failure("prlimit64", resource.name());
            }
            return Limits.ofKernel(old.getLong(0), old.getLong(Long.BYTES));
        }
    }

    /**
     * Sets our own limits; children that exist keep theirs.
     *
     * @throws ErrnoException EPERM: only root may raise a hard limit, and nobody NOFILE over
     *     /proc/sys/fs/nr_open
     */
    public void setLimit(Resource resource, Limits limits) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory wanted = call.allocate(2 * Long.BYTES);
            wanted.putLong(0, Limits.toKernel(limits.soft()));
            wanted.putLong(Long.BYTES, Limits.toKernel(limits.hard()));
            if (call.syscall(Sysno.PRLIMIT64, 0, resource.number, wanted.address(), 0) != 0) {
                throw call.failure("prlimit64", resource + " " + limits.soft());
            }
        }
    }

    /**
     * The read end and the write end, both close-on-exec.
     *
     * @throws ErrnoException EMFILE, ENFILE: no descriptors left
     */
    public int[] pipe() throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory ends = call.allocate(2 * Integer.BYTES);
            if (call.syscall(Sysno.PIPE2, ends.address(), OpenFlag.CLOSE_ON_EXEC, 0) != 0) {
                throw call.failure("pipe2", "O_CLOEXEC");
            }
            return new int[] {ends.getInt(0), ends.getInt(Integer.BYTES)};
        }
    }

    /** From now on nothing that is done on this open file waits. */
    void stopBlocking(int fd) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            if (call.syscall(Sysno.FCNTL, fd, F_SETFL, OpenFlag.NONBLOCK.bits(architecture)) != 0) {
                throw call.failure("fcntl", "O_NONBLOCK of descriptor " + fd);
            }
        }
    }

    /**
     * Opens a file, close-on-exec. May block on a FIFO or a dead mount.
     *
     * @param mode of a file that is created, before the umask
     * @throws ErrnoException ENOENT, EACCES, ELOOP, EISDIR, EMFILE and others of man 2 open
     */
    public int open(String path, int mode, OpenFlag... flags) throws ErrnoException {
        return openAt(path, bits(flags), mode);
    }

    /**
     * Opens a file as its path asks for it, close-on-exec. May block on a FIFO or a dead mount.
     *
     * @param mode of a file that is created, before the umask
     * @throws ErrnoException as {@link #open(String, int, OpenFlag...)}; ELOOP also where a
     *     symbolic link is in the way; ENOSYS, or EPERM in a container, where the path leads
     *     through others' directories and the kernel has no openat2 (Linux 5.6)
     */
    public int open(TrustedPath path, int mode, OpenFlag... flags) throws ErrnoException {
        int unlinked = bits(flags) | OpenFlag.NO_FOLLOW.bits(architecture);
        return switch (path.guard()) {
            case NONE -> open(path.real(), mode, flags);
            case NAME -> openAt(path.real(), unlinked, mode);
            case PATH -> openWithoutLinks(path.real(), unlinked, mode);
        };
    }

    private int bits(OpenFlag... flags) {
        int bits = OpenFlag.CLOSE_ON_EXEC;
        for (OpenFlag flag : flags) {
            bits |= flag.bits(architecture);
        }
        return bits;
    }

    private static int openAt(String path, int bits, int mode) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            long name = call.string(path).address();
            return opened(call, call.restarting(Sysno.OPENAT, AT_FDCWD, name, bits, mode, 0), path);
        }
    }

    /** No symbolic link is followed, in no part of the path. */
    private static int openWithoutLinks(String path, int bits, int mode) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            long name = call.string(path).address();
            CMemory how = call.allocate(OPEN_HOW_BYTES);
            how.putLong(0, bits);
            how.putLong(Long.BYTES, mode);
            how.putLong(2 * Long.BYTES, RESOLVE_NO_SYMLINKS);
            long size = OPEN_HOW_BYTES;
            long fd = call.restarting(Sysno.OPENAT2, AT_FDCWD, name, how.address(), size, 0);
            return opened(call, fd, path);
        }
    }

    private static int opened(NativeCall call, long fd, String path) throws ErrnoException {
        if (fd < 0) {
            throw call.failure("open", quoted(path));
        }
        return (int) fd;
    }

    /** Of an open file. */
    public Stat stat(int fd) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory stat = call.allocate(Architecture.STAT_BYTES);
            if (call.syscall(Sysno.FSTAT, fd, stat.address(), 0) != 0) {
                throw call.failure("fstat", "descriptor " + fd);
            }
            return Stat.read(stat, architecture);
        }
    }

    /**
     * Gives an open file to a user; its group stays.
     *
     * @throws ErrnoException EPERM: only root may
     */
    public void changeOwner(int fd, int uid) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            if (call.syscall(Sysno.FCHOWN, fd, Integer.toUnsignedLong(uid), -1) != 0) {
                throw call.failure("fchown", "descriptor " + fd + " to uid " + uid);
            }
        }
    }

    /**
     * Changes who may do what with an open file, or a socket that has no name yet.
     *
     * @param mode 0 to 07777
     * @throws ErrnoException EBADF; EPERM: it is another user's
     */
    public void changeMode(int fd, int mode) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            if (call.syscall(Sysno.FCHMOD, fd, mode, 0) != 0) {
                throw call.failure("fchmod", "descriptor " + fd);
            }
        }
    }

    /**
     * Reads what is there, at most the array and 64 KiB; 0 at the end. Blocks while there is
     * nothing.
     *
     * @throws ErrnoException EBADF, EISDIR, EIO, and EAGAIN where the descriptor does not block
     */
    public int read(int fd, byte[] into) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            int limit = Math.min(into.length, COPY_BYTES);
            CMemory copy = call.allocate(limit);
            int count = (int) call.restarting(Sysno.READ, fd, copy.address(), limit);
            if (count < 0) {
                throw call.failure("read", "descriptor " + fd);
            }
            copy.get(into, count);
            return count;
        }
    }

    /**
     * Writes all of it. May block.
     *
     * @throws ErrnoException EBADF, EPIPE, ENOSPC, and EAGAIN where the descriptor does not block;
     *     part may be written
     */
    public void writeFully(int fd, byte[] bytes) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory copy = call.allocate(bytes.length);
            copy.put(0, bytes, bytes.length);
            long done = 0;
            while (done < bytes.length) {
                long left = bytes.length - done;
                long count = call.restarting(Sysno.WRITE, fd, copy.address() + done, left);
                if (count < 0) {
                    throw call.failure("write", "descriptor " + fd);
                }
                done += count;
            }
        }
    }

    /**
     * Closes a descriptor, which is gone afterwards even when this fails.
     *
     * @throws ErrnoException EBADF: it was not open; EIO, ENOSPC: what was written before is lost
     */
    public void close(int fd) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            if (call.syscall(Sysno.CLOSE, fd) != 0 && !call.errno().equals(Errno.EINTR)) {
                throw call.failure("close", "descriptor " + fd);
            }
        }
    }

    /**
     * Makes {@code to} the same open file as {@code from}; what it was is closed. It stays open
     * over an exec, unlike all else that is opened here.
     *
     * @throws ErrnoException EBADF; EINVAL: both are the same
     */
    public void redirect(int from, int to) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            if (call.restarting(Sysno.DUP3, from, to, 0) < 0) {
                throw call.failure("dup3", from + ", " + to);
            }
        }
    }

    /**
     * Changes the directory of the whole process. Java's own idea of it, which {@code
     * Path.toAbsolutePath} uses, does not change.
     *
     * @throws ErrnoException ENOENT, ENOTDIR, EACCES
     */
    public void changeDirectory(String path) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            if (call.syscall(Sysno.CHDIR, call.string(path).address()) != 0) {
                throw call.failure("chdir", quoted(path));
            }
        }
    }

    /**
     * Becomes a user for good, with all threads and all of its groups: real, effective and saved
     * ids. By way of libc, which sees to the other threads; the system calls change one thread.
     * Where it fails, part of it may be done, and the process should end.
     *
     * @throws ErrnoException EPERM: only root may; EAGAIN: the user has too many processes
     */
    public void becomeUser(User user) throws ErrnoException {
        List<Integer> groups = user.groups();
        try (NativeCall call = new NativeCall()) {
            CMemory list = call.allocate(groups.size() * Integer.BYTES);
            for (int i = 0; i < groups.size(); i++) {
                list.putInt(i * Integer.BYTES, groups.get(i));
            }
            become(call, "setgroups", user, groups.size(), list.address(), 0);
            become(call, "setresgid", user, user.gid(), user.gid(), user.gid());
            become(call, "setresuid", user, user.uid(), user.uid(), user.uid());
        }
    }

    private static void become(
            NativeCall call, String function, User user, long a0, long a1, long a2)
            throws ErrnoException {
        int result = (int) call.call(NativeCall.symbol(function), a0, a1, a2, 0, 0);
        if (result != 0) {
            throw call.failure(function, "for user " + quoted(user.name()));
        }
    }

    static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
