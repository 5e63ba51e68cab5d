package taskmaster.posix;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The user database, by way of libc: files, LDAP or whatever nsswitch.conf says. Every call may
 * block for as long as that takes, so none of them belongs on the loop. Usable from any thread.
 */
public final class Users {

    /** struct passwd and struct group: both begin with the name; sizes and offsets of 64 bits. */
    private static final int ENTRY_BYTES = 48;

    private static final int UID = 16;
    private static final int GID = 20;
    private static final int HOME = 32;
    private static final int SHELL = 40;
    private static final int GROUP_GID = 16;

    private static final int FIRST_BUFFER = 1024;

    /** A larger entry is taken for a fault of the database (glibc itself has no limit). */
    private static final int LARGEST_BUFFER = 16 * 1024 * 1024;

    /** NGROUPS_MAX. */
    private static final int MOST_GROUPS = 65_536;

    private static final int LONGEST_NAME = 4096;

    /** What libc gives for "there is none", besides 0 (man 3 getpwnam_r). */
    private static final List<Errno> NONE = List.of(Errno.ENOENT, Errno.ESRCH);

    private Users() {}

    /**
     * The user of a name.
     *
     * @throws ErrnoException EIO, EMFILE, ENFILE: the database could not be asked; ERANGE: an entry
     *     of more than 16 MiB, or more than 65,536 groups
     */
    public static Optional<User> byName(String name) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            return user(call, "getpwnam_r", call.string(name).address(), Posix.quoted(name));
        }
    }

    /**
     * The user of an id.
     *
     * @throws ErrnoException as {@link #byName}
     */
    public static Optional<User> byUid(int uid) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            return user(call, "getpwuid_r", uid, Integer.toUnsignedString(uid));
        }
    }

    /**
     * What a login of a user would start with.
     *
     * @throws ErrnoException as {@link #byName}
     */
    public static Optional<Login> loginOf(String name) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory entry = call.allocate(ENTRY_BYTES);
            long key = call.string(name).address();
            if (!find(call, "getpwnam_r", key, Posix.quoted(name), entry)) {
                return Optional.empty();
            }
            return Optional.of(
                    new Login(
                            NativeCall.stringAt(entry.getLong(HOME), LONGEST_NAME),
                            NativeCall.stringAt(entry.getLong(SHELL), LONGEST_NAME)));
        }
    }

    /**
     * The id of a group.
     *
     * @throws ErrnoException as {@link #byName}
     */
    public static Optional<Integer> groupId(String name) throws ErrnoException {
        try (NativeCall call = new NativeCall()) {
            CMemory entry = call.allocate(ENTRY_BYTES);
            long key = call.string(name).address();
            return find(call, "getgrnam_r", key, Posix.quoted(name), entry)
                    ? Optional.of(entry.getInt(GROUP_GID))
                    : Optional.empty();
        }
    }

    private static Optional<User> user(NativeCall call, String function, long key, String words)
            throws ErrnoException {
        CMemory entry = call.allocate(ENTRY_BYTES);
        if (!find(call, function, key, words, entry)) {
            return Optional.empty();
        }
        long name = entry.getLong(0);
        int gid = entry.getInt(GID);
        return Optional.of(
                new User(
                        NativeCall.stringAt(name, LONGEST_NAME),
                        entry.getInt(UID),
                        gid,
                        groups(call, name, gid)));
    }

    /** Fills in the entry, whose strings live as long as the call; false when there is none. */
    private static boolean find(
            NativeCall call, String function, long key, String words, CMemory entry)
            throws ErrnoException {
        MemorySegment address = NativeCall.symbol(function);
        CMemory result = call.allocate(Long.BYTES);
        int bytes = FIRST_BUFFER;
        while (true) {
            long buffer = call.allocate(bytes).address();
            Errno error =
                    new Errno(
                            (int)
                                    call.call(
                                            address,
                                            key,
                                            entry.address(),
                                            buffer,
                                            bytes,
                                            result.address()));
            if (error.equals(Errno.ERANGE) && bytes < LARGEST_BUFFER) {
                bytes *= 4;
            } else if (error.number() == 0 || NONE.contains(error)) {
                return result.getLong(0) != 0;
            } else if (!error.equals(Errno.EINTR)) {
                throw new ErrnoException(function, words, error);
            }
        }
    }

    private static List<Integer> groups(NativeCall call, long name, int gid) throws ErrnoException {
        MemorySegment function = NativeCall.symbol("getgrouplist");
        CMemory count = call.allocate(Integer.BYTES);
        for (int room = 64; room <= MOST_GROUPS; room *= 4) {
            CMemory list = call.allocate(room * Integer.BYTES);
            count.putInt(0, room);
            int found = (int) call.call(function, name, gid, list.address(), count.address(), 0);
            if (found >= 0) {
                List<Integer> groups = new ArrayList<>();
                for (int i = 0; i < count.getInt(0); i++) {
                    groups.add(list.getInt(i * Integer.BYTES));
                }
                return groups;
            }
        }
        throw new ErrnoException("getgrouplist", "of group " + gid, Errno.ERANGE);
    }
}
