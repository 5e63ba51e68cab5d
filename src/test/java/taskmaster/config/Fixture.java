package taskmaster.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.posix.Login;
import taskmaster.posix.User;

/** A directory with a configuration file in it, and a host with a few users. */
final class Fixture {

    static final String PROGRAM = "[programs.web]\ncommand = \"/bin/true\"\n";

    static final User ROOT = new User("root", 0, 0, List.of(0));
    static final User NOBODY = new User("nobody", 65534, 65534, List.of(65534));
    static final User WEB = new User("web", 4242, 4243, List.of(4243, 4244));

    final Path directory;
    final Path file;

    Fixture(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("taskmaster.conf.toml");
    }

    static final class Users implements UserDatabase {

        private final List<User> users;

        Users(List<User> users) {
            this.users = users;
        }

        @Override
        public Optional<User> byName(String name) {
            return users.stream().filter(user -> user.name().equals(name)).findFirst();
        }

        @Override
        public Optional<User> byUid(int uid) {
            return users.stream().filter(user -> user.uid() == uid).findFirst();
        }

        @Override
        public Optional<Login> loginOf(String name) {
            return name.equals("web")
                    ? Optional.of(new Login("/srv/web", "/bin/zsh"))
                    : Optional.empty();
        }

        @Override
        public Optional<Integer> groupId(String name) {
            return name.equals("adm") ? Optional.of(4) : Optional.empty();
        }
    }

    /** Whoever runs the tests. */
    int ownUid() {
        try {
            return (Integer) Files.getAttribute(directory, "unix:uid");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The default of whoever runs the tests. */
    Path runtimeDirectory() {
        return Path.of(ownUid() == 0 ? "/run/taskmaster" : "/tmp/taskmaster-" + ownUid());
    }

    Host host(int uid) {
        List<User> users = new ArrayList<>(List.of(ROOT, NOBODY, WEB));
        if (uid != 0) {
            users.add(new User("me", uid, uid, List.of(uid)));
        }
        return new Host(
                Map.of("HOME", "/home/me", "PATH", "/usr/bin:/bin", "PERCENT", "100%"),
                "host.example",
                Path.of("/tmp"),
                uid,
                new Users(users));
    }

    Path write(String name, String text) throws IOException {
        Path path = directory.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        return path;
    }

    Loaded load(String text) throws IOException {
        write("taskmaster.conf.toml", text);
        return ConfigLoader.load(file, host(ownUid()));
    }

    Loaded loadAs(int uid, String text) throws IOException {
        write("taskmaster.conf.toml", text);
        return ConfigLoader.load(file, host(uid));
    }

    Config valid(String text) throws IOException {
        return valid(load(text));
    }

    static Config valid(Loaded loaded) {
        return switch (loaded) {
            case Loaded.Valid(Config config) -> config;
            case Loaded.Invalid(List<ConfigProblem> problems) ->
                    throw new AssertionError("should be valid: " + problems);
        };
    }

    /** Of a file with the program {@code web} and these lines after its command. */
    ProcessSpec web(String... lines) throws IOException {
        return process(PROGRAM + String.join("\n", lines) + "\n");
    }

    /** The only process. */
    ProcessSpec process(String text) throws IOException {
        List<ProcessSpec> processes = valid(text).processes();
        if (processes.size() != 1) {
            throw new AssertionError("should be one process: " + processes);
        }
        return processes.get(0);
    }

    /** Problems, one a line, without the directory. */
    String problems(String text) throws IOException {
        return problems(load(text));
    }

    String problems(Loaded loaded) {
        if (!(loaded instanceof Loaded.Invalid(List<ConfigProblem> problems))) {
            throw new AssertionError("should be invalid");
        }
        StringBuilder lines = new StringBuilder();
        for (ConfigProblem problem : problems) {
            lines.append(problem.toString().replace(directory + "/", "")).append('\n');
        }
        return lines.toString();
    }
}
