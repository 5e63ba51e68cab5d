package taskmaster.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.toml.TomlValue;

/** Reads the sections that are not about programs. */
final class DaemonReader {

    static final String EXIT_ON = "exit_on";
    static final List<String> SOCKET_KEYS =
            List.of("file", "chmod", "chown", "allow", "allow_read");
    static final List<String> DAEMON_KEYS =
            List.of(
                    "logfile",
                    "logfile_maxbytes",
                    "logfile_backups",
                    "loglevel",
                    "pidfile",
                    "runtimedir",
                    "umask",
                    "nodaemon",
                    "minfds",
                    "minprocs",
                    "user",
                    "directory",
                    "identifier",
                    EXIT_ON,
                    "env");
    private static final String HISTORY = "history";
    static final List<String> CLIENT_KEYS = List.of("serverurl", "prompt", HISTORY);

    static final String UNIX = "unix://";

    private final Host host;
    private final Expander expander;

    DaemonReader(Host host, Expander expander) {
        this.host = host;
        this.expander = expander;
    }

    Optional<Config.Socket> socket(Section section, Accounts accounts) {
        section.refuseOthers(SOCKET_KEYS);
        int mode = section.mode("chmod", 0700);
        int[] owner = accounts.owner(section, "chown");
        Optional<Config.Access> access = accounts.access(section, "allow", "allow_read");
        Optional<Path> file = socketFile(section, expander);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        directoryExists(section, "file", file.get());
        return Optional.of(new Config.Socket(file.get(), mode, owner[0], owner[1], access));
    }

    private static Optional<Path> socketFile(Section section, Expander expander) {
        Optional<Path> file = section.path("file", expander);
        if (file.isPresent()) {
            int length = file.get().toString().getBytes(StandardCharsets.UTF_8).length;
            if (length > Config.Socket.MAX_PATH) {
                String limit =
                        " bytes are too long for a socket: at most " + Config.Socket.MAX_PATH;
                section.problem("file", length + limit);
            }
        }
        return file;
    }

    Config.Daemon daemon(Section section, Accounts accounts) {
        section.refuseOthers(DAEMON_KEYS);
        Path current = host.currentDirectory();
        Optional<Path> logfile = section.path("logfile", expander);
        Optional<Path> pidfile = section.path("pidfile", expander);
        if (logfile.isPresent()) {
            directoryExists(section, "logfile", logfile.get());
        }
        if (pidfile.isPresent()) {
            directoryExists(section, "pidfile", pidfile.get());
        }
        Optional<Path> directory = section.path("directory", expander);
        if (directory.isPresent() && !Files.isDirectory(directory.get())) {
            section.problem("directory", noDirectory(directory.get()));
        }
        Optional<String> user = accounts.ofDaemon(section);
        return new Config.Daemon(
                logfile.orElse(current.resolve("taskmaster.log")),
                section.bytes("logfile_maxbytes", OutputReader.DEFAULT_MAX_BYTES),
                section.integer(
                        "logfile_backups",
                        OutputReader.DEFAULT_BACKUPS,
                        0,
                        OutputReader.MAX_BACKUPS),
                logLevel(section),
                pidfile.orElse(current.resolve("taskmasterd.pid")),
                section.path("runtimedir", expander)
                        .orElse(Config.Daemon.runtimedirOf(accounts.ownUid())),
                section.mode("umask", 022),
                section.bool("nodaemon", false),
                section.integer("minfds", 1024, 1, Integer.MAX_VALUE),
                section.integer("minprocs", 200, 1, Integer.MAX_VALUE),
                user,
                directory,
                section.line("identifier", "taskmaster"),
                exitOn(section),
                environment(section.child("env", "[taskmasterd.env]")));
    }

    private static List<String> exitOn(Section section) {
        List<String> names = new ArrayList<>();
        for (TomlValue.Text name : section.texts(EXIT_ON)) {
            names.add(name.value());
        }
        return names;
    }

    private static void directoryExists(Section section, String key, Path file) {
        Path directory = file.getParent();
        if (directory == null || Files.isDirectory(file)) {
            section.problem(key, Hints.quote(file.toString()) + " is a directory, not a file");
        } else if (!Files.isDirectory(directory)) {
            section.problem(key, noDirectory(directory));
        }
    }

    private static String noDirectory(Path directory) {
        return "there is no directory " + Hints.quote(directory.toString());
    }

    private static Config.LogLevel logLevel(Section section) {
        Optional<String> text = section.text("loglevel");
        if (text.isEmpty()) {
            return Config.LogLevel.INFO;
        }
        List<String> words = new ArrayList<>();
        for (Config.LogLevel level : Config.LogLevel.values()) {
            String word = level.name().toLowerCase(java.util.Locale.ROOT);
            if (word.equals(text.get())) {
                return level;
            }
            words.add(word);
        }
        String meant =
                text.get().equals("trace") || text.get().equals("blather")
                        ? " (\"debug\" tells the most)"
                        : Hints.didYouMean(text.get(), words);
        section.problem(
                "loglevel",
                Hints.quote(text.get())
                        + " is not a level"
                        + meant
                        + ": there are critical, error, warn, info, debug");
        return Config.LogLevel.INFO;
    }

    private Map<String, String> environment(Section section) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (Map.Entry<String, TomlValue.Text> entry : section.variables().entrySet()) {
            String name = entry.getKey();
            Optional<String> value = section.expand(expander, Toml.key(name), entry.getValue());
            environment.put(name, value.orElse(""));
        }
        return environment;
    }

    /**
     * {@code [taskmasterctl]}. Without a {@code serverurl} it is the socket of {@code
     * [unix_http_server]} in the same file, so that a file which only moves the socket is enough
     * for both programs.
     */
    static Config.Client client(Section section, Section socketSection, Expander expander) {
        section.refuseOthers(CLIENT_KEYS);
        String url = Config.Client.DEFAULT.serverUrl();
        Optional<TomlValue.Text> written = section.written("serverurl");
        if (written.isPresent()) {
            url = section.expand(expander, "serverurl", written.get()).orElse(url);
            if (!url.startsWith(UNIX + "/")) {
                String message = " is no socket's address: write \"unix:///path/of/socket\"";
                section.problem("serverurl", Hints.quote(url) + message);
            }
        } else if (!section.has("serverurl") && socketSection.has("file")) {
            Optional<Path> file = socketFile(socketSection, expander);
            url = file.isPresent() ? UNIX.concat(file.get().toString()) : url;
        }
        return new Config.Client(
                url,
                section.line("prompt", Config.Client.DEFAULT.prompt()),
                history(section, expander));
    }

    /** {@code false}, or a path, which stays as it is below {@code ~}. */
    private static Optional<Path> history(Section section, Expander expander) {
        Optional<TomlValue> value = section.value(HISTORY);
        if (value.isEmpty()) {
            return Config.Client.DEFAULT.history();
        }
        if (value.get() instanceof TomlValue.Bool bool) {
            if (bool.value()) {
                section.problem(HISTORY, "must be a path, or false for none");
            }
            return Optional.empty();
        }
        if (!(value.get() instanceof TomlValue.Text text) || !text.value().startsWith("~/")) {
            return section.path(HISTORY, expander);
        }
        Optional<String> inHome = section.expand(expander, HISTORY, text);
        boolean good =
                inHome.isPresent()
                        && section.path(HISTORY, text.position(), inHome.get().substring(2))
                                .isPresent();
        return good ? Optional.of(Path.of(inHome.get())) : Optional.empty();
    }
}
