package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import taskmaster.config.Launch;
import taskmaster.posix.ChildChange;
import taskmaster.posix.ChildExit;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.WaitStatus;

/**
 * An operating system in virtual time whose processes behave as their {@link Life} says.
 *
 * <p>Pids come again soon, as on a machine that has run for long, so that whoever uses a reaped one
 * meets somebody else. A call that no correct supervisor makes is a {@link Violation}, kept and not
 * thrown: the daemon might catch it.
 */
final class VirtualKernel implements Kernel {

    /** Of the monotonic clock, when the run begins. */
    static final long START = 1000 * Seconds.SECOND;

    /** What every process does once the world is at peace. */
    private static final Life PEACE = Life.GOOD;

    /** From a signal to the end of what exits in order. */
    private static final long GRACE = Seconds.SECOND / 2;

    private static final int FIRST_PID = 100;

    /** So many processes do not fork; pids would run out. */
    private static final int MOST_WITH_FORKS = 40;

    /** What the laws want to know at the moment when it happens. */
    interface Observer {

        void spawning(String process);

        void signalled(VirtualProcess to, Signal signal);

        /** The supervisor has been told that it was stopped or goes on. */
        void paused(VirtualProcess process, ChildChange change);

        /** {@code left}: processes of its group that live on. */
        void reaped(VirtualProcess leader, int left);
    }

    private record Happening(long at, long sequence, Runnable action)
            implements Comparable<Happening> {
        @Override
        public int compareTo(Happening other) {
            return at != other.at
                    ? Long.compare(at, other.at)
                    : Long.compare(sequence, other.sequence);
        }
    }

    private final World.Machine machine;
    private final Trace trace;
    private final Observer observer;
    private final PriorityQueue<Happening> happenings = new PriorityQueue<>();
    private long happened;
    private long now = START;
    private long wallClock = 1_700_000_000_000L - START / 1_000_000;
    private int nextPid = FIRST_PID;
    private boolean peaceful;

    /** Everything that is not reaped, in the order of birth. */
    private final Map<Integer, VirtualProcess> processes = new LinkedHashMap<>();

    /** By program and version, as {@link Program#specs} has them in its commands. */
    private final Map<String, List<Life>> lives = new HashMap<>();

    private final Map<String, Integer> starts = new HashMap<>();

    /** What is to go wrong. */
    final VirtualFaults faults = new VirtualFaults();

    Optional<Violation> violation = Optional.empty();

    VirtualKernel(World.Machine machine, Trace trace, Observer observer) {
        this.machine = machine;
        this.trace = trace;
        this.observer = observer;
    }

    // What the simulation does.

    void knows(Collection<Program> programs) {
        for (Program program : programs) {
            lives.put("/bin/" + program.name() + "/" + program.version(), program.lives());
        }
    }

    /** Lets {@code action} happen after so long. */
    void later(long nanos, Runnable action) {
        happenings.add(new Happening(now + nanos, happened++, action));
    }

    /** When something happens next; {@code Long.MAX_VALUE}: nothing will. */
    long nextHappening() {
        return happenings.isEmpty() ? Long.MAX_VALUE : happenings.peek().at;
    }

    void advanceTo(long time) {
        while (!happenings.isEmpty() && happenings.peek().at <= time) {
            Happening next = happenings.remove();
            now = Math.max(now, next.at);
            next.action.run();
        }
        now = Math.max(now, time);
    }

    void jumpWallClock(long millis) {
        wallClock += millis;
    }

    /** From here on nothing fails, nothing hangs and nothing ends by itself. */
    void makePeace() {
        peaceful = true;
        faults.forget();
        for (VirtualProcess process : List.copyOf(processes.values())) {
            goOn(process);
            if (process.phase == VirtualProcess.Phase.ON_ITS_WAY) {
                arrive(process);
            }
            if (process.isDying) {
                end(process, new WaitStatus.Killed(Signal.KILL, false));
            }
        }
    }

    /** The leader of a process that has come to its program, if it lives. */
    Optional<VirtualProcess> running(String name) {
        for (VirtualProcess process : processes.values()) {
            if (process.isLeader
                    && !process.isDisowned
                    && process.name.equals(name)
                    && process.phase == VirtualProcess.Phase.RUNS) {
                return Optional.of(process);
            }
        }
        return Optional.empty();
    }

    void orphanEnds() {
        var orphan = new VirtualProcess(this, takePid(), "orphan", PEACE, 0);
        orphan.isAdopted = true;
        processes.put(orphan.pid, orphan);
        end(orphan, new WaitStatus.Exited(9));
    }

    /** Something has happened to a child that nobody has taken. */
    boolean hasNews() {
        return peekChange().isPresent();
    }

    /** A signal, of whomever, stops it. */
    void stop(VirtualProcess process, Signal signal) {
        if (process.phase != VirtualProcess.Phase.ZOMBIE && !process.isStopped) {
            say(process.pid + " of " + process.name + " is stopped");
            process.isStopped = true;
            process.news = Optional.of(new ChildChange.Stopped(process.pid, signal));
        }
    }

    /** CONT, of whomever. */
    void goOn(VirtualProcess process) {
        if (process.phase == VirtualProcess.Phase.ZOMBIE) {
            return;
        }
        if (process.isStopped) {
            say(process.pid + " of " + process.name + " goes on");
            process.isStopped = false;
            process.news = Optional.of(new ChildChange.Continued(process.pid));
        }
        Optional<Signal> pending = process.pending;
        process.pending = Optional.empty();
        pending.ifPresent(held -> act(process, held));
    }

    boolean hasChildren() {
        for (VirtualProcess process : processes.values()) {
            if (process.isChild()) {
                return true;
            }
        }
        return false;
    }

    /** The leader with this pid, if it is not reaped. */
    Optional<VirtualProcess> unreaped(int pid) {
        return Optional.ofNullable(processes.get(pid)).filter(process -> process.isLeader);
    }

    /** Whatever is not reaped yet. */
    Collection<VirtualProcess> processes() {
        return processes.values();
    }

    // What processes do.

    private void arrive(VirtualProcess process) {
        if (process.phase != VirtualProcess.Phase.ON_ITS_WAY) {
            return;
        }
        if (process.life.exec()
                instanceof Life.Exec.Fails(var a, var e, String action, Errno why)) {
            process.failure = Optional.of(new SpawnFailure(action, why));
            end(process, new WaitStatus.Exited(127));
            return;
        }
        process.phase = VirtualProcess.Phase.RUNS;
        process.arrivedAt = now;
        Life life = process.life;
        for (int i = 0; i < life.members() && mayFork(); i++) {
            var member = new VirtualProcess(this, takePid(), process.name, life, process.pid);
            member.phase = VirtualProcess.Phase.RUNS;
            processes.put(member.pid, member);
        }
        if (life.stopped() && !peaceful) {
            stop(process, Signal.STOP);
        }
        if (life.lasts() == 0) {
            end(process, life.ending());
        } else if (life.lasts() != Life.FOREVER) {
            later(
                    life.lasts(),
                    () -> {
                        if (!peaceful) {
                            end(process, life.ending());
                        }
                    });
        }
    }

    private boolean mayFork() {
        return !peaceful && processes.size() < MOST_WITH_FORKS;
    }

    /** Nothing where it has ended before. */
    void end(VirtualProcess process, WaitStatus status) {
        if (process.phase == VirtualProcess.Phase.ZOMBIE || processes.get(process.pid) != process) {
            return;
        }
        say(process.pid + " of " + process.name + " " + Life.describe(status));
        process.phase = VirtualProcess.Phase.ZOMBIE;
        process.status = status;
        if (!process.isChild()) {
            processes.remove(process.pid); // its parent reaps it
        }
        if (process.isLeader) {
            for (VirtualProcess member : group(process.pid)) {
                member.isAdopted |= !member.isLeader;
            }
        }
    }

    private List<VirtualProcess> group(int leader) {
        var members = new ArrayList<VirtualProcess>();
        for (VirtualProcess process : processes.values()) {
            if (process.group == leader) {
                members.add(process);
            }
        }
        return members;
    }

    private void deliver(VirtualProcess process, Signal signal) {
        if (process.phase == VirtualProcess.Phase.ZOMBIE) {
            return;
        }
        if (signal.equals(Signal.CONT)) {
            goOn(process);
        } else if (signal.equals(Signal.STOP)) {
            stop(process, signal);
        } else if (signal.equals(Signal.KILL)) {
            kill(process);
        } else if (process.isStopped) {
            process.pending = Optional.of(signal);
        } else {
            act(process, signal);
        }
    }

    private void kill(VirtualProcess process) {
        var killed = new WaitStatus.Killed(Signal.KILL, false);
        if (process.life.unkillable() == 0 || peaceful) {
            end(process, killed);
        } else if (!process.isDying) {
            process.isDying = true;
            later(process.life.unkillable(), () -> end(process, killed));
        }
    }

    private void act(VirtualProcess process, Signal signal) {
        var killed = new WaitStatus.Killed(signal, false);
        if (process.phase == VirtualProcess.Phase.ON_ITS_WAY) {
            end(process, killed);
            return;
        }
        switch (process.life.manner()) {
            case OBEYS -> end(process, killed);
            case EXITS -> later(GRACE, () -> end(process, Life.EXIT_0));
            case IGNORES_TERM -> {
                if (!signal.equals(Signal.TERM)) {
                    end(process, killed);
                }
            }
            case IGNORES_ALL -> {}
        }
    }

    private int takePid() {
        while (isTaken(nextPid)) {
            nextPid = next(nextPid);
        }
        int pid = nextPid;
        nextPid = next(nextPid);
        return pid;
    }

    private int next(int pid) {
        return pid + 1 == FIRST_PID + machine.pids() ? FIRST_PID : pid + 1;
    }

    private boolean isTaken(int pid) {
        for (VirtualProcess process : processes.values()) {
            if (process.pid == pid || process.group == pid) {
                return true;
            }
        }
        return false;
    }

    private void say(String what) {
        trace.effect(now - START, what);
    }

    void violated(String law, String what) {
        if (violation.isEmpty()) {
            violation = Optional.of(new Violation(law, what));
        }
    }

    // What the supervisor calls.

    @Override
    public long now() {
        return now;
    }

    @Override
    public long wallClock() {
        return wallClock + now / 1_000_000;
    }

    @Override
    public Launched spawn(Launch launch) throws ErrnoException {
        String name = launch.command().substring(launch.command().lastIndexOf('/') + 1);
        observer.spawning(name);
        faults.atSpawn(name, this::say);
        for (VirtualProcess other : processes.values()) {
            if (other.isLeader && !other.isDisowned && other.name.equals(name)) {
                violated("one process a slot", name + " is started while it has " + other.pid);
            }
        }
        int pid = takePid();
        var process = new VirtualProcess(this, pid, name, nextLife(launch), pid);
        processes.put(process.pid, process);
        process.startedAt = now;
        say(name + " starts as " + process.pid);
        if (process.life.exec().after() == 0) {
            arrive(process);
        } else {
            later(process.life.exec().after(), () -> arrive(process));
        }
        return process;
    }

    private Life nextLife(Launch launch) {
        if (peaceful) {
            return PEACE;
        }
        String command = launch.command();
        List<Life> all = lives.get(command.substring(0, command.lastIndexOf('/')));
        int start = starts.merge(command, 1, Integer::sum);
        return all.get(Math.min(start, all.size()) - 1);
    }

    @Override
    public void send(int pid, Signal signal, boolean group) throws ErrnoException {
        VirtualProcess to = processes.get(pid);
        String target = (group ? "the group of " : "") + pid;
        if (to == null || !to.isLeader) {
            violated("no signal to a stranger", signal.name() + " to " + target);
            return;
        }
        if (to.isDisowned) {
            violated("the disowned are left alone", signal.name() + " to " + target);
        }
        observer.signalled(to, signal);
        Optional<Errno> fault = faults.ofSignal();
        if (fault.isPresent()) {
            to.wasSpared = true;
            say(signal.name() + " to " + target + " fails: " + fault.get().name());
            throw new ErrnoException("kill", target + ", " + signal.name(), fault.get());
        }
        boolean grouped = to.phase != VirtualProcess.Phase.ON_ITS_WAY || !to.life.exec().early();
        if (group && !grouped) {
            throw new ErrnoException("kill", "-" + pid + ", " + signal.name(), Errno.ESRCH);
        }
        say(target + " of " + to.name + " gets " + signal.name());
        for (VirtualProcess process : group ? group(pid) : List.of(to)) {
            deliver(process, signal);
        }
    }

    @Override
    public Optional<ChildChange> peekChange() {
        Optional<ChildChange> found = Optional.empty();
        for (VirtualProcess process : processes.values()) {
            if (found.isPresent() && !machine.newestFirst()) {
                return found;
            }
            if (process.phase == VirtualProcess.Phase.ZOMBIE) {
                found = Optional.of(new ChildExit(process.pid, process.status));
            } else if (process.isChild() && process.news.isPresent()) {
                found = process.news;
            }
        }
        return found;
    }

    @Override
    public Optional<ChildChange> takeChange(int pid) {
        VirtualProcess process = processes.get(pid);
        if (process == null || !process.isChild()) {
            violated("only children are waited for", "pid " + pid);
            return Optional.empty();
        }
        Optional<ChildChange> news = process.news;
        process.news = Optional.empty();
        if (process.phase == VirtualProcess.Phase.ZOMBIE) {
            return Optional.empty();
        }
        news.ifPresent(change -> observer.paused(process, change));
        return news;
    }

    @Override
    public void reap(int pid) {
        VirtualProcess process = processes.get(pid);
        if (process == null || process.phase != VirtualProcess.Phase.ZOMBIE) {
            violated("only zombies are reaped", "pid " + pid);
            return;
        }
        processes.remove(pid);
        if (process.isLeader) {
            observer.reaped(process, alive(group(pid)));
        }
    }

    private static int alive(List<VirtualProcess> processes) {
        int alive = 0;
        for (VirtualProcess process : processes) {
            if (process.phase != VirtualProcess.Phase.ZOMBIE && !process.isDying) {
                alive++;
            }
        }
        return alive;
    }

    @Override
    public boolean lookAfterStarts() {
        for (VirtualProcess process : processes.values()) {
            if (process.phase == VirtualProcess.Phase.ON_ITS_WAY) {
                return true;
            }
        }
        return false;
    }
}
