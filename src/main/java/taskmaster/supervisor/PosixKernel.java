package taskmaster.supervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.config.Launch;
import taskmaster.config.ProcessSpec;
import taskmaster.output.LineRule;
import taskmaster.output.OutputPipes;
import taskmaster.output.Period;
import taskmaster.output.RotationRule;
import taskmaster.output.Sink;
import taskmaster.output.StreamSpec;
import taskmaster.posix.Child;
import taskmaster.posix.ChildChange;
import taskmaster.posix.ChildPlan;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.InputPipe;
import taskmaster.posix.InputPlan;
import taskmaster.posix.Outcome;
import taskmaster.posix.OutputPlan;
import taskmaster.posix.Posix;
import taskmaster.posix.PseudoTerminal;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.Spawner;
import taskmaster.posix.User;

/** The real operating system. */
final class PosixKernel implements Kernel {

    private static final String NO_TERMINALS =
            ", as all are in use that /proc/sys/kernel/pty/max and the mount of /dev/pts allow";

    private final Posix posix;
    private final Spawner spawner;
    private final OutputPipes pipes;
    private final String searchPath;

    PosixKernel(Posix posix, Spawner spawner, OutputPipes pipes, String searchPath) {
        this.posix = posix;
        this.spawner = spawner;
        this.pipes = pipes;
        this.searchPath = searchPath;
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public long wallClock() {
        return System.currentTimeMillis();
    }

    @Override
    public Launched spawn(Launch launch) throws ErrnoException, Unprepared {
        var launched = new RealLaunch();
        InputPlan stdin =
                switch (launch.stdin()) {
                    case Launch.Input.Nothing _ -> new InputPlan.Nothing();
                    case Launch.Input.File(Path path) -> new InputPlan.Read(path.toString());
                    case Launch.Input.Pipe _ -> launched.openPipe(posix);
                    case Launch.Input.Terminal _ -> openTerminal(launch, launched);
                };
        boolean done = false;
        try {
            spawn(launched, launch, stdin);
            done = true;
        } finally {
            launched.childsEnd.ifPresent(Runnable::run);
            if (!done) {
                launched.input.ifPresent(Input::close);
            }
        }
        return launched;
    }

    private InputPlan openTerminal(Launch launch, RealLaunch launched) throws Unprepared {
        int uid = uid(launch.user());
        PseudoTerminal terminal;
        try {
            terminal = PseudoTerminal.open(posix, uid);
        } catch (ErrnoException e) {
            // "No space left on device" would send people to their disks.
            String why = e.errno().equals(Errno.ENOSPC) ? NO_TERMINALS : "";
            throw new Unprepared("open a pseudo-terminal by /dev/ptmx" + why, e);
        }
        Launch.LogTarget log = launch.stdout();
        try {
            Optional<StreamSpec> stream = log.pumped().map(pumped -> stream(log, pumped));
            Terminal held = new HeldTerminal(terminal, pipes.terminal(terminal.master(), stream));
            launched.input = Optional.of(held);
        } catch (ErrnoException e) {
            terminal.close();
            throw new Unprepared("make the pipe to log \"" + log.path() + "\"", e);
        }
        launched.terminal = Optional.of(terminal);
        launched.childsEnd = Optional.of(terminal::closePeer);
        return terminal.input();
    }

    private int uid(Optional<User> user) {
        return user.isPresent() ? user.get().uid() : posix.effectiveUid();
    }

    private void spawn(RealLaunch launched, Launch launch, InputPlan stdin) throws ErrnoException {
        var argv = new ArrayList<String>(launch.args().size() + 1);
        argv.add(launch.command());
        argv.addAll(launch.args());
        Optional<String> directory =
                launch.directory().isPresent()
                        ? Optional.of(launch.directory().get().toString())
                        : Optional.empty();
        OutputPlan stderr =
                launch.stderr().isPresent()
                        ? output(launch.stderr().get(), launch.user())
                        : new OutputPlan.SameAsStdout();
        var plan =
                new ChildPlan(
                        executables(launch),
                        argv,
                        launch.base().isEmpty(),
                        environment(launch),
                        launch.user(),
                        directory,
                        launch.umask(),
                        stdin,
                        launched.terminal.isPresent()
                                ? launched.terminal.get().output()
                                : output(launch.stdout(), launch.user()),
                        stderr,
                        List.of());
        launched.child = spawner.spawn(plan);
    }

    @Override
    public boolean lookAfterStarts() {
        return spawner.lookAfterStarts();
    }

    /** All that is given to it, but for the daemon's own. */
    private static Map<String, String> environment(Launch launch) {
        if (launch.base().isEmpty()) {
            return launch.env();
        }
        var all = new LinkedHashMap<String, String>(launch.base().get());
        all.putAll(launch.env());
        return all;
    }

    private OutputPlan output(Launch.LogTarget target, Optional<User> user) {
        if (target.pumped().isPresent()) {
            StreamSpec stream = stream(target, target.pumped().get());
            Optional<String> fifo = pipes.fifo(stream, uid(user));
            if (fifo.isPresent()) {
                return new OutputPlan.Fifo(fifo.get());
            }
        }
        String path = target.path().toString();
        return switch (path) {
            case "/dev/stdout" -> new OutputPlan.Inherit(1);
            case "/dev/stderr" -> new OutputPlan.Inherit(2);
            default -> new OutputPlan.Append(target.trusted().real(), target.trusted().guard());
        };
    }

    private static StreamSpec stream(Launch.LogTarget target, Launch.Pumped pumped) {
        Launch.Files files = pumped.files();
        Launch.Lines lines = pumped.lines();
        Period period =
                switch (files.rotate()) {
                    case NEVER -> Period.ENDLESS;
                    case HOURLY -> Period.HOURLY;
                    case DAILY -> Period.DAILY;
                };
        return new StreamSpec(
                pumped.stream(),
                pumped.program(),
                target.path(),
                target.trusted(),
                new RotationRule(
                        files.maxBytes(),
                        files.backups(),
                        period,
                        files.compress(),
                        files.totalBytes(),
                        files.makeDirectory()),
                pumped.block(),
                new LineRule(
                        lines.timestamp(),
                        lines.prefix(),
                        lines.stripAnsi(),
                        lines.syslog(),
                        (int) lines.captureMaxBytes()));
    }

    @Override
    public void keepOutputs(Collection<ProcessSpec> configured) {
        pipes.keep(streams(configured));
    }

    @Override
    public void leaveOutputs(Collection<ProcessSpec> disowned) {
        pipes.leave(streams(disowned));
    }

    private static List<StreamSpec> streams(Collection<ProcessSpec> specs) {
        var streams = new ArrayList<StreamSpec>(2 * specs.size());
        for (ProcessSpec spec : specs) {
            addStream(spec.launch().stdout(), streams);
            if (spec.launch().stderr().isPresent()) {
                addStream(spec.launch().stderr().get(), streams);
            }
        }
        return streams;
    }

    private static void addStream(Launch.LogTarget target, List<StreamSpec> into) {
        if (target.pumped().isPresent()) {
            into.add(stream(target, target.pumped().get()));
        }
    }

    /**
     * Where a name without a slash may be: in each directory of PATH; an empty one is the current
     * one (POSIX).
     */
    private List<String> executables(Launch launch) {
        String command = launch.command();
        if (command.indexOf('/') >= 0) {
            return List.of(command);
        }
        String path = environment(launch).getOrDefault("PATH", searchPath);
        var candidates = new ArrayList<String>();
        int start = 0;
        while (start <= path.length()) {
            int colon = path.indexOf(':', start);
            int end = colon < 0 ? path.length() : colon;
            String directory = end == start ? "." : path.substring(start, end);
            candidates.add(directory + "/" + command);
            start = end + 1;
        }
        return candidates;
    }

    @Override
    public void send(int pid, Signal signal, boolean group) throws ErrnoException {
        if (group) {
            posix.killGroup(pid, signal);
        } else {
            posix.kill(pid, signal);
        }
    }

    @Override
    public Optional<ChildChange> peekChange() {
        try {
            return posix.children().peekChange();
        } catch (ErrnoException e) {
            throw new IllegalStateException("waitid cannot fail like this", e);
        }
    }

    @Override
    public Optional<ChildChange> takeChange(int pid) {
        try {
            return posix.children().takeChange(pid);
        } catch (ErrnoException e) {
            throw new IllegalStateException("waitid cannot fail like this", e);
        }
    }

    @Override
    public void reap(int pid) {
        try {
            posix.children().reap(pid);
        } catch (ErrnoException e) {
            throw new IllegalStateException("a zombie of ours cannot be missing", e);
        }
    }

    /** Made before its child: once there is a process, no memory may be needed to tell of it. */
    private static final class RealLaunch implements Launched {

        private Child child;
        private Optional<PseudoTerminal> terminal = Optional.empty();
        private Optional<Input> input = Optional.empty();

        /** Lets go of what only the child needs. */
        private Optional<Runnable> childsEnd = Optional.empty();

        InputPlan openPipe(Posix posix) throws ErrnoException {
            InputPipe opened = InputPipe.open(posix);
            childsEnd = Optional.of(opened::closeReadEnd);
            input = Optional.of(new PipeInput(opened));
            return opened.plan();
        }

        @Override
        public Optional<Input> input() {
            return input;
        }

        @Override
        public int pid() {
            return child.pid();
        }

        @Override
        public boolean isSettled() {
            return child.release();
        }

        @Override
        public void settle(Duration limit) {
            child.await(limit);
        }

        @Override
        public Optional<SpawnFailure> failure() {
            return child.outcome() instanceof Outcome.Failed(SpawnFailure failure)
                    ? Optional.of(failure)
                    : Optional.empty();
        }
    }

    private record PipeInput(InputPipe pipe) implements Input {

        @Override
        public int write(byte[] bytes) throws ErrnoException {
            return pipe.write(bytes);
        }

        @Override
        public int waiting() {
            return pipe.waiting();
        }

        @Override
        public void close() {
            pipe.close();
        }
    }

    private record HeldTerminal(PseudoTerminal terminal, taskmaster.output.Terminal output)
            implements Terminal {

        @Override
        public int write(byte[] bytes) {
            return output.write(bytes);
        }

        @Override
        public int waiting() {
            return output.waiting();
        }

        @Override
        public taskmaster.posix.Terminal.Size size() throws ErrnoException {
            return terminal.size();
        }

        @Override
        public void resize(taskmaster.posix.Terminal.Size size) throws ErrnoException {
            terminal.resize(size);
        }

        @Override
        public void watch(Sink watcher, long lines) {
            output.watch(watcher, lines);
        }

        @Override
        public void close() {
            output.close();
        }
    }
}
