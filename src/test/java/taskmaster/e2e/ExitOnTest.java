package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;

/** {@code exit_on} of a daemon that is nobody's PID 1. */
final class ExitOnTest {

    private static final String QUIET = "stdout = \"/dev/null\"\nstderr = \"/dev/null\"\n";

    private static String daemon(String exitOn) {
        return "[taskmasterd]\nlogfile = \"${dir}/log\"\npidfile = \"${dir}/pid\"\n"
                + "exit_on = ["
                + exitOn
                + "]\n";
    }

    private static String program(String name, String args, String more) {
        return "[programs."
                + name
                + "]\ncommand = \"${bin}/exit-after\"\nargs = ["
                + args
                + "]\n"
                + more
                + QUIET;
    }

    private static final String STAYS =
            program("stays", "\"100000000\", \"0\"", "startsecs = 0\nautorestart = \"false\"\n");

    @Test
    void endsWithItsCodeOnceTheOthersAreStopped() throws IOException {
        String once = program("once", "\"1500\", \"42\"", "autorestart = \"false\"\n");
        try (DaemonHarness daemon = DaemonHarness.start(daemon("\"once\"") + once + STAYS)) {
            assertEquals(42, daemon.awaitExit());
            daemon.awaitActivity("once has ended (exit_on): ending with exit code 42", 1);
            daemon.awaitActivity("stopped: stays", 1);
            assertFalse(Files.exists(daemon.file("pid")));
            assertFalse(Files.exists(daemon.socket()));
        }
    }

    @Test
    void endsWith125WhenItCannotBeStarted() throws IOException {
        String missing =
                "[programs.missing]\ncommand = \"${dir}/nothing\"\nstartretries = 0\n" + QUIET;
        DaemonHarness daemon =
                DaemonHarness.prepare(daemon("\"missing\"") + missing + STAYS, "--nodaemon");
        try (daemon) {
            daemon.launch();
            assertEquals(125, daemon.awaitExit());
        }
    }

    @Test
    void whoIsStoppedByItsUserHasNotEndedAndAReloadTellsWhoCounts() throws IOException {
        String other = program("other", "\"100000000\", \"0\"", "autorestart = \"false\"\n");
        try (DaemonHarness daemon = DaemonHarness.start(daemon("\"stays\"") + STAYS + other)) {
            daemon.awaitState("stays", "RUNNING");
            daemon.awaitState("other", "RUNNING");
            assertEquals(0, daemon.ctl("stop", "stays").exit());
            assertEquals(0, daemon.ctl("start", "stays").exit());

            daemon.writeConfig(daemon("\"other\"") + STAYS + other);
            assertEquals(0, daemon.ctl("reload").exit());
            DaemonHarness.signal(daemon.awaitState("stays", "RUNNING").pid(), "KILL");
            daemon.awaitState("stays", "EXITED");
            DaemonHarness.signal(daemon.awaitState("other", "RUNNING").pid(), "TERM");
            assertEquals(143, daemon.awaitExit());
        }
    }

    /** Nobody hears the exit code, and nothing else may go wrong by it. */
    @Test
    void inTheBackgroundItEndsInOrderToo() throws IOException {
        DaemonHarness daemon = DaemonHarness.prepare(daemon("\"stays\"") + STAYS);
        try (daemon) {
            DaemonHarness.Output started = daemon.daemon();
            assertEquals(0, started.exit(), started.err());
            daemon.awaitReady();
            DaemonHarness.signal(daemon.awaitState("stays", "RUNNING").pid(), "KILL");
            daemon.await("it has ended", () -> daemon.processes().isEmpty());
            daemon.awaitActivity("taskmasterd ended", 1);
            assertFalse(Files.exists(daemon.file("pid")));
        }
    }

    @Test
    void aNameThatNamesNothingIsAProblem() throws IOException {
        DaemonHarness daemon = DaemonHarness.prepare(daemon("\"stay\"") + STAYS);
        try (daemon) {
            DaemonHarness.Output output = daemon.daemon("--check");
            assertEquals(2, output.exit());
            assertTrue(
                    output.err()
                            .contains(
                                    ": [taskmasterd] exit_on: no program, group or process is"
                                            + " called \"stay\" (did you mean \"stays\"?)"),
                    output.err());
        }
    }
}
