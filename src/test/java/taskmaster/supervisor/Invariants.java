package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import taskmaster.config.Policy;
import taskmaster.lifecycle.ProcessState;
import taskmaster.posix.ChildChange;
import taskmaster.posix.Signal;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/**
 * What must be true of a daemon at every moment, kept beside it: of each process what the last
 * request wants, when it was started, and how often in a row that failed.
 *
 * <p>A bound from below is reckoned from the beginning of the turn in which something happened, one
 * from above from its end: a start may take time.
 */
final class Invariants implements VirtualKernel.Observer {

    private static final long SECOND = Seconds.SECOND;

    /** From the decision to start to the clone: an older start may be waited for. */
    private static final long MOST_BEFORE_CLONE = SECOND / 20;

    /** How late an exec that hung may be found to have gone well. */
    private static final long LOOK_AGAIN = SECOND;

    private final VirtualKernel kernel;
    private final Supplier<List<Slot>> slots;
    private final Map<Slot, Seen> seen = new HashMap<>();
    private long turnBegan = VirtualKernel.START;
    private boolean userSends;
    private boolean disowning;

    /** How often the daemon was told to end. */
    private int closing;

    Invariants(VirtualKernel kernel, Supplier<List<Slot>> slots) {
        this.kernel = kernel;
        this.slots = slots;
    }

    // What the simulation tells.

    /** Something is about to be handled. */
    void turnBegins() {
        turnBegan = kernel.now();
    }

    /** A request is about to be handled. */
    void takes(VirtualClient client) {
        switch (client.request) {
            case Request.Start(Target target, var w) -> wish(client, target, Wish.UP);
            case Request.Restart(Target target, var w) -> wish(client, target, Wish.UP);
            case Request.Stop(Target target, var w) -> wish(client, target, Wish.DOWN);
            case Request.SendSignal s -> userSends = true;
            case Request.Disown d -> disowning = true;
            case Request.Shutdown s -> takesTerm();
            default -> {}
        }
    }

    /** A request has been handled. */
    void hasTaken(VirtualClient client) {
        client.isHandled = true;
        client.deadline = client.deadlineFrom(kernel.now());
    }

    private void wish(VirtualClient client, Target target, Wish wish) {
        var about = new ArrayList<Slot>();
        for (Slot slot : slots.get()) {
            if (isMeant(slot, target)) {
                about.add(slot);
                if (closing == 0) {
                    of(slot).wish = wish;
                    of(slot).asked = wish == Wish.UP ? of(slot).asked + 1 : 0;
                    of(slot).restarting =
                            wish == Wish.UP && client.request instanceof Request.Restart;
                }
            }
        }
        client.about = about;
        for (Slot slot : about) {
            of(slot).stopsNow = wish == Wish.DOWN && (about.size() == 1 || !isUp(slot));
        }
    }

    /** A full name is one process, even where its program has the same name. */
    private boolean isMeant(Slot slot, Target target) {
        if (!(target instanceof Target.Named named)) {
            return true;
        }
        String full = slot.name().toString();
        for (String name : named.names()) {
            if (full.equals(name) || (slot.spec().program().equals(name) && !isFullName(name))) {
                return true;
            }
        }
        return false;
    }

    private boolean isFullName(String name) {
        for (Slot slot : slots.get()) {
            if (slot.name().toString().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** TERM, or what means the same, is about to be handled. */
    void takesTerm() {
        closing++;
    }

    boolean isClosing() {
        return closing > 0;
    }

    /** A new configuration is about to be taken: it starts again what failed or ended. */
    void takesConfig() {
        for (Slot slot : slots.get()) {
            boolean ended =
                    slot.state instanceof ProcessState.Fatal
                            || slot.state instanceof ProcessState.Exited;
            if (ended && of(slot).wish == Wish.DOWN) {
                of(slot).wish = Wish.EITHER;
            }
        }
    }

    /** Something has been handled. */
    void turnEnds() {
        userSends = false;
        seeDisowned();
        disowning = false;
        for (Slot slot : slots.get()) {
            Seen s = of(slot);
            if (!slot.state.equals(s.state)) {
                changed(slot, s);
                s.state = slot.state;
            }
            if (s.leaving && !slot.leaving) {
                s.wish = slot.wanted().policy().autostart() ? Wish.UP : Wish.DOWN;
                s.asked = 1;
            }
            s.leaving = slot.leaving;
            s.asked += slot.wanted().equals(s.wanted) ? 0 : 1;
            s.wanted = slot.wanted();
            s.policy = slot.spec().policy();
            s.startTime = Math.max(s.startTime, s.policy.startTime().toNanos());
            s.leastStartTime = Math.min(s.leastStartTime, s.policy.startTime().toNanos());
            s.retries = Math.max(s.retries, s.policy.startRetries());
            s.restarts = slot.restarts;
        }
    }

    /** What no slot has any more, and still lives, was left to itself: somebody must have asked. */
    private void seeDisowned() {
        for (Slot slot : slots.get()) {
            Seen s = of(slot);
            boolean gone = s.state.livePid().isPresent() && slot.state.livePid().isEmpty();
            Optional<VirtualProcess> left =
                    gone ? kernel.unreaped(s.state.livePid().getAsInt()) : Optional.empty();
            if (left.isPresent()) {
                left.get().isDisowned = true;
                s.wish = Wish.DOWN;
                s.asked = 0;
                if (!disowning && closing == 0) {
                    violated("every child is known", slot, "has forgotten " + left.get().pid);
                }
            }
        }
    }

    // The laws of one change of state.

    private Seen of(Slot slot) {
        Seen known = seen.get(slot);
        if (known == null) {
            known = new Seen(slot);
            known.wish = firstWish(slot);
            seen.put(slot, known);
        }
        return known;
    }

    /** A later reload, applied in the same turn, may have changed what starts by itself. */
    private Wish firstWish(Slot slot) {
        boolean starts = slot.spec().policy().autostart();
        if (closing > 0 || starts != (slot.requests > 0)) {
            return closing > 0 ? Wish.DOWN : Wish.EITHER;
        }
        return starts ? Wish.UP : Wish.DOWN;
    }

    private static boolean isUp(Slot slot) {
        return slot.state instanceof ProcessState.Starting
                || slot.state instanceof ProcessState.Running;
    }

    private void changed(Slot slot, Seen s) {
        if (slot.state.epoch() != s.state.epoch()) {
            s.changedAfter = turnBegan;
            s.changedBefore = kernel.now();
        }
        if (slot.leftAlone) {
            return;
        }
        switch (slot.state) {
            case ProcessState.Running r -> {
                s.attempts = 0;
                if (s.state instanceof ProcessState.Running) {
                    break; // it is paused, or goes on
                }
                // One without startsecs runs at once, and may be paused in the same turn.
                boolean pausedBefore =
                        slot.state.pause().isEmpty()
                                || (s.state.livePid().equals(slot.state.livePid())
                                        && s.state.pause().isPresent());
                if (s.pausedAt != Seen.NOT_PAUSED && pausedBefore) {
                    violated("a pause stops the clock", slot, "has stayed up while it was paused");
                }
                long counted = kernel.now() - s.lastStart - s.pausedFor;
                if (counted < s.leastStartTime - MOST_BEFORE_CLONE) {
                    violated("RUNNING after startsecs", slot, "runs too soon");
                }
            }
            case ProcessState.Backoff b -> {
                if (b.failures() != s.attempts) {
                    String what = "failure " + b.failures() + " after starts: " + s.attempts;
                    violated("backoff", slot, what);
                }
            }
            case ProcessState.Fatal f -> gaveUp(slot, s);
            case ProcessState.Exited e -> {
                if (!e.restartPending() && closing == 0 && !mayStayDown(slot, s)) {
                    violated("autorestart", slot, "ended and is not started again");
                }
            }
            case ProcessState.Stopping x -> {
                if (x.epoch() != s.state.epoch()) {
                    s.stopTime = stopTime(slot, s);
                    s.kills = s.state instanceof ProcessState.Stopping ? s.kills : 0;
                    mayAct(slot, x.pid());
                }
            }
            case ProcessState.Stopped x -> {}
            case ProcessState.Spawning x -> {}
            case ProcessState.Starting x -> {}
        }
    }

    /** A stop wins over a pause: who is told to end can act on it, or SIGKILL has reached it. */
    private void mayAct(Slot slot, int pid) {
        Optional<VirtualProcess> told = kernel.unreaped(pid);
        if (told.isPresent()
                && told.get().phase == VirtualProcess.Phase.RUNS
                && told.get().arrivedAt < turnBegan
                && told.get().isStopped
                && !told.get().isDying
                && !told.get().wasSpared) {
            violated("a stop wins over a pause", slot, "is told to end and is stopped");
        }
    }

    private void gaveUp(Slot slot, Seen s) {
        int most = s.retries + 1;
        int least = Math.min(s.policy.startRetries(), slot.spec().policy().startRetries()) + 1;
        boolean threw = kernel.faults.wounded.contains(slot.name().process());
        boolean tooSoon = s.attempts < least && closing == 0 && !threw;
        if (tooSoon || s.attempts > most) {
            violated("backoff", slot, "gave up after starts: " + s.attempts);
        }
    }

    private static boolean mayStayDown(Slot slot, Seen s) {
        WaitStatus status = slot.lastExit.orElse(Life.EXIT_0);
        return mayStayDown(s.policy, status) || mayStayDown(slot.spec().policy(), status);
    }

    private static boolean mayStayDown(Policy policy, WaitStatus status) {
        return switch (policy.autorestart()) {
            case FALSE -> true;
            case TRUE -> false;
            case UNEXPECTED ->
                    status instanceof WaitStatus.Exited(int code)
                            && policy.exitCodes().contains(code);
        };
    }

    private static long stopTime(Slot slot, Seen s) {
        long before = s.policy.stopTime().toNanos();
        return Math.min(before, slot.spec().policy().stopTime().toNanos());
    }

    // The laws of what is done to the kernel.

    @Override
    public void spawning(String process) {
        for (Slot slot : slots.get()) {
            if (slot.name().process().equals(process)) {
                spawning(slot, of(slot));
                return;
            }
        }
        kernel.violated("the last request wins", process + " is started and not configured");
    }

    private void spawning(Slot slot, Seen s) {
        boolean automatic = slot.restarts != s.restarts;
        boolean retry = automatic && s.state instanceof ProcessState.Backoff;
        long now = kernel.now();
        boolean isNew = !slot.wanted().equals(s.wanted);
        if (!automatic && s.asked == 0 && !isNew && !slot.leftAlone) {
            violated("the last request wins", slot, "is started, which nobody asked for");
        }
        if (closing > 0) {
            violated("the last request wins", slot, "is started while the daemon ends");
        }
        if (automatic && s.wish == Wish.DOWN && s.stopsNow) {
            violated("the last request wins", slot, "is started again after a stop");
        }
        if (automatic && now - s.lastStart < SECOND - MOST_BEFORE_CLONE) {
            violated("a second between starts", slot, "is started again too soon");
        }
        if (retry && now - s.changedAfter < s.attempts * SECOND) {
            violated("backoff", slot, "is tried again too soon");
        }
        s.attempts = retry ? s.attempts + 1 : 1;
        s.retries = retry ? s.retries : 0;
        s.retries = Math.max(s.retries, slot.spec().policy().startRetries());
        s.lastStart = now;
        s.pausedFor = 0;
        s.pausedAt = Seen.NOT_PAUSED;
        s.startTime = slot.spec().policy().startTime().toNanos();
        s.leastStartTime = s.startTime;
        s.asked -= automatic || s.asked == 0 ? 0 : 1;
        s.restarts = slot.restarts;
    }

    @Override
    public void signalled(VirtualProcess to, Signal signal) {
        boolean zombie = to.phase == VirtualProcess.Phase.ZOMBIE;
        if (!signal.equals(Signal.KILL) || zombie || userSends || closing > 1) {
            return;
        }
        for (Slot slot : slots.get()) {
            if (slot.state.livePid().isPresent() && slot.state.livePid().getAsInt() == to.pid) {
                killed(slot, of(slot));
                return;
            }
        }
        kernel.violated("KILL at stopwaitsecs", to.pid + ", which belongs to no process");
    }

    private void killed(Slot slot, Seen s) {
        s.kills++;
        if (slot.leftAlone) {
            return;
        }
        boolean isStopSignal =
                s.policy.stopSignal().equals(Signal.KILL)
                        || slot.spec().policy().stopSignal().equals(Signal.KILL);
        boolean late =
                s.state instanceof ProcessState.Stopping
                        && kernel.now() - s.changedAfter >= s.stopTime;
        if (!isStopSignal && !late) {
            violated("KILL at stopwaitsecs", slot, "is killed too soon");
        }
    }

    @Override
    public void paused(VirtualProcess process, ChildChange change) {
        for (Slot slot : slots.get()) {
            if (slot.state.livePid().equals(OptionalInt.of(process.pid))) {
                Seen s = of(slot);
                boolean stopped = change instanceof ChildChange.Stopped;
                if (s.pausedAt != Seen.NOT_PAUSED && !stopped) {
                    s.pausedFor += kernel.now() - s.pausedAt;
                    s.pausedAt = Seen.NOT_PAUSED;
                } else if (stopped && s.pausedAt == Seen.NOT_PAUSED) {
                    s.pausedAt = kernel.now();
                }
            }
        }
    }

    @Override
    public void reaped(VirtualProcess leader, int left) {
        for (Slot slot : slots.get()) {
            boolean its = slot.name().process().equals(leader.name) && !leader.isDisowned;
            if (its && left > 0 && slot.spec().policy().killAsGroup() && !leader.wasSpared) {
                Seen s = of(slot);
                if (s.policy.killAsGroup()) {
                    violated("the group goes with its leader", slot, "leaves " + left + " behind");
                }
            }
        }
    }

    // The laws of a moment in which there is nothing more to do.

    void settled() {
        for (Slot slot : slots.get()) {
            Seen s = of(slot);
            if (!slot.leftAlone) {
                overdue(slot, s);
            }
            s.asked = isUp(slot) && !s.restarting ? 0 : s.asked;
        }
    }

    private void overdue(Slot slot, Seen s) {
        long waits = kernel.now() - s.changedBefore;
        long allowed =
                switch (slot.state) {
                    case ProcessState.Backoff b -> b.failures() * SECOND;
                    case ProcessState.Exited e when e.restartPending() -> SECOND;
                    case ProcessState.Stopping x when s.kills == 0 ->
                            slot.spec().policy().stopTime().equals(s.policy.stopTime())
                                    ? Math.max(s.stopTime, s.policy.stopTime().toNanos())
                                    : Long.MAX_VALUE;
                    case ProcessState.Starting x when x.pause().isPresent() -> Long.MAX_VALUE;
                    case ProcessState.Starting x ->
                            kernel.running(slot.name().process()).isEmpty()
                                    ? Long.MAX_VALUE
                                    : kernel.running(slot.name().process()).get().arrivedAt
                                            - s.changedBefore
                                            + s.startTime
                                            + s.pausedFor
                                            + LOOK_AGAIN;
                    case ProcessState.Spawning x -> -1;
                    default -> Long.MAX_VALUE;
                };
        if (waits > allowed) {
            violated("in time", slot, "is overdue in " + slot.state.name());
        }
    }

    // The laws of a world at peace, where every process that is started runs.

    void atRest() {
        for (Slot slot : slots.get()) {
            if (!slot.leftAlone) {
                atRest(slot, of(slot).wish);
            }
            if (slot.leaving) {
                violated("the last request wins", slot, "left the file and is still there");
            }
        }
    }

    private void atRest(Slot slot, Wish wish) {
        boolean asWished =
                switch (slot.state) {
                    case ProcessState.Running r -> wish != Wish.DOWN;
                    case ProcessState.Exited e -> !e.restartPending();
                    case ProcessState.Fatal f -> true;
                    case ProcessState.Stopped x -> wish != Wish.UP;
                    case ProcessState.Spawning x -> false;
                    case ProcessState.Starting x -> false;
                    case ProcessState.Backoff b -> false;
                    case ProcessState.Stopping x -> false;
                };
        if (!asWished) {
            String what = "is " + slot.state.name() + ", wanted " + wish;
            violated("the last request wins", slot, what);
        }
    }

    /** How long the daemon may take to end, where nothing hinders it; nanoseconds. */
    long timeToEnd() {
        var longest = new HashMap<Integer, Long>();
        for (Slot slot : slots.get()) {
            // A stop that is under way has its time from the policy that it began with.
            long stop = Math.max(of(slot).stopTime, of(slot).policy.stopTime().toNanos());
            stop = Math.max(SECOND, stop);
            longest.merge(slot.spec().priority(), stop, Math::max);
        }
        long sum = 0;
        for (long one : longest.values()) {
            sum += one;
        }
        return sum;
    }

    private void violated(String law, Slot slot, String what) {
        kernel.violated(law, slot.name() + " " + what);
    }
}
