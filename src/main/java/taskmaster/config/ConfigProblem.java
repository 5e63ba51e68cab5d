package taskmaster.config;

import java.nio.file.Path;
import java.util.Optional;
import taskmaster.toml.Position;

/**
 * One thing that is wrong with a configuration.
 *
 * @param file as the user named it
 * @param position empty when the file as a whole is meant
 * @param message names section and key: {@code [programs.web] stopsignal: "TREM" is not a signal
 *     (did you mean "TERM"?)}
 */
public record ConfigProblem(Path file, Optional<Position> position, String message) {

    /** {@code taskmaster.conf.toml:12:9: message}. */
    @Override
    public String toString() {
        String place =
                position.isPresent()
                        ? ":" + position.get().line() + ":" + position.get().column()
                        : "";
        return file + place + ": " + message;
    }
}
