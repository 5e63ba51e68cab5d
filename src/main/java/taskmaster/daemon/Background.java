package taskmaster.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.posix.Child;
import taskmaster.posix.ChildPlan;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.InputPlan;
import taskmaster.posix.OpenFlag;
import taskmaster.posix.Outcome;
import taskmaster.posix.OutputPlan;
import taskmaster.posix.Posix;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.Spawner;
import taskmaster.posix.WaitStatus;

/**
 * Daemonising. A JVM cannot fork, so the command in the foreground starts the same command again in
 * a session of its own, and waits on a pipe for one byte: the exit code it is to have. The daemon
 * sends 0 when it is ready; when it dies before, the pipe ends. Until it is ready it still has the
 * terminal for its errors, then no more.
 */
final class Background {

    private static final int READY_FD = 3;

    private Background() {}

    /** Is this process the daemon that another one started? */
    static boolean isDaemon() {
        return System.getenv(Environment.READY_FD) != null;
    }

    /** Starts the daemon and waits until it is ready; returns the exit code for the foreground. */
    static int start(Posix posix, Spawner spawner, int umask) throws StartFailure {
        try {
            int[] pipe = posix.pipe();
            List<String> command = commandLine();
            Child child =
                    spawner.spawn(
                            new ChildPlan(
                                    List.of(Path.of("/proc/self/exe").toRealPath().toString()),
                                    command,
                                    true,
                                    Environment.forDaemon(READY_FD),
                                    Optional.empty(),
                                    Optional.empty(),
                                    umask,
                                    new InputPlan.Nothing(),
                                    new OutputPlan.Inherit(1),
                                    new OutputPlan.Inherit(2),
                                    List.of(pipe[1])));
            posix.close(pipe[1]);
            byte[] answer = new byte[1];
            int length = posix.read(pipe[0], answer);
            if (length == 1) {
                return answer[0];
            }
            // The pipe ends a moment before the process can be reaped.
            posix.children().awaitExit();
            String why =
                    child.outcome() instanceof Outcome.Failed(SpawnFailure failure)
                            ? failure.describe()
                            : posix.children()
                                    .reap(child.pid())
                                    .map(WaitStatus::describe)
                                    .orElse("unknown");
            throw new StartFailure(
                    StartFailure.FAILED, "taskmasterd ended before it was ready (" + why + ")");
        } catch (IOException e) {
            throw new StartFailure(
                    StartFailure.FAILED,
                    "cannot start taskmasterd in the background: " + e.getMessage());
        }
    }

    /** This process's own argument list, JVM options included. */
    private static List<String> commandLine() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of("/proc/self/cmdline"));
        var arguments = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                arguments.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        return arguments;
    }

    /** The daemon's word to the foreground; from here on it has no terminal. */
    static void report(Posix posix, int exitCode) throws ErrnoException {
        if (exitCode == 0) {
            int nowhere = posix.open("/dev/null", 0, OpenFlag.READ_WRITE);
            posix.redirect(nowhere, 1);
            posix.redirect(nowhere, 2);
            posix.close(nowhere);
        }
        posix.writeFully(READY_FD, new byte[] {(byte) exitCode});
        posix.close(READY_FD);
    }
}
