package taskmaster.e2e.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Replies;
import taskmaster.e2e.Wrapped;
import taskmaster.json.Json;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;

/** There may be no more processes. */
final class ProcessLimitTest {

    /** A user whom nobody else on this machine is: the processes of all of them are counted. */
    private static final String ALONE =
            "{ cat /etc/passwd; echo alone:x:$((200000 + $$)):1:::; } >passwd; "
                    + "mount --bind passwd /etc/passwd; ";

    /** Kernels before 5.14 allow one process, later ones let a second one through. */
    @Test
    void aUserWithTooManyProcessesIsNamedAndTriedAgain() throws IOException {
        String toml =
                "[programs.few]\ncommand = \"${bin}/exit-after\"\nuser = \"alone\"\nnumprocs = 3\n"
                        + "args = [\"100000000\", \"0\"]\nstartretries = 30\nstartsecs = 0.1\n"
                        + "autostart = false\n"
                        + Programs.QUIET;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            // Programs get the limit with which the daemon was started.
            Wrapped.startWithMounts(daemon, ALONE + "prlimit --pid $$ --nproc=1:1000");
            for (int i = 0; i < 3; i++) {
                daemon.request("{\"command\":\"start\",\"name\":\"few_" + i + "\"}");
            }
            daemon.awaitState("few:few_0", "RUNNING");
            String reason = daemon.awaitState("few:few_2", "BACKOFF").reason();
            assertEquals(
                    "cannot run \""
                            + daemon.program("exit-after")
                            + "\": EAGAIN (resource temporarily unavailable)",
                    reason);

            daemon.request("{\"command\":\"stop\",\"name\":[\"few_0\",\"few_1\"]}");

            daemon.awaitState("few:few_2", "RUNNING");
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    /**
     * Threads count as processes of their user, so there is none for work on demand either. What
     * could not be done is answered, and can be done when there is room again.
     */
    @Test
    void answersWhereItsUserMayHaveNoMoreProcesses() throws IOException {
        String toml =
                """
                [taskmasterd]
                logfile = "${dir}/log"
                pidfile = "${dir}/pid"
                user = "alone"
                minprocs = 1

                [programs.many]
                command = "${bin}/exit-after"
                args = ["100000000", "0"]
                numprocs = 60
                autostart = false
                startretries = 0
                startsecs = 0.1
                stdout = "${dir}/many.log"
                redirect_stderr = true
                """;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            // Its files are made by that user; the configuration stays root's.
            Processes.run("chmod", "1777", daemon.directory().toString());
            Wrapped.startWithMounts(daemon, ALONE + "prlimit --pid $$ --nproc=60:60");
            assertEquals(207, Replies.ask(daemon, "{\"command\":\"start\"}"));
            int failed = 0;
            for (ProcessStatus process : daemon.status()) {
                if (process.state().equals("FATAL")) {
                    assertEquals(
                            "cannot make a process: EAGAIN (resource temporarily unavailable)",
                            process.reason());
                    failed++;
                }
            }
            assertTrue(failed > 0, "all were started");

            String clear = "{\"command\":\"clear\",\"name\":\"many_0\"}";
            Json.Obj refused = daemon.request(clear);
            assertEquals(500, refused.getLong("status").orElse(0), refused::toString);
            String tail = "{\"command\":\"tail\",\"name\":\"many_0\",\"follow\":true}";
            refused = daemon.request(tail);
            assertEquals(429, refused.getLong("status").orElse(0), refused::toString);
            // The thread for this one was made at the start.
            assertEquals(200, Replies.ask(daemon, "{\"command\":\"reload\"}"));

            assertEquals(200, Replies.ask(daemon, "{\"command\":\"stop\"}"));
            assertEquals(200, Replies.ask(daemon, "{\"command\":\"clear\"}"));
            assertEquals(200, Replies.ask(daemon, "{\"command\":\"reload\"}"));
            Processes.assertExactlyTheseRun(daemon);
        }
    }
}
