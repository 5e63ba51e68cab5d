package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.ProcessStatus;

/**
 * Processes that signals of the real kernel stop, that are left to themselves, and what is told.
 */
class JobControlTest {

    private static final String SLEEPER =
            """
            [programs.web]
            command = "/bin/sh"
            args = ["-c", "while :; do sleep 0.1; done"]
            startsecs = 0
            stdout = "/dev/null"
            redirect_stderr = true
            """;

    private static Json.Obj status(DaemonHarness daemon, String name) throws IOException {
        return Replies.process(
                daemon.request("{\"command\":\"status\",\"name\":\"" + name + "\"}"));
    }

    private static boolean isPaused(DaemonHarness daemon, String name) throws IOException {
        return status(daemon, name).getBoolean("paused").orElseThrow();
    }

    @Test
    void whatKillStopsAndContinuesIsShownSo() throws IOException {
        try (var daemon = DaemonHarness.start(SLEEPER)) {
            ProcessStatus web = daemon.awaitState("web", "RUNNING");
            long pid = web.pid();
            for (int i = 0; i < 3; i++) {
                DaemonHarness.signal(pid, "STOP");
                daemon.await("paused", () -> isPaused(daemon, "web"));
                DaemonHarness.signal(pid, "CONT");
                daemon.await("going on", () -> !isPaused(daemon, "web"));
            }
            DaemonHarness.signal(pid, "STOP");
            daemon.await("paused", () -> isPaused(daemon, "web"));
            DaemonHarness.Output shown = daemon.ctl("status", "web");
            assertTrue(shown.out().trim().endsWith(", paused"), shown.out());
            assertEquals(0, shown.exit());
            assertEquals(0, daemon.ctl("stop", "web").exit(), "a stop wins");
            daemon.awaitState("web", "STOPPED");
            daemon.assertNoZombies();
        }
    }

    @Test
    void whoStopsItselfIsPausedAndKilledFromOutsideItIsStartedAgain() throws IOException {
        String toml =
                """
                [programs.self]
                command = "/bin/bash"
                args = ["-c", "kill -STOP $$; exec sleep 1000"]
                startsecs = 1
                stdout = "/dev/null"
                redirect_stderr = true
                """;
        try (var daemon = DaemonHarness.start(toml)) {
            daemon.await("paused", () -> isPaused(daemon, "self"));
            assertEquals("STARTING", daemon.status("self").state());
            long pid = daemon.status("self").pid();
            DaemonHarness.signal(pid, "CONT");
            daemon.awaitState("self", "RUNNING");
            DaemonHarness.signal(pid, "STOP");
            daemon.await("paused", () -> isPaused(daemon, "self"));
            DaemonHarness.signal(pid, "KILL");
            daemon.await("a new one", () -> daemon.status("self").pid() != pid);
            daemon.await("paused again", () -> isPaused(daemon, "self"));
            daemon.assertNoZombies();
        }
    }

    @Test
    void aRequestPausesTheWholeGroupAndItIsKnownWhose() throws IOException {
        try (var daemon = DaemonHarness.start(SLEEPER)) {
            daemon.awaitState("web", "RUNNING");
            assertEquals(0, daemon.ctl("signal", "-g", "STOP", "web").exit());
            daemon.await("paused", () -> isPaused(daemon, "web"));
            long uid = status(daemon, "web").getLong("paused_by").orElseThrow();
            String shown = daemon.ctl("status").out();
            assertTrue(shown.contains(", paused (by uid " + uid + ")"), shown);
            assertEquals(0, daemon.ctl("signal", "-g", "CONT", "web").exit());
            daemon.await("going on", () -> !isPaused(daemon, "web"));
        }
    }

    @Test
    void whatIsDisownedOutlivesTheDaemonAndItsOutputWaitsForTheNext() throws IOException {
        String toml =
                """
                [programs.web]
                command = "/bin/sh"
                args = ["-c", "n=0; while :; do n=$((n + 1)); echo line $n; sleep 0.1; done"]
                startsecs = 0
                stdout = "${dir}/web.log"
                redirect_stderr = true
                """;
        try (var daemon = DaemonHarness.start(toml)) {
            daemon.awaitState("web", "RUNNING");
            long pid = daemon.status("web").pid();
            DaemonHarness.Output disowned = daemon.ctl("disown", "web");
            assertEquals("web: disowned\n", disowned.out());
            assertEquals("STOPPED", daemon.status("web").state());
            assertEquals(0, daemon.ctl("start", "web").exit());
            long second = daemon.status("web").pid();
            assertFalse(pid == second);
            assertEquals(0, daemon.ctl("disown", "-h", "web").exit());
            assertEquals(0, daemon.ctl("shutdown").exit());
            assertEquals(0, daemon.awaitExit());
            assertTrue(ProcessHandle.of(pid).orElseThrow().isAlive());
            assertTrue(ProcessHandle.of(second).orElseThrow().isAlive());
            DaemonHarness.signal(-second, "KILL");
            daemon.launch();
            daemon.awaitReady();
            daemon.awaitState("web", "RUNNING");
            assertEquals(0, daemon.ctl("stop", "web").exit());
            daemon.ctl("clear", "web");
            daemon.awaitText(daemon.file("web.log"), "line ");
            assertTrue(ProcessHandle.of(pid).orElseThrow().isAlive(), "it prints still");
            // Its group: with what it waits for.
            DaemonHarness.signal(-pid, "KILL");
            daemon.await("only the daemon is left", () -> daemon.processes().size() == 1);
        }
    }

    @Test
    void whatHappensIsToldAsItHappens() throws IOException {
        try (var daemon = DaemonHarness.start(SLEEPER);
                Connection watcher = daemon.connect()) {
            daemon.awaitState("web", "RUNNING");
            long pid = daemon.status("web").pid();
            watcher.send("{\"command\":\"events\",\"id\":7}\n");
            assertEquals("watching", event(watcher));
            DaemonHarness.signal(pid, "STOP");
            assertEquals("paused", event(watcher));
            DaemonHarness.signal(pid, "CONT");
            assertEquals("continued", event(watcher));
            daemon.ctl("stop", "web");
            assertEquals("STOPPING", content(watcher).getString("to").orElseThrow());
            Json.Obj stopped = content(watcher);
            assertEquals("STOPPED", stopped.getString("to").orElseThrow());
            assertEquals(
                    "TERM",
                    stopped.getObject("exit").orElseThrow().getString("signal").orElseThrow());
            assertEquals(0, daemon.ctl("shutdown").exit());
            assertEquals("shutdown", event(watcher));
            assertEquals(200, watcher.readReply().getLong("status").orElseThrow());
        }
    }

    @Test
    void whatAProgramPrintsBetweenTheMarksIsAnEvent() throws IOException {
        String toml =
                """
                [programs.web]
                command = "/bin/sh"
                args = ["-c", 'while read x; do echo "<!--XSUPERVISOR:BEGIN-->$x<!--XSUPERVISOR:END-->"; done']
                stdin = "pipe"
                startsecs = 0
                stdout = "${dir}/web.log"
                stdout_capture_maxbytes = "1KB"
                redirect_stderr = true
                """;
        try (var daemon = DaemonHarness.start(toml);
                Connection watcher = daemon.connect()) {
            daemon.awaitState("web", "RUNNING");
            watcher.send("{\"command\":\"events\"}\n");
            assertEquals("watching", event(watcher));
            assertEquals(0, daemon.ctl("send", "web", "hello").exit());
            Json.Obj captured = content(watcher);
            assertEquals("captured", captured.getString("event").orElseThrow());
            assertEquals("web", captured.getString("name").orElseThrow());
            assertEquals("stdout", captured.getString("stream").orElseThrow());
            assertEquals("hello", captured.getString("data").orElseThrow());
        }
    }

    private static Json.Obj content(Connection watcher) throws IOException {
        return watcher.readReply().getObject("content").orElseThrow();
    }

    private static String event(Connection watcher) throws IOException {
        return content(watcher).getString("event").orElseThrow();
    }
}
