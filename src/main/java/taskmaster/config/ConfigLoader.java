package taskmaster.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import taskmaster.toml.TomlValue;

/**
 * Reads configurations. Nothing here throws, whatever a file holds: everything that is wrong is
 * collected and given back. Safe on any thread.
 */
public final class ConfigLoader {

    /** What the file is called where it is searched. */
    public static final String FILE_NAME = "taskmaster.conf.toml";

    private static final String SYSTEM_DIRECTORY = "/etc/taskmaster";

    private static final List<String> SECTIONS =
            List.of(
                    "unix_http_server",
                    "taskmasterd",
                    "taskmasterctl",
                    "programs",
                    "groups",
                    "include");

    /** All programs of a configuration together: as many as Linux has pids by default. */
    private static final int MAX_PROCESSES = 32_768;

    private final Host host;
    private final Problems problems = new Problems();
    private final Map<String, Section> programs = new LinkedHashMap<>();
    private final Map<String, Section> groups = new LinkedHashMap<>();

    private ConfigLoader(Host host) {
        this.host = host;
    }

    /**
     * The file to use where none is named: in the current directory, in the one above it, in
     * /etc/taskmaster; the first that exists.
     */
    public static Optional<Path> find(Path currentDirectory) {
        for (Path directory : searched(currentDirectory)) {
            Path file = directory.resolve(FILE_NAME);
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** What to tell the user when {@link #find} found nothing. */
    public static String notFound(Path currentDirectory) {
        StringBuilder message = new StringBuilder("cannot find ").append(FILE_NAME);
        String separator = ": it is not in ";
        for (Path directory : searched(currentDirectory)) {
            message.append(separator).append(directory);
            separator = ", ";
        }
        return message.append(" (name a file with -c FILE)").toString();
    }

    private static List<Path> searched(Path currentDirectory) {
        List<Path> directories = new ArrayList<>();
        directories.add(currentDirectory);
        Path parent = currentDirectory.getParent();
        if (parent != null) {
            directories.add(parent);
        }
        directories.add(Path.of(SYSTEM_DIRECTORY));
        return directories;
    }

    /**
     * Reads a file and what it includes.
     *
     * @param file relative to the host's current directory; problems show it as it is given
     */
    public static Loaded load(Path file, Host host) {
        return load(file, host, UnaryOperator.identity());
    }

    /**
     * The same where the command line has the last word: {@code options} gets {@code [taskmasterd]}
     * of the file and returns what holds, for the programs' defaults too.
     */
    public static Loaded load(Path file, Host host, UnaryOperator<Config.Daemon> options) {
        try {
            ConfigLoader loader = new ConfigLoader(host);
            Optional<SourceFile> main = loader.open(file);
            if (main.isPresent()) {
                Config config = loader.config(main.get(), options);
                if (loader.problems.isEmpty()) {
                    return new Loaded.Valid(config);
                }
            }
            return new Loaded.Invalid(loader.problems.sorted());
        } catch (OutOfMemoryError e) {
            // All that was read is garbage now. A running daemon keeps what it has.
            return new Loaded.Invalid(List.of(tooLarge(file)));
        }
    }

    /**
     * Reads only what a client needs: {@code [taskmasterctl]}, and {@code file} of {@code
     * [unix_http_server]}. Faults in other sections are the daemon's business; even a broken text
     * will do as long as it says where the server is. Does not touch users or other files.
     */
    public static LoadedClient loadClient(Path file, Host host) {
        try {
            return new ConfigLoader(host).client(file);
        } catch (OutOfMemoryError e) {
            return new LoadedClient.Invalid(List.of(tooLarge(file)));
        }
    }

    private static ConfigProblem tooLarge(Path file) {
        String message = "the configuration needs more memory than this program has";
        return new ConfigProblem(file, Optional.empty(), message);
    }

    private LoadedClient client(Path file) {
        Optional<SourceFile> main = open(file);
        if (main.isEmpty()) {
            return new LoadedClient.Invalid(problems.sorted());
        }
        Problems own = new Problems();
        Section root = new Section(main.get(), "", main.get().root(), own);
        Section socket = root.child("unix_http_server", "[unix_http_server]");
        Section section = root.child("taskmasterctl", "[taskmasterctl]");
        Expander expander = Expander.ofFile(host, main.get().directory().toString());
        Config.Client client = DaemonReader.client(section, socket, expander);
        if (!own.isEmpty()) {
            return new LoadedClient.Invalid(own.sorted());
        }
        boolean saysWhere = section.has("serverurl") || socket.has("file");
        return problems.isEmpty() || saysWhere
                ? new LoadedClient.Valid(client, saysWhere)
                : new LoadedClient.Invalid(problems.sorted());
    }

    private Optional<SourceFile> open(Path file) {
        Problems.SourceName name = new Problems.SourceName(0, file);
        try {
            return SourceFile.read(name, absolute(file), host, problems);
        } catch (InvalidPathException e) {
            problems.add(name, Optional.empty(), "is no name for a file");
            return Optional.empty();
        }
    }

    /** Without leading {@code ..}; one further on may lead out of a symbolic link. */
    private Path absolute(Path file) {
        Path path = host.currentDirectory().resolve(file);
        boolean named = file.isAbsolute();
        for (Path part : file) {
            boolean up = part.toString().equals("..");
            if (up && named) {
                return path;
            }
            named = named || !up;
        }
        return path.normalize();
    }

    private Config config(SourceFile main, UnaryOperator<Config.Daemon> options) {
        Section root = new Section(main, "", main.root(), problems);
        checkSections(main, SECTIONS);
        Expander expander = Expander.ofFile(host, main.directory().toString());
        Accounts accounts = new Accounts(host);
        DaemonReader reader = new DaemonReader(host, expander);
        Section socketSection = root.child("unix_http_server", "[unix_http_server]");
        Section clientSection = root.child("taskmasterctl", "[taskmasterctl]");
        Optional<Config.Socket> socket = reader.socket(socketSection, accounts);
        Section daemonSection = root.child("taskmasterd", "[taskmasterd]");
        Config.Daemon daemon = options.apply(reader.daemon(daemonSection, accounts));
        Config.Client client = DaemonReader.client(clientSection, socketSection, expander);
        collect(root);
        Section include = root.child("include", "[include]");
        for (SourceFile file : new Includes(host, problems).read(include, main, expander)) {
            checkSections(file, List.of("programs", "groups"));
            collect(new Section(file, "", file.root(), problems));
        }
        Optional<String> url =
                socket.isEmpty()
                        ? Optional.empty()
                        : Optional.of(DaemonReader.UNIX + socket.get().file());
        ProgramReader.Defaults defaults =
                new ProgramReader.Defaults(daemon.umask(), daemon.env(), url);
        List<ProcessSpec> processes = processes(defaults, accounts);
        checkExitOn(daemonSection, processes);
        return new Config(main.path(), socket, daemon, client, processes);
    }

    private void checkSections(SourceFile file, List<String> known) {
        for (Map.Entry<String, TomlValue.Entry> entry : file.root().entries().entrySet()) {
            String name = entry.getKey();
            if (known.contains(name)) {
                continue;
            }
            String message;
            if (SECTIONS.contains(name)) {
                message =
                        "["
                                + name
                                + "]: an included file may only hold"
                                + " [programs.NAME] and [groups.NAME]";
            } else if (entry.getValue().value() instanceof TomlValue.Table) {
                message = "[" + Toml.key(name) + "]: " + Hints.unknownSection(name, known);
            } else {
                message = Toml.key(name) + ": there are no keys outside of sections";
            }
            problems.add(file.name(), Optional.of(entry.getValue().keyPosition()), message);
        }
    }

    /** Notes the programs and groups of a file. */
    private void collect(Section root) {
        collect(root.child("programs", "[programs]"), "programs", programs);
        collect(root.child("groups", "[groups]"), "groups", groups);
    }

    private void collect(Section parent, String kind, Map<String, Section> into) {
        for (Map.Entry<String, TomlValue.Entry> entry : parent.entries().entrySet()) {
            String name = entry.getKey();
            TomlValue.Entry value = entry.getValue();
            String fault = Names.fault(name);
            if (!(value.value() instanceof TomlValue.Table)) {
                String message = "is a section of its own: write [" + kind + ".NAME]";
                parent.problemAt(value.keyPosition(), Toml.key(name), message);
                continue;
            }
            Section section = parent.child(name, Section.label(kind, name));
            Section other = into.get(name);
            if (!fault.isEmpty()) {
                section.problem(fault);
            } else if (other != null) {
                section.problem(
                        "is already in "
                                + other.file().name().shown()
                                + ":"
                                + other.position().line());
            } else {
                into.put(name, section);
            }
        }
    }

    private List<ProcessSpec> processes(ProgramReader.Defaults defaults, Accounts accounts) {
        Groups grouping = new Groups(groups, programs);
        ProgramReader reader = new ProgramReader(host, defaults, accounts, grouping);
        List<ProcessSpec> processes = new ArrayList<>();
        for (Map.Entry<String, Section> entry : programs.entrySet()) {
            reader.read(entry.getValue(), entry.getKey(), problems, processes);
            if (processes.size() > MAX_PROCESSES) {
                entry.getValue()
                        .problem("numprocs", "more than " + MAX_PROCESSES + " processes in all");
                break;
            }
        }
        processes.sort(new StatusOrder());
        return processes;
    }

    private void checkExitOn(Section daemon, List<ProcessSpec> processes) {
        if (!(daemon.value(DaemonReader.EXIT_ON).orElse(null) instanceof TomlValue.Array names)) {
            return;
        }
        for (TomlValue item : names.items()) {
            if (item instanceof TomlValue.Text name && !exists(name.value(), processes)) {
                List<String> there = new ArrayList<>(programs.keySet());
                there.addAll(groups.keySet());
                String hint = problems.isFull() ? "" : Hints.didYouMean(name.value(), there);
                String message =
                        "no program, group or process is called " + Hints.quote(name.value());
                daemon.absence(name.position(), DaemonReader.EXIT_ON, message + hint);
            }
        }
    }

    /** A program with problems of its own has no processes, but is there. */
    private boolean exists(String name, List<ProcessSpec> processes) {
        if (programs.containsKey(name) || groups.containsKey(name)) {
            return true;
        }
        for (ProcessSpec process : processes) {
            if (process.isCalled(name)) {
                return true;
            }
        }
        return false;
    }

    /** By group, program, number. */
    private static final class StatusOrder implements Comparator<ProcessSpec> {
        @Override
        public int compare(ProcessSpec a, ProcessSpec b) {
            int order = a.name().group().compareTo(b.name().group());
            if (order == 0) {
                order = a.program().compareTo(b.program());
            }
            return order != 0 ? order : Integer.compare(a.number(), b.number());
        }
    }
}
