package taskmaster.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What has to be done to get from one configuration to another. Each process is in exactly one of
 * the maps, by name, in the order of status.
 *
 * @param added new ones
 * @param removed those that are no more, as they were
 * @param restarted those whose {@link Launch} differs, as they shall be: they need a new process
 * @param adjusted those that differ only in how they are kept and stopped, or in what the next
 *     start needs to know: the running process does not notice
 * @param unchanged all others
 * @param needsDaemonRestart settings like {@code [taskmasterd] minfds} that differ and that a
 *     running daemon does not change; {@code loglevel}, {@code exit_on}, {@code [taskmasterd.env]}
 *     (which is part of each launch) and {@code [taskmasterctl]} are not among them
 */
public record ConfigDiff(
        Map<ProcessName, ProcessSpec> added,
        Map<ProcessName, ProcessSpec> removed,
        Map<ProcessName, ProcessSpec> restarted,
        Map<ProcessName, ProcessSpec> adjusted,
        Map<ProcessName, ProcessSpec> unchanged,
        List<String> needsDaemonRestart) {

    public ConfigDiff {
        added = ordered(added);
        removed = ordered(removed);
        restarted = ordered(restarted);
        adjusted = ordered(adjusted);
        unchanged = ordered(unchanged);
        needsDaemonRestart = List.copyOf(needsDaemonRestart);
    }

    private static Map<ProcessName, ProcessSpec> ordered(Map<ProcessName, ProcessSpec> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    public static ConfigDiff between(Config before, Config after) {
        Map<ProcessName, ProcessSpec> removed = new LinkedHashMap<>();
        for (ProcessSpec spec : before.processes()) {
            removed.put(spec.name(), spec);
        }
        Map<ProcessName, ProcessSpec> added = new LinkedHashMap<>();
        Map<ProcessName, ProcessSpec> restarted = new LinkedHashMap<>();
        Map<ProcessName, ProcessSpec> adjusted = new LinkedHashMap<>();
        Map<ProcessName, ProcessSpec> unchanged = new LinkedHashMap<>();
        for (ProcessSpec spec : after.processes()) {
            ProcessSpec old = removed.remove(spec.name());
            if (old == null) {
                added.put(spec.name(), spec);
            } else if (old.equals(spec)) {
                unchanged.put(spec.name(), spec);
            } else if (startsAlike(old.launch(), spec.launch())) {
                adjusted.put(spec.name(), spec);
            } else {
                restarted.put(spec.name(), spec);
            }
        }
        return new ConfigDiff(
                added, removed, restarted, adjusted, unchanged, daemonSettings(before, after));
    }

    /**
     * True where a process started by one launch is as good as one started by the other: whether a
     * log file has to be opened with care follows from the mode of its directory, and matters to
     * the next start only; how a pumped one is rotated is the daemon's business.
     */
    private static boolean startsAlike(Launch a, Launch b) {
        return unguarded(a).equals(unguarded(b));
    }

    private static Launch unguarded(Launch launch) {
        return new Launch(
                launch.command(),
                launch.args(),
                launch.user(),
                launch.directory(),
                launch.umask(),
                launch.stdin(),
                unguarded(launch.stdout()),
                launch.stderr().map(ConfigDiff::unguarded),
                launch.base(),
                launch.env());
    }

    private static Launch.LogTarget unguarded(Launch.LogTarget target) {
        Launch.Files files = new Launch.Files(0, 0, Launch.Rotate.NEVER, false, 0, false);
        Launch.Pumped any = new Launch.Pumped("", "", files, false, Launch.Lines.PLAIN);
        Launch.LogTarget plain = Launch.LogTarget.plain(target.path());
        return new Launch.LogTarget(
                plain.path(), plain.trusted(), target.pumped().map(pumped -> any));
    }

    private static List<String> daemonSettings(Config before, Config after) {
        Optional<Config.Socket> oldSocket = before.socket();
        Optional<Config.Socket> newSocket = after.socket();
        Config.Daemon old = before.daemon();
        Config.Daemon now = after.daemon();
        List<String> changed = new ArrayList<>();
        String socket = "[unix_http_server] ";
        boolean both = oldSocket.isPresent() && newSocket.isPresent();
        note(
                changed,
                socket + "file",
                oldSocket.map(Config.Socket::file),
                newSocket.map(Config.Socket::file));
        if (both) {
            note(changed, socket + "chmod", oldSocket.get().mode(), newSocket.get().mode());
            note(
                    changed,
                    socket + "chown",
                    List.of(oldSocket.get().uid(), oldSocket.get().gid()),
                    List.of(newSocket.get().uid(), newSocket.get().gid()));
        }
        String daemon = "[taskmasterd] ";
        note(changed, daemon + "logfile", old.logfile(), now.logfile());
        note(changed, daemon + "logfile_maxbytes", old.logfileMaxBytes(), now.logfileMaxBytes());
        note(changed, daemon + "logfile_backups", old.logfileBackups(), now.logfileBackups());
        note(changed, daemon + "runtimedir", old.runtimedir(), now.runtimedir());
        note(changed, daemon + "pidfile", old.pidfile(), now.pidfile());
        note(changed, daemon + "umask", old.umask(), now.umask());
        note(changed, daemon + "nodaemon", old.nodaemon(), now.nodaemon());
        note(changed, daemon + "minfds", old.minfds(), now.minfds());
        note(changed, daemon + "minprocs", old.minprocs(), now.minprocs());
        note(changed, daemon + "user", old.user(), now.user());
        note(changed, daemon + "directory", old.directory(), now.directory());
        note(changed, daemon + "identifier", old.identifier(), now.identifier());
        return changed;
    }

    /** The daemon's settings that differ and that a reload changes at once. */
    public static List<String> liveSettings(Config before, Config after) {
        List<String> changed = new ArrayList<>();
        Optional<Config.Access> old = before.socket().flatMap(Config.Socket::access);
        Optional<Config.Access> now = after.socket().flatMap(Config.Socket::access);
        String socket = "[unix_http_server] ";
        // Without the section there is no socket whose rights could change.
        if (before.socket().isPresent() && after.socket().isPresent()) {
            note(
                    changed,
                    socket + "allow",
                    old.map(Config.Access::all),
                    now.map(Config.Access::all));
            note(changed, socket + "allow_read", readers(old), readers(now));
        }
        String daemon = "[taskmasterd] ";
        note(changed, daemon + "loglevel", before.daemon().loglevel(), after.daemon().loglevel());
        note(changed, daemon + "exit_on", before.daemon().exitOn(), after.daemon().exitOn());
        return changed;
    }

    private static List<Config.Grantee> readers(Optional<Config.Access> access) {
        return access.isPresent() ? access.get().read() : List.of();
    }

    private static void note(List<String> changed, String setting, Object before, Object after) {
        if (!Objects.equals(before, after)) {
            changed.add(setting);
        }
    }

    /** Only what concerns the processes that are meant. The daemon's settings are left out. */
    public ConfigDiff restrictedTo(Predicate<ProcessSpec> meant) {
        return new ConfigDiff(
                restricted(added, meant),
                restricted(removed, meant),
                restricted(restarted, meant),
                restricted(adjusted, meant),
                restricted(unchanged, meant),
                List.of());
    }

    private static Map<ProcessName, ProcessSpec> restricted(
            Map<ProcessName, ProcessSpec> all, Predicate<ProcessSpec> meant) {
        Map<ProcessName, ProcessSpec> some = new LinkedHashMap<>();
        for (ProcessSpec spec : all.values()) {
            if (meant.test(spec)) {
                some.put(spec.name(), spec);
            }
        }
        return some;
    }

    /** Whether there is nothing to do for any process. */
    public boolean changesNoProcess() {
        return added.isEmpty() && removed.isEmpty() && restarted.isEmpty() && adjusted.isEmpty();
    }
}
