package taskmaster.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import taskmaster.activity.ActivityLog;
import taskmaster.activity.SizeLimit;
import taskmaster.config.Config;
import taskmaster.config.ConfigProblem;
import taskmaster.config.Loaded;
import taskmaster.config.ProcessSpec;
import taskmaster.json.JsonWriter;
import taskmaster.lifecycle.StateName;
import taskmaster.output.LogReader;
import taskmaster.posix.Posix;
import taskmaster.posix.SafeFiles;
import taskmaster.posix.Signal;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/** The whole supervisor on a {@link SimulatedKernel}: no thread, no time but its own. */
final class SimulatedDaemon {

    static final long SECOND = 1_000_000_000L;

    final SimulatedKernel kernel = new SimulatedKernel();
    final Path logFile;
    int reaperTold;
    final List<String> applied = new ArrayList<>();
    private final Mailbox mailbox = new Mailbox();
    private final ActivityLog log;
    private final Supervisor supervisor;

    /** Where reads of the configuration wait to be let through; empty: they are done at once. */
    Optional<ArrayDeque<Runnable>> disk = Optional.empty();

    /** What the configuration file holds the next time it is read. */
    Loaded file;

    SimulatedDaemon(ProcessSpec... specs) throws IOException {
        this(config(specs));
    }

    SimulatedDaemon(Config config) throws IOException {
        logFile = Files.createTempFile("taskmaster", ".log");
        logFile.toFile().deleteOnExit();
        log =
                ActivityLog.open(
                        logFile,
                        ActivityLog.Level.DEBG,
                        false,
                        new SafeFiles(Posix.open())::openForAppending,
                        SizeLimit.NONE);
        file = new Loaded.Valid(config);
        var settings =
                new Settings() {
                    @Override
                    public List<String> apply(Config before, Config after) {
                        applied.add("apply");
                        return List.of();
                    }

                    @Override
                    public void reopenLogs(Runnable done) {
                        applied.add("reopen");
                        done.run();
                    }
                };
        var around =
                new Surroundings(
                        config,
                        log,
                        new LogReader(Posix.open(), log::bug),
                        settings,
                        this::read,
                        "/bin",
                        "0");
        supervisor = new Supervisor(kernel, mailbox, () -> reaperTold++, around);
        supervisor.autostart();
        settle();
    }

    private void read(Consumer<Loaded> then) {
        Loaded now = file;
        if (disk.isPresent()) {
            disk.get().add(() -> then.accept(now));
        } else {
            then.accept(now);
        }
    }

    static Config config(ProcessSpec... specs) {
        return config(List.of(), specs);
    }

    static Config config(List<String> exitOn, ProcessSpec... specs) {
        return new Config(
                Path.of("/etc/taskmaster/taskmaster.conf.toml"),
                Optional.empty(),
                new Config.Daemon(
                        Path.of("/dev/null"),
                        0,
                        0,
                        Config.LogLevel.INFO,
                        Path.of("/run/pid"),
                        Path.of("/run/taskmaster"),
                        022,
                        true,
                        1024,
                        200,
                        Optional.empty(),
                        Optional.empty(),
                        "taskmaster",
                        exitOn,
                        Map.of()),
                Config.Client.DEFAULT,
                List.of(specs));
    }

    void fileHolds(ProcessSpec... specs) {
        file = new Loaded.Valid(config(specs));
    }

    void fileIsWrong(String message) {
        file =
                new Loaded.Invalid(
                        List.of(new ConfigProblem(Path.of("x.toml"), Optional.empty(), message)));
    }

    /** Does all there is to do at this moment. */
    void settle() {
        while (!supervisor.isFinished()) {
            Message message = mailbox.poll();
            if (message != null) {
                supervisor.handle(message);
            } else if (kernel.hasZombies()) {
                supervisor.handle(new Message.ChildEnded());
            } else if (!supervisor.work()) {
                return;
            }
        }
    }

    /** Lets time pass, from timer to timer. */
    void pass(Duration duration) {
        settle();
        long end = kernel.now + duration.toNanos();
        while (supervisor.patience().isPresent()
                && kernel.now + supervisor.patience().getAsLong() <= end) {
            kernel.now += supervisor.patience().getAsLong();
            settle();
        }
        kernel.now = end;
        settle();
    }

    void seconds(int seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    /** A client that waits for its answer. */
    static class Client implements Responder {
        final List<Reply> replies = new ArrayList<>();
        boolean open = true;

        @Override
        public void send(Reply reply) {
            replies.add(reply);
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void onClose(Runnable action) {}

        boolean isAnswered() {
            return !replies.isEmpty();
        }

        int status() {
            return reply().status();
        }

        String text() {
            return JsonWriter.write(reply().body());
        }

        private Reply reply() {
            if (replies.size() != 1) {
                throw new AssertionError("not one answer but " + replies);
            }
            return replies.getFirst();
        }
    }

    Client ask(Request request) {
        var client = new Client();
        ask(request, client);
        return client;
    }

    void ask(Request request, Client client) {
        mailbox.put(new Message.Ask(request, client));
        settle();
    }

    /** Asks, and lets nothing be done yet. */
    Client put(Request request) {
        var client = new Client();
        mailbox.put(new Message.Ask(request, client));
        return client;
    }

    /** Then it waits to be told that there is one. */
    void reaperSeesNoChild() {
        mailbox.put(new Message.NoChild());
        settle();
    }

    void signal(String name) {
        mailbox.put(new Message.SignalCame(Signal.parse(name).orElseThrow()));
        settle();
    }

    Client start(String... names) {
        return ask(new Request.Start(target(names), Request.Waiting.FOREVER));
    }

    Client stop(String... names) {
        return ask(new Request.Stop(target(names), Request.Waiting.FOREVER));
    }

    Client restart(String... names) {
        return ask(new Request.Restart(target(names), Request.Waiting.FOREVER));
    }

    Client reload() {
        return ask(
                new Request.Reload(new Request.Part.Everything(), false, Request.Waiting.FOREVER));
    }

    static Target target(String... names) {
        return names.length == 0
                ? new Target.All()
                : new Target.Named(Target.Kind.ANY, List.of(names));
    }

    String status(String name) {
        return ask(new Request.Status(target(name))).text();
    }

    StateName state(String name) {
        String text = status(name);
        for (StateName state : StateName.values()) {
            if (text.contains("\"state\":\"" + state + "\"")) {
                return state;
            }
        }
        throw new AssertionError(text);
    }

    OptionalLong patience() {
        return supervisor.patience();
    }

    /** Who waits for something of this process. */
    int watching(String name) {
        return supervisor.watching(name);
    }

    boolean isFinished() {
        return supervisor.isFinished();
    }

    int exitCode() {
        return supervisor.exitCode();
    }

    /** Everything in the activity log up to now. */
    String log() throws IOException {
        log.close(Duration.ofSeconds(10));
        return Files.readString(logFile);
    }
}
