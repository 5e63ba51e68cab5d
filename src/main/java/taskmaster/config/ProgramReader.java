package taskmaster.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.posix.Login;
import taskmaster.posix.User;
import taskmaster.toml.TomlValue;

/** Reads {@code [programs.X]} and makes its processes. */
final class ProgramReader {

    static final List<String> KEYS =
            keys(
                    "command",
                    "cmd",
                    "args",
                    "numprocs",
                    "numprocs_start",
                    "priority",
                    "autostart",
                    "startsecs",
                    "startretries",
                    "autorestart",
                    "exitcodes",
                    "stopsignal",
                    "stopwaitsecs",
                    "stopasgroup",
                    "killasgroup",
                    "user",
                    "stdin",
                    "tty",
                    "stdout",
                    "stderr",
                    "redirect_stderr",
                    "strip_ansi",
                    "directory",
                    "umask",
                    "serverurl",
                    "clean_env",
                    "env");

    private static List<String> keys(String... own) {
        List<String> keys = new ArrayList<>(List.of(own));
        keys.addAll(OutputReader.keys("stdout"));
        keys.addAll(OutputReader.keys("stderr"));
        return List.copyOf(keys);
    }

    /** More than a host can run; a slip of the finger must not fill the memory. */
    static final int MAX_PROCESSES = 10_000;

    static final String AUTO = "AUTO";

    private static final String NULL = "null";
    private static final String PIPE = "pipe";

    /** What a program with a terminal of its own takes it for: most understand this. */
    static final String TERMINAL = "xterm-256color";

    /** Of {@code clean_env}: where a system has its programs. */
    static final String CLEAN_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** What programs take from the rest of the configuration; {@code socketUrl} empty: none. */
    record Defaults(int umask, Map<String, String> env, Optional<String> socketUrl) {}

    private final Host host;
    private final Defaults defaults;
    private final Accounts accounts;
    private final Groups groups;
    private final OutputReader outputs;

    ProgramReader(Host host, Defaults defaults, Accounts accounts, Groups groups) {
        this.host = host;
        this.defaults = defaults;
        this.accounts = accounts;
        this.groups = groups;
        outputs = new OutputReader(accounts.ownUid());
    }

    /** What is written, before it is expanded for each process. */
    private record Template(
            Section section,
            String commandKey,
            TomlValue.Text command,
            List<TomlValue.Text> args,
            Optional<TomlValue.Text> user,
            Optional<TomlValue.Text> directory,
            Optional<TomlValue.Text> stdin,
            boolean tty,
            OutputReader.Stream stdout,
            OutputReader.Stream stderr,
            Optional<TomlValue.Text> serverUrl,
            boolean redirectStderr,
            int umask,
            boolean cleanEnv,
            Section envSection,
            Map<String, TomlValue.Text> env) {}

    /** Adds the processes of a program; none, with problems, where something is wrong. */
    void read(Section section, String program, Problems problems, List<ProcessSpec> into) {
        int before = problems.count();
        section.refuseOthers(KEYS);
        int numprocs = section.integer("numprocs", 1, 1, MAX_PROCESSES);
        int first = section.integer("numprocs_start", 0, 0, 1_000_000);
        int priority = section.integer("priority", 999, Integer.MIN_VALUE, Integer.MAX_VALUE);
        Policy policy = PolicyReader.read(section);
        Template template = template(section);
        String group = groups.groupOf(program);
        int groupPriority = groups.priorityOf(program, priority);
        Expander ofFile = Expander.ofFile(host, section.file().directory().toString());
        List<ProcessSpec> processes = new ArrayList<>(numprocs);
        for (int number = first; number < first + numprocs; number++) {
            String process = numprocs == 1 ? program : program + "_" + number;
            groups.checkProcess(section, program, process);
            ProcessName name = new ProcessName(group, process);
            Launch launch = launch(template, ofFile, name, program, number, numprocs);
            if (problems.count() != before) {
                return;
            }
            processes.add(
                    new ProcessSpec(
                            name, program, number, groupPriority, priority, policy, launch));
        }
        OutputReader.checkTotal(section, processes);
        into.addAll(processes);
    }

    private Template template(Section section) {
        boolean both = section.has("command") && section.has("cmd");
        if (both) {
            section.problem("cmd", "is another word for command: leave one of them out");
        }
        String key = section.has("cmd") && !both ? "cmd" : "command";
        if (!section.has(key)) {
            String message = "is missing: write the program to run, command = \"/bin/sleep\"";
            section.absence(section.position(), key, message);
        }
        boolean tty = section.bool("tty", false);
        boolean redirect = redirect(section, tty);
        Section env = section.child("env", section.labelOf("env"));
        TomlValue.Text none = new TomlValue.Text("", section.position());
        return new Template(
                section,
                key,
                section.written(key).orElse(none),
                section.texts("args"),
                Accounts.written(section, "user"),
                section.written("directory"),
                section.written("stdin"),
                tty,
                OutputReader.read(section, "stdout", tty),
                OutputReader.read(section, "stderr", false),
                section.written("serverurl"),
                redirect,
                section.mode("umask", defaults.umask()),
                section.bool("clean_env", false),
                env,
                env.variables());
    }

    /** Whether stderr goes where stdout goes; a terminal cannot tell one from the other. */
    private static boolean redirect(Section section, boolean tty) {
        boolean redirect = section.bool("redirect_stderr", tty);
        if (tty && !redirect) {
            String message = "with tty = true both go to the terminal: leave it out";
            section.problem("redirect_stderr", message);
        }
        String cause = tty ? "tty = true" : "redirect_stderr = true";
        if ((redirect || tty) && section.has("stderr")) {
            section.problem("stderr", "with " + cause + " it goes to stdout: leave one out");
        }
        if (redirect || tty) {
            OutputReader.refuse(section, "stderr", cause);
        }
        if (tty && !section.text("stdin").orElse(NULL).equals(NULL)) {
            section.problem("stdin", "with tty = true it is the terminal: leave one out");
        }
        return redirect || tty;
    }

    private Launch launch(
            Template template,
            Expander ofFile,
            ProcessName name,
            String program,
            int number,
            int numprocs) {
        Section section = template.section();
        Expander forEnv = ofFile.ofProcess(defaults.env(), name, program, number, numprocs);
        Map<String, String> own = expandAll(template, forEnv);
        Expander expander = forEnv;
        if (!own.isEmpty()) {
            Map<String, String> added = new LinkedHashMap<>(defaults.env());
            added.putAll(own);
            expander = ofFile.ofProcess(added, name, program, number, numprocs);
        }
        List<String> args = new ArrayList<>(template.args().size());
        for (TomlValue.Text arg : template.args()) {
            args.add(section.expand(expander, "args", arg).orElse(""));
        }
        String url = serverUrl(template, expander);
        Map<String, String> env = additions(name, url, template.tty());
        env.putAll(defaults.env());
        env.putAll(own);
        Optional<Launch.LogTarget> stderr =
                template.redirectStderr()
                        ? Optional.empty()
                        : Optional.of(
                                outputs.target(
                                        section, template.stderr(), expander, name, program));
        return new Launch(
                command(template, expander),
                args,
                user(template, expander),
                directory(template, expander),
                template.umask(),
                stdin(template, expander),
                stdout(template, expander, name, program),
                stderr,
                template.cleanEnv() ? Optional.of(minimal(template, expander)) : Optional.empty(),
                env);
    }

    /** The environment of {@code clean_env}: no LANG and no TZ either, which others may need. */
    private Map<String, String> minimal(Template template, Expander expander) {
        Map<String, String> base = new LinkedHashMap<>();
        base.put("PATH", CLEAN_PATH);
        Optional<User> user =
                template.user().isEmpty() ? Optional.empty() : named(template, expander);
        if (user.isPresent()) {
            String name = user.get().name();
            Optional<Login> login = accounts.loginOf(name);
            base.put("HOME", login.isPresent() ? login.get().home() : "/");
            base.put("USER", name);
            base.put("LOGNAME", name);
            String shell = login.isPresent() ? login.get().shell() : "";
            base.put("SHELL", shell.isEmpty() ? "/bin/sh" : shell);
        }
        return base;
    }

    private Optional<User> named(Template template, Expander expander) {
        TomlValue.Text written = template.user().get();
        Optional<String> name = template.section().expand(expander, "user", written);
        return name.isEmpty() ? Optional.empty() : accounts.find(name.get());
    }

    private static Map<String, String> expandAll(Template template, Expander expander) {
        Map<String, String> own = new LinkedHashMap<>();
        for (Map.Entry<String, TomlValue.Text> entry : template.env().entrySet()) {
            String name = entry.getKey();
            Optional<String> value =
                    template.envSection().expand(expander, Toml.key(name), entry.getValue());
            own.put(name, value.orElse(""));
        }
        return own;
    }

    /** What every process is told of itself; empty {@code url}: there is no server to name. */
    static Map<String, String> additions(ProcessName name, String url, boolean tty) {
        Map<String, String> env = new LinkedHashMap<>();
        addTwins(env, "ENABLED", "1");
        addTwins(env, "PROCESS_NAME", name.process());
        addTwins(env, "GROUP_NAME", name.group());
        if (!url.isEmpty()) {
            addTwins(env, "SERVER_URL", url);
        }
        if (tty) {
            env.put("TERM", TERMINAL);
        }
        return env;
    }

    /** Tools that were written for supervisord look for its names. */
    private static void addTwins(Map<String, String> env, String name, String value) {
        env.put("TASKMASTER_" + name, value);
        env.put("SUPERVISOR_" + name, value);
    }

    private String serverUrl(Template template, Expander expander) {
        String automatic = defaults.socketUrl().orElse("");
        if (template.serverUrl().isEmpty()) {
            return automatic;
        }
        String url =
                template.section()
                        .expand(expander, "serverurl", template.serverUrl().get())
                        .orElse(AUTO);
        if (url.isEmpty()) {
            template.section().problem("serverurl", "may not be empty: write \"AUTO\" or an URL");
        }
        return url.equals(AUTO) ? automatic : url;
    }

    private Optional<User> user(Template template, Expander expander) {
        if (template.user().isEmpty()) {
            return Optional.empty();
        }
        TomlValue.Text written = template.user().get();
        Optional<String> name = template.section().expand(expander, "user", written);
        return name.isEmpty()
                ? Optional.empty()
                : accounts.ofProgram(template.section(), written.position(), name.get());
    }

    private static Optional<Path> directory(Template template, Expander expander) {
        if (template.directory().isEmpty()) {
            return Optional.empty();
        }
        return template.section().path("directory", expander, template.directory().get());
    }

    private static Launch.Input stdin(Template template, Expander expander) {
        Section section = template.section();
        if (template.tty()) {
            return new Launch.Input.Terminal();
        }
        String word = template.stdin().isEmpty() ? NULL : template.stdin().get().value();
        if (word.equals(NULL)) {
            return new Launch.Input.Nothing();
        }
        if (word.equals(PIPE)) {
            return new Launch.Input.Pipe();
        }
        Optional<Path> path = section.path("stdin", expander, template.stdin().get());
        return path.isEmpty() ? new Launch.Input.Nothing() : new Launch.Input.File(path.get());
    }

    /** As the file has it. */
    static String written(Launch.Input stdin) {
        return switch (stdin) {
            case Launch.Input.Nothing _ -> NULL;
            case Launch.Input.Terminal _ -> NULL;
            case Launch.Input.Pipe _ -> PIPE;
            case Launch.Input.File(Path path) -> path.toString();
        };
    }

    private Launch.LogTarget stdout(
            Template template, Expander expander, ProcessName name, String program) {
        Section section = template.section();
        Launch.LogTarget log = outputs.target(section, template.stdout(), expander, name, program);
        if (template.tty() && log.pumped().isEmpty() && !log.path().equals(OutputReader.NOWHERE)) {
            String message =
                    Hints.quote(log.path().toString())
                            + " is not a file: with tty = true it must be one, or \"/dev/null\"";
            section.problem("stdout", message);
        }
        return log;
    }

    private String command(Template template, Expander expander) {
        Section section = template.section();
        String key = template.commandKey();
        if (!section.has(key)) {
            return "";
        }
        TomlValue.Text written = template.command();
        Optional<String> expanded = section.expand(expander, key, written);
        if (expanded.isEmpty()) {
            return "";
        }
        String text = expanded.get();
        if (text.isBlank()) {
            if (section.text(key).isPresent()) {
                section.problemAt(written.position(), key, "may not be empty");
            }
            return "";
        }
        Optional<Path> path =
                text.indexOf('/') < 0
                        ? Optional.empty()
                        : section.path(key, written.position(), text);
        if (hasSpace(text) && !exists(text, path)) {
            List<String> words = Words.split(text);
            String right =
                    words.size() < 2
                            ? "it has spaces around it"
                            : "it has arguments in it, write "
                                    + key
                                    + " = "
                                    + Toml.string(words.get(0))
                                    + " and args = "
                                    + Words.array(words.subList(1, words.size()));
            String message = "there is no program " + Hints.quote(text) + ": " + right;
            section.problemAt(written.position(), key, message);
        }
        return path.isPresent() ? path.get().toString() : text;
    }

    private static boolean hasSpace(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean exists(String text, Optional<Path> path) {
        if (path.isPresent()) {
            return Files.exists(path.get());
        }
        String search = host.environment().getOrDefault("PATH", "/usr/bin:/bin");
        int at = 0;
        while (at <= search.length()) {
            int colon = search.indexOf(':', at);
            int end = colon < 0 ? search.length() : colon;
            try {
                if (end > at && Files.exists(Path.of(search.substring(at, end), text))) {
                    return true;
                }
            } catch (InvalidPathException e) {
                return false; // no name for a file in this locale, so there is none
            }
            at = end + 1;
        }
        return false;
    }
}
