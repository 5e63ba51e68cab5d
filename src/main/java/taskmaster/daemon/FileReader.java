package taskmaster.daemon;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import taskmaster.activity.ActivityLog;
import taskmaster.config.ConfigLoader;
import taskmaster.config.ConfigProblem;
import taskmaster.config.Host;
import taskmaster.config.Loaded;
import taskmaster.supervisor.ConfigReader;

/**
 * Reads the file again as it was read at the start, options included; each time on a thread that
 * ends with it.
 */
record FileReader(Path file, Host host, Overrides overrides, ActivityLog log)
        implements ConfigReader {

    @Override
    public void read(Consumer<Loaded> then) {
        try {
            var thread = new Thread(null, () -> then.accept(load()), "config-reader");
            thread.setDaemon(true);
            thread.start();
        } catch (OutOfMemoryError e) {
            then.accept(failed("no thread to read it: " + e.getMessage()));
        }
    }

    private Loaded load() {
        try {
            return ConfigLoader.load(file, host, overrides);
        } catch (RuntimeException | Error bug) {
            log.bug("a bug while reading the configuration", bug);
            return failed("a bug in taskmasterd; its log has the details");
        }
    }

    private Loaded failed(String message) {
        return new Loaded.Invalid(List.of(new ConfigProblem(file, Optional.empty(), message)));
    }
}
