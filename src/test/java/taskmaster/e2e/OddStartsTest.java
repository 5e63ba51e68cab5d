package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;
import taskmaster.testing.Procfs;

/** Whoever starts the daemon may have left it anything; it supervises all the same. */
final class OddStartsTest {

    private static final String WORKER =
            """
            [programs.worker]
            command = "${bin}/exit-after"
            args = ["100000000", "0"]
            startsecs = 0.1
            stdout = "${dir}/worker.log"
            redirect_stderr = true
            """;

    /** With CHLD ignored the kernel would keep no zombies: no end would be seen. */
    @Test
    void seesItsChildrenEndWhereSigchldWasIgnored() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(WORKER)) {
            Wrapped.start(daemon, List.of("env", "--ignore-signal=CHLD"), "");
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            DaemonHarness.signal(pid, "KILL");
            daemon.awaitReplaced("worker", pid);
            assertEquals(Optional.of("KILL"), daemon.status("worker").exitSignal());
        }
    }

    @Test
    void hearsSignalsThatWereBlocked() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(WORKER)) {
            Wrapped.start(daemon, List.of("env", "--block-signal"), "");
            DaemonHarness.signal(daemon.pid(), "USR2");
            daemon.awaitActivity("received SIGUSR2", 1);
            DaemonHarness.signal(daemon.pid(), "HUP");
            daemon.awaitActivity("received SIGHUP", 1);
        }
    }

    @Test
    void aClosedStdinStdoutAndStderrAreNotTakenForOtherFiles() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(WORKER)) {
            Wrapped.start(daemon, "exec <&- >&- 2>&-");
            long pid = daemon.awaitState("worker", "RUNNING").pid();
            List<String> descriptors = Procfs.descriptors(daemon.pid());
            for (int fd = 0; fd <= 2; fd++) {
                assertTrue(
                        descriptors.contains(fd + " -> /dev/null"),
                        () -> String.join("\n", descriptors));
            }
            DaemonHarness.signal(pid, "KILL");
            daemon.awaitReplaced("worker", pid);
        }
    }

    @Test
    void reapsChildrenThatWereThereBefore() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(WORKER)) {
            Wrapped.start(daemon, "bin/exit-after 100000000 0 & echo $! >before");
            long before = Processes.awaitPids(daemon, daemon.file("before"), 1).getFirst();
            daemon.awaitState("worker", "RUNNING");
            DaemonHarness.signal(before, "KILL");
            daemon.awaitActivity("reaped unknown pid " + before + " (terminated by SIGKILL", 1);
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void needsNothingFromItsEnvironment() throws IOException {
        String toml = WORKER.replace("${bin}/exit-after", "sleep").replace(", \"0\"", "");
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            String mark = "TASKMASTER_TEST_DIRECTORY=" + daemon.directory();
            Wrapped.start(daemon, "set -- env -i " + mark + " \"$@\"");
            assertTrue(Procfs.isAlive(daemon.awaitState("worker", "RUNNING").pid()));
        }
    }

    /**
     * Java takes the encoding of file names from the locale; programs must not see what we do about
     * it.
     */
    @Test
    void namesThatAreNotAsciiWorkInAnyLocaleAndProgramsKeepTheirs() throws IOException {
        String program =
                """
                [programs.tells]
                command = "sh"
                args = ["-c", "echo LC_ALL=${LC_ALL-unset} $(env | grep -c TASKMASTERD_)"]
                startsecs = 0
                stdout = "${dir}/\\u00e9-\\u65e5"
                """;
        for (String locale : List.of("LC_ALL=C", "LC_ALL=unset")) {
            try (DaemonHarness daemon = DaemonHarness.prepare(program)) {
                String set = locale.endsWith("unset") ? "unset LC_ALL" : "export " + locale;
                Wrapped.start(daemon, set + "; unset LANG LC_CTYPE");
                // Asked of the shell, since this JVM may be in a locale without such names.
                daemon.awaitState("tells", "EXITED");
                String found =
                        Processes.run("sh", "-c", "cat " + daemon.directory() + "/*-*[!a-z]");
                assertEquals(locale + " 0", found.strip());
            }
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
                user = "games"
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
            Wrapped.start(daemon, "prlimit --pid $$ --nproc=60:60");
            assertEquals(207, ask(daemon, "start"));
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
            assertEquals(400, ask(daemon, "reload"));

            assertEquals(200, ask(daemon, "stop"));
            assertEquals(200, ask(daemon, "clear"));
            assertEquals(200, ask(daemon, "reload"));
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    private static long ask(DaemonHarness daemon, String verb) throws IOException {
        return daemon.request("{\"command\":\"" + verb + "\"}").getLong("status").orElse(0);
    }
}
