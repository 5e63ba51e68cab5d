package taskmaster.ctl;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import taskmaster.config.Config;
import taskmaster.config.ConfigLoader;
import taskmaster.config.ConfigProblem;
import taskmaster.config.Host;
import taskmaster.config.LoadedClient;
import taskmaster.config.UserDatabase;
import taskmaster.posix.Login;
import taskmaster.posix.User;

/**
 * Where taskmasterd listens.
 *
 * @param url as the user gave it
 * @param path of the socket
 * @param origin who says so, in words
 */
record Endpoint(String url, String path, String origin) {

    private static final String SCHEME = "unix://";

    /** Where a taskmasterd listens whose file says so in the words of the example. */
    private static final String DEFAULT_URL = "unix:///tmp/taskmaster.sock";

    /** Exactly one of the two is there. */
    record Found(Optional<Endpoint> endpoint, Optional<Outcome> problem) {}

    static Found find(Invocation.Options options) {
        if (options.url().isPresent()) {
            return of(options.url().get(), "from -s");
        }
        Path here = here();
        Optional<Path> file;
        try {
            file = file(options, here);
        } catch (InvalidPathException e) {
            return refused("Error: -c: " + Text.plain(e.getMessage()) + "\n");
        }
        if (file.isEmpty()) {
            return of(DEFAULT_URL, "the default, as there is no " + ConfigLoader.FILE_NAME);
        }
        return inFile(file.get(), here);
    }

    private static Path here() {
        return Path.of("").toAbsolutePath();
    }

    private static Optional<Path> file(Invocation.Options options, Path here) {
        return options.config().isPresent()
                ? Optional.of(Path.of(options.config().get()))
                : ConfigLoader.find(here);
    }

    /** The client's part of the file; empty where there is no file, or it is no good. */
    static Optional<Config.Client> settings(Invocation.Options options) {
        Path here = here();
        try {
            Optional<Path> file = file(options, here);
            return file.isPresent()
                            && ConfigLoader.loadClient(file.get(), host(here))
                                    instanceof LoadedClient.Valid valid
                    ? Optional.of(valid.client())
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Found inFile(Path file, Path here) {
        LoadedClient loaded = ConfigLoader.loadClient(file, host(here));
        if (loaded instanceof LoadedClient.Invalid invalid) {
            return refused(
                    lines(invalid.problems())
                            + "Without the file: taskmasterctl -s unix:///PATH of the socket\n");
        }
        LoadedClient.Valid valid = (LoadedClient.Valid) loaded;
        String origin =
                valid.saysWhere()
                        ? "from " + file
                        : "the default, as " + file + " has no [unix_http_server] file";
        return of(valid.client().serverUrl(), origin);
    }

    private static String lines(List<ConfigProblem> problems) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < problems.size(); i++) {
            text.append(Text.plain(problems.get(i).toString())).append('\n');
        }
        return text.toString();
    }

    private static Found of(String url, String origin) {
        String path = pathIn(url);
        if (path.isEmpty()) {
            return refused(
                    "Error: \""
                            + url
                            + "\" ("
                            + origin
                            + ") is not the URL of a socket: write unix:///PATH\n");
        }
        return new Found(Optional.of(new Endpoint(url, path, origin)), Optional.empty());
    }

    private static Found refused(String problem) {
        return new Found(Optional.empty(), Optional.of(Outcome.refused(problem, Outcome.USAGE)));
    }

    /** The path in {@code unix:///path}, or a path alone; empty when {@code url} is neither. */
    private static String pathIn(String url) {
        if (url.startsWith(SCHEME)) {
            String path = url.substring(SCHEME.length());
            return path.startsWith("/") ? path : "";
        }
        return url.contains("://") ? "" : url;
    }

    private static Host host(Path here) {
        return new Host(System.getenv(), hostName(), here, uid(), new NoUsers());
    }

    private static String hostName() {
        try (FileInputStream file = new FileInputStream("/proc/sys/kernel/hostname")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "localhost";
        }
    }

    /** Root where it cannot be known: then the file has to be trustworthy. */
    private static int uid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            return 0;
        }
    }

    /** The part of a client names no users. */
    private static final class NoUsers implements UserDatabase {
        @Override
        public Optional<User> byName(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<User> byUid(int uid) {
            return Optional.empty();
        }

        @Override
        public Optional<Login> loginOf(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Integer> groupId(String name) {
            return Optional.empty();
        }
    }
}
