package taskmaster.daemon;

import java.util.Optional;

/**
 * The command line of taskmasterd: supervisord's letters and words where they mean the same. What
 * is given here wins over the file.
 */
record Options(
        Optional<String> configuration,
        boolean nodaemon,
        boolean check,
        Optional<String> user,
        Optional<String> umask,
        Optional<String> directory,
        Optional<String> logfile,
        Optional<String> loglevel,
        Optional<String> pidfile,
        Optional<String> identifier,
        Optional<String> minfds,
        Optional<String> minprocs) {

    static final String HELP =
            """
            taskmasterd: start programs and keep them as configured

            usage: taskmasterd [OPTION...]

              -c, --configuration FILE   configuration (searched as ./taskmaster.conf.toml,
                                         ../taskmaster.conf.toml,
                                         /etc/taskmaster/taskmaster.conf.toml)
              -n, --nodaemon             stay in the foreground
                  --check                check the configuration, print what holds, and exit
              -u, --user USER            run taskmasterd itself as this user (name or uid)
              -m, --umask MASK           octal: 022
              -d, --directory DIR        working directory of the daemon (not with --nodaemon)
              -l, --logfile FILE         the daemon's own log
              -e, --loglevel LEVEL       critical, error, warn, info or debug
              -j, --pidfile FILE
              -i, --identifier NAME
              -a, --minfds N             descriptors that must be available
                  --minprocs N           processes that must be available
              -v, --version              print the version and exit
              -h, --help                 print this and exit

            An option wins over the file. Without --nodaemon the command returns 0 when the
            daemon is ready; as PID 1 it always stays in the foreground.

            signals:
              TERM, INT, QUIT, PWR       stop all programs and end; a second one kills them
              HUP                        read the configuration again, as taskmasterctl reload
              USR2                       open all logs again

            exit codes:
              0    done: a signal or taskmasterctl shutdown
              1    failed, before any program was started
              2    wrong usage, or the configuration has a problem
              N    by exit_on that program's exit code; 128 + N: killed by signal N;
                   125: it could not be started
            """;

    /** What the arguments come to. */
    sealed interface Parsed {
        record Run(Options options) implements Parsed {}

        record Help() implements Parsed {}

        record Version() implements Parsed {}

        /** {@code message} is one line. */
        record Wrong(String message) implements Parsed {}
    }

    static Parsed parse(String[] arguments) {
        return new OptionParser(arguments).parse();
    }
}
