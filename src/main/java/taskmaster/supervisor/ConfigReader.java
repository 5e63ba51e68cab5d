package taskmaster.supervisor;

import java.util.function.Consumer;
import taskmaster.config.Loaded;

/**
 * Reads the configuration file again, on a thread of its own: disks and user databases can be slow.
 */
@FunctionalInterface
public interface ConfigReader {

    /** Calls {@code then} once, from any thread, whatever goes wrong. */
    void read(Consumer<Loaded> then);
}
