package taskmaster.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end. */
public final class Commands {

    private Commands() {}

    public static DaemonHarness.Output run(
            Map<String, String> environment, Duration limit, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return run(builder, limit);
    }

    /** Through files, so that what outlives the command and keeps its stdout cannot hold us up. */
    static DaemonHarness.Output run(ProcessBuilder builder, Duration limit) throws IOException {
        Path out = Files.createTempFile("taskmaster-out", "");
        Path err = Files.createTempFile("taskmaster-err", "");
        try {
            Process process =
                    builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        String.join(" ", builder.command())
                                + " did not end in "
                                + limit
                                + "; it printed: "
                                + Files.readString(out)
                                + Files.readString(err));
            }
            return new DaemonHarness.Output(
                    process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
