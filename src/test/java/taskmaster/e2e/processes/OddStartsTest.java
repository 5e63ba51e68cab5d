package taskmaster.e2e.processes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Facts;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Wrapped;
import taskmaster.testing.DaemonHarness;
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

    /** The JVM unblocks those by which it is ended, but not one that was ignored (nohup). */
    @Test
    void hearsSignalsThatWereBlockedOrIgnored() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(WORKER)) {
            Wrapped.start(daemon, List.of("env", "--block-signal", "--ignore-signal=HUP"), "");
            for (String name : List.of("USR1", "USR2", "HUP")) {
                DaemonHarness.signal(daemon.pid(), name);
                daemon.awaitActivity("received SIG" + name, 1);
            }
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

    /** What a careless parent leaves: programs get what is documented, not that. */
    @Test
    void programsGetSoundSignalsAndUmaskWhateverTheDaemonWasGiven() throws IOException {
        String toml =
                """
                [programs.report]
                command = "${bin}/report-self"
                startsecs = 0
                autorestart = "false"
                stdout = "${dir}/report"
                redirect_stderr = true
                """;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            List<String> prefix =
                    List.of(
                            "env",
                            "--ignore-signal=INT,QUIT,CHLD,PIPE,HUP,TERM",
                            "nice",
                            "-n",
                            "19");
            Wrapped.start(daemon, prefix, "umask 777; ulimit -c 0");
            daemon.awaitState("report", "EXITED");
            // Its last line; such a daemon may have to wait for a processor.
            daemon.awaitText(daemon.file("report"), "\nend\n");
            Facts facts = Facts.read(daemon.file("report"));
            assertEquals("", facts.get("ignored"));
            assertEquals("", facts.get("blocked"));
            assertEquals("0022", facts.get("umask"));
            assertEquals("19", facts.get("nice"));
            assertEquals(3, facts.all("fd").size());
            // The daemon itself hears them, too.
            DaemonHarness.signal(daemon.pid(), "HUP");
            daemon.awaitActivity("received SIGHUP", 1);
            String mode =
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(daemon.file("report")));
            assertEquals("rw-r--r--", mode);
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
                String read = "cat " + daemon.directory() + "/*-*[!a-z]";
                daemon.await(
                        "it has told",
                        () -> Processes.run("sh", "-c", read).strip().equals(locale + " 0"));
            }
        }
    }

    @Test
    void aRemovedWorkingDirectoryDoesNotMatter() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(WORKER)) {
            Wrapped.start(daemon, "mkdir gone; cd gone");
            Files.delete(daemon.file("gone"));
            long pid = daemon.awaitState("worker", "RUNNING").pid();

            DaemonHarness.signal(pid, "KILL");
            long second = daemon.awaitReplaced("worker", pid).pid();
            DaemonHarness.Output reload = daemon.ctl("reload");

            assertEquals(0, reload.exit(), reload::toString);
            assertEquals(second, daemon.status("worker").pid());
        }
    }
}
