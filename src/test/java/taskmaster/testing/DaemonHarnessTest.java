package taskmaster.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness itself, with the real daemon: what it must see, and what it must complain about. */
final class DaemonHarnessTest {

    @Test
    void seesAProcessRunAndBeReplaced() throws Exception {
        try (DaemonHarness daemon =
                DaemonHarness.start(
                        """
                        [programs.stays]
                        command = "${bin}/start-time"
                        args = ["${dir}/starts"]
                        stdout = "${dir}/out"
                        stderr = "${dir}/err"
                        """)) {
            ProcessStatus first = daemon.awaitState("stays", "RUNNING");
            assertTrue(Procfs.isAlive(first.pid()));
            assertEquals(daemon.pid(), Procfs.stat(first.pid()).orElseThrow().parent());
            DaemonHarness.signal(first.pid(), "KILL");
            ProcessStatus second = daemon.awaitReplaced("stays", first.pid());
            assertNotEquals(first.pid(), second.pid());
            daemon.awaitActivity("spawned: 'stays'", 2);
            daemon.assertNoZombies();
            daemon.await("the daemon and one program", () -> daemon.processes().size() == 2);
        }
    }

    @Test
    void runsTheClientAndTellsHowItEnded() throws Exception {
        try (DaemonHarness daemon =
                DaemonHarness.start(
                        """
                        [programs.idle]
                        command = "/bin/sleep"
                        args = ["600"]
                        autostart = false
                        stdout = "${dir}/out"
                        stderr = "${dir}/err"
                        """)) {
            DaemonHarness.Output output = daemon.ctl("status", "idle");
            assertTrue(output.out().contains("STOPPED"), output.out() + output.err());
            assertEquals(3, output.exit());
        }
    }

    @Test
    void aProgramIsGivenOnlyItsThreeDescriptors() throws Exception {
        try (DaemonHarness daemon =
                DaemonHarness.start(
                        """
                        [programs.report]
                        command = "${bin}/report-self"
                        args = ["--stay", "${dir}/report"]
                        stdout = "${dir}/out"
                        stderr = "${dir}/err"
                        """)) {
            List<String> lines =
                    daemon.awaitText(daemon.file("report"), "\nend\n").lines().toList();
            List<String> descriptors = new java.util.ArrayList<>();
            for (String line : lines) {
                if (line.startsWith("fd ")) {
                    descriptors.add(line);
                }
            }
            assertEquals(3, descriptors.size(), descriptors.toString());
        }
    }

    @TempDir private Path temporary;

    @Test
    void complainsAboutWhatTheDaemonLeavesBehind() throws Exception {
        DaemonHarness daemon =
                DaemonHarness.start(
                        """
                        [programs.stays]
                        command = "/bin/sleep"
                        args = ["600"]
                        stdout = "${dir}/out"
                        stderr = "${dir}/err"
                        """);
        long left = daemon.awaitState("stays", "RUNNING").pid();
        DaemonHarness.signal(daemon.pid(), "KILL");
        daemon.awaitExit();
        AssertionError complaint = assertThrows(AssertionError.class, daemon::close);
        assertTrue(complaint.getMessage().contains("left running: [" + left));
        try (Changes changes = new Changes(temporary)) {
            changes.await(
                    DaemonHarness.PATIENCE, () -> !Procfs.isAlive(left), () -> "it is not ended");
        }
    }
}
