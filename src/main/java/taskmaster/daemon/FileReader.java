package taskmaster.daemon;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import taskmaster.activity.ActivityLog;
import taskmaster.config.ConfigLoader;
import taskmaster.config.ConfigProblem;
import taskmaster.config.Host;
import taskmaster.config.Loaded;
import taskmaster.posix.Posix;
import taskmaster.posix.Retry;
import taskmaster.posix.SpareDescriptors;
import taskmaster.supervisor.ConfigReader;

/**
 * Reads the file again as it was read at the start, options included; on a thread that is there
 * from the start, with descriptors that are: a reload may be what helps a machine that is full.
 */
final class FileReader implements ConfigReader {

    /** A file, the directory of an include, and what a look for a user opens. */
    private static final int DESCRIPTORS = 4;

    private final Path file;
    private final Host host;
    private final Overrides overrides;
    private final ActivityLog log;
    private final SpareDescriptors spare;
    private final LinkedBlockingQueue<Consumer<Loaded>> orders = new LinkedBlockingQueue<>();

    /** Of the thread: one at most. */
    private final ArrayDeque<Consumer<Loaded>> current = new ArrayDeque<>(1);

    FileReader(Posix posix, Path file, Host host, Overrides overrides, ActivityLog log) {
        this.file = file;
        this.host = host;
        this.overrides = overrides;
        this.log = log;
        spare = new SpareDescriptors(posix, DESCRIPTORS);
    }

    void start() {
        var thread = new Thread(null, this::run, "config-reader");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void read(Consumer<Loaded> then) {
        orders.add(then);
    }

    private void run() {
        Retry.Attempt<RuntimeException> serve = this::serve;
        while (true) {
            Retry.untilThereIsMemory(serve);
        }
    }

    /** An order is kept until it is carried out: who gave it waits, and others behind it. */
    private void serve() {
        if (current.isEmpty()) {
            current.add(take());
        }
        current.peek().accept(load());
        current.clear();
    }

    private Consumer<Loaded> take() {
        try {
            return orders.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    private Loaded load() {
        spare.release();
        try {
            return ConfigLoader.load(file, host, overrides);
        } catch (RuntimeException | Error bug) {
            log.bug("a bug while reading the configuration", bug);
            return failed("a bug in taskmasterd; its log has the details");
        } finally {
            spare.takeBack();
        }
    }

    private Loaded failed(String message) {
        return new Loaded.Invalid(List.of(new ConfigProblem(file, Optional.empty(), message)));
    }
}
