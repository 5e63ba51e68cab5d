package taskmaster.output;

import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Stat;

/**
 * The names of a log's older files: {@code NAME.1} is the youngest, {@code NAME.N} the oldest; one
 * that is compressed ends with {@code .gz} as well. They have no gap.
 */
final class Backups {

    static final String COMPRESSED = ".gz";

    private final Posix posix;
    private final String name;

    Backups(Posix posix, String name) {
        this.posix = posix;
        this.name = name;
    }

    /** {@code NAME.3}. */
    String plain(int number) {
        return name + "." + number;
    }

    /** Where one is compressed to, until it is whole. */
    String halfCompressed() {
        return name + ".compressing";
    }

    /** The oldest that is not compressed; 0: there is none. */
    int oldestPlain() {
        for (int number = count(); number >= 1; number--) {
            if (posix.names().exists(plain(number))) {
                return number;
            }
        }
        return 0;
    }

    /** Which of them a file is; 0: none, any more. */
    int numberOf(Stat file) {
        for (int number = count(); number >= 1; number--) {
            try {
                if (posix.names().exists(plain(number))
                        && posix.names().stat(plain(number)).isSame(file)) {
                    return number;
                }
            } catch (ErrnoException e) {
                // Removed since.
            }
        }
        return 0;
    }

    /** When one was written to last, seconds since 1970. */
    long modified(int number) {
        try {
            boolean plain = posix.names().exists(plain(number));
            return posix.names()
                    .stat(plain ? plain(number) : plain(number) + COMPRESSED)
                    .modified();
        } catch (ErrnoException e) {
            return 0;
        }
    }

    /** How many there are: up to the first gap. */
    int count() {
        int number = 1;
        while (exists(number)) {
            number++;
        }
        return number - 1;
    }

    boolean exists(int number) {
        return posix.names().exists(plain(number))
                || posix.names().exists(plain(number) + COMPRESSED);
    }

    /** Bytes of one, both forms together. */
    long size(int number) {
        return sizeOf(plain(number)) + sizeOf(plain(number) + COMPRESSED);
    }

    private long sizeOf(String path) {
        try {
            return posix.names().exists(path) ? posix.names().stat(path).size() : 0;
        } catch (ErrnoException e) {
            return 0; // removed since
        }
    }

    /** Removes the oldest until there are at most so many. */
    void keep(int most) throws ErrnoException {
        for (int number = count(); number > most; number--) {
            remove(number);
        }
    }

    void remove(int number) throws ErrnoException {
        removeIfThere(plain(number));
        removeIfThere(plain(number) + COMPRESSED);
    }

    void removeIfThere(String path) throws ErrnoException {
        try {
            if (posix.names().exists(path)) {
                posix.names().remove(path);
            }
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    /** Makes the name {@code NAME.1} free: each goes one further, the oldest first. */
    void shift() throws ErrnoException {
        for (int number = count(); number >= 1; number--) {
            move(plain(number), plain(number + 1));
            move(plain(number) + COMPRESSED, plain(number + 1) + COMPRESSED);
        }
    }

    private void move(String from, String to) throws ErrnoException {
        if (posix.names().exists(from)) {
            posix.names().rename(from, to);
        }
    }
}
