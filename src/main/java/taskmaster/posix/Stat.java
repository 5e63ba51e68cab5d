package taskmaster.posix;

/**
 * What the kernel knows of a file (man 3 stat).
 *
 * @param device and {@code inode}: together they tell it from all other files there are
 * @param links how many names it has
 * @param uid unsigned
 * @param modified when it was written to last, seconds since 1970
 */
public record Stat(
        long device, long inode, int mode, int links, int uid, long size, long modified) {

    private static final int TYPE = 0xf000;
    private static final int FIFO = 0x1000;
    private static final int DIRECTORY = 0x4000;
    private static final int REGULAR = 0x8000;

    static Stat read(CMemory stat, Architecture a) {
        return new Stat(
                stat.getLong(Architecture.STAT_DEVICE),
                stat.getLong(Architecture.STAT_INODE),
                stat.getInt(a.statMode),
                stat.getInt(a.statLinks),
                stat.getInt(a.statOwner),
                stat.getLong(Architecture.STAT_SIZE),
                stat.getLong(Architecture.STAT_MODIFIED));
    }

    public boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    public boolean isFifo() {
        return (mode & TYPE) == FIFO;
    }

    public boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    /** The bits that chmod changes. */
    public int permissions() {
        return mode & 07777;
    }

    /** Whether both are one file. */
    public boolean isSame(Stat other) {
        return device == other.device && inode == other.inode;
    }
}
