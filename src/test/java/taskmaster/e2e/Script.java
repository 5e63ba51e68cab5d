package taskmaster.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import taskmaster.testing.Commands;
import taskmaster.testing.DaemonHarness;

/**
 * Shell scripts, as a user would type them. Without JUnit: the soak is run without it. They find
 * the launchers in {@code $TASKMASTERD} and {@code $TASKMASTERCTL}, the test's directory in {@code
 * $DIR} and its configuration in {@code $CONFIG}.
 */
public final class Script {

    /** For whole commands, some of which wait for a program, on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Script() {}

    /** Runs {@code text} by sh, with {@code $1} and so on. */
    public static DaemonHarness.Output run(DaemonHarness daemon, String text, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", text, "sh"));
        command.addAll(List.of(arguments));
        return Commands.run(environment(daemon), PATIENCE, command.toArray(new String[0]));
    }

    /** Runs a taskmasterctl without a command, which reads these lines; nobody sees a trace. */
    public static DaemonHarness.Output shell(DaemonHarness daemon, String options, String lines)
            throws IOException {
        Files.writeString(daemon.file("lines"), lines);
        String text = "cat \"$DIR/lines\" | \"$TASKMASTERCTL\" -c \"$CONFIG\" " + options;
        DaemonHarness.Output output = run(daemon, text);
        assertNoTrace(output);
        return output;
    }

    /** Starts a command that goes on; both outputs go to files of the test's directory. */
    public static Process start(DaemonHarness daemon, String out, String err, String... command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(daemon.directory().toFile());
        builder.environment().putAll(environment(daemon));
        return builder.redirectInput(new java.io.File("/dev/null"))
                .redirectOutput(daemon.file(out).toFile())
                .redirectError(daemon.file(err).toFile())
                .start();
    }

    /** Starts a taskmasterctl that goes on, as {@link #start}. */
    public static Process startCtl(DaemonHarness daemon, String out, String err, String... words)
            throws IOException {
        // A test that runs in the background may have INT ignored, and children inherit that.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(ctl(daemon));
        command.addAll(List.of(words));
        return start(daemon, out, err, command.toArray(new String[0]));
    }

    /** The beginning of a command line of taskmasterctl. */
    public static List<String> ctl(DaemonHarness daemon) {
        return List.of(launcher("taskmasterctl"), "-c", daemon.config().toString());
    }

    public static String launcher(String name) {
        return DaemonHarness.BASE.resolve("scripts").resolve(name).toString();
    }

    /** A copy in {@code $DIR/installed/bin} that everybody may run, wherever the checkout is. */
    public static void install(DaemonHarness daemon) throws IOException {
        String copy =
                "umask 22; mkdir \"$DIR/installed\"; cp -R \"$1/scripts\" \"$DIR/installed/bin\"; "
                        + "cp -R \"$1/target/lib\" \"$DIR/installed/lib\"; "
                        + "chmod -R go+rX \"$DIR/installed\"";
        DaemonHarness.Output output = run(daemon, copy, DaemonHarness.BASE.toString());
        if (output.exit() != 0) {
            throw new AssertionError(output);
        }
    }

    /** No user ever sees one. */
    public static void assertNoTrace(DaemonHarness.Output output) {
        for (String trace : List.of("\tat ", "Exception", "java.")) {
            if (output.err().contains(trace) || output.out().contains(trace)) {
                throw new AssertionError(output);
            }
        }
    }

    private static Map<String, String> environment(DaemonHarness daemon) {
        return Map.of(
                "TASKMASTERD", launcher("taskmasterd"),
                "TASKMASTERCTL", launcher("taskmasterctl"),
                "DIR", daemon.directory().toString(),
                "CONFIG", daemon.config().toString(),
                // By this the harness knows the processes of its test.
                "TASKMASTER_TEST_DIRECTORY", daemon.directory().toString());
    }
}
