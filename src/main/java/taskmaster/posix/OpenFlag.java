package taskmaster.posix;

/** How a file is opened (man 2 open). Every descriptor of ours is close-on-exec as well. */
public enum OpenFlag {
    /** O_WRONLY; without this and {@link #READ_WRITE} the file is opened for reading. */
    WRITE(1),
    READ_WRITE(2),
    CREATE(0x40),
    EXCLUSIVE(0x80),
    /** A terminal does not become the controlling one. */
    NO_CTTY(0x100),
    TRUNCATE(0x200),
    APPEND(0x400),
    NONBLOCK(0x800),
    /** A last component that is a symbolic link is an error: ELOOP. */
    NO_FOLLOW(0),
    /** O_PATH: the file itself, to name it by its descriptor; neither read nor written. */
    PATH(0x200000);

    static final int CLOSE_ON_EXEC = 0x80000;

    private final int bits;

    OpenFlag(int bits) {
        this.bits = bits;
    }

    int bits(Architecture architecture) {
        return this == NO_FOLLOW ? architecture.noFollow : bits;
    }
}
