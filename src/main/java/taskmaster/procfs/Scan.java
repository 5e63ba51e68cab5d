package taskmaster.procfs;

import java.util.Arrays;
import taskmaster.posix.ProcFiles;

/**
 * What /proc said of processes at one moment. Immutable once it is made; in columns, since there
 * may be thousands of processes each second.
 */
public final class Scan {

    /**
     * As many processes as are looked at to find the members of sessions: 20 µs each. Where there
     * are more, only the leaders are.
     */
    public static final int MOST = 4096;

    private final long takenAt;
    private final boolean whole;

    // In ascending order of pids; the same index is the same process.
    private final int count;
    private final int[] pids;
    private final int[] sessions;
    private final int[] threads;
    private final long[] starts;
    private final long[] own;
    private final long[] children;
    private final long[] pages;

    private Scan(ProcFiles proc, int[] candidates, boolean whole, long takenAt) {
        this.takenAt = takenAt;
        this.whole = whole;
        int room = candidates.length;
        pids = new int[room];
        sessions = new int[room];
        threads = new int[room];
        starts = new long[room];
        own = new long[room];
        children = new long[room];
        pages = new long[room];
        byte[] line = new byte[ProcFiles.STAT_BYTES];
        var stat = new StatLine();
        int filled = 0;
        for (int pid : candidates) {
            int length = proc.stat(pid, line);
            if (length > 0 && stat.read(line, length)) {
                pids[filled] = pid;
                put(filled++, stat);
            }
        }
        count = filled;
    }

    private void put(int index, StatLine stat) {
        sessions[index] = stat.session();
        threads[index] = stat.threads();
        starts[index] = stat.start();
        own[index] = stat.ownTicks();
        children[index] = stat.childrenTicks();
        pages[index] = stat.residentPages();
    }

    /**
     * Reads what there is to be read.
     *
     * @param leaders pids that are looked at in any case, ascending
     * @param takenAt now, nanoseconds of the monotonic clock
     */
    public static Scan take(ProcFiles proc, int[] leaders, long takenAt) {
        int[] all = proc.pids();
        boolean whole = all.length > 0 && all.length <= MOST + leaders.length;
        return new Scan(proc, whole ? all : leaders, whole, takenAt);
    }

    /** Nanoseconds of the monotonic clock. */
    public long takenAt() {
        return takenAt;
    }

    /** Whether the members of sessions were looked at, too, and not only their leaders. */
    public boolean isWhole() {
        return whole;
    }

    int size() {
        return count;
    }

    int pid(int index) {
        return pids[index];
    }

    int session(int index) {
        return sessions[index];
    }

    int threads(int index) {
        return threads[index];
    }

    /** Of its own. */
    long ownTicks(int index) {
        return own[index];
    }

    /** Of its own and of the children that it has waited for. */
    long allTicks(int index) {
        return own[index] + children[index];
    }

    long pages(int index) {
        return pages[index];
    }

    /** The index of a pid; negative where it was not there. */
    int find(int pid) {
        return Arrays.binarySearch(pids, 0, count, pid);
    }

    /** The index of the same process, not of another with the same pid; negative for none. */
    int findSame(Scan other, int index) {
        int found = find(other.pids[index]);
        return found >= 0 && starts[found] == other.starts[index] ? found : -1;
    }
}
