package taskmaster.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/**
 * A harness's daemon as PID 1 of a PID namespace, as a container starts it: without {@code
 * --nodaemon}. Its pid file says 1, so the harness does not know its process; all that concerns
 * that is here. Closing ends it, and with it everything in the namespace.
 */
final class AsInit implements AutoCloseable {

    private final DaemonHarness harness;
    private final Process unshare;

    private AsInit(DaemonHarness harness, Process unshare) {
        this.harness = harness;
        this.unshare = unshare;
    }

    /** Waits until it answers. {@code arguments} are further ones of unshare(1). */
    static AsInit start(DaemonHarness harness, String... arguments) throws IOException {
        AsInit init = launch(harness, arguments);
        harness.await(
                "PID 1 answers or ends",
                () -> !init.unshare.isAlive() || Files.exists(harness.file("pid")));
        if (!init.unshare.isAlive()) {
            throw new AssertionError("PID 1 ended: " + init.printed());
        }
        harness.awaitReady();
        return init;
    }

    /** Does not wait. */
    static AsInit launch(DaemonHarness harness, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "--pid", "--fork"));
        command.add("--kill-child");
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of(Script.launcher("taskmasterd"), "-c", harness.config().toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(harness.directory().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(harness.file("daemon.out").toFile());
        builder.environment().put("TASKMASTER_TEST_DIRECTORY", harness.directory().toString());
        return new AsInit(harness, builder.start());
    }

    /** What PID 1 is called outside. */
    long pid() {
        List<Procfs.Stat> children = Procfs.childrenOf(unshare.pid());
        if (children.size() != 1) {
            throw new AssertionError("unshare has not one child but " + children);
        }
        return children.getFirst().pid();
    }

    void signal(String name) throws IOException {
        DaemonHarness.signal(pid(), name);
    }

    /** Runs a shell's commands inside, by a process whose parent is outside. */
    String run(String script) throws IOException {
        String target = String.valueOf(pid());
        return Processes.run("nsenter", "--target", target, "--pid", "--mount", "sh", "-c", script);
    }

    /** Zombies in the namespace: children of PID 1 that it has not reaped. */
    void awaitNoZombie() throws IOException {
        long init = pid();
        harness.await(
                "no zombie is left",
                () -> {
                    for (Procfs.Stat child : Procfs.childrenOf(init)) {
                        if (child.state() == 'Z') {
                            return false;
                        }
                    }
                    return true;
                });
    }

    String printed() throws IOException {
        return Files.readString(harness.file("daemon.out"));
    }

    /** unshare(1) ends with the exit code of its child. */
    int awaitExit() throws IOException {
        harness.await("PID 1 ends", () -> !unshare.isAlive());
        return unshare.exitValue();
    }

    /** By KILL: the tests of an ordered end have waited for it themselves. */
    @Override
    public void close() throws IOException {
        unshare.destroyForcibly();
        harness.await("the namespace is gone", () -> harness.processes().isEmpty());
    }
}
