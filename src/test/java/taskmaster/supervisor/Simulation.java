package taskmaster.supervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import taskmaster.activity.ActivityLog;
import taskmaster.activity.SizeLimit;
import taskmaster.config.Config;
import taskmaster.config.ConfigProblem;
import taskmaster.config.Loaded;
import taskmaster.config.ProcessSpec;
import taskmaster.output.LogReader;
import taskmaster.posix.ChildChange;
import taskmaster.posix.Posix;
import taskmaster.posix.SafeFiles;
import taskmaster.posix.Signal;
import taskmaster.protocol.Request;

/**
 * One run of the whole supervisor in a {@link World}: no thread, no clock, no file. First what the
 * world has in store; then peace, in which everything must come to rest as it was last asked for;
 * then the end of the daemon.
 */
final class Simulation {

    /** Between two moments; a daemon that wants more than this is busy with nothing. */
    private static final int MOST_TURNS_AT_ONCE = 3000;

    /** In peace everything comes to rest sooner. */
    private static final long LONGEST_PEACE = 200 * Seconds.SECOND;

    /** What all simulations of a process share: nothing of it is changed by them. */
    static final class Shared implements AutoCloseable {

        private final ActivityLog log;
        private final LogReader reader;

        Shared() throws java.io.IOException {
            Posix posix = Posix.open();
            log =
                    ActivityLog.open(
                            Path.of("/dev/null"),
                            ActivityLog.Level.CRIT,
                            false,
                            new SafeFiles(posix)::openForAppending,
                            SizeLimit.NONE);
            reader = new LogReader(posix, log::bug);
        }

        @Override
        public void close() {
            reader.close();
            log.close(Duration.ofSeconds(10));
        }
    }

    /** What came of a run. {@code turns} of the loop: the simulation's measure of work. */
    record Outcome(long turns, Optional<Violation> violation) {}

    private final World world;
    private final Trace trace;
    private final ActivityLog log;
    private final VirtualKernel kernel;
    private final VirtualReaper reaper;
    private final Invariants laws;
    private final Mailbox mailbox = new Mailbox();
    private final Supervisor supervisor;

    private final List<VirtualClient> unanswered = new ArrayList<>();
    private final Map<Integer, VirtualClient> lastOf = new HashMap<>();
    private Loaded file;
    private long diskTakes;
    private long turns;
    private long turnsNow;
    private long turnedAt;

    private Simulation(World world, Trace trace, Shared shared) {
        this.world = world;
        this.trace = trace;
        log = shared.log;
        kernel = new VirtualKernel(world.machine(), trace, new Late());
        reaper = new VirtualReaper(kernel, mailbox, world.machine().reaperLag());
        Config config = config(world.programs());
        file = new Loaded.Valid(config);
        kernel.knows(world.programs());
        var around =
                new Surroundings(
                        config, log, shared.reader, new NoSettings(), this::read, "/bin", "0");
        supervisor = new Supervisor(kernel, mailbox, reaper::goOn, around);
        laws = new Invariants(kernel, supervisor::slots);
    }

    static Outcome run(World world, Trace trace, Shared shared) {
        var simulation = new Simulation(world, trace, shared);
        try {
            simulation.live();
        } catch (Broken broken) {
            // The kernel has it.
        }
        simulation.kernel.violation.ifPresent(v -> trace.line("violated: " + v));
        return new Outcome(simulation.turns, simulation.kernel.violation);
    }

    /** Ends a run: a law was broken. */
    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken() {
            super(null, null, false, false);
        }
    }

    private void live() {
        for (Program program : world.programs()) {
            if (trace.isWanted()) {
                trace.line("config: " + program.describe());
            }
        }
        supervisor.autostart();
        laws.turnEnds();
        for (World.Timed step : world.steps()) {
            if (!step.together()) {
                passUntil(VirtualKernel.START + step.at());
                checkMoment();
            }
            if (supervisor.isFinished()) {
                break;
            }
            if (trace.isWanted()) {
                trace.line(step.describe());
            }
            apply(step.step());
        }
        settle();
        if (!supervisor.isFinished()) {
            makePeace();
        }
        checkEnd();
    }

    // What comes from outside.

    private void apply(Step step) {
        switch (step) {
            case Step.Ask(int number, Request request) -> ask(number, request);
            case Step.Leave(int number) ->
                    Optional.ofNullable(lastOf.remove(number)).ifPresent(VirtualClient::leave);
            case Step.DaemonGets(Signal signal) -> mailbox.put(new Message.SignalCame(signal));
            case Step.FileHolds(Optional<List<Program>> programs) -> write(programs);
            case Step.SlowDisk(long nanos) -> diskTakes = nanos;
            case Step.Ends(String process, var status) ->
                    kernel.running(process).ifPresent(p -> kernel.end(p, status));
            case Step.IsStopped(String process) ->
                    kernel.running(process).ifPresent(p -> kernel.stop(p, Signal.STOP));
            case Step.GoesOn(String process) -> kernel.running(process).ifPresent(kernel::goOn);
            case Step.CloneFails(var errno, int times) -> kernel.faults.failClones(errno, times);
            case Step.SpawnThrows(boolean outOfMemory) -> kernel.faults.throwAtSpawn(outOfMemory);
            case Step.SignalFails(var errno, int times) -> kernel.faults.failSignals(errno, times);
            case Step.ReaperSleeps(long nanos) -> reaper.sleep(nanos);
            case Step.ToldForNothing() -> mailbox.put(new Message.ChildEnded());
            case Step.Pause(long nanos) -> kernel.advanceTo(kernel.now() + nanos);
            case Step.ClockJumps(long millis) -> kernel.jumpWallClock(millis);
            case Step.OrphanEnds() -> kernel.orphanEnds();
        }
    }

    private void ask(int number, Request request) {
        var client = new VirtualClient(number, request, kernel, trace);
        lastOf.put(number, client);
        unanswered.add(client);
        mailbox.put(new Message.Ask(request, client));
    }

    private void write(Optional<List<Program>> programs) {
        if (programs.isPresent()) {
            kernel.knows(programs.get());
            file = new Loaded.Valid(config(programs.get()));
        } else {
            file =
                    new Loaded.Invalid(
                            List.of(
                                    new ConfigProblem(
                                            Path.of("x.toml"), Optional.empty(), "a mistake")));
        }
    }

    private static Config config(List<Program> programs) {
        var specs = new ArrayList<ProcessSpec>();
        for (Program program : programs) {
            specs.addAll(program.specs());
        }
        return SimulatedDaemon.config(specs.toArray(new ProcessSpec[0]));
    }

    private void read(Consumer<Loaded> then) {
        Loaded now = file;
        if (diskTakes == 0) {
            then.accept(now);
        } else {
            kernel.later(diskTakes, () -> then.accept(now));
        }
    }

    // Time.

    /** Goes from one moment at which something happens to the next. */
    private void passUntil(long time) {
        settle();
        long next = nextMoment();
        while (next <= time && !supervisor.isFinished()) {
            kernel.advanceTo(next);
            settle();
            next = nextMoment();
        }
        if (!supervisor.isFinished()) {
            kernel.advanceTo(time);
            settle();
        }
    }

    private long nextMoment() {
        long next = Math.min(kernel.nextHappening(), reaper.nextHappening());
        var patience = supervisor.patience();
        return patience.isEmpty() ? next : Math.min(next, kernel.now() + patience.getAsLong());
    }

    /** Does all there is to do at this moment. */
    private void settle() {
        while (!supervisor.isFinished() && turn()) {
            turns++;
            turnsNow = kernel.now() == turnedAt ? turnsNow + 1 : 0;
            turnedAt = kernel.now();
            if (turnsNow > MOST_TURNS_AT_ONCE) {
                violated("no busy loop", "more than " + MOST_TURNS_AT_ONCE + " turns at once");
            }
        }
        laws.settled();
        checkAnswers();
        breakOff();
    }

    /** As {@link Loop}: a message, and one thing that is due. */
    private boolean turn() {
        boolean told = reaper.turn();
        Message message = mailbox.poll();
        if (message != null) {
            handle(message);
        }
        return work() || message != null || told;
    }

    private void handle(Message message) {
        laws.turnBegins();
        switch (message) {
            case Message.Ask(Request r, VirtualClient client) -> laws.takes(client);
            case Message.SignalCame(Signal signal) when signal.equals(Signal.TERM) ->
                    laws.takesTerm();
            case Message.ConfigRead read -> laws.takesConfig();
            default -> {}
        }
        try {
            supervisor.handle(message);
        } catch (RuntimeException | Error thrown) {
            caught(thrown);
        }
        if (message instanceof Message.Ask(Request r, VirtualClient client)) {
            laws.hasTaken(client);
        }
        laws.turnEnds();
        breakOff();
    }

    private boolean work() {
        laws.turnBegins();
        boolean worked;
        try {
            worked = supervisor.work();
        } catch (RuntimeException | Error thrown) {
            caught(thrown);
            worked = true;
        }
        laws.turnEnds();
        breakOff();
        return worked;
    }

    private void caught(Throwable thrown) {
        violated("no throwable", thrown + " at " + List.of(thrown.getStackTrace()).getFirst());
    }

    // What has to be true.

    private void violated(String law, String what) {
        kernel.violated(law, what);
        breakOff();
    }

    private void breakOff() {
        if (kernel.violation.isPresent()) {
            throw new Broken();
        }
    }

    private void checkMoment() {
        if (supervisor.isFinished()) {
            return;
        }
        StatusCheck.check(supervisor, kernel);
        breakOff();
    }

    private void checkAnswers() {
        for (int i = unanswered.size() - 1; i >= 0; i--) {
            VirtualClient client = unanswered.get(i);
            if (client.answers > 1) {
                violated("one answer", client.what + " is answered " + client.answers + " times");
            }
            boolean late =
                    client.deadline.isPresent() && client.deadline.getAsLong() <= kernel.now();
            if (late && mustBeAnswered(client)) {
                violated("an answer in time", client.what + " is not answered");
            }
        }
    }

    private static boolean mustBeAnswered(VirtualClient client) {
        return client.isHandled && client.isOpen() && client.answers == 0;
    }

    private void makePeace() {
        trace.line("then nothing fails any more, and all that is started runs");
        kernel.makePeace();
        reaper.makePeace();
        diskTakes = 0;
        boolean closed = laws.isClosing();
        long end = kernel.now() + (closed ? laws.timeToEnd() : LONGEST_PEACE);
        rest(end);
        if (closed) {
            return;
        }
        checkMoment();
        laws.atRest();
        breakOff();
        checkNothingOpen();
        end();
    }

    /** Until there is nothing to wait for. */
    private void rest(long end) {
        settle();
        long next = nextMoment();
        while (next <= end && !supervisor.isFinished()) {
            kernel.advanceTo(next);
            settle();
            next = nextMoment();
        }
        if (next != Long.MAX_VALUE && !supervisor.isFinished()) {
            violated("rest", "something is still to be done after a long peace");
        }
    }

    private void end() {
        trace.line("the daemon gets TERM");
        mailbox.put(new Message.SignalCame(Signal.TERM));
        long longest = laws.timeToEnd();
        if (world.machine().impatient()) {
            settle();
            trace.line("the daemon gets TERM again");
            mailbox.put(new Message.SignalCame(Signal.TERM));
            longest = 0;
        }
        rest(kernel.now() + longest);
    }

    private void checkNothingOpen() {
        for (VirtualClient client : unanswered) {
            if (mustBeAnswered(client)) {
                violated("an answer", client.what + " is never answered");
            }
        }
    }

    private void checkEnd() {
        if (!supervisor.isFinished()) {
            violated("the end", "the daemon does not end");
        }
        for (VirtualProcess process : kernel.processes()) {
            if (process.isLeader && !process.isDisowned) {
                violated("the end", process.pid + " of " + process.name + " is left");
            }
        }
        checkNothingOpen();
    }

    /** The kernel is made before the laws are. */
    private final class Late implements VirtualKernel.Observer {
        @Override
        public void spawning(String process) {
            laws.spawning(process);
        }

        @Override
        public void signalled(VirtualProcess to, Signal signal) {
            laws.signalled(to, signal);
        }

        @Override
        public void paused(VirtualProcess process, ChildChange change) {
            laws.paused(process, change);
        }

        @Override
        public void reaped(VirtualProcess leader, int left) {
            laws.reaped(leader, left);
        }
    }

    private static final class NoSettings implements Settings {
        @Override
        public List<String> apply(Config before, Config after) {
            return List.of();
        }

        @Override
        public void reopenLogs(Runnable done) {
            done.run();
        }
    }
}
