package taskmaster.posix;

/**
 * The two instruction sets this program knows, and where their Linux differs; what is not here is
 * the same on both.
 */
enum Architecture {
    X86_64(3, 0x20000, 24, 16, 28, 4),
    AARCH64(4, 0x8000, 16, 20, 24, 8);

    /** Of struct stat, rounded up. */
    static final int STAT_BYTES = 144;

    /** Of 64 bits each, on both: st_dev, */
    static final int STAT_DEVICE = 0;

    /** st_ino, */
    static final int STAT_INODE = 8;

    /** st_size, */
    static final int STAT_SIZE = 48;

    /** and the seconds of st_mtim. */
    static final int STAT_MODIFIED = 88;

    /** Which argument of clone is the address of the tid word. */
    final int cloneTidArgument;

    /** O_NOFOLLOW. */
    final int noFollow;

    /** Offsets in struct stat: of the 32 bits of st_mode, */
    final int statMode;

    /** of the lower 32 bits of st_nlink, */
    final int statLinks;

    /** and of st_uid. */
    final int statOwner;

    /** Offset of the 64 bits of data in struct epoll_event, which is packed on x86-64 only. */
    final int epollData;

    Architecture(
            int cloneTidArgument,
            int noFollow,
            int statMode,
            int statLinks,
            int statOwner,
            int epollData) {
        this.cloneTidArgument = cloneTidArgument;
        this.noFollow = noFollow;
        this.statMode = statMode;
        this.statLinks = statLinks;
        this.statOwner = statOwner;
        this.epollData = epollData;
    }

    /**
     * Of this machine.
     *
     * @throws UnsupportedOperationException elsewhere; the message is for the user
     */
    static Architecture here() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static Architecture of(String system, String machine) {
        if (system.equals("Linux") && machine.equals("amd64")) {
            return X86_64;
        }
        if (system.equals("Linux") && machine.equals("aarch64")) {
            return AARCH64;
        }
        throw new UnsupportedOperationException(
                "taskmaster runs on Linux on x86-64 or aarch64, not on "
                        + system
                        + " on "
                        + machine);
    }
}
