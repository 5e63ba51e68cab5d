package taskmaster.e2e.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Tmux;

/** taskmasterctl as a shell in a terminal. */
class TerminalShellTest {

    private static final String PROGRAMS =
            """
            [taskmasterctl]
            serverurl = "unix://${dir}/sock"
            history = "${dir}/history"
            prompt = "tm"

            [programs.web]
            command = "sleep"
            args = ["1000"]
            numprocs = 2
            startsecs = 0
            stdout = "/dev/null"
            stderr = "/dev/null"

            [programs.once]
            command = "sleep"
            args = ["1000"]
            startsecs = 0
            autorestart = "false"
            stdout = "${dir}/once.out"
            stderr = "/dev/null"

            [programs.slow]
            command = "sleep"
            args = ["1000"]
            autostart = false
            startsecs = 600
            stdout = "/dev/null"
            stderr = "/dev/null"
            """;

    private DaemonHarness daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = DaemonHarness.start(PROGRAMS);
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private Tmux shell(String... options) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Script.launcher("taskmasterctl"),
                                "-c",
                                daemon.config().toString()));
        command.addAll(List.of(options));
        return Tmux.start(140, 30, command.toArray(new String[0]));
    }

    /** Until the last line is a prompt with nothing behind it. */
    private static String awaitPrompt(Tmux tmux) throws IOException {
        return tmux.awaitScreen(TerminalShellTest::waits);
    }

    private static boolean waits(String screen) {
        return screen.endsWith("\ntm>") || screen.equals("tm>");
    }

    private static String awaitAnswer(Tmux tmux, String text) throws IOException {
        return tmux.awaitScreen(screen -> screen.contains(text) && waits(screen));
    }

    private void kill(String process, String signal) throws IOException {
        DaemonHarness.signal(daemon.status(process).pid(), signal);
    }

    @Test
    void beginsWithStatus() throws IOException {
        try (Tmux tmux = shell()) {
            String screen = awaitPrompt(tmux);
            assertTrue(screen.contains("web:web_1                        RUNNING   pid "), screen);
            assertTrue(screen.contains("slow                             STOPPED   Not"), screen);
            String coloured = tmux.screenWithColours();
            assertTrue(coloured.contains("\033[32mRUNNING\033["), coloured);
            tmux.type("pid once", "Enter");
            awaitAnswer(tmux, "pid once\n" + daemon.status("once").pid() + "\n");
            tmux.type("C-d");
            assertEquals(0, tmux.awaitExit());
        }
    }

    @Test
    void leavesWithTheExitCodeOfTheLastCommand() throws IOException {
        try (Tmux tmux = shell()) {
            awaitPrompt(tmux);
            tmux.type("status slow; set", "Enter");
            awaitAnswer(tmux, "errexit         off");
            tmux.type("status slow", "Enter");
            tmux.awaitScreen(s -> s.split("STOPPED", -1).length == 4 && waits(s));
            tmux.type("C-d");
            assertEquals(3, tmux.awaitExit());
        }
    }

    @Test
    void tellsBeforeThePromptWhatHasChanged() throws IOException {
        try (Tmux tmux = shell()) {
            awaitPrompt(tmux);
            long pid = daemon.status("once").pid();
            kill("once", "KILL");
            daemon.awaitState("once", "EXITED");
            tmux.type("Enter");
            String line = "once: RUNNING -> EXITED (terminated by SIGKILL), pid " + pid;
            String screen = awaitAnswer(tmux, line);
            tmux.type("Enter");
            tmux.awaitScreen(s -> s.endsWith("tm>\ntm>"));
            assertEquals(screen.indexOf(line), screen.lastIndexOf(line));
        }
    }

    @Test
    void doesNotTellAgainWhatACommandHasTold() throws IOException {
        try (Tmux tmux = shell()) {
            awaitPrompt(tmux);
            tmux.type("stop once; start once", "Enter");
            awaitAnswer(tmux, "tm> stop once; start once\nonce: stopped\nonce: started\ntm>");
        }
    }

    @Test
    void tellsOnceThatTheDaemonIsGoneAndThatItIsBack() throws IOException {
        try (Tmux tmux = shell()) {
            awaitPrompt(tmux);
            long before = daemon.pid();
            assertEquals(0, daemon.ctl("shutdown").exit());
            daemon.awaitExit();
            tmux.type("Enter");
            awaitAnswer(tmux, "is gone; the next command tries again");
            tmux.type("pid", "Enter");
            String screen = awaitAnswer(tmux, "no such file");
            assertEquals(2, screen.split("is gone", -1).length, screen);
            daemon.launch();
            daemon.awaitReady();
            tmux.type("pid", "Enter");
            awaitAnswer(
                    tmux,
                    "taskmasterd was started again: pid "
                            + daemon.pid()
                            + ", it was "
                            + before
                            + "\n"
                            + daemon.pid()
                            + "\ntm>");
            tmux.type("C-d");
            assertEquals(0, tmux.awaitExit());
        }
    }

    @Test
    void ctrlCEndsACommandButNotTheShell() throws IOException {
        try (Tmux tmux = shell()) {
            awaitPrompt(tmux);
            tmux.type("start slow; pid", "Enter");
            daemon.awaitState("slow", "STARTING");
            tmux.type("C-c");
            String screen = awaitAnswer(tmux, "taskmasterd goes on with start");
            assertFalse(screen.contains("\n" + daemon.pid() + "\n"), screen);
            tmux.type("tail -f once", "Enter");
            tmux.awaitScreen(s -> s.contains("==> Press Ctrl-C to exit <=="));
            tmux.type("C-c");
            awaitPrompt(tmux);
            tmux.type("exit", "Enter");
            assertEquals(130, tmux.awaitExit());
        }
    }

    @Test
    void aDumbTerminalGetsNoEscapeCodes() throws IOException {
        String command =
                """
                TERM=dumb script -qec "$1 -c $2" /dev/null > "$3" <<'END'
                status
                exit 9
                END
                """;
        DaemonHarness.Output output =
                Script.run(
                        daemon,
                        command,
                        Script.launcher("taskmasterctl"),
                        daemon.config().toString(),
                        daemon.file("typescript").toString());
        String seen = Files.readString(daemon.file("typescript"));
        assertEquals(9, output.exit(), seen);
        assertTrue(seen.contains("tm> "), seen);
        assertFalse(seen.contains("\033"), seen);
    }
}
