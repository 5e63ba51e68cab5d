package taskmaster.e2e.signals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/** The daemon is killed with SIGKILL, which nobody can prevent, and another takes its place. */
final class KilledDaemonTest {

    private static final String STUBBORN =
            """
            [programs.stubborn]
            command = "${bin}/ignore-term"
            startsecs = 0
            stopwaitsecs = 600
            autostart = false
            stdout = "${dir}/stubborn.out"
            stderr = "/dev/null"
            """;

    /** Its program is in the middle of being stopped: it stays, and is not started again. */
    @Test
    void programsLiveOnAndOneSuccessorOnlyTakesItsPlace() throws IOException {
        List<Process> successors = new ArrayList<>();
        try (DaemonHarness daemon = DaemonHarness.prepare(STUBBORN)) {
            try {
                Process first = start(daemon, 9);
                daemon.awaitReady();
                daemon.request("{\"command\":\"start\",\"name\":\"stubborn\"}");
                daemon.awaitText(daemon.file("stubborn.out"), "ignoring");
                long program = daemon.status("stubborn").pid();
                daemon.request("{\"command\":\"stop\",\"name\":\"stubborn\",\"wait\":false}");
                assertEquals("STOPPING", daemon.status("stubborn").state());
                DaemonHarness.signal(first.pid(), "KILL");
                daemon.await("it is gone", () -> !first.isAlive());
                assertTrue(Files.exists(daemon.socket()) && Files.exists(daemon.file("pid")));

                for (int i = 0; i < 4; i++) {
                    successors.add(start(daemon, i));
                }
                daemon.await("three have given up", () -> ended(successors) == 3);
                daemon.await(
                        "the fourth has written its pid",
                        () -> livingPid(successors) == daemon.pid());
                daemon.awaitReady();
                for (int i = 0; i < successors.size(); i++) {
                    if (!successors.get(i).isAlive()) {
                        assertEquals(1, successors.get(i).exitValue());
                        String said = Files.readString(daemon.file("err" + i));
                        assertTrue(said.contains("another taskmasterd"), said);
                    }
                }
                assertNotEquals(first.pid(), daemon.pid());
                assertEquals("STOPPED", daemon.status("stubborn").state());
                assertTrue(Procfs.isAlive(program));
                Processes.signal(List.of(program), "KILL");
                daemon.await("it is gone", () -> !Procfs.isAlive(program));
                Processes.assertExactlyTheseRun(daemon);
            } finally {
                for (Process successor : successors) {
                    successor.destroy();
                }
            }
            daemon.await("all have ended", () -> ended(successors) == 4);
            assertFalse(Files.exists(daemon.file("pid")));
        }
    }

    private static Process start(DaemonHarness daemon, int i) throws IOException {
        return Script.start(
                daemon,
                "out" + i,
                "err" + i,
                Script.launcher("taskmasterd"),
                "--nodaemon",
                "-c",
                daemon.config().toString());
    }

    private static long ended(List<Process> processes) {
        return processes.stream().filter(process -> !process.isAlive()).count();
    }

    private static long livingPid(List<Process> processes) {
        return processes.stream().filter(Process::isAlive).findAny().orElseThrow().pid();
    }
}
