package taskmaster.posix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the files of /proc (man 5 proc) that tell of processes, for a thread that reads thousands
 * of them: the calls share one buffer in C's memory and leave next to nothing to the garbage
 * collector. A process that ends meanwhile, or that we may not look at, is no error: what is not
 * there is told by the return value.
 *
 * <p>Used by one thread at a time, and not after {@link #close}.
 */
public final class ProcFiles implements AutoCloseable {

    /** Several times a line of {@code stat}: 52 numbers, and a name of 15 bytes. */
    public static final int STAT_BYTES = 2048;

    private static final int DIRECTORY_BYTES = 32 * 1024;

    /** For an errno, what stat says and a path, alignment included. */
    private static final int SMALL_THINGS = 512;

    private static final byte[] STAT = "/stat".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OWN_FD = "self/fd".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FD = "/fd".getBytes(StandardCharsets.US_ASCII);

    /** Offsets in struct linux_dirent64 (man 2 getdents): of the record's length, and the name. */
    private static final int RECORD_LENGTH = 16;

    private static final int RECORD_NAME = 19;

    private final Architecture architecture = Architecture.here();
    private final MappedArena arena;
    private final NativeCall call;
    private final CMemory buffer;
    private final CMemory path;
    private final CMemory stat;
    private final byte[] pathBytes = new byte[64];
    private final byte[] entries = new byte[DIRECTORY_BYTES];
    private final int root;

    /** The size of {@code PID/fd} is how many there are: since Linux 6.2. */
    private final boolean sizesCount;

    private ProcFiles(MappedArena arena, String root) throws ErrnoException {
        this.arena = arena;
        call = new NativeCall(arena);
        buffer = call.allocate(DIRECTORY_BYTES);
        path = call.allocate(pathBytes.length);
        stat = call.allocate(Architecture.STAT_BYTES);
        try (NativeCall opening = new NativeCall()) {
            long name = opening.string(root).address();
            long fd =
                    opening.restarting(
                            Sysno.OPENAT, Posix.AT_FDCWD, name, OpenFlag.CLOSE_ON_EXEC, 0, 0);
            if (fd < 0) {
                throw opening.failure("open", Posix.quoted(root));
            }
            this.root = (int) fd;
        }
        System.arraycopy(OWN_FD, 0, pathBytes, 0, OWN_FD.length);
        putPath(OWN_FD.length);
        sizesCount = size() > 0;
    }

    /**
     * With a buffer and a descriptor of its own.
     *
     * @param root {@code /proc}
     * @throws ErrnoException ENOENT: nothing is mounted there; EMFILE, ENOMEM
     */
    public static ProcFiles open(String root) throws ErrnoException {
        MappedArena arena = MappedArena.map(DIRECTORY_BYTES + SMALL_THINGS);
        try {
            return new ProcFiles(arena, root);
        } catch (ErrnoException | RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** Bytes of a page of memory, by which the kernel counts it: 4096 on x86-64. */
    public static long pageBytes() {
        try (NativeCall call = new NativeCall()) {
            return (int) call.call(NativeCall.symbol("getpagesize"), 0, 0, 0, 0, 0);
        }
    }

    /**
     * Of all processes that are shown to us, in ascending order; empty where that cannot be read.
     */
    public int[] pids() {
        pathBytes[0] = '.';
        int directory = open(1);
        if (directory < 0) {
            return new int[0];
        }
        int[] pids = new int[256];
        int count = 0;
        for (int length = list(directory); length > 0; length = list(directory)) {
            for (int at = 0; at < length; at += recordLength(at)) {
                int pid = number(at + RECORD_NAME);
                if (pid > 0) {
                    pids = count == pids.length ? Arrays.copyOf(pids, count * 2) : pids;
                    pids[count++] = pid;
                }
            }
        }
        call.syscall(Sysno.CLOSE, directory);
        int[] all = Arrays.copyOf(pids, count);
        Arrays.sort(all);
        return all;
    }

    /**
     * The line of a process's {@code stat}.
     *
     * @return how many bytes of {@code into}; -1 when it is gone, or hidden from us
     */
    public int stat(int pid, byte[] into) {
        int file = open(name(pid, STAT));
        if (file < 0) {
            return -1;
        }
        int room = Math.min(into.length, DIRECTORY_BYTES);
        int count = (int) call.restarting(Sysno.READ, file, buffer.address(), room);
        call.syscall(Sysno.CLOSE, file);
        if (count > 0) {
            buffer.get(into, count);
        }
        return count;
    }

    /**
     * How many descriptors a process has open.
     *
     * @return -1 when it is gone, or of another user
     */
    public int descriptors(int pid) {
        int length = name(pid, FD);
        putPath(length);
        long size = sizesCount ? size() : 0;
        int directory = open(length); // also where it need not be read: not all may
        if (directory < 0) {
            return -1;
        }
        int count = sizesCount ? (int) size : count(directory);
        call.syscall(Sysno.CLOSE, directory);
        return count;
    }

    /** Of what {@link #path} says; 0 where it is not there. */
    private long size() {
        long at = stat.address();
        return call.syscall(Sysno.NEWFSTATAT, root, path.address(), at, 0, 0, 0) == 0
                ? Stat.read(stat, architecture).size()
                : 0;
    }

    private int count(int directory) {
        int count = 0;
        for (int length = list(directory); length > 0; length = list(directory)) {
            for (int at = 0; at < length; at += recordLength(at)) {
                count += number(at + RECORD_NAME) >= 0 ? 1 : 0;
            }
        }
        return count;
    }

    /** Puts {@code 4711/stat} into {@link #pathBytes} and returns its length. */
    private int name(int pid, byte[] file) {
        int length = 0;
        for (int rest = pid; rest > 0 || length == 0; rest /= 10) {
            pathBytes[length++] = (byte) ('0' + rest % 10);
        }
        for (int i = 0; i < length / 2; i++) {
            byte digit = pathBytes[i];
            pathBytes[i] = pathBytes[length - 1 - i];
            pathBytes[length - 1 - i] = digit;
        }
        System.arraycopy(file, 0, pathBytes, length, file.length);
        return length + file.length;
    }

    /** Opens what {@link #pathBytes} says, for reading; -1 where that fails. */
    private int open(int length) {
        putPath(length);
        return (int)
                call.restarting(Sysno.OPENAT, root, path.address(), OpenFlag.CLOSE_ON_EXEC, 0, 0);
    }

    private void putPath(int length) {
        pathBytes[length] = 0;
        path.put(0, pathBytes, length + 1);
    }

    /** The next entries of a directory in {@link #entries}; 0 or less when there are no more. */
    private int list(int directory) {
        int length =
                (int) call.syscall(Sysno.GETDENTS64, directory, buffer.address(), DIRECTORY_BYTES);
        if (length > 0) {
            buffer.get(entries, length);
        }
        return length;
    }

    /** In the byte order of both machines that we know. */
    private int recordLength(int at) {
        return (entries[at + RECORD_LENGTH] & 0xff) | (entries[at + RECORD_LENGTH + 1] & 0xff) << 8;
    }

    /** A name that is a number; -1 for any other. */
    private int number(int at) {
        int number = 0;
        int end = at;
        while (entries[end] >= '0' && entries[end] <= '9' && end - at < 10) {
            number = number * 10 + entries[end++] - '0';
        }
        return end > at && entries[end] == 0 ? number : -1;
    }

    @Override
    public void close() {
        call.syscall(Sysno.CLOSE, root);
        arena.close();
    }
}
