package taskmaster.e2e.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/** Job control as users have it: one command alone, on a pipe, and in a terminal. */
class JobShellTest {

    private static final String PROGRAMS =
            ShellWindow.CLIENT
                    + """
                    [programs.web]
                    command = "sleep"
                    args = ["1000"]
                    numprocs = 2
                    startsecs = 0
                    stdout = "/dev/null"
                    stderr = "/dev/null"

                    [programs.work]
                    command = "/bin/sh"
                    args = ["-c", "read line; exit 3"]
                    stdin = "pipe"
                    startsecs = 0
                    autorestart = "false"
                    stdout = "/dev/null"
                    stderr = "/dev/null"
                    """;

    private DaemonHarness daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = DaemonHarness.start(PROGRAMS);
        for (String name : new String[] {"web:web_0", "web:web_1", "work"}) {
            daemon.awaitState(name, "RUNNING");
        }
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private void awaitJobs(String text) throws IOException {
        daemon.await(text, () -> daemon.ctl("jobs").out().contains(text));
    }

    private void check(int exit, String out, String err, DaemonHarness.Output output) {
        assertEquals(out, output.out(), output.err());
        assertEquals(err, output.err());
        assertEquals(exit, output.exit());
    }

    @Test
    void commandsAlonePauseAndContinueAndWait() throws IOException {
        check(
                0,
                """
                [1]   Running                 web:web_0 &
                [2]-  Running                 web:web_1 &
                [3]+  Running                 work &
                """,
                "",
                daemon.ctl("jobs"));
        assertEquals(0, daemon.ctl("kill", "-STOP", "%1").exit());
        awaitJobs("[1]+  Stopped                 web:web_0\n");
        check(0, "[1]+ web:web_0 &\n", "", daemon.ctl("bg", "web_0"));
        awaitJobs("[1]   Running                 web:web_0 &\n");
        check(1, "", "bg: %%: only a shell has a current job; name it\n", daemon.ctl("bg"));
        check(1, "", "fg: %%: only a shell has a current job; name it\n", daemon.ctl("fg"));
        check(1, "", "fg: %9: no such job\n", daemon.ctl("%9"));
        check(
                1,
                "",
                "stop: web: ambiguous job spec: %1 web:web_0, %2 web:web_1\n",
                daemon.ctl("stop", "%web"));
        check(0, "web:web_1: stopped\n", "", daemon.ctl("stop", "%2"));
        check(124, "", "wait: not done within the time asked (1 s)\n", timeout());
        assertEquals(127, daemon.ctl("wait", "nobody").exit());
        assertEquals(0, daemon.ctl("send", "%?read", "x").exit());
        check(3, "work: Exit 3\n", "", daemon.ctl("wait", "work"));
        String group = Long.toString(daemon.status("web:web_0").pid());
        check(
                7,
                group + " %9\n",
                "",
                daemon.ctl("jobs", "-x", "sh", "-c", "echo $0 $1; exit 7", "%1", "%9"));
    }

    private DaemonHarness.Output timeout() throws IOException {
        return daemon.ctl("--timeout", "1", "wait", "work");
    }

    @Test
    void whatAShellPausesIsItsCurrentJob() throws IOException {
        DaemonHarness.Output output =
                Script.shell(daemon, "", "kill -STOP %2\nwait %2\njobs %+ %-\nbg\n%2 &\n");
        assertEquals(
                """
                web:web_1: Stopped (SIGSTOP)
                [2]+  Stopped                 web:web_1
                [3]-  Running                 work &
                [2]+ web:web_1 &
                """,
                output.out().replaceAll("(?s)\\Q[2]+ web:web_1 &\\E\n.*", "[2]+ web:web_1 &\n"),
                output.err());
        assertEquals(0, output.exit(), output.err());
    }

    @Test
    void disownAloneIsAboutTheCurrentJob() throws IOException {
        long pid = daemon.status("work").pid();
        DaemonHarness.Output output =
                Script.shell(daemon, "", "kill -STOP %work\nwait %work\ndisown\nstatus work\n");
        assertTrue(output.out().contains("work: disowned\n"), output.out() + output.err());
        assertTrue(ProcessHandle.of(pid).orElseThrow().isAlive());
        DaemonHarness.signal(pid, "KILL");
        daemon.await("it is gone", () -> !Procfs.isAlive(pid));
    }

    @Test
    void exitWarnsOnceOfPausedJobs() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.enter("kill -STOP %work; wait %work");
            shell.awaitAnswer("work: Stopped (SIGSTOP)");
            shell.enter("exit");
            shell.awaitAnswer("There are stopped jobs.");
            shell.enter("exit");
            assertEquals(1, shell.tmux().awaitExit(), "that of the command before");
        }
        awaitJobs("Stopped                 work");
    }

    @Test
    void whatCtrlCHasEndedInTheForegroundIsNotSaidToGoOn() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.enter("fg %work");
            shell.awaitScreen(s -> s.contains("\n/bin/sh -c read line; exit 3"));
            shell.type("C-c");
            String screen =
                    shell.awaitScreen(s -> s.contains("killed by SIGINT]") && ShellWindow.waits(s));
            assertFalse(screen.contains("goes on with"), screen);
        }
    }
}
