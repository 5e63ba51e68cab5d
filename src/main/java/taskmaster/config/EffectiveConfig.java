package taskmaster.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a configuration as a file that says all of it: every key, no include, everything expanded.
 * Read again in place of the file it came from, by the same user on the same host, it gives an
 * equal configuration. Shows the values of environments, which may be secret.
 */
public final class EffectiveConfig {

    private final Config config;
    private final Optional<String> socketUrl;
    private final StringBuilder out = new StringBuilder();

    private EffectiveConfig(Config config) {
        this.config = config;
        this.socketUrl = config.socket().map(socket -> DaemonReader.UNIX + socket.file());
    }

    /**
     * The text, in TOML.
     *
     * @throws IllegalArgumentException if processes of one program differ by more than their
     *     number, which no loaded configuration does
     */
    public static String render(Config config) {
        EffectiveConfig effective = new EffectiveConfig(config);
        effective.daemon();
        Map<String, List<ProcessSpec>> programs = new LinkedHashMap<>();
        Map<String, List<ProcessSpec>> groups = new LinkedHashMap<>();
        for (ProcessSpec spec : config.processes()) {
            programs.computeIfAbsent(spec.program(), name -> new ArrayList<>()).add(spec);
            groups.computeIfAbsent(spec.name().group(), name -> new ArrayList<>()).add(spec);
        }
        programs.forEach(effective::program);
        groups.forEach(effective::group);
        return effective.out.toString();
    }

    private void line(String key, String value) {
        out.append(key).append(" = ").append(value).append('\n');
    }

    private void header(String title) {
        out.append(out.isEmpty() ? "" : "\n").append('[').append(title).append("]\n");
    }

    private static String text(Object value) {
        return Toml.string(value.toString());
    }

    /** For a key in which {@code %} means something. */
    private static String escaped(Object value) {
        return Toml.string(value.toString().replace("%", "%%"));
    }

    private static String octal(int mode) {
        return "0o" + "0".repeat(mode < 8 ? 2 : mode < 64 ? 1 : 0) + Integer.toOctalString(mode);
    }

    private void daemon() {
        if (config.socket().isPresent()) {
            Config.Socket socket = config.socket().get();
            header("unix_http_server");
            line("file", escaped(socket.file()));
            line("chmod", octal(socket.mode()));
            String uid = socket.uid() < 0 ? "" : Integer.toString(socket.uid());
            String gid = socket.gid() < 0 ? "" : ":" + socket.gid();
            if (!uid.isEmpty() || !gid.isEmpty()) {
                line("chown", text(uid + gid));
            }
            if (socket.access().isPresent()) {
                line("allow", grantees(socket.access().get().all()));
                line("allow_read", grantees(socket.access().get().read()));
            }
        }
        Config.Daemon daemon = config.daemon();
        header("taskmasterd");
        line("logfile", escaped(daemon.logfile()));
        line("logfile_maxbytes", size(daemon.logfileMaxBytes()));
        line("logfile_backups", Integer.toString(daemon.logfileBackups()));
        line("loglevel", text(daemon.loglevel().name().toLowerCase(java.util.Locale.ROOT)));
        line("pidfile", escaped(daemon.pidfile()));
        line("runtimedir", escaped(daemon.runtimedir()));
        line("umask", octal(daemon.umask()));
        line("nodaemon", Boolean.toString(daemon.nodaemon()));
        line("minfds", Integer.toString(daemon.minfds()));
        line("minprocs", Integer.toString(daemon.minprocs()));
        daemon.user().ifPresent(user -> line("user", text(user)));
        daemon.directory().ifPresent(directory -> line("directory", escaped(directory)));
        line("identifier", text(daemon.identifier()));
        List<String> exitOn = new ArrayList<>();
        for (String name : daemon.exitOn()) {
            exitOn.add(Toml.string(name));
        }
        line("exit_on", "[" + String.join(", ", exitOn) + "]");
        if (!daemon.env().isEmpty()) {
            header("taskmasterd.env");
            daemon.env().forEach((name, value) -> line(Toml.key(name), escaped(value)));
        }
        header("taskmasterctl");
        line("serverurl", escaped(config.client().serverUrl()));
        line("prompt", text(config.client().prompt()));
        Optional<Path> history = config.client().history();
        line("history", history.isPresent() ? escaped(history.get()) : "false");
    }

    private static String grantees(List<Config.Grantee> grantees) {
        List<String> written = new ArrayList<>();
        for (Config.Grantee grantee : grantees) {
            written.add(grantee.written());
        }
        return Words.array(written);
    }

    private void group(String name, List<ProcessSpec> members) {
        Set<String> programs = new LinkedHashSet<>();
        boolean plain = true;
        for (ProcessSpec member : members) {
            programs.add(Toml.string(member.program()));
            plain &= member.program().equals(name) && member.groupPriority() == member.priority();
        }
        if (!plain) {
            header("groups." + Toml.key(name));
            line("programs", "[" + String.join(", ", programs) + "]");
            line("priority", Integer.toString(members.get(0).groupPriority()));
        }
    }

    private void program(String name, List<ProcessSpec> processes) {
        ProcessSpec first = processes.get(0);
        List<Launch> launches = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (ProcessSpec process : processes) {
            launches.add(process.launch());
            numbers.add(process.number());
        }
        Template template = new Template(numbers);
        header("programs." + Toml.key(name));
        line("command", template.of(launches, Launch::command));
        List<String> args = new ArrayList<>();
        for (int i = 0; i < first.launch().args().size(); i++) {
            int at = i;
            args.add(template.of(launches, launch -> launch.args().get(at)));
        }
        line("args", "[" + String.join(", ", args) + "]");
        line("numprocs", Integer.toString(processes.size()));
        line("numprocs_start", Integer.toString(first.number()));
        line("priority", Integer.toString(first.priority()));
        policy(first.policy());
        Launch launch = first.launch();
        if (launch.user().isPresent()) {
            line("user", template.of(launches, one -> one.user().get().name()));
        }
        line("stdin", template.of(launches, one -> ProgramReader.written(one.stdin())));
        line("tty", Boolean.toString(launch.hasTerminal()));
        line("stdout", template.of(launches, one -> one.stdout().path()));
        writing("stdout", launches.stream().map(Launch::stdout).toList(), template);
        if (launch.stderr().isPresent()) {
            line("stderr", template.of(launches, one -> one.stderr().get().path()));
            writing("stderr", launches.stream().map(one -> one.stderr().get()).toList(), template);
        }
        line("strip_ansi", Boolean.toString(stripsAnsi(launches)));
        line("redirect_stderr", Boolean.toString(launch.stderr().isEmpty()));
        if (launch.directory().isPresent()) {
            line("directory", template.of(launches, one -> one.directory().get()));
        }
        line("umask", octal(launch.umask()));
        line("clean_env", Boolean.toString(launch.base().isPresent()));
        environment(name, processes, template);
    }

    private static boolean stripsAnsi(List<Launch> launches) {
        for (Launch launch : launches) {
            Optional<Launch.Pumped> out = launch.stdout().pumped();
            Optional<Launch.Pumped> err =
                    launch.stderr().isPresent() ? launch.stderr().get().pumped() : out;
            if ((out.isPresent() && out.get().lines().stripAnsi())
                    || (err.isPresent() && err.get().lines().stripAnsi())) {
                return true;
            }
        }
        return false;
    }

    /** All that are pumped are so in the same way, but for their prefixes. */
    private void writing(String stream, List<Launch.LogTarget> targets, Template template) {
        Optional<Launch.Pumped> any = Optional.empty();
        for (Launch.LogTarget target : targets) {
            any = target.pumped().isPresent() ? target.pumped() : any;
        }
        if (any.isEmpty()) {
            line(stream + "_maxbytes", "0");
            return;
        }
        Launch.Pumped pumped = any.get();
        Launch.Files files = pumped.files();
        line(stream + "_maxbytes", size(files.maxBytes()));
        line(stream + "_backups", Integer.toString(files.backups()));
        line(stream + "_rotate", text(files.rotate().name().toLowerCase(java.util.Locale.ROOT)));
        line(stream + "_compress", text(files.compress() ? "gzip" : "none"));
        line(stream + "_total", size(files.totalBytes()));
        line(stream + "_onfull", text(pumped.block() ? "block" : "drop"));
        line(stream + "_mkdir", Boolean.toString(files.makeDirectory()));
        Launch.Lines lines = pumped.lines();
        line(stream + "_timestamp", text(lines.timestamp() ? "iso" : "none"));
        line(stream + "_prefix", prefix(targets, template));
        line(stream + "_syslog", Boolean.toString(lines.syslog()));
        line(stream + "_capture_maxbytes", size(lines.captureMaxBytes()));
    }

    /** Where some are not pumped, the others must do. */
    private static String prefix(List<Launch.LogTarget> targets, Template template) {
        boolean all = true;
        String some = "";
        for (Launch.LogTarget target : targets) {
            all &= target.pumped().isPresent();
            some = target.pumped().isPresent() ? target.pumped().get().lines().prefix() : some;
        }
        return all
                ? template.of(targets, target -> target.pumped().get().lines().prefix())
                : escaped(some);
    }

    /** {@code "50MB"}. */
    static String size(long bytes) {
        String[] units = {"KB", "MB", "GB"};
        for (int i = units.length; i > 0; i--) {
            if (bytes > 0 && bytes % (1L << (10 * i)) == 0) {
                return text((bytes >> (10 * i)) + units[i - 1]);
            }
        }
        return Long.toString(bytes);
    }

    private void policy(Policy policy) {
        line("autostart", Boolean.toString(policy.autostart()));
        line("startsecs", seconds(policy.startTime()));
        line("startretries", Integer.toString(policy.startRetries()));
        line("autorestart", text(policy.autorestart().name().toLowerCase(java.util.Locale.ROOT)));
        line("exitcodes", new TreeSet<>(policy.exitCodes()).toString());
        line("stopsignal", text(policy.stopSignal().name()));
        line("stopwaitsecs", seconds(policy.stopTime()));
        line("stopasgroup", Boolean.toString(policy.stopAsGroup()));
        line("killasgroup", Boolean.toString(policy.killAsGroup()));
    }

    /** {@code 10}, {@code 0.5}. */
    private static String seconds(Duration time) {
        if (time.toNanosPart() == 0) {
            return Long.toString(time.toSeconds());
        }
        String fraction = Integer.toString(1_000_000_000 + time.toNanosPart()).substring(1);
        return time.toSeconds() + "." + fraction.replaceAll("0+$", "");
    }

    /** {@code serverurl}, and the section of what is not in every process's environment anyway. */
    private void environment(String program, List<ProcessSpec> processes, Template template) {
        List<Map<String, String>> given = new ArrayList<>();
        List<String> urls = new ArrayList<>();
        boolean automatic = false;
        for (ProcessSpec process : processes) {
            Map<String, String> env = process.launch().env();
            String url = env.getOrDefault("TASKMASTER_SERVER_URL", "");
            boolean both = url.equals(env.get("SUPERVISOR_SERVER_URL"));
            boolean written = both && !url.isEmpty() && !url.equals(ProgramReader.AUTO);
            automatic |= !written || url.equals(socketUrl.orElse(""));
            urls.add(url);
        }
        line("serverurl", automatic ? text(ProgramReader.AUTO) : template.of(urls, url -> url));
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < processes.size(); i++) {
            String url = automatic ? socketUrl.orElse("") : urls.get(i);
            Map<String, String> common =
                    ProgramReader.additions(
                            processes.get(i).name(), url, processes.get(i).launch().hasTerminal());
            common.putAll(config.daemon().env());
            Map<String, String> env = processes.get(i).launch().env();
            for (Map.Entry<String, String> entry : env.entrySet()) {
                if (!entry.getValue().equals(common.get(entry.getKey()))) {
                    names.add(entry.getKey());
                }
            }
            given.add(env);
        }
        if (!names.isEmpty()) {
            header("programs." + Toml.key(program) + ".env");
            for (String name : names) {
                line(Toml.key(name), template.of(given, env -> env.get(name)));
            }
        }
    }

    /**
     * Finds a text with {@code %(process_num)d} in it that gives a program's processes the values
     * they have. Any that does is right, whatever the file had.
     */
    static final class Template {

        private static final int MAX_WIDTH = 20;

        private final List<Integer> numbers;

        Template(List<Integer> numbers) {
            this.numbers = numbers;
        }

        <T> String of(Collection<T> owners, java.util.function.Function<T, Object> part) {
            List<String> values = new ArrayList<>();
            for (T owner : owners) {
                values.add(part.apply(owner).toString());
            }
            StringBuilder found = new StringBuilder();
            if (!align(values, new int[values.size()], found)) {
                throw new IllegalArgumentException("no common form of " + values);
            }
            return Toml.string(found.toString());
        }

        /** Appends the template of what follows the places {@code at}; false if there is none. */
        private boolean align(List<String> values, int[] at, StringBuilder found) {
            while (!sameRest(values, at)) {
                boolean same = sameCharacter(values, at);
                String fills = same ? "0" : "0 "; // a space that all have needs no width
                for (int width = 0; width <= MAX_WIDTH; width++) {
                    for (int i = 0; i < fills.length(); i++) {
                        if (alignNumber(values, at, width, fills.charAt(i), found)) {
                            return true;
                        }
                    }
                }
                if (!same) {
                    return false;
                }
                char c = values.get(0).charAt(at[0]);
                found.append(c == '%' ? "%%" : String.valueOf(c));
                for (int i = 0; i < at.length; i++) {
                    at[i]++;
                }
            }
            found.append(values.get(0).substring(at[0]).replace("%", "%%"));
            return true;
        }

        private boolean alignNumber(
                List<String> values, int[] at, int width, char fill, StringBuilder found) {
            int[] after = afterNumbers(values, at, width, fill);
            if (after.length == 0) {
                return false;
            }
            int length = found.length();
            found.append("%(process_num)")
                    .append(width > 0 && fill == '0' ? "0" : "")
                    .append(width > 0 ? Integer.toString(width) : "")
                    .append('d');
            if (align(values, after, found)) {
                return true;
            }
            found.setLength(length);
            return false;
        }

        private static boolean sameRest(List<String> values, int[] at) {
            String rest = values.get(0).substring(at[0]);
            for (int i = 1; i < at.length; i++) {
                String other = values.get(i);
                if (other.length() - at[i] != rest.length() || !other.startsWith(rest, at[i])) {
                    return false;
                }
            }
            return true;
        }

        private static boolean sameCharacter(List<String> values, int[] at) {
            for (int i = 0; i < at.length; i++) {
                boolean ended = at[i] >= values.get(i).length() || at[0] >= values.get(0).length();
                if (ended || values.get(i).charAt(at[i]) != values.get(0).charAt(at[0])) {
                    return false;
                }
            }
            return true;
        }

        /** Where the values go on after their numbers, or nothing where one has not its number. */
        private int[] afterNumbers(List<String> values, int[] at, int width, char fill) {
            int[] after = new int[at.length];
            for (int i = 0; i < at.length; i++) {
                String digits = Integer.toString(numbers.get(i));
                String number = String.valueOf(fill).repeat(Math.max(0, width - digits.length()));
                number += digits;
                if (!values.get(i).startsWith(number, at[i])) {
                    return new int[0];
                }
                after[i] = at[i] + number.length();
            }
            return after;
        }
    }
}
