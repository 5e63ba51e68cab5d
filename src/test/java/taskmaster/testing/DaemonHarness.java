package taskmaster.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import taskmaster.json.Json;

/**
 * A real daemon, started by its launcher in a directory of its own, and everything a test does to
 * it.
 *
 * <p>In the configuration {@code ${dir}} is that directory and {@code ${bin}} the one with the
 * programs of native-tests; sections that it does not have ({@code [unix_http_server]}, {@code
 * [taskmasterd]}, {@code [taskmasterctl]}) are put in front, with everything inside the directory.
 *
 * <p>All waiting is for a condition with a deadline of {@link #PATIENCE}; files that change in the
 * directory wake it. Closing ends the daemon, and fails when it left a process behind.
 *
 * <p>Owned by the test's thread.
 */
public final class DaemonHarness implements AutoCloseable {

    /** How long anything may take on a busy machine; far above what it takes. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The checkout. */
    public static final Path BASE =
            Path.of(System.getProperty("project.basedir", ".")).toAbsolutePath().normalize();

    private static final String MARK = "TASKMASTER_TEST_DIRECTORY";

    private final Path directory;
    private final Leftovers leftovers;
    private final Changes changes;
    private final List<String> options;
    private final Map<String, String> environment;
    private Optional<Process> process = Optional.empty();

    /** What a command printed and how it ended. */
    public record Output(int exit, String out, String err) {}

    private DaemonHarness(Path directory, List<String> options, Map<String, String> environment)
            throws IOException {
        this.directory = directory;
        this.options = options;
        this.environment = environment;
        this.leftovers = new Leftovers(MARK + "=" + directory);
        this.changes = new Changes(directory);
    }

    /** Starts {@code taskmasterd --nodaemon} and waits until it answers. */
    public static DaemonHarness start(String toml) throws IOException {
        DaemonHarness harness = prepare(toml, "--nodaemon");
        try {
            harness.launch();
            harness.awaitReady();
            return harness;
        } catch (IOException | RuntimeException | Error e) {
            try {
                harness.close();
            } catch (IOException | RuntimeException | Error inClose) {
                e.addSuppressed(inClose);
            }
            throw e;
        }
    }

    /** Writes the configuration, starts nothing. */
    public static DaemonHarness prepare(String toml, String... options) throws IOException {
        return prepare(toml, Map.of(), options);
    }

    /** {@code environment} is added to the daemon's. */
    public static DaemonHarness prepare(
            String toml, Map<String, String> environment, String... options) throws IOException {
        Path directory = Files.createTempDirectory("taskmaster-test");
        // Programs that run as other users must reach it.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        DaemonHarness harness =
                new DaemonHarness(directory, List.of(options), Map.copyOf(environment));
        NativePrograms.copyTo(BASE, harness.bin());
        harness.writeConfig(toml);
        return harness;
    }

    public Path directory() {
        return directory;
    }

    /** A file in the directory. */
    public Path file(String name) {
        return directory.resolve(name);
    }

    public Path bin() {
        return directory.resolve("bin");
    }

    /** A program of native-tests, where every user can run it. */
    public Path program(String name) {
        return bin().resolve(name);
    }

    public Path config() {
        return file("taskmaster.conf.toml");
    }

    public Path socket() {
        return file("sock");
    }

    /** Replaces the configuration; the daemon does not know yet. */
    public void writeConfig(String toml) throws IOException {
        StringBuilder text = new StringBuilder();
        // Eight lines, which tests count on.
        boolean ownDaemon = toml.contains("[taskmasterd]");
        if (!toml.contains("[unix_http_server]")) {
            text.append(
                    ownDaemon
                            ? "[unix_http_server]\nfile = \"${dir}/sock\"\n"
                            : "unix_http_server = { file = \"${dir}/sock\" }\n");
        }
        if (!ownDaemon) {
            text.append("[taskmasterd]\nlogfile = \"${dir}/log\"\npidfile = \"${dir}/pid\"\n");
            text.append("runtimedir = \"${dir}/pipes\"\n");
        }
        if (!toml.contains("[taskmasterctl]")) {
            text.append("[taskmasterctl]\nserverurl = \"unix://${dir}/sock\"\n");
            text.append("history = \"${dir}/history\"\n");
        }
        text.append(toml);
        Path fresh = file("taskmaster.conf.toml.new");
        Files.writeString(fresh, expand(text.toString()));
        Files.move(fresh, config(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private String expand(String text) {
        return text.replace("${dir}", directory.toString()).replace("${bin}", bin().toString());
    }

    /** Starts the daemon with the options of {@link #prepare}; does not wait for it. */
    public Process launch() throws IOException {
        ProcessBuilder builder = builder("taskmasterd", options.toArray(new String[0]));
        builder.redirectErrorStream(true).redirectOutput(file("daemon.out").toFile());
        process = Optional.of(builder.start());
        return process.get();
    }

    private ProcessBuilder builder(String launcher, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(BASE.resolve("scripts").resolve(launcher).toString());
        command.add("-c");
        command.add(config().toString());
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        // What the tests' own build has set must not reach the programs.
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN"));
        builder.environment().put(MARK, directory.toString());
        builder.environment().putAll(environment);
        return builder;
    }

    /** Until the daemon answers on its socket; fails at once when it has ended. */
    public void awaitReady() throws IOException {
        await(
                "the daemon answers",
                () -> {
                    if (process.isPresent() && !process.get().isAlive()) {
                        throw new AssertionError(
                                "the daemon ended with " + process.get().exitValue());
                    }
                    return Files.exists(socket()) && answers();
                });
    }

    private boolean answers() {
        try (Connection connection = new Connection(socket())) {
            return connection.request("{\"command\":\"version\"}").getLong("status").isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The daemon's pid: of the process that was launched, or what the pid file says once that has
     * ended.
     */
    public long pid() throws IOException {
        if (process.isPresent() && process.get().isAlive()) {
            return process.get().pid();
        }
        Path file = file("pid");
        if (!Files.exists(file)) {
            throw new AssertionError("no daemon runs");
        }
        // Empty while it is being written.
        return Long.parseLong(awaitText(file, "\n").strip());
    }

    /** Until the launched process has ended: its exit code. */
    public int awaitExit() throws IOException {
        Process ended = process.orElseThrow(() -> new AssertionError("not launched"));
        await("the daemon ends", () -> !ended.isAlive());
        return ended.exitValue();
    }

    /** Sends a signal (its name: {@code HUP}) to any process, or to a group: {@code -pid}. */
    public static void signal(long pid, String name) throws IOException {
        Output output = Commands.run(Map.of(), PATIENCE, "sh", "-c", "kill -" + name + " " + pid);
        if (output.exit() != 0) {
            throw new IOException("cannot send " + name + " to " + pid + ": " + output.err());
        }
    }

    /** Runs taskmasterctl with this daemon's configuration. */
    public Output ctl(String... arguments) throws IOException {
        return Commands.run(builder("taskmasterctl", arguments), PATIENCE);
    }

    /** Runs taskmasterd, which is expected to end by itself: {@code --check}, a bad file. */
    public Output daemon(String... arguments) throws IOException {
        return Commands.run(builder("taskmasterd", arguments), PATIENCE);
    }

    /** Sends one line and reads the first line of the answer. */
    public Json.Obj request(String line) throws IOException {
        try (Connection connection = connect()) {
            return connection.request(line);
        }
    }

    public Connection connect() throws IOException {
        return new Connection(socket());
    }

    /** What status says about one process; fails when there is none of that name. */
    public ProcessStatus status(String name) throws IOException {
        for (ProcessStatus status : status()) {
            if (status.name().equals(name)) {
                return status;
            }
        }
        throw new AssertionError("status has no process " + name);
    }

    /** What status says about every process, in its order. */
    public List<ProcessStatus> status() throws IOException {
        Json.Obj reply = request("{\"command\":\"status\"}");
        List<ProcessStatus> all = new ArrayList<>();
        Json.Obj content =
                reply.getObject("content")
                        .orElseThrow(() -> new AssertionError("status says " + reply));
        for (Json item : content.getItems("processes")) {
            all.add(ProcessStatus.of((Json.Obj) item));
        }
        return all;
    }

    /** Until the process is in the state; returns what status then says. */
    public ProcessStatus awaitState(String name, String state) throws IOException {
        ProcessStatus[] last = new ProcessStatus[1];
        await(
                () -> name + " is " + state + "; it is " + last[0],
                () -> {
                    last[0] = status(name);
                    return last[0].state().equals(state);
                });
        return last[0];
    }

    /** Until the process runs with another pid than this. */
    public ProcessStatus awaitReplaced(String name, long pid) throws IOException {
        ProcessStatus[] last = new ProcessStatus[1];
        await(
                () -> name + " runs again; it is " + last[0],
                () -> {
                    last[0] = status(name);
                    return last[0].state().equals("RUNNING") && last[0].pid() != pid;
                });
        return last[0];
    }

    /** The lines of the activity log. */
    public List<String> activity() throws IOException {
        return textOf(file("log")).lines().toList();
    }

    /** Until the activity log has so many lines with this text. */
    public void awaitActivity(String text, int times) throws IOException {
        await(
                "the log has " + times + " lines with \"" + text + "\"",
                () -> activity().stream().filter(line -> line.contains(text)).count() >= times);
    }

    /**
     * Until all that has happened so far is in the activity log, which a thread of its own writes:
     * so that lines can be counted, or missed.
     */
    public void awaitLogged() throws IOException {
        String asked = "received SIGUSR1";
        int before = (int) activity().stream().filter(line -> line.contains(asked)).count();
        signal(pid(), "USR1");
        awaitActivity(asked, before + 1);
    }

    /** Ends a process that the test has started, and waits until it is gone. */
    public void end(Process started) throws IOException {
        started.destroyForcibly();
        await("it is gone: " + started.info(), () -> !started.isAlive());
    }

    /** Until the file has this text; returns all of it. It may be away for moments: rotated. */
    public String awaitText(Path file, String text) throws IOException {
        String[] found = {""};
        await(
                file + " has \"" + text + "\"",
                () -> {
                    found[0] = textOf(file);
                    return found[0].contains(text);
                });
        return found[0];
    }

    /** Empty where it is not there, as it is for a moment in a rotation. */
    private static String textOf(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /** A condition that may ask the daemon or the disk. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException;
    }

    /**
     * Until the condition holds; fails after {@link #PATIENCE}, with what the daemon had to say.
     */
    public void await(String what, Condition condition) throws IOException {
        await(() -> what, condition);
    }

    private void await(java.util.function.Supplier<String> what, Condition condition)
            throws IOException {
        changes.await(
                PATIENCE,
                condition::holds,
                () -> "waited in vain: " + what.get() + "\n" + history());
    }

    private String history() throws IOException {
        Path out = file("daemon.out");
        String printed = Files.exists(out) ? Files.readString(out) : "";
        return "activity log:\n" + String.join("\n", activity()) + "\nprinted:\n" + printed;
    }

    /** Fails when the daemon has children that it does not reap. */
    public void assertNoZombies() throws IOException {
        long daemon = pid();
        BooleanSupplier none =
                () -> {
                    for (Procfs.Stat child : Procfs.childrenOf(daemon)) {
                        if (child.state() == 'Z') {
                            return false;
                        }
                    }
                    return true;
                };
        await("every dead child is reaped", none::getAsBoolean);
    }

    /** Pids of all processes that this daemon, or what it started, has left; itself included. */
    public List<Long> processes() {
        return leftovers.find();
    }

    /** Ends the daemon by TERM, and by KILL what that leaves; says so when anything was left. */
    @Override
    public void close() throws IOException {
        List<String> complaints = new ArrayList<>();
        try {
            endDaemon();
        } catch (AssertionError e) {
            complaints.add(e.getMessage());
        }
        List<Long> left = leftovers.find();
        if (!left.isEmpty()) {
            complaints.add("left running: " + Leftovers.describe(left));
        }
        killAll();
        changes.close();
        Directories.delete(directory);
        if (!complaints.isEmpty()) {
            throw new AssertionError(String.join("\n", complaints));
        }
    }

    private void endDaemon() throws IOException {
        boolean launched = process.isPresent() && process.get().isAlive();
        if (!launched && !Files.exists(file("pid"))) {
            return;
        }
        long daemon = pid();
        if (leftovers.find().contains(daemon)) {
            ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroy);
            await("the daemon ends by TERM", () -> !Procfs.isAlive(daemon));
        }
    }

    /**
     * Kills the daemon and everything it started; for a test that leaves processes on purpose, too,
     * which {@link #close} would complain about.
     */
    public void killAll() {
        List<Long> left = leftovers.find();
        while (!left.isEmpty()) {
            Leftovers.kill(left);
            changes.await(Duration.ofMillis(50));
            left = leftovers.find();
        }
    }
}
