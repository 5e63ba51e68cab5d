package taskmaster.procfs;

/**
 * One line of {@code /proc/PID/stat}, read without making anything of it: there may be thousands a
 * second. Field numbers are those of man 5 proc_pid_stat. Owned by one thread.
 */
final class StatLine {

    private static final int STATE = 3;
    private static final int SESSION = 6;
    private static final int UTIME = 14;
    private static final int STIME = 15;
    private static final int CUTIME = 16;
    private static final int CSTIME = 17;
    private static final int THREADS = 20;
    private static final int START = 22;
    private static final int RSS = 24;

    private final long[] fields = new long[RSS + 1];

    /**
     * Takes in the first {@code length} bytes of {@code line}. The second field is the name, which
     * may hold spaces and parentheses; the last closing one ends it.
     *
     * @return false where it is not such a line; nothing may be asked then
     */
    boolean read(byte[] line, int length) {
        int at = length - 1;
        while (at >= 0 && line[at] != ')') {
            at--;
        }
        at += 2;
        if (at < 2 || at >= length || line[at - 1] != ' ') {
            return false;
        }
        at += 2;
        for (int field = STATE + 1; field <= RSS; field++) {
            boolean negative = at < length && line[at] == '-';
            at += negative ? 1 : 0;
            int begin = at;
            long value = 0;
            while (at < length && line[at] >= '0' && line[at] <= '9') {
                value = value * 10 + line[at++] - '0';
            }
            if (at == begin || (at < length && line[at] != ' ' && line[at] != '\n')) {
                return false;
            }
            fields[field] = negative ? -value : value;
            at++;
        }
        return true;
    }

    int session() {
        return (int) fields[SESSION];
    }

    /** Ticks of CPU of its own, all threads. */
    long ownTicks() {
        return fields[UTIME] + fields[STIME];
    }

    /** Ticks of CPU of the children that it has waited for, and of theirs. */
    long childrenTicks() {
        return fields[CUTIME] + fields[CSTIME];
    }

    int threads() {
        return (int) fields[THREADS];
    }

    /** When it started: ticks since the machine did. With the pid it names one process for ever. */
    long start() {
        return fields[START];
    }

    long residentPages() {
        return Math.max(0, fields[RSS]);
    }
}
