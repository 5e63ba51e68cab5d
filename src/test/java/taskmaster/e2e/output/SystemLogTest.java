package taskmaster.e2e.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Wrapped;
import taskmaster.testing.DaemonHarness;

/** {@code stdout_syslog} with a /dev of our own, which has a log only once somebody listens. */
final class SystemLogTest {

    private static final String DEVICES =
            """
            mkdir dev
            for name in null zero full random urandom tty; do
                : >dev/$name
                mount --bind /dev/$name dev/$name
            done
            mount --rbind dev /dev
            """;

    private static final String PROGRAM =
            """
            [programs.web]
            command = "/bin/sh"
            args = ["-c", "echo served a page; echo page is missing >&2"]
            autostart = false
            autorestart = "false"
            startsecs = 0
            stdout = "${dir}/web.out"
            stderr = "${dir}/web.err"
            stdout_syslog = true
            stderr_syslog = true
            """;

    @Test
    void linesGoToTheSystemsLogAndToTheFileAndWhatNobodyTakesIsCounted() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(PROGRAM)) {
            Wrapped.startWithMounts(daemon, DEVICES);
            run(daemon);
            daemon.awaitText(daemon.file("log"), "cannot write to the system's log \"/dev/log\"");
            assertEquals("served a page\n", Files.readString(daemon.file("web.out")));

            Path taken = daemon.file("taken");
            Process receiver =
                    new ProcessBuilder(
                                    "socat",
                                    "-u",
                                    "UNIX-RECV:" + daemon.file("dev/log"),
                                    "CREATE:" + taken)
                            .start();
            try {
                daemon.await("socat listens", () -> Files.exists(daemon.file("dev/log")));
                // Nothing is tried again within a second after a failure.
                daemon.await("the log is taken", () -> run(daemon) && Files.size(taken) > 0);
                String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
                String message = " " + host + " web - - - ";
                String text = daemon.awaitText(taken, message + "page is missing");
                assertTrue(text.contains(message + "served a page<1"), text);
                assertTrue(text.contains("<14>1 "), text);
                assertTrue(text.contains("<12>1 "), text);
            } finally {
                receiver.destroy();
            }
            daemon.awaitText(daemon.file("log"), "the system's log takes lines again: ");
        }
    }

    /** Once, to its end; its lines are in its files. */
    private static boolean run(DaemonHarness daemon) throws IOException {
        long lines = Files.exists(daemon.file("web.err")) ? lines(daemon) : 0;
        assertEquals(0, daemon.ctl("start", "web").exit());
        daemon.await("its line is in the file", () -> lines(daemon) == lines + 1);
        return true;
    }

    private static long lines(DaemonHarness daemon) throws IOException {
        return Files.readAllLines(daemon.file("web.err")).size();
    }
}
