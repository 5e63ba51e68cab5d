package taskmaster.supervisor;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import taskmaster.posix.WaitStatus;

/** What the loop says of all processes at one moment, for {@link Sampler}. Immutable. */
final class Census {

    private final int[] pids;
    private final long[] starts;
    private final List<Listing> listings;
    private final long uptime;

    /**
     * The arrays are handed over.
     *
     * @param pids of those that are alive, ascending; none of them is reaped
     * @param starts when each was started, in the order of pids
     * @param listings one for each target that was asked for
     * @param uptime of the daemon, nanoseconds
     */
    Census(int[] pids, long[] starts, List<Listing> listings, long uptime) {
        this.pids = pids;
        this.starts = starts;
        this.listings = listings;
        this.uptime = uptime;
    }

    /** Those that are alive, and one more; ascending. */
    int[] pidsAnd(int other) {
        int[] all = Arrays.copyOf(pids, pids.length + 1);
        all[pids.length] = other;
        Arrays.sort(all);
        return all;
    }

    List<Listing> listings() {
        return listings;
    }

    long uptime() {
        return uptime;
    }

    /** What a target means now. */
    record Listing(List<Subject> subjects, List<String> unknown) {}

    /**
     * A process as {@code status} has it.
     *
     * @param pid 0 where it is not alive
     * @param startedAt monotonic clock, nanoseconds; no two starts of it have the same
     * @param uptime nanoseconds
     */
    record Subject(
            Name name,
            String state,
            boolean paused,
            int pid,
            long startedAt,
            long uptime,
            int restarts,
            Optional<WaitStatus> exit,
            String reason) {}

    /** What a process is called. */
    record Name(String full, String program, String group, String process) {}

    static Census of(Slots slots, List<Listing> listings, long uptime) {
        int[] pids = new int[slots.all().size()];
        int count = 0;
        for (Slot slot : slots.all()) {
            if (slot.state.livePid().isPresent()) {
                pids[count++] = slot.state.livePid().getAsInt();
            }
        }
        int[] alive = Arrays.copyOf(pids, count);
        Arrays.sort(alive);
        long[] starts = new long[count];
        for (Slot slot : slots.all()) {
            if (slot.state.livePid().isPresent()) {
                int index = Arrays.binarySearch(alive, slot.state.livePid().getAsInt());
                starts[index] = slot.startedAt;
            }
        }
        return new Census(alive, starts, listings, uptime);
    }

    static Subject subject(Slot slot, long now) {
        var name = slot.name();
        int pid = slot.state.livePid().orElse(0);
        return new Subject(
                new Name(name.toString(), slot.spec().program(), name.group(), name.process()),
                slot.state.name().name(),
                slot.state.pause().isPresent(),
                pid,
                slot.startedAt,
                pid == 0 ? 0 : now - slot.startedAt,
                slot.restarts,
                slot.lastExit,
                slot.reason);
    }

    /** Whether the process was alive already then, with the same pid: it has had it ever since. */
    boolean hasSame(Subject subject) {
        int index = Arrays.binarySearch(pids, subject.pid());
        return index >= 0 && starts[index] == subject.startedAt();
    }
}
