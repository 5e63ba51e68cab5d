package taskmaster.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import taskmaster.activity.ActivityLog;
import taskmaster.activity.ActivityLog.Level;
import taskmaster.activity.SizeLimit;
import taskmaster.config.Config;
import taskmaster.config.Host;
import taskmaster.config.Launch;
import taskmaster.config.ProcessSpec;
import taskmaster.output.LogReader;
import taskmaster.output.LogRotation;
import taskmaster.output.Notices;
import taskmaster.output.OutputPipes;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Footprint;
import taskmaster.posix.Posix;
import taskmaster.posix.Resource;
import taskmaster.posix.Retry;
import taskmaster.posix.SafeFiles;
import taskmaster.posix.Signal;
import taskmaster.posix.SignalPipe;
import taskmaster.posix.Spawner;
import taskmaster.protocol.Version;
import taskmaster.supervisor.Loop;
import taskmaster.supervisor.Surroundings;

/**
 * Puts the daemon together, in this order: limits, user, umask and directory; then what two daemons
 * cannot both have (pid file, socket), so that a second one fails before it has touched anything;
 * then log, signals and the loop.
 */
final class Daemon {

    /** A program's PATH where the daemon has none: what execvp(3) would search. */
    private static final String DEFAULT_PATH = "/bin:/usr/bin";

    /**
     * As D-Bus has under systemd. Not -1000, which nothing ends: should the leak be our own, the
     * machine must be able to go on.
     */
    private static final int OOM_SCORE = -900;

    private static final Duration LAST_LINES = Duration.ofSeconds(2);

    private final Posix posix;
    private final Spawner spawner;
    private final Config asRead;
    private final Host host;
    private final Overrides overrides;
    private final SafeFiles files;

    /** Once it is made. */
    private volatile Optional<Loop> running = Optional.empty();

    /**
     * {@code host} and {@code overrides}: with what the configuration was read, and will be again.
     */
    Daemon(Posix posix, Spawner spawner, Config asRead, Host host, Overrides overrides) {
        this.posix = posix;
        this.spawner = spawner;
        this.asRead = asRead;
        this.host = host;
        this.overrides = overrides;
        this.files = new SafeFiles(posix);
    }

    /** Returns when everything has been stopped: the exit code. */
    int run() throws StartFailure {
        loadWhatClassLoadingNeeds();
        Config.Daemon daemon = asRead.daemon();
        Privileges.raise(posix, Resource.NOFILE, "minfds", daemon.minfds());
        Privileges.raise(posix, Resource.NPROC, "minprocs", daemon.minprocs());
        Config config = Privileges.become(posix, asRead);
        posix.umask(daemon.umask());
        enterDirectory(daemon);
        try (PidFile pidFile = PidFile.acquire(daemon.pidfile(), files);
                Control control = Control.open(posix, config.socket())) {
            pidFile.write(posix.pid());
            ActivityLog log = openLog(daemon);
            control.reportTo(log);
            LogReader reader = new LogReader(posix, log::bug);
            OutputPipes pipes = openPipes(config, log, reader);
            int exitCode = run(config, log, control, pipes, reader);
            pipes.close(LAST_LINES);
            log.log(Level.INFO, "taskmasterd ended");
            log.close(LAST_LINES);
            return exitCode;
        } catch (IOException e) {
            throw new StartFailure(StartFailure.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /**
     * The first class that comes from the jar makes the JDK open its zip library. Where no
     * descriptor is free then, it never tries again, and no class could be loaded any more. With an
     * AOT cache nothing even opens the jar until a class is wanted that is not in the cache, which
     * may be when no descriptor is left: so a class is wanted that is nowhere.
     */
    private static void loadWhatClassLoadingNeeds() {
        new CRC32().update(0);
        try {
            Class.forName("taskmaster.daemon.Nowhere");
            throw new IllegalStateException("it is somewhere");
        } catch (ClassNotFoundException e) {
            // Now the jar is open, and stays so.
        }
    }

    /** PID 1 of a container: who ends when it ends, and gets the orphans of all. */
    static boolean isInit(Posix posix) {
        return posix.pid() == 1;
    }

    private void enterDirectory(Config.Daemon daemon) throws StartFailure {
        if (!Background.isDaemon() || daemon.directory().isEmpty()) {
            return;
        }
        try {
            posix.changeDirectory(daemon.directory().get().toString());
        } catch (ErrnoException e) {
            throw new StartFailure(
                    StartFailure.FAILED,
                    "cannot enter the directory of [taskmasterd]: " + e.getMessage());
        }
    }

    private ActivityLog openLog(Config.Daemon daemon) throws IOException {
        Level least = level(daemon.loglevel());
        return ActivityLog.open(
                daemon.logfile(),
                least,
                daemon.nodaemon(),
                files::openForAppending,
                new SizeLimit(
                        daemon.logfileMaxBytes(),
                        new LogRotation(posix, daemon.logfileBackups())::rotate));
    }

    /** The directory is made, or the daemon does not start, where a program needs it. */
    private OutputPipes openPipes(Config config, ActivityLog log, LogReader reader)
            throws IOException {
        Config.Daemon daemon = config.daemon();
        int uid = posix.effectiveUid();
        boolean ofRoot = daemon.runtimedir().equals(Config.Daemon.runtimedirOf(0));
        // The command line may have made another user of root since the file was read.
        Path runtime = ofRoot ? Config.Daemon.runtimedirOf(uid) : daemon.runtimedir();
        OutputPipes pipes =
                OutputPipes.open(posix, runtime, daemon.pidfile(), new OutputNotices(log), reader);
        for (ProcessSpec spec : config.processes()) {
            Launch launch = spec.launch();
            if (launch.stdout().pumped().isPresent()
                    || (launch.stderr().isPresent()
                            && launch.stderr().get().pumped().isPresent())) {
                pipes.makeDirectory();
                return pipes;
            }
        }
        return pipes;
    }

    private final class OutputNotices implements Notices {

        private final ActivityLog log;

        OutputNotices(ActivityLog log) {
            this.log = log;
        }

        @Override
        public void warn(String message) {
            log.log(Level.WARN, message);
        }

        @Override
        public void captured(String stream, byte[] bytes) {
            log.log(Level.INFO, "captured: " + bytes.length + " bytes of " + stream);
            if (running.isPresent()) {
                running.get().captured(stream, bytes);
            }
        }

        @Override
        public void bug(String what, Throwable thrown) {
            log.bug(what, thrown);
        }
    }

    static Level level(Config.LogLevel level) {
        return switch (level) {
            case CRITICAL -> Level.CRIT;
            case ERROR -> Level.ERRO;
            case WARN -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBG;
        };
    }

    private int run(
            Config config, ActivityLog log, Control control, OutputPipes pipes, LogReader logReader)
            throws IOException {
        posix.becomeSubreaper();
        stayAliveWithoutMemory(log);
        var reader = new FileReader(posix, config.file(), hostNow(), overrides, log);
        reader.start();
        var loop =
                new Loop(
                        posix,
                        spawner,
                        pipes,
                        new Surroundings(
                                config,
                                log,
                                logReader,
                                new LiveSettings(log, control, pipes),
                                reader,
                                host.environment().getOrDefault("PATH", DEFAULT_PATH),
                                Version.TEXT));
        running = Optional.of(loop);
        listenToSignals(loop, log);
        log.log(Level.INFO, "taskmasterd started with pid " + posix.pid());
        if (config.socket().isEmpty()) {
            log.log(
                    Level.WARN,
                    "no [unix_http_server] file: taskmasterctl cannot reach this daemon");
        }
        Thread.currentThread().setName("supervisor");
        control.start(loop, config.socket(), log);
        return loop.run(() -> tellReady(log), Daemon::settle);
    }

    /**
     * Of root's daemon all else depends, so it is not the one that the kernel kills when memory
     * runs out. Not after a change of user: it could not give its programs their own value then.
     */
    private void stayAliveWithoutMemory(ActivityLog log) {
        if (posix.effectiveUid() != 0) {
            return;
        }
        try {
            spawner.lowerOomScore(OOM_SCORE);
        } catch (ErrnoException e) {
            log.log(Level.DEBG, "oom_score_adj stays as it is: " + e.getMessage());
        }
    }

    /** The daemon may have become another user since the start. */
    private Host hostNow() {
        return new Host(
                host.environment(),
                host.hostName(),
                host.currentDirectory(),
                posix.effectiveUid(),
                host.users());
    }

    /**
     * What starting, or a storm of requests, needed is no longer needed; on a thread that ends with
     * it, since it reads /proc.
     */
    private static void settle() {
        try {
            var thread =
                    new Thread(
                            null,
                            () -> {
                                Footprint.quieten();
                                System.gc(); // or the heap stays as large as it was at its worst
                                Footprint.shrink();
                            },
                            "settle");
            thread.setDaemon(true);
            thread.start();
        } catch (OutOfMemoryError e) {
            // No thread to be had, or no memory: it stays as large as it is.
        }
    }

    private void tellReady(ActivityLog log) {
        if (!Background.isDaemon()) {
            return;
        }
        try {
            Background.report(posix, 0);
        } catch (ErrnoException e) {
            log.log(
                    Level.WARN,
                    "the command that started this daemon did not wait: " + e.getMessage());
        }
    }

    private void listenToSignals(Loop loop, ActivityLog log) throws IOException {
        List<Signal> signals = catchable();
        if (isInit(posix)) {
            signals.add(Signal.parse("CHLD").orElseThrow());
        }
        SignalPipe pipe = SignalPipe.install(posix, signals);
        var thread = new Thread(null, () -> forward(pipe, loop, log), "signals", 128 << 10);
        thread.setDaemon(true);
        thread.start();
    }

    /** The thread: it ends with the process only, not for lack of memory. */
    private static void forward(SignalPipe pipe, Loop loop, ActivityLog log) {
        var current = new ArrayDeque<Signal>(1); // one that there was no memory to hand on
        Retry.Attempt<ErrnoException> forward =
                () -> {
                    if (current.isEmpty()) {
                        current.add(pipe.next());
                    }
                    loop.signal(current.peek());
                    current.clear();
                };
        try {
            while (true) {
                Retry.untilThereIsMemory(forward);
            }
        } catch (ErrnoException e) {
            log.bug("signals are no longer read", e);
        }
    }

    /**
     * Every signal whose default would end or stop the daemon. Not KILL and STOP, which cannot be
     * caught; not those by which the JVM works (SEGV, BUS, FPE, ILL; it ignores PIPE and XFSZ); not
     * CHLD, CONT, URG and WINCH, which do nothing by themselves; but CHLD where it tells of the
     * orphans of others.
     */
    private static List<Signal> catchable() {
        var signals = new ArrayList<Signal>();
        for (String name :
                List.of(
                        "HUP", "INT", "QUIT", "TRAP", "ABRT", "USR1", "USR2", "ALRM", "TERM",
                        "STKFLT", "TSTP", "TTIN", "TTOU", "XCPU", "VTALRM", "PROF", "IO", "PWR",
                        "SYS")) {
            signals.add(Signal.parse(name).orElseThrow());
        }
        for (int number = 34; number <= Signal.MAX; number++) {
            signals.add(new Signal(number));
        }
        return signals;
    }
}
