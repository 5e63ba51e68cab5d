package taskmaster.daemon;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import taskmaster.config.Config;
import taskmaster.config.Config.LogLevel;

/**
 * What the command line changes in {@code [taskmasterd]}, each time the file is read: a reload must
 * not take for a change what an option has replaced.
 */
final class Overrides implements UnaryOperator<Config.Daemon> {

    private final Options options;
    private final Path cwd;
    private final boolean isInit;
    private final Optional<LogLevel> loglevel;
    private final Optional<Integer> umask;
    private final Optional<Integer> minfds;
    private final Optional<Integer> minprocs;

    /**
     * Relative paths are relative to {@code cwd}.
     *
     * @param isInit as PID 1 of a container the daemon stays in the foreground: who starts a
     *     container waits for its PID 1, and the rest dies with it
     * @throws StartFailure a value is not of its form
     */
    Overrides(Options options, Path cwd, boolean isInit) throws StartFailure {
        this.options = options;
        this.cwd = cwd;
        this.isInit = isInit;
        loglevel = level(options.loglevel());
        umask = umask(options.umask());
        minfds = number("--minfds", options.minfds());
        minprocs = number("--minprocs", options.minprocs());
    }

    @Override
    public Config.Daemon apply(Config.Daemon file) {
        return new Config.Daemon(
                path(file.logfile(), options.logfile()),
                file.logfileMaxBytes(),
                file.logfileBackups(),
                loglevel.orElse(file.loglevel()),
                path(file.pidfile(), options.pidfile()),
                file.runtimedir(),
                umask.orElse(file.umask()),
                file.nodaemon() || options.nodaemon() || isInit,
                minfds.orElse(file.minfds()),
                minprocs.orElse(file.minprocs()),
                options.user().isPresent() ? options.user() : file.user(),
                options.directory().isPresent()
                        ? Optional.of(cwd.resolve(options.directory().get()).normalize())
                        : file.directory(),
                options.identifier().orElse(file.identifier()),
                file.exitOn(),
                file.env());
    }

    private Path path(Path file, Optional<String> given) {
        return given.isPresent() ? cwd.resolve(given.get()).normalize() : file;
    }

    private static Optional<LogLevel> level(Optional<String> given) throws StartFailure {
        if (given.isEmpty()) {
            return Optional.empty();
        }
        for (LogLevel level : LogLevel.values()) {
            if (level.name().equalsIgnoreCase(given.get())) {
                return Optional.of(level);
            }
        }
        throw wrong("--loglevel", given.get(), "one of critical, error, warn, info, debug");
    }

    private static Optional<Integer> umask(Optional<String> given) throws StartFailure {
        if (given.isEmpty()) {
            return Optional.empty();
        }
        int mask = parse(given.get(), 8);
        if (mask < 0 || mask > 0777) {
            throw wrong("--umask", given.get(), "an octal number from 000 to 777");
        }
        return Optional.of(mask);
    }

    private static Optional<Integer> number(String option, Optional<String> given)
            throws StartFailure {
        if (given.isEmpty()) {
            return Optional.empty();
        }
        int number = parse(given.get(), 10);
        if (number < 1) {
            throw wrong(option, given.get(), "a number of at least 1");
        }
        return Optional.of(number);
    }

    private static int parse(String text, int radix) {
        try {
            return Integer.parseInt(text, radix);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static StartFailure wrong(String option, String value, String right) {
        return new StartFailure(
                StartFailure.USAGE, "option " + option + ": \"" + value + "\" is not " + right);
    }
}
