package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import taskmaster.activity.ActivityLog;
import taskmaster.activity.ActivityLog.Level;
import taskmaster.config.ProcessSpec;
import taskmaster.posix.ChildExit;

/**
 * Processes that were left to themselves: nothing ends them and nothing starts them again, but each
 * is known until it is reaped. Owned by the supervisor's thread.
 *
 * <p>What one prints goes on into its log as long as the daemon lives, also where its program has
 * left the configuration. After that it waits in the pipe, 64 KiB of it, for the next daemon of the
 * same pid file; when the pipe is full the process waits. Its stdin stays open as long.
 */
final class Disowned {

    private record Left(ProcessSpec spec, Optional<Kernel.Input> input) {}

    private final Kernel kernel;
    private final ActivityLog log;
    private final Map<Integer, Left> byPid = new HashMap<>();
    private Collection<ProcessSpec> configured = List.of();

    Disowned(Kernel kernel, ActivityLog log) {
        this.kernel = kernel;
        this.log = log;
    }

    boolean isEmpty() {
        return byPid.isEmpty();
    }

    boolean has(int pid) {
        return byPid.containsKey(pid);
    }

    /** Takes over all that the slot has of its process. */
    void add(int pid, Slot slot) {
        byPid.put(pid, new Left(slot.spec(), slot.input));
        slot.input = Optional.empty();
    }

    /** The process is a zombie. */
    void ended(ChildExit exit) {
        kernel.reap(exit.pid());
        Left left = byPid.remove(exit.pid());
        left.input.ifPresent(Kernel.Input::close);
        log.log(
                Level.INFO,
                "disowned: "
                        + left.spec.name()
                        + " ("
                        + exit.pid()
                        + ") has ended ("
                        + exit.status().describe()
                        + ")");
        keepOutputs(configured);
    }

    /** Those that were left by this slot and have not ended. */
    List<Integer> of(Slot slot) {
        var pids = new ArrayList<Integer>();
        for (Map.Entry<Integer, Left> one : byPid.entrySet()) {
            if (one.getValue().spec.name().equals(slot.name())) {
                pids.add(one.getKey());
            }
        }
        return pids;
    }

    /** The output of these is wanted, and of what was left by others. */
    void keepOutputs(Collection<ProcessSpec> wanted) {
        configured = wanted;
        if (byPid.isEmpty()) {
            kernel.keepOutputs(wanted);
            return;
        }
        Set<String> names = new HashSet<>();
        var all = new ArrayList<>(wanted);
        for (ProcessSpec spec : wanted) {
            names.add(spec.name().toString());
        }
        for (Left left : byPid.values()) {
            if (names.add(left.spec.name().toString())) {
                all.add(left.spec);
            }
        }
        kernel.keepOutputs(all);
    }

    /** The daemon ends: what these print waits for the next one. */
    void leaveOutputs() {
        var specs = new ArrayList<ProcessSpec>();
        for (Left left : byPid.values()) {
            specs.add(left.spec);
        }
        kernel.leaveOutputs(specs);
    }
}
