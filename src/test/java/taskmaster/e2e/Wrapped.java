package taskmaster.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import taskmaster.testing.DaemonHarness;

/**
 * Starts a harness's daemon in the foreground from a shell that changes what the daemon inherits:
 * ignored signals, limits, mounts, the working directory.
 */
public final class Wrapped {

    private Wrapped() {}

    /** {@code script} runs first; then the daemon takes the shell's place. Waits until it is up. */
    public static void start(DaemonHarness harness, String script) throws IOException {
        start(harness, List.of(), script);
    }

    /** The same in a mount namespace of its own, where the script may mount what it likes. */
    public static void startWithMounts(DaemonHarness harness, String script) throws IOException {
        start(harness, List.of("unshare", "--mount"), script);
    }

    /** A file of the harness's directory as the daemon sees it, with what it has mounted. */
    public static Path inside(DaemonHarness harness, String name) throws IOException {
        return Path.of("/proc/" + harness.pid() + "/root" + harness.file(name));
    }

    /** {@code prefix} is a command that runs the command after it. */
    public static void start(DaemonHarness harness, List<String> prefix, String script)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("sh", "-e", "-c", script + "\nexec \"$@\"", "sh"));
        command.addAll(List.of(Script.launcher("taskmasterd"), "--nodaemon"));
        command.addAll(List.of("-c", harness.config().toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(harness.directory().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(harness.file("daemon.out").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN"));
        // By this mark the harness finds what it must not leave behind.
        builder.environment().put("TASKMASTER_TEST_DIRECTORY", harness.directory().toString());
        Process process = builder.start();
        harness.await(
                "the daemon writes its pid file or ends",
                () -> harness.file("pid").toFile().exists() || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError(
                    "the daemon ended with "
                            + process.exitValue()
                            + ": "
                            + java.nio.file.Files.readString(harness.file("daemon.out")));
        }
        harness.awaitReady();
    }
}
