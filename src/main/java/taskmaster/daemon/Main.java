package taskmaster.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.config.Config;
import taskmaster.config.ConfigLoader;
import taskmaster.config.ConfigProblem;
import taskmaster.config.EffectiveConfig;
import taskmaster.config.Host;
import taskmaster.config.Loaded;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Resource;
import taskmaster.posix.Spawner;
import taskmaster.protocol.Version;

/** {@code taskmasterd}. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        int exitCode = run(arguments);
        System.out.flush();
        System.err.flush();
        System.exit(exitCode);
    }

    private static int run(String[] arguments) {
        return switch (Options.parse(arguments)) {
            case Options.Parsed.Help h -> {
                System.out.print(Options.HELP);
                yield 0;
            }
            case Options.Parsed.Version v -> {
                System.out.println(Version.TEXT);
                yield 0;
            }
            case Options.Parsed.Wrong(String message) -> {
                System.err.println("taskmasterd: " + message);
                yield StartFailure.USAGE;
            }
            case Options.Parsed.Run(Options options) -> start(options);
        };
    }

    private static int start(Options options) {
        Posix posix;
        try {
            posix = Posix.open();
        } catch (UnsupportedOperationException e) {
            System.err.println("taskmasterd: " + e.getMessage());
            return StartFailure.FAILED;
        }
        try {
            Path cwd = Path.of("").toAbsolutePath();
            Path file = find(options, cwd);
            return start(posix, options, cwd, file);
        } catch (StartFailure e) {
            System.err.println("taskmasterd: " + e.getMessage());
            return refuse(posix, e.exitCode());
        }
    }

    /** What was wrong has been printed. */
    private static int refuse(Posix posix, int exitCode) {
        if (Background.isDaemon()) {
            tellForeground(posix, exitCode);
        }
        return exitCode;
    }

    private static void tellForeground(Posix posix, int exitCode) {
        try {
            System.err.flush();
            Background.report(posix, exitCode);
        } catch (ErrnoException e) {
            System.err.println("taskmasterd: cannot tell the foreground: " + e.getMessage());
        }
    }

    private static Path find(Options options, Path cwd) throws StartFailure {
        if (options.configuration().isPresent()) {
            return cwd.resolve(options.configuration().get());
        }
        Optional<Path> found = ConfigLoader.find(cwd);
        if (found.isEmpty()) {
            throw new StartFailure(StartFailure.USAGE, ConfigLoader.notFound(cwd));
        }
        return found.get();
    }

    private static int start(Posix posix, Options options, Path cwd, Path file)
            throws StartFailure {
        Host host = host(posix, cwd);
        var overrides = new Overrides(options, cwd, Daemon.isInit(posix));
        Loaded loaded = ConfigLoader.load(file, host, overrides);
        if (loaded instanceof Loaded.Invalid(List<ConfigProblem> problems)) {
            for (ConfigProblem problem : problems) {
                System.err.println(problem);
            }
            return refuse(posix, StartFailure.USAGE);
        }
        Config config = ((Loaded.Valid) loaded).config();
        if (options.check()) {
            System.out.print(EffectiveConfig.render(config));
            return 0;
        }
        Spawner spawner = spawner(posix);
        if (!config.daemon().nodaemon() && !Background.isDaemon()) {
            return Background.start(posix, spawner, config.daemon().umask());
        }
        return new Daemon(posix, spawner, config, host, overrides).run();
    }

    /** Before any limit is raised: programs get the limits that the daemon was started with. */
    private static Spawner spawner(Posix posix) throws StartFailure {
        try {
            return Spawner.create(
                    posix,
                    Environment.base(),
                    Map.of(
                            Resource.NOFILE, posix.limit(Resource.NOFILE),
                            Resource.NPROC, posix.limit(Resource.NPROC)));
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.FAILED, "cannot prepare to start programs: " + e.getMessage());
        }
    }

    private static Host host(Posix posix, Path cwd) {
        return new Host(
                Environment.asText(), hostName(), cwd, posix.effectiveUid(), new SystemUsers());
    }

    /** uname -n; asking the network for our own name could take a minute. */
    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "localhost";
        }
    }
}
