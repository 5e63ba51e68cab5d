package taskmaster.e2e.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;

/** taskmasterctl as a shell in a terminal. */
class TerminalShellTest {

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
        for (String name : new String[] {"web:web_0", "web:web_1", "once"}) {
            daemon.awaitState(name, "RUNNING"); // or the shell tells of it
        }
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private void kill(String process, String signal) throws IOException {
        DaemonHarness.signal(daemon.status(process).pid(), signal);
    }

    /** How many pipes a shell has open. */
    private static long pipes(ShellWindow shell) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + shell.tmux().pid() + "/fd"))) {
            return open.filter(TerminalShellTest::isPipe).count();
        }
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void topLeavesNoPipeOpenEachTime() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            long before = 0;
            for (int i = 0; i < 3; i++) {
                shell.enter("top");
                shell.awaitScreen(screen -> screen.contains("4 processes: "));
                shell.type("q");
                shell.awaitPrompt();
                before = i == 0 ? pipes(shell) : before;
            }
            assertEquals(before, pipes(shell));
            assertEquals(0, shell.leave());
        }
    }

    @Test
    void beginsWithStatus() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            String screen = shell.awaitPrompt();
            assertTrue(screen.contains("web:web_1                        RUNNING   pid "), screen);
            assertTrue(screen.contains("slow                             STOPPED   Not"), screen);
            String coloured = shell.tmux().screenWithColours();
            assertTrue(coloured.contains("\033[32mRUNNING\033["), coloured);
            shell.enter("pid once");
            shell.awaitAnswer("pid once\n" + daemon.status("once").pid() + "\n");
            assertEquals(0, shell.leave());
        }
    }

    @Test
    void leavesWithTheExitCodeOfTheLastCommand() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.enter("status slow; set");
            shell.awaitAnswer("errexit         off");
            shell.enter("status slow");
            shell.awaitScreen(s -> s.split("STOPPED", -1).length == 4 && ShellWindow.waits(s));
            assertEquals(3, shell.leave());
        }
    }

    @Test
    void tellsBeforeThePromptWhatHasChanged() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            long pid = daemon.status("once").pid();
            kill("once", "KILL");
            daemon.awaitState("once", "EXITED");
            shell.type("Enter");
            String line = "once: RUNNING -> EXITED (terminated by SIGKILL), pid " + pid;
            String screen = shell.awaitAnswer(line);
            shell.type("Enter");
            shell.awaitScreen(s -> s.endsWith("tm>\ntm>"));
            assertEquals(screen.indexOf(line), screen.lastIndexOf(line));
        }
    }

    @Test
    void tellsBeforeThePromptWhoWasPausedAndWhoGoesOn() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            long pid = daemon.status("web:web_1").pid();
            DaemonHarness.signal(pid, "STOP");
            assertEquals(147, daemon.ctl("wait", "web:web_1").exit());
            shell.type("Enter");
            shell.awaitAnswer("\nweb:web_1: paused, pid " + pid + "\ntm>");
            DaemonHarness.signal(pid, "CONT");
            daemon.await("goes on", () -> !daemon.ctl("status").out().contains(", paused"));
            shell.type("Enter");
            shell.awaitAnswer("\nweb:web_1: continued, pid " + pid + "\ntm>");
        }
    }

    @Test
    void doesNotTellAgainWhatACommandHasTold() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.enter("stop once; start once");
            shell.awaitAnswer("tm> stop once; start once\nonce: stopped\nonce: started\ntm>");
        }
    }

    @Test
    void tellsOnceThatTheDaemonIsGoneAndThatItIsBack() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            long before = daemon.pid();
            assertEquals(0, daemon.ctl("shutdown").exit());
            daemon.awaitExit();
            shell.type("Enter");
            shell.awaitAnswer("is gone; the next command tries again");
            shell.enter("pid");
            String screen = shell.awaitAnswer("no such file");
            assertEquals(2, screen.split("is gone", -1).length, screen);
            daemon.launch();
            daemon.awaitReady();
            shell.enter("pid");
            shell.awaitAnswer(
                    "taskmasterd was started again: pid "
                            + daemon.pid()
                            + ", it was "
                            + before
                            + "\n"
                            + daemon.pid()
                            + "\ntm>");
            assertEquals(0, shell.leave());
        }
    }

    @Test
    void ctrlCEndsACommandButNotTheShell() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.enter("start slow; pid");
            daemon.awaitState("slow", "STARTING");
            shell.type("C-c");
            String screen = shell.awaitAnswer("taskmasterd goes on with start");
            assertFalse(screen.contains("\n" + daemon.pid() + "\n"), screen);
            shell.enter("tail -f once");
            shell.awaitScreen(s -> s.contains("==> Press Ctrl-C to exit <=="));
            shell.type("C-c");
            shell.awaitPrompt();
            shell.enter("exit");
            assertEquals(130, shell.tmux().awaitExit());
        }
    }

    @Test
    void completesCommandsAndNames() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.type("statu", "Tab", "o", "Tab");
            shell.awaitScreen(s -> s.endsWith("tm> status once"));
            shell.type("w", "Tab");
            shell.awaitScreen(s -> s.endsWith("tm> status once web:"));
            shell.type("Tab");
            String screen = shell.awaitScreen(s -> s.contains("web:*      2 processes\n"));
            assertTrue(screen.contains("\nweb:web_1  RUNNING\n"), screen);
            assertTrue(screen.endsWith("\ntm> status once web:"), screen);
            shell.enter("web_1");
            shell.awaitAnswer("tm> status once web:web_1\nonce ");
        }
    }

    @Test
    void completesJobs() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.tmux().typeText("kill -CONT %o");
            shell.type("Tab");
            shell.awaitScreen(s -> s.endsWith("tm> kill -CONT %once"));
            shell.type("C-u");
            shell.tmux().typeText("fg %w");
            shell.type("Tab", "Tab");
            shell.awaitScreen(
                    s -> s.endsWith("tm> fg %web:web_") && s.contains("web_1  RUNNING\n"));
            shell.type("C-u");
            shell.tmux().typeText("wait %");
            shell.type("Tab", "Tab");
            String number = "%" + daemon.ctl("jobs", "once").out().substring(1, 2);
            String screen = shell.awaitScreen(s -> s.contains("once RUNNING\n"));
            assertTrue(screen.contains("\n" + number + " "), screen);
        }
    }

    @Test
    void editsLinesAndDropsThemWithCtrlC() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.type("ersion", "C-a", "v", "C-e", "x", "BSpace", "Enter");
            shell.awaitAnswer("tm> version\n" + daemon.ctl("version").out() + "tm>");
            shell.type("shutdown", "C-c");
            shell.awaitAnswer("tm> shutdown^C\ntm>");
            shell.enter("send once 'a");
            shell.awaitScreen(s -> s.endsWith("tm> send once 'a\n>"));
            shell.type("C-c");
            shell.awaitAnswer("> ^C\ntm>");
            assertEquals(0, shell.leave());
        }
    }

    @Test
    void theNextShellHasTheLinesOfTheLast() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.enter("status slow");
            shell.awaitAnswer("tm> status slow\nslow ");
            try (ShellWindow other = ShellWindow.open(daemon)) {
                other.enter("avail");
                other.awaitAnswer("tm> avail\n");
                other.type("C-p", "C-p", "Enter");
                other.awaitAnswer("tm> status slow\nslow ");
                assertEquals(3, other.leave());
            }
            assertEquals(3, shell.leave());
        }
        assertEquals("status slow\navail\nstatus slow\n", Files.readString(daemon.file("history")));
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.enter("history 2");
            shell.awaitAnswer("    3  status slow\n    4  history 2\ntm>");
        }
    }

    @Test
    void tellsAtOnceAboveTheLineWhereThatIsWanted() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.enter("set -b");
            shell.awaitAnswer("tm> set -b\ntm>");
            shell.type("half a li");
            shell.awaitScreen(s -> s.endsWith("half a li"));
            long pid = daemon.status("once").pid();
            kill("once", "TERM");
            String line = "once: RUNNING -> EXITED (terminated by SIGTERM), pid " + pid;
            shell.awaitScreen(s -> s.endsWith("tm> set -b\n" + line + "\ntm> half a li"));
            kill("web:web_0", "STOP");
            shell.awaitScreen(s -> s.contains("\nweb:web_0: paused, pid "));
            kill("web:web_0", "CONT");
            shell.awaitScreen(s -> s.contains("\nweb:web_0: continued, pid "));
            shell.type("ne");
            shell.awaitScreen(s -> s.endsWith("\ntm> half a line"));
            daemon.ctl("shutdown");
            daemon.awaitExit();
            shell.awaitScreen(s ->
                    s.contains("sock is gone; the next command tries again\n")
                            && s.endsWith("\ntm> half a line"));
        }
    }

    @Test
    void drawsTheLineAnewInAnotherWindow() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon)) {
            shell.tmux().typeText("status aaaaaaaaaaaaaaaaaaaaaaaaaaaaa b");
            shell.tmux().resize(30, 20);
            shell.awaitScreen(s -> s.endsWith("tm> status aaaaaaaaaaaaaaaaaaa\naaaaaaaaaa b"));
            shell.tmux().resize(100, 20);
            shell.awaitScreen(s -> s.endsWith("tm> status aaaaaaaaaaaaaaaaaaaaaaaaaaaaa b"));
        }
    }

    @Test
    void putsTheTerminalBackWhenItIsTerminated() throws IOException {
        try (ShellWindow shell = ShellWindow.outside(daemon, "sh")) {
            shell.enter("before=$(stty -g)");
            shell.begin("Enter");
            shell.signal("TERM");
            shell.enter("echo $?; test \"$before\" = \"$(stty -g)\" && echo same");
            shell.awaitScreen(s -> s.endsWith("\n143\nsame\n$"));
        }
    }

    @Test
    void theNextShellRepairsWhatAKilledOneHasLeft() throws IOException {
        try (ShellWindow shell = ShellWindow.outside(daemon, "sh")) {
            shell.begin("Enter");
            shell.signal("KILL");
            shell.type("clear", "C-j"); // Enter is no line feed now, and nothing is echoed
            shell.awaitScreen("$"::equals);
            shell.begin("C-j");
            shell.type("C-d");
            shell.awaitScreen(s -> s.endsWith("\n$"));
            shell.enter("clear; stty -a | grep -ow icanon; stty -a | grep -ow echo");
            shell.awaitScreen("icanon\necho\n$"::equals);
            shell.begin("Enter");
            shell.signal("KILL");
            shell.type("stty sane; clear", "C-j");
            shell.awaitScreen("$"::equals);
            shell.enter("echo well");
            shell.awaitScreen("$ echo well\nwell\n$"::equals);
        }
    }

    @Test
    void ctrlCDropsAllThatWasTypedOnADumbTerminalToo() throws IOException {
        try (ShellWindow shell = ShellWindow.outside(daemon, "bash", "--norc")) {
            shell.type("export TERM=dumb; clear", "Enter");
            shell.begin("Enter");
            shell.enter("stop 'once");
            shell.awaitScreen(screen -> screen.endsWith("\n>"));
            shell.type("and more", "C-c");
            shell.awaitAnswer("^C\n"); // the kernel may drop what it has not shown
            shell.enter("pid once");
            shell.awaitAnswer("tm> pid once\n" + daemon.status("once").pid() + "\n");
        }
    }

    @Test
    void aDaemonThatIsMissedAtTheStartIsToldOnce() throws IOException {
        try (ShellWindow shell = ShellWindow.open(daemon, "-s", "unix:///nonexistent/sock")) {
            String screen = shell.awaitPrompt();
            assertTrue(screen.startsWith("unix:///nonexistent/sock no such file"), screen);
            assertFalse(screen.contains("is gone"), screen);
        }
    }

    @Test
    void aDumbTerminalGetsNoEscapeCodes() throws IOException {
        String command =
                """
                TERM=dumb script -qec "$TASKMASTERCTL -c $CONFIG" /dev/null > "$DIR/seen" <<'END'
                status
                exit 9
                END
                """;
        DaemonHarness.Output output = Script.run(daemon, command);
        String seen = Files.readString(daemon.file("seen"));
        assertEquals(9, output.exit(), seen);
        assertTrue(seen.contains("tm> "), seen);
        assertFalse(seen.contains("\033"), seen);
    }
}
