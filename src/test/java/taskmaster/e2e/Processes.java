package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import taskmaster.testing.Commands;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Procfs;

/** What several of the tests do with processes. */
public final class Processes {

    private Processes() {}

    /** Runs a command that must succeed; returns what it printed. */
    public static String run(String... command) throws IOException {
        DaemonHarness.Output output = Commands.run(Map.of(), DaemonHarness.PATIENCE, command);
        if (output.exit() != 0) {
            throw new AssertionError(
                    String.join(" ", command) + " ended with " + output.exit() + output.err());
        }
        return output.out();
    }

    /** One kill(1) for all. */
    public static void signal(List<Long> pids, String signal) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        for (long pid : pids) {
            command.add(String.valueOf(pid));
        }
        run(command.toArray(new String[0]));
    }

    /** Ends what the test has started, and what that has; waits until all are gone. */
    public static void endWithChildren(DaemonHarness daemon, Process started) throws IOException {
        List<ProcessHandle> all = started.descendants().toList();
        daemon.end(started);
        for (ProcessHandle one : all) {
            one.destroyForcibly();
            daemon.await(one.pid() + " is gone", () -> !Procfs.isAlive(one.pid()));
        }
    }

    public static List<Long> pids(DaemonHarness daemon) throws IOException {
        List<Long> pids = new ArrayList<>();
        for (ProcessStatus process : daemon.status()) {
            pids.add(process.pid());
        }
        return pids;
    }

    public static void awaitAll(DaemonHarness daemon, String state) throws IOException {
        daemon.await(
                "all are " + state,
                () -> {
                    for (ProcessStatus process : daemon.status()) {
                        if (!process.state().equals(state)) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    /**
     * The daemon's children are those that status shows and no other, none is a zombie, and nobody
     * else runs who was started by it.
     */
    public static void assertExactlyTheseRun(DaemonHarness daemon) throws IOException {
        daemon.assertNoZombies();
        TreeSet<Long> shown = new TreeSet<>();
        for (long pid : pids(daemon)) {
            if (pid != 0) {
                shown.add(pid);
            }
        }
        // What was killed in a group with others takes its time to go, and is then ours to reap.
        daemon.await("its only children are " + shown, () -> children(daemon).equals(shown));
        // A process has no environment, and so no mark, for a moment while it becomes its program.
        daemon.await("all carry our mark: " + shown, () -> started(daemon).containsAll(shown));
        assertEquals(shown, started(daemon), "what was started by it");
    }

    private static Set<Long> children(DaemonHarness daemon) throws IOException {
        Set<Long> children = new TreeSet<>();
        for (Procfs.Stat child : Procfs.childrenOf(daemon.pid())) {
            children.add(child.pid());
        }
        return children;
    }

    private static Set<Long> started(DaemonHarness daemon) throws IOException {
        TreeSet<Long> everywhere = new TreeSet<>(daemon.processes());
        everywhere.remove(daemon.pid());
        return everywhere;
    }

    /** Until the file has so many lines; each is a pid. */
    public static List<Long> awaitPids(DaemonHarness daemon, Path file, int count)
            throws IOException {
        List<Long> pids = new ArrayList<>();
        daemon.await(
                file + " has " + count + " lines",
                () -> {
                    pids.clear();
                    if (Files.exists(file)) {
                        for (String line : Files.readAllLines(file)) {
                            pids.add(Long.parseLong(line));
                        }
                    }
                    return pids.size() >= count;
                });
        return pids;
    }

    /**
     * Until the process has a child with this command line, words with a blank in between; by then
     * a shell has given it the terminal.
     */
    public static void awaitChild(DaemonHarness daemon, long parent, String commandLine)
            throws IOException {
        daemon.await(
                commandLine + " runs",
                () -> {
                    for (Procfs.Stat child : Procfs.childrenOf(parent)) {
                        if (Procfs.commandLine(child.pid()).equals(commandLine)) {
                            return true;
                        }
                    }
                    return false;
                });
    }

    public static void awaitGone(DaemonHarness daemon, long pid) throws IOException {
        daemon.await(pid + " is gone", () -> Procfs.stat(pid).isEmpty());
    }

    /** Lines of the activity log with this text. */
    public static long count(DaemonHarness daemon, String text) throws IOException {
        return daemon.activity().stream().filter(line -> line.contains(text)).count();
    }
}
