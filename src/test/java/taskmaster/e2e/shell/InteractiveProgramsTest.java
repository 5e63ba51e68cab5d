package taskmaster.e2e.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.e2e.Processes;
import taskmaster.testing.DaemonHarness;

/** Programs that people work with, and top, in a shell that they come back to. */
class InteractiveProgramsTest {

    private static final String PROGRAMS =
            ShellWindow.CLIENT
                    + """
                    [programs.console]
                    command = "python3"
                    args = ["-q"]
                    tty = true
                    startsecs = 0
                    stdout = "/dev/null"
                    env = { PYTHON_BASIC_REPL = "1", HOME = "${dir}" }

                    [programs.editor]
                    command = "vi"
                    args = ["-u", "NONE", "${dir}/letter"]
                    tty = true
                    startsecs = 0
                    autorestart = "false"
                    stdout = "/dev/null"

                    [programs.pager]
                    command = "less"
                    args = ["${dir}/book"]
                    tty = true
                    startsecs = 0
                    autorestart = "false"
                    stdout = "/dev/null"

                    [programs.web]
                    command = "sleep"
                    args = ["1000"]
                    numprocs = 2
                    startsecs = 0
                    stdout = "/dev/null"
                    stderr = "/dev/null"
                    """;

    private DaemonHarness daemon;
    private ShellWindow shell;
    private String modes;

    @BeforeEach
    void start() throws IOException {
        daemon = DaemonHarness.prepare(PROGRAMS, "--nodaemon");
        Files.writeString(daemon.file("letter"), "Dear all\n");
        Files.writeString(daemon.file("book"), "a line\n".repeat(500) + "The end.\n");
        daemon.launch();
        daemon.awaitReady();
        Processes.awaitAll(daemon, "RUNNING"); // or the shell tells of it
        shell = ShellWindow.open(daemon);
        modes = modes();
    }

    @AfterEach
    void end() throws IOException {
        shell.close();
        daemon.close();
    }

    /** Those of the terminal while a command runs; then the window is empty. */
    private String modes() throws IOException {
        shell.enter("jobs -x stty -g");
        String[] lines = shell.awaitAnswer(":0:0:0:").split("\n", -1);
        shell.type("C-l");
        shell.awaitScreen("tm>"::equals);
        return lines[lines.length - 2];
    }

    private void assertTerminalIsAsBefore() throws IOException {
        assertEquals("0 1", shell.tmux().value("#{alternate_on} #{cursor_flag}"));
        assertEquals("0 0", shell.tmux().value("#{keypad_cursor_flag} #{mouse_any_flag}"));
        assertEquals(modes, modes());
    }

    @Test
    void aProgramHasTheTerminalAgainAfterWeWereStopped() throws IOException {
        shell.enter("fg console");
        shell.awaitScreen(screen -> screen.endsWith(">>>"));
        shell.tmux().stopAndContinue();
        shell.type("C-p", "C-q");
        shell.awaitAnswer("[console: left, it goes on]");
        assertTerminalIsAsBefore();
    }

    @Test
    void pythonIsLeftAndComeBackTo() throws IOException {
        long pid = daemon.status("console").pid();
        shell.enter("fg console");
        shell.awaitScreen(screen -> screen.endsWith(">>>"));
        shell.enter("n = 0; x = 6 * 7; x");
        shell.awaitScreen(screen -> screen.endsWith("\n42\n>>>"));
        shell.enter("while True: n = n + 1 if n else print('loop' 'ing') or 1");
        shell.awaitScreen(screen -> screen.endsWith("..."));
        shell.type("Enter");
        shell.awaitScreen(screen -> screen.contains("\nlooping"));
        shell.type("C-c");
        shell.awaitScreen(screen -> screen.endsWith("\nKeyboardInterrupt\n>>>"));
        shell.type("C-z");
        shell.awaitAnswer("[console: left, it goes on]");
        assertTerminalIsAsBefore();

        shell.enter("jobs");
        shell.awaitAnswer("[1]+  Running                 console &\n");
        shell.type("C-l");
        shell.tmux().resize(97, 33);
        shell.enter("fg");
        shell.awaitScreen(screen -> screen.endsWith(">>>"));
        shell.enter("x + 1, n > 0");
        shell.awaitScreen(screen -> screen.endsWith("\n(43, True)\n>>>"));
        shell.enter("import os; os.get_terminal_size()");
        shell.awaitScreen(screen -> screen.contains("(columns=97, lines=33)\n>>>"));
        shell.tmux().resize(70, 20);
        shell.enter("while os.get_terminal_size().lines == 33: pass");
        shell.enter("");
        shell.enter("os.get_terminal_size()");
        shell.awaitScreen(screen -> screen.contains("(columns=70, lines=20)\n>>>"));
        shell.type("C-z");
        shell.awaitAnswer("[console: left, it goes on]");
        assertEquals(pid, daemon.status("console").pid());
        assertEquals(0, shell.leave());
    }

    @Test
    void anEditorIsLeftAndTheScreenIsAsBefore() throws IOException {
        shell.enter("pid web:web_0");
        String before = shell.awaitAnswer("\n" + daemon.status("web:web_0").pid() + "\n");
        shell.enter("fg editor");
        shell.awaitScreen(screen -> screen.startsWith("Dear all\n~\n~\n"));
        shell.enter("oI was here\033");
        shell.awaitScreen(screen -> screen.startsWith("Dear all\nI was here\n~\n"));
        assertEquals("1", shell.tmux().value("#{alternate_on}"));
        shell.type("C-z");
        String after = shell.awaitAnswer("[editor: left, it goes on]");
        assertTrue(after.startsWith(before), after);
        assertFalse(after.contains("~"), after);
        assertTerminalIsAsBefore();

        shell.enter("%editor");
        shell.awaitScreen(screen -> screen.startsWith("Dear all\nI was here\n~\n"));
        shell.enter("\033:wq");
        shell.awaitAnswer("[editor has ended: exit status 0]\n");
        assertEquals("Dear all\nI was here\n", Files.readString(daemon.file("letter")));
        assertTerminalIsAsBefore();
    }

    @Test
    void aPagerHasItsKeysAndSearches() throws IOException {
        shell.enter("fg pager");
        shell.awaitScreen(screen -> screen.startsWith("a line\na line\n"));
        shell.enter("/The end");
        shell.awaitScreen(screen -> screen.startsWith("The end.\n"));
        shell.type("C-p", "C-q");
        shell.awaitAnswer("[pager: left, it goes on]");
        assertTerminalIsAsBefore();
        shell.enter("fg pager");
        shell.awaitScreen(screen -> screen.startsWith("The end.\n"));
        shell.type("q");
        shell.awaitAnswer("[pager has ended: exit status 0]\n");
        assertTerminalIsAsBefore();
    }

    @Test
    void topGivesTheScreenBack() throws IOException {
        shell.enter("pid web:web_0");
        String before = shell.awaitAnswer("\n" + daemon.status("web:web_0").pid() + "\n");
        shell.enter("top -d 0.2");
        shell.awaitScreen(screen -> screen.contains("5 processes: 5 RUNNING"));
        assertEquals("1", shell.tmux().value("#{alternate_on}"));
        shell.type("N");
        shell.awaitScreen(screen -> inOrder(screen, "console", "editor", "web:web_0", "web:web_1"));
        shell.type("N");
        shell.awaitScreen(screen -> inOrder(screen, "web:web_1", "web:web_0", "editor", "console"));
        shell.type("Home", "s", "y");
        shell.awaitScreen(screen -> screen.contains("4 RUNNING, 1 STOPPED"));
        assertEquals("STOPPED", daemon.status("web:web_1").state());
        shell.type("u", "y");
        shell.awaitScreen(screen -> screen.contains("5 processes: 5 RUNNING"));
        shell.type("q");
        String after = shell.awaitPrompt();
        assertTrue(after.startsWith(before), after);
        assertTerminalIsAsBefore();
        shell.enter("version");
        shell.awaitAnswer(daemon.ctl("version").out());
    }

    private static boolean inOrder(String screen, String... names) {
        int at = 0;
        for (String name : names) {
            at = screen.indexOf("\n" + name + " ", at);
            if (at < 0) {
                return false;
            }
        }
        return true;
    }

    @Test
    void suspendGoesBackToTheShellAroundIt() throws IOException {
        try (ShellWindow outside = ShellWindow.outside(daemon, "/bin/bash", "--norc", "-i")) {
            outside.enter("before=$(stty -g)");
            outside.begin("Enter");
            outside.enter("suspend");
            outside.awaitScreen(s -> s.contains("[1]+  Stopped  ") && s.endsWith("\n$"));
            outside.enter("clear; test \"$before\" = \"$(stty -g)\" && echo same");
            outside.awaitScreen("same\n$"::equals);
            outside.tmux().resize(60, 20);
            outside.enter("clear; fg");
            outside.awaitPrompt();
            assertBreaksLinesAt(60, outside);
            outside.enter("pid");
            outside.awaitAnswer("tm> pid\n" + daemon.pid() + "\ntm>");
            outside.type("ersion", "C-a", "v", "Enter");
            outside.awaitAnswer("tm> version\n" + daemon.ctl("version").out() + "tm>");
            outside.type("C-d");
            outside.awaitScreen(s -> s.endsWith("\n$"));
            outside.enter(
                    "code=$?; clear; echo $code; test \"$before\" = \"$(stty -g)\" && echo same");
            outside.awaitScreen("0\nsame\n$"::equals);
        }
    }

    /** Types over the end of the line, and takes that back. */
    private static void assertBreaksLinesAt(int columns, ShellWindow window) throws IOException {
        String full = "tm> " + "x".repeat(columns - 5) + "y";
        window.tmux().typeText(full.substring(4) + "z");
        window.awaitScreen(screen -> screen.endsWith("\n" + full + "\nz"));
        window.type("C-u");
        window.awaitScreen(screen -> screen.endsWith("\ntm>"));
    }

    @Test
    void knowsTheWindowsSizeWhenItWasStoppedAtItsPrompt() throws IOException {
        try (ShellWindow outside = ShellWindow.outside(daemon, "/bin/bash", "--norc", "-i")) {
            outside.begin("Enter");
            outside.signal("STOP");
            outside.tmux().resize(60, 20);
            outside.enter("clear; fg");
            outside.awaitPrompt();
            assertBreaksLinesAt(60, outside);
        }
    }

    @Test
    void theShellHasItsSignalsBackAfterFgAndTop() throws IOException {
        for (int i = 0; i < 2; i++) {
            shell.enter("fg console");
            shell.awaitScreen(screen -> screen.endsWith(">>>"));
            shell.type("C-z");
            shell.awaitAnswer("[console: left, it goes on]");
            shell.type("C-l");
            shell.awaitScreen("tm>"::equals);
        }
        shell.enter("top");
        shell.awaitScreen(screen -> screen.contains("5 RUNNING"));
        shell.type("q");
        shell.awaitScreen("tm> top\ntm>"::equals);
        shell.enter("wait web:web_0");
        shell.awaitScreen(screen -> screen.endsWith("tm> wait web:web_0"));
        shell.tmux().awaitSignalKeys();
        shell.type("C-c");
        shell.awaitAnswer("tm> wait web:web_0\n^C");
        shell.tmux().resize(60, 20);
        assertBreaksLinesAt(60, shell);
        shell.enter("exit");
        assertEquals(130, shell.tmux().awaitExit());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fg editor", "top -d 0.2"})
    void aShellThatIsTerminatedDuringAFullScreenRestoresTheTerminal(String command)
            throws IOException {
        try (ShellWindow outside = ShellWindow.outside(daemon, "sh")) {
            outside.enter("before=$(stty -g)");
            outside.begin("Enter");
            outside.enter(command);
            outside.awaitScreen(s -> s.startsWith("Dear all\n~\n") || s.contains("5 RUNNING"));
            assertEquals("1", outside.tmux().value("#{alternate_on}"));
            outside.signal("TERM");
            assertEquals("0 1", outside.tmux().value("#{alternate_on} #{cursor_flag}"));
            outside.enter(
                    "code=$?; clear; echo $code; test \"$before\" = \"$(stty -g)\" && echo same");
            outside.awaitScreen("143\nsame\n$"::equals);
        }
        assertEquals("RUNNING", daemon.status("editor").state());
    }

    @Test
    void aDaemonThatIsKilledDuringFgLeavesTheShellWorking() throws IOException {
        shell.enter("fg editor");
        shell.awaitScreen(screen -> screen.startsWith("Dear all\n~\n"));
        DaemonHarness.signal(daemon.pid(), "KILL");
        shell.awaitAnswer("closed the connection]");
        assertEquals("0 1", shell.tmux().value("#{alternate_on} #{cursor_flag}"));
        daemon.killAll();
        daemon.launch();
        daemon.awaitReady();
        shell.enter("pid");
        shell.awaitAnswer("\n" + daemon.pid() + "\n");
        shell.enter("fg console");
        shell.awaitScreen(screen -> screen.endsWith(">>>"));
        shell.type("C-z");
        shell.awaitAnswer("[console: left, it goes on]");
        shell.type("C-l");
        shell.awaitScreen("tm>"::equals);
        assertTerminalIsAsBefore();
    }

    @Test
    void fgRepairsTheTerminalThatAKilledShellHasLeftRaw() throws IOException {
        try (ShellWindow outside = ShellWindow.outside(daemon, "sh")) {
            outside.begin("Enter");
            outside.signal("KILL");
            outside.type("clear", "C-j"); // nothing is echoed, and Enter is no line feed
            outside.awaitScreen("$"::equals);
            outside.begin("fg console", "C-j");
            outside.awaitScreen(screen -> screen.endsWith(">>>"));
            outside.enter("6 * 7");
            outside.awaitScreen(screen -> screen.endsWith(">>> 6 * 7\n42\n>>>"));
            outside.type("C-z");
            outside.awaitScreen(screen -> screen.endsWith("[console: left, it goes on]\n$"));
            outside.enter("clear; stty -a | grep -ow icanon; stty -a | grep -ow echo");
            outside.awaitScreen("icanon\necho\n$"::equals);
        }
    }
}
