package taskmaster.supervisor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import taskmaster.config.Launch;
import taskmaster.posix.ChildChange;
import taskmaster.posix.ChildExit;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.WaitStatus;

/**
 * An operating system of the imagination, with a clock that only moves when it is told to. A
 * process obeys TERM at once unless its command is listed as stubborn.
 */
final class SimulatedKernel implements Kernel {

    private static final long SECOND = 1_000_000_000L;

    long now = 1000 * SECOND;
    private int nextPid = 100;

    /** What lives: pid to command. */
    final Map<Integer, String> alive = new TreeMap<>();

    private final Map<Integer, WaitStatus> zombies = new LinkedHashMap<>();

    /** Stops and continuations that are not taken; of each process the last. */
    private final Map<Integer, ChildChange> pauses = new LinkedHashMap<>();

    private final Set<Integer> stopped = new HashSet<>();

    /** Every signal that was sent, as {@code 101 TERM}, {@code -101 KILL} to a group. */
    final List<String> signals = new ArrayList<>();

    /** Commands that were started, in order. */
    final List<String> started = new ArrayList<>();

    /** Commands that ignore TERM. */
    final List<String> stubborn = new ArrayList<>();

    /** Commands that cannot be executed. */
    final Map<String, Errno> broken = new TreeMap<>();

    /** Commands whose processes have not made a group of their own yet. */
    final List<String> withoutGroup = new ArrayList<>();

    /** Commands whose exec has no outcome yet. */
    final List<String> hanging = new ArrayList<>();

    private final Map<Integer, SpawnFailure> lateFailures = new TreeMap<>();

    /** Commands that hang in the kernel: SIGKILL has to wait. */
    final List<String> immortal = new ArrayList<>();

    /** What a call of this name throws, so often. */
    final Map<String, ArrayDeque<Error>> bugs = new TreeMap<>();

    void breaks(String call, int times) {
        for (int i = 0; i < times; i++) {
            bugs.computeIfAbsent(call, c -> new ArrayDeque<>()).add(new OutOfMemoryError("test"));
        }
    }

    private void throwBug(String call) {
        if (!bugs.getOrDefault(call, new ArrayDeque<>()).isEmpty()) {
            throw bugs.get(call).remove();
        }
    }

    /** How the next clones fail. */
    final ArrayDeque<Errno> cloneFailures = new ArrayDeque<>();

    @Override
    public long now() {
        return now;
    }

    @Override
    public long wallClock() {
        return 1_700_000_000_000L + now / 1_000_000;
    }

    @Override
    public Launched spawn(Launch launch) throws ErrnoException {
        throwBug("spawn");
        if (!cloneFailures.isEmpty()) {
            throw new ErrnoException("clone", "of a child", cloneFailures.remove());
        }
        int pid = nextPid++;
        String command = launch.command();
        started.add(command);
        if (broken.containsKey(command)) {
            zombies.put(pid, new WaitStatus.Exited(127));
            String quoted = "\"" + command + "\"";
            String action =
                    command.indexOf('/') < 0 ? "find " + quoted + " in PATH" : "run " + quoted;
            var failure = new SpawnFailure(action, broken.get(command));
            lateFailures.put(pid, failure);
            return new Start(pid, command);
        }
        alive.put(pid, command);
        return new Start(pid, command);
    }

    /** The exec of a process that hung in it fails. */
    void execFails(String command, Errno errno) {
        int pid = pidOf(command);
        hanging.remove(command);
        lateFailures.put(pid, new SpawnFailure("run \"" + command + "\"", errno));
        exit(pid, new WaitStatus.Exited(127));
    }

    private final class Start implements Launched {

        private final int pid;
        private final String command;

        Start(int pid, String command) {
            this.pid = pid;
            this.command = command;
        }

        @Override
        public int pid() {
            return pid;
        }

        @Override
        public boolean isSettled() {
            throwBug("isSettled");
            return !hanging.contains(command);
        }

        @Override
        public void settle(Duration limit) {}

        @Override
        public Optional<SpawnFailure> failure() {
            throwBug("failure");
            return Optional.ofNullable(lateFailures.get(pid));
        }
    }

    @Override
    public void send(int pid, Signal signal, boolean group) throws ErrnoException {
        throwBug("send");
        if (!alive.containsKey(pid) && !zombies.containsKey(pid)) {
            throw new AssertionError("a signal to " + pid + ", which is nobody of ours");
        }
        if (group && withoutGroup.contains(alive.get(pid))) {
            throw new ErrnoException("kill", "-" + pid, Errno.ESRCH);
        }
        signals.add((group ? "-" : "") + pid + " " + signal.name());
        if (signal.equals(Signal.STOP) && alive.containsKey(pid)) {
            stop(pid, signal);
        } else if (signal.equals(Signal.CONT)) {
            goOn(pid);
        }
        boolean deadly =
                signal.equals(Signal.KILL)
                        || (signal.equals(Signal.TERM) && !stubborn.contains(alive.get(pid)));
        if (deadly && alive.containsKey(pid) && !immortal.contains(alive.get(pid))) {
            exit(pid, new WaitStatus.Killed(signal, false));
        }
    }

    /** A signal from outside stops the process. */
    void stop(int pid, Signal signal) {
        stopped.add(pid);
        pauses.put(pid, new ChildChange.Stopped(pid, signal));
    }

    void goOn(int pid) {
        if (stopped.remove(pid)) {
            pauses.put(pid, new ChildChange.Continued(pid));
        }
    }

    /** The process ends; the supervisor learns of it when it looks. */
    void exit(int pid, WaitStatus status) {
        if (alive.remove(pid) == null) {
            throw new AssertionError(pid + " does not live");
        }
        pauses.remove(pid);
        stopped.remove(pid);
        zombies.put(pid, status);
    }

    /** Somebody else's orphan ends as our child. */
    int orphanEnds() {
        zombies.put(nextPid, new WaitStatus.Exited(9));
        return nextPid++;
    }

    boolean hasZombies() {
        return !zombies.isEmpty() || !pauses.isEmpty();
    }

    int pidOf(String command) {
        for (Map.Entry<Integer, String> process : alive.entrySet()) {
            if (process.getValue().equals(command)) {
                return process.getKey();
            }
        }
        throw new AssertionError(command + " does not live: " + alive);
    }

    @Override
    public Optional<ChildChange> peekChange() {
        for (Map.Entry<Integer, WaitStatus> zombie : zombies.entrySet()) {
            return Optional.of(new ChildExit(zombie.getKey(), zombie.getValue()));
        }
        return pauses.values().stream().findFirst();
    }

    @Override
    public Optional<ChildChange> takeChange(int pid) {
        return zombies.containsKey(pid)
                ? Optional.empty()
                : Optional.ofNullable(pauses.remove(pid));
    }

    @Override
    public void reap(int pid) {
        throwBug("reap");
        if (zombies.remove(pid) == null) {
            throw new AssertionError(pid + " is no zombie");
        }
    }
}
