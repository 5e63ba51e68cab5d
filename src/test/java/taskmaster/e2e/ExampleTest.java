package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import taskmaster.testing.Commands;
import taskmaster.testing.DaemonHarness;

/** The example that README tells to try. */
class ExampleTest {

    private static final Path EXAMPLE =
            DaemonHarness.BASE.resolve("taskmaster.example.config.toml");

    @Test
    void isAGoodConfiguration() throws IOException {
        DaemonHarness.Output output =
                Commands.run(
                        java.util.Map.of(),
                        DaemonHarness.PATIENCE,
                        Script.launcher("taskmasterd"),
                        "--check",
                        "-c",
                        EXAMPLE.toString());
        assertEquals("", output.err());
        assertEquals(0, output.exit());
    }

    /** With its files in the test's directory, and a crash every other second. */
    @Test
    void showsWhatItSays() throws IOException {
        String text = Files.readString(EXAMPLE);
        assertTrue(text.contains("sleep 10; kill"), "the crasher has changed");
        String moved =
                text.replace("/tmp/taskmaster-example.sock", "${dir}/sock")
                        .replace("/tmp/taskmaster-example.log", "${dir}/log")
                        .replace("/tmp/taskmaster-example.pid", "${dir}/pid")
                        .replace("/tmp/taskmaster-example.", "${dir}/example.")
                        .replace("#stdout = \"/tmp/", "stdout = \"${dir}/")
                        .replace("#stderr = \"/tmp/", "stderr = \"${dir}/")
                        .replace("sleep 10; kill", "sleep 2; kill");
        try (DaemonHarness daemon = DaemonHarness.start(moved)) {
            daemon.awaitState("calm:sleeper", "RUNNING");
            for (int i = 0; i < 3; i++) {
                daemon.awaitState("calm:worker_" + i, "RUNNING");
            }
            daemon.awaitState("failing", "FATAL");
            daemon.await("the crasher crashes", () -> daemon.status("crasher").restarts() > 0);
            daemon.awaitState("crasher", "RUNNING");
            DaemonHarness.Output status = daemon.ctl("status");
            assertEquals(0, status.exit());
            assertTrue(
                    status.out()
                            .matches(
                                    """
                                    (?x)calm:sleeper\\ +RUNNING\\ +pid\\ \\d+,\\ uptime\\ 0:\\d\\d:\\d\\d\\n
                                    calm:worker_0\\ +RUNNING\\ .*\\n
                                    calm:worker_1\\ +RUNNING\\ .*\\n
                                    calm:worker_2\\ +RUNNING\\ .*\\n
                                    crasher\\ +(RUNNING|STARTING|EXITED)\\ .*\\n
                                    failing\\ +FATAL\\ +\\S.*\\n
                                    """),
                    status.out());
            String log = daemon.ctl("tail", "calm:worker_1").out();
            assertEquals("worker 1 of 3\n", log);
        }
    }
}
