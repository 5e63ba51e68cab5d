package taskmaster.ctl;

import java.nio.file.Path;
import java.util.Optional;
import taskmaster.config.Config;

/**
 * What {@code [taskmasterctl]} says about the shell.
 *
 * @param prompt with what separates it from the line
 * @param history empty: none is kept
 */
record ShellSettings(String prompt, Optional<Path> history) {

    static ShellSettings find(Invocation.Options options) {
        Config.Client client = Endpoint.settings(options).orElse(Config.Client.DEFAULT);
        return new ShellSettings(
                client.prompt() + "> ", inHome(client.history(), System.getenv("HOME")));
    }

    /** Where {@code ~} is {@code home}; there is no history where nobody says where that is. */
    static Optional<Path> inHome(Optional<Path> history, String home) {
        if (history.isEmpty() || !history.get().startsWith("~")) {
            return history;
        }
        return home == null || !home.startsWith("/")
                ? Optional.empty()
                : Optional.of(Path.of(home).resolve(Path.of("~").relativize(history.get())));
    }
}
