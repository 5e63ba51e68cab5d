package taskmaster.e2e.disk;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Wrapped;
import taskmaster.testing.DaemonHarness;

/** Nothing fits on the disk any more, and then something does again. */
final class FullDiskTest {

    @Test
    void countsTheLinesThatAFullDiskTookAndLogsOnWhenThereIsRoom() throws IOException {
        String toml =
                "[taskmasterd]\nlogfile = \"${dir}/small/log\"\npidfile = \"${dir}/pid\"\n"
                        + Programs.WORKER;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Files.createDirectory(daemon.file("small"));
            Wrapped.startWithMounts(daemon, "mount -t tmpfs -o size=64k none small");
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            // The mount is the daemon's alone; seen through it.
            Path small =
                    Path.of("/proc/" + daemon.pid() + "/root" + daemon.file("small").toString());
            fill(small.resolve("filler"));

            // A line for each: more than the page that the log has already.
            Processes.run(
                    "sh",
                    "-c",
                    "for i in $(seq 200); do kill -34 $1; done",
                    "sh",
                    String.valueOf(daemon.pid()));
            daemon.awaitText(
                    daemon.file("daemon.out"),
                    "No space left on device; lines of the log are being dropped");
            DaemonHarness.signal(pid, "KILL");
            daemon.awaitReplaced("worker", pid);

            Files.delete(small.resolve("filler"));
            DaemonHarness.signal(daemon.pid(), "USR1");
            String log = daemon.awaitText(small.resolve("log"), "received SIGUSR1");
            assertTrue(log.contains(" dropped: cannot write "), log);
        }
    }

    /** Until not a byte more fits. */
    private static void fill(Path file) throws IOException {
        byte[] bytes = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(bytes);
            }
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("space"), e::toString);
        }
    }
}
