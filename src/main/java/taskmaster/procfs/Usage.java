package taskmaster.procfs;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import taskmaster.posix.ProcFiles;

/**
 * What sessions used between two scans. Pure, but for the descriptors.
 *
 * <p>A program's session is its leader, whose pid the session has, and every descendant that did
 * not leave it (setsid). The CPU time of a member that has ended is in what its parent says of its
 * children, once that has waited for it; so over a session the sum of both does not lose it: a
 * shell that runs short commands is shown with what they used. Where nobody of the session waits
 * for it the sum falls; then what the living used themselves counts, which is less but true. A
 * child of another session that one of this waits for comes as a lump, so there is a limit: all
 * cores.
 */
public final class Usage {

    /** USER_HZ (man 7 time): ticks a second, on both machines that we know. */
    private static final long TICK_NANOS = 10_000_000;

    private final Scan now;
    private final long nanos;
    private final int[] leaders;
    private final long pageBytes;
    private final double most;

    // By leader.
    private final long[] own;
    private final long[] all;
    private final long[] pages;
    private final int[] threads;
    private final int[] processes;

    /** By process of the scan: the index of its leader, or -1. */
    private final int[] memberOf;

    /** What the machine is like: {@code pageBytes} of memory, and how many cores. */
    public record Machine(long pageBytes, int cores) {}

    /**
     * @param earlier empty for a first look: there is no CPU then; nor where that and {@code now}
     *     do not look at the same, leaders or all
     * @param leaders pids, ascending
     */
    public Usage(Optional<Scan> earlier, Scan now, int[] leaders, Machine machine) {
        this.now = now;
        Optional<Scan> before = earlier.filter(scan -> scan.isWhole() == now.isWhole());
        this.leaders = leaders;
        pageBytes = machine.pageBytes();
        most = 100.0 * machine.cores();
        nanos = before.isPresent() ? now.takenAt() - before.get().takenAt() : 0;
        own = new long[leaders.length];
        all = new long[leaders.length];
        pages = new long[leaders.length];
        threads = new int[leaders.length];
        processes = new int[leaders.length];
        memberOf = new int[now.size()];
        for (int i = 0; i < now.size(); i++) {
            memberOf[i] = leaderOf(now, i);
            if (memberOf[i] >= 0) {
                add(
                        memberOf[i],
                        i,
                        before.isPresent() ? before.get().findSame(now, i) : -1,
                        before);
            }
        }
        if (before.isPresent()) {
            takeEnded(before.get());
        }
    }

    /** -1 for none. */
    private int leaderOf(Scan scan, int index) {
        int leader = Arrays.binarySearch(leaders, scan.pid(index));
        if (leader < 0) {
            leader = Arrays.binarySearch(leaders, scan.session(index));
        }
        return Math.max(leader, -1);
    }

    private void add(int leader, int index, int same, Optional<Scan> before) {
        boolean known = same >= 0 && before.isPresent();
        own[leader] += now.ownTicks(index) - (known ? before.get().ownTicks(same) : 0);
        all[leader] += now.allTicks(index) - (known ? before.get().allTicks(same) : 0);
        pages[leader] += now.pages(index);
        threads[leader] += now.threads(index);
        processes[leader]++;
    }

    /** What was counted of them before is in their parents' sums now. */
    private void takeEnded(Scan before) {
        for (int i = 0; i < before.size(); i++) {
            int leader = leaderOf(before, i);
            if (leader < 0 || now.findSame(before, i) >= 0) {
                continue;
            }
            int lead = before.find(leaders[leader]);
            boolean sameLeader = lead >= 0 && now.findSame(before, lead) >= 0;
            if (sameLeader) {
                all[leader] -= before.allTicks(i);
            }
        }
    }

    /** Of the session of a leader; empty where /proc had no such process. */
    public Optional<Figures> of(int pid) {
        int leader = Arrays.binarySearch(leaders, pid);
        if (leader < 0 || now.find(pid) < 0) {
            return Optional.empty();
        }
        return Optional.of(figures(leader, Math.max(own[leader], all[leader])));
    }

    /** As {@link #of}, but without what its children used: of one that waits for other sessions. */
    public Optional<Figures> withoutChildren(int pid) {
        int leader = Arrays.binarySearch(leaders, pid);
        return leader < 0 || now.find(pid) < 0
                ? Optional.empty()
                : Optional.of(figures(leader, own[leader]));
    }

    private Figures figures(int leader, long ticks) {
        double cpu = nanos > 0 ? Math.clamp(100.0 * ticks * TICK_NANOS / nanos, 0, most) : -1;
        return new Figures(cpu, pages[leader] * pageBytes, threads[leader], processes[leader]);
    }

    /**
     * How many descriptors the session of each leader has open, in the order of leaders; empty
     * where one may not be read.
     */
    public OptionalInt[] descriptors(ProcFiles proc) {
        int[] counts = new int[leaders.length];
        for (int i = 0; i < memberOf.length; i++) {
            int leader = memberOf[i];
            if (leader >= 0 && counts[leader] >= 0) {
                int count = proc.descriptors(now.pid(i));
                counts[leader] = count < 0 ? -1 : counts[leader] + count;
            }
        }
        var result = new OptionalInt[leaders.length];
        for (int i = 0; i < result.length; i++) {
            boolean known = counts[i] >= 0 && processes[i] > 0;
            result[i] = known ? OptionalInt.of(counts[i]) : OptionalInt.empty();
        }
        return result;
    }
}
