package taskmaster.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A configuration file, checked, completed with defaults and expanded.
 *
 * @param file absolute
 * @param socket empty: no socket
 * @param processes in the order of status: by group, then number
 */
public record Config(
        Path file,
        Optional<Socket> socket,
        Daemon daemon,
        Client client,
        List<ProcessSpec> processes) {

    public Config {
        processes = List.copyOf(processes);
    }

    public Config withProcesses(List<ProcessSpec> changed) {
        return new Config(file, socket, daemon, client, changed);
    }

    /**
     * As it holds, and will be read again, once the daemon has become its user: nobody has to
     * become anybody.
     */
    public Config withoutUsers() {
        var own = new ArrayList<ProcessSpec>(processes.size());
        for (ProcessSpec spec : processes) {
            own.add(spec.withLaunch(spec.launch().withoutUser()));
        }
        return new Config(file, socket, daemon.withoutUser(), client, own);
    }

    /**
     * {@code [unix_http_server]}. {@code uid} and {@code gid} -1: the daemon's own. {@code access}
     * empty: whoever can connect may do everything.
     */
    public record Socket(Path file, int mode, int uid, int gid, Optional<Access> access) {

        /**
         * Bytes of {@code file}: one less than the kernel takes (man 7 unix), since the JDK, by
         * which taskmasterctl connects, cannot name a longer one.
         */
        public static final int MAX_PATH = 106;
    }

    /** {@code allow} and {@code allow_read}: who may do everything, and who may look. */
    public record Access(List<Grantee> all, List<Grantee> read) {
        public Access {
            all = List.copyOf(all);
            read = List.copyOf(read);
        }
    }

    /** A user or a group, as written ({@code alice}, {@code @ops}, {@code 1000}) and its number. */
    public record Grantee(String written, boolean group, int id) {}

    /**
     * {@code [taskmasterd]} and {@code [taskmasterd.env]}; all paths are absolute.
     *
     * @param exitOn as {@link ProcessSpec#isCalled} takes them
     */
    public record Daemon(
            Path logfile,
            long logfileMaxBytes,
            int logfileBackups,
            LogLevel loglevel,
            Path pidfile,
            Path runtimedir,
            int umask,
            boolean nodaemon,
            int minfds,
            int minprocs,
            Optional<String> user,
            Optional<Path> directory,
            String identifier,
            List<String> exitOn,
            Map<String, String> env) {

        public Daemon {
            exitOn = List.copyOf(exitOn);
            env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        }

        /** Where nothing else is said: nobody but root may write to /run. */
        public static Path runtimedirOf(int uid) {
            return Path.of(
                    uid == 0
                            ? "/run/taskmaster"
                            : "/tmp/taskmaster-".concat(Integer.toUnsignedString(uid)));
        }

        private Daemon withoutUser() {
            return new Daemon(
                    logfile,
                    logfileMaxBytes,
                    logfileBackups,
                    loglevel,
                    pidfile,
                    runtimedir,
                    umask,
                    nodaemon,
                    minfds,
                    minprocs,
                    Optional.empty(),
                    directory,
                    identifier,
                    exitOn,
                    env);
        }
    }

    /**
     * {@code [taskmasterctl]}.
     *
     * @param prompt of the shell, without what separates it from the line
     * @param history the shell's; below {@code ~} it is in the home directory of who runs it;
     *     empty: none is kept
     */
    public record Client(String serverUrl, String prompt, Optional<Path> history) {

        /** Of a file that says nothing about it. */
        public static final Client DEFAULT =
                new Client(
                        "unix:///tmp/taskmaster.sock",
                        "taskmaster",
                        Optional.of(Path.of("~/.taskmaster_history")));
    }

    /**
     * The least important lines that are still written, supervisord's words; no line of ours is a
     * trace or a blather.
     */
    public enum LogLevel {
        CRITICAL,
        ERROR,
        WARN,
        INFO,
        DEBUG
    }
}
