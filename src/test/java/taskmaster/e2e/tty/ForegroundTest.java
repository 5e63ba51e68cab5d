package taskmaster.e2e.tty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;
import taskmaster.testing.Root;
import taskmaster.testing.Tmux;

/** {@code taskmasterctl fg} on a real terminal. */
class ForegroundTest {

    private DaemonHarness daemon;
    private Tmux tmux;

    @BeforeEach
    void start() throws IOException {
        daemon =
                DaemonHarness.start(
                        """
                        [programs.bash]
                        command = "/bin/bash"
                        args = ["--norc", "-i"]
                        tty = true
                        stopsignal = "HUP"
                        startsecs = 0
                        stdout = "${dir}/bash.out"
                        autorestart = "false"
                        env = { PS1 = "ready> ", HISTFILE = "" }
                        [programs.plain]
                        command = "/bin/sh"
                        args = ["-c", "while read x; do echo out $x; done"]
                        stdin = "pipe"
                        autorestart = "false"
                        startsecs = 0
                        stdout = "${dir}/plain.out"
                        redirect_stderr = true
                        """);
        daemon.awaitState("bash", "RUNNING");
        tmux = Tmux.start(120, 28, "/bin/bash", "--norc", "-i");
        tmux.type("PS1='outside> '; clear", "Enter");
        tmux.awaitScreen(screen -> screen.equals("outside>"));
        tmux.type("stty -a >" + daemon.file("before"), "Enter");
        daemon.await("stty is done", () -> Files.exists(daemon.file("before")));
    }

    @AfterEach
    void end() throws IOException {
        tmux.close();
        daemon.close();
    }

    private void foreground(String name) throws IOException {
        tmux.type(String.join(" ", Script.ctl(daemon)) + " fg " + name, "Enter");
    }

    private void foregroundBash() throws IOException {
        foreground("bash");
        tmux.awaitScreen(screen -> screen.contains("ready>"));
    }

    /** Alternate screen, hidden cursor, keys of another kind: as a full-screen program does. */
    private void fillScreen() throws IOException {
        tmux.type("printf '\\033[?1049h\\033[?25l\\033[?1h\\033[HFULL'", "Enter");
        tmux.awaitScreen(screen -> screen.startsWith("FULL"));
        assertEquals("1 0", tmux.value("#{alternate_on} #{cursor_flag}"));
    }

    private void assertExitCode(int exit) throws IOException {
        tmux.type("echo =$?=", "Enter");
        tmux.awaitScreen(screen -> screen.contains("=" + exit + "="));
    }

    /** Back in the shell that fg was started from: the exit code, and all is as it was. */
    private void assertBack(int exit) throws IOException {
        tmux.type("echo code=$?; stty -a >" + daemon.file("after") + "; echo do'ne'", "Enter");
        tmux.awaitScreen(screen -> screen.contains("code=" + exit + "\ndone"));
        assertEquals(modes("before"), modes("after"));
        assertEquals("0 1", tmux.value("#{alternate_on} #{cursor_flag}"));
        tmux.type("clear", "Enter");
        tmux.awaitScreen(screen -> screen.equals("outside>"));
    }

    /** All but the first line, which has the size of the window. */
    private String modes(String file) throws IOException {
        String all = Files.readString(daemon.file(file));
        return all.substring(all.indexOf('\n'));
    }

    @Test
    void worksAsIfStartedHereAndIsLeftRunning() throws IOException {
        foregroundBash();
        tmux.type("stty size; tty", "Enter");
        tmux.awaitScreen(screen -> screen.contains("28 120\n/dev/pts/"));
        tmux.resize(70, 20);
        // The window's new size and the keys come on ways of their own.
        tmux.type(
                "until stty size | grep -q '^20 70$'; do sleep 0.1; done; clear; stty size",
                "Enter");
        tmux.awaitScreen(screen -> screen.startsWith("20 70\nready>"));
        tmux.type("sleep 1000", "Enter");
        Processes.awaitChild(daemon, daemon.status("bash").pid(), "sleep 1000");
        tmux.type("C-c");
        tmux.awaitScreen(screen -> screen.contains("^C"));
        fillScreen();
        tmux.type("C-z");
        tmux.awaitScreen(screen -> screen.contains("[bash: left, it goes on]\noutside>"));
        assertBack(0);
        // And again: the modes are back without the program's doing.
        foreground("bash");
        tmux.awaitScreen(screen -> !screen.contains("outside>"));
        tmux.awaitValue("#{alternate_on} #{cursor_flag}", "1 0");
        tmux.type("C-p", "C-q");
        tmux.awaitScreen(screen -> screen.contains("[bash: left, it goes on]"));
        assertBack(0);
        assertEquals("RUNNING", daemon.status("bash").state());
    }

    @Test
    void endsWithTheProgramsExitCode() throws IOException {
        foregroundBash();
        tmux.type("exit 5", "Enter");
        tmux.awaitScreen(screen -> screen.contains("[bash has ended: exit status 5]\noutside>"));
        assertExitCode(5);
        foreground("bash");
        tmux.awaitScreen(screen -> screen.contains("not running"));
        assertExitCode(7);
    }

    @Test
    void whoIsSlowerThanTheProgramSeesWhereItHasComeTo() throws IOException {
        foreground("bash");
        tmux.awaitScreen(screen -> screen.contains("ready>"));
        tmux.type("seq 3000000; echo al'l' done", "Enter");
        tmux.awaitScreen(screen ->
                screen.contains("2999999\n3000000\nall done") && !screen.contains("outside"));
        tmux.type("C-l");
        tmux.awaitScreen(screen -> screen.equals("ready>"));
        tmux.type("echo goes' 'on", "Enter");
        tmux.awaitScreen(screen -> screen.contains("\ngoes on\nready>"));
    }

    @Test
    void whoWatchesWhatIsDisownedIsToldAndLetGo() throws IOException {
        foreground("bash");
        tmux.awaitScreen(screen -> screen.contains("ready>"));
        assertEquals(0, daemon.ctl("disown", "bash").exit());
        tmux.awaitScreen(screen -> screen.contains("[bash was disowned: it goes on]\noutside>"));
        assertBack(0);
    }

    @Test
    void aTitleThatWasBegunDoesNotSwallowThePrompt() throws IOException {
        foreground("bash");
        tmux.awaitScreen(screen -> screen.contains("ready>"));
        tmux.type("printf '\\033[4h\\033]0;half'; read -s x", "Enter");
        daemon.await("insert mode", () -> tmux.value("#{insert_flag}").equals("1"));
        tmux.type("C-z");
        tmux.awaitScreen(screen -> screen.contains("[bash: left, it goes on]\noutside>"));
        assertEquals("0", tmux.value("#{insert_flag}"));
        assertBack(0);
    }

    @Test
    void ctrlCEndsFgOfADaemonThatDoesNotAnswer() throws IOException {
        DaemonHarness.signal(daemon.pid(), "STOP");
        foreground("plain");
        daemon.await("signals are caught", this::catchesStop);
        tmux.type("C-c");
        tmux.awaitScreen(screen -> screen.endsWith("outside>"));
        DaemonHarness.signal(daemon.pid(), "CONT");
        assertBack(130);
        tmux.type(String.join(" ", Script.ctl(daemon)), "Enter");
        tmux.awaitScreen(screen -> screen.endsWith("taskmaster>"));
        DaemonHarness.signal(daemon.pid(), "STOP");
        tmux.type("fg plain", "Enter");
        tmux.awaitScreen(screen -> screen.endsWith("fg plain"));
        tmux.awaitSignalKeys();
        tmux.type("C-c");
        tmux.awaitScreen(screen -> screen.endsWith("taskmaster>"));
        DaemonHarness.signal(daemon.pid(), "CONT");
    }

    /** TSTP, which the JVM itself does not catch. */
    private boolean catchesStop() throws IOException {
        for (var child : Procfs.childrenOf(tmux.pid())) {
            for (String line : Files.readAllLines(Path.of("/proc/" + child.pid() + "/status"))) {
                if (line.startsWith("SigCgt:")) {
                    return (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 1L << 19) != 0;
                }
            }
        }
        return false;
    }

    @Test
    void aProgramWithoutATerminalGetsLinesAndSignals() throws IOException {
        foreground("plain");
        tmux.awaitScreen(screen -> screen.contains("while read x"));
        tmux.type("hello", "Enter");
        tmux.awaitScreen(screen -> screen.contains("out hello"));
        tmux.type("C-z");
        tmux.awaitScreen(screen -> screen.contains("[plain: left, it goes on]"));
        assertBack(0);
        foreground("plain");
        tmux.awaitScreen(screen -> screen.contains("while read x"));
        tmux.type("C-c");
        tmux.awaitScreen(screen -> screen.contains("[plain has ended: killed by SIGINT]"));
        assertExitCode(130);
    }

    @Test
    void theTerminalIsAsBeforeWhenTheDaemonIsKilled() throws IOException {
        foregroundBash();
        fillScreen();
        DaemonHarness.signal(daemon.pid(), "KILL");
        tmux.awaitScreen(screen -> screen.contains("connection") && screen.endsWith("outside>"));
        assertBack(1);
        daemon.killAll();
    }

    @Test
    void theTerminalIsAsBeforeWhenFgIsEndedByASignal() throws IOException {
        foregroundBash();
        fillScreen();
        DaemonHarness.signal(ctl(), "TERM");
        tmux.awaitScreen(screen -> screen.contains("outside>"));
        assertBack(143);
    }

    @Test
    void aKilledFgDisturbsNobody() throws IOException {
        long pid = daemon.status("bash").pid();
        foregroundBash();
        DaemonHarness.signal(ctl(), "KILL");
        tmux.awaitScreen(screen -> screen.contains("Killed"));
        tmux.typeText("stty sane\n");
        tmux.type("clear", "Enter");
        tmux.awaitScreen(screen -> screen.equals("outside>"));
        assertEquals(pid, daemon.status("bash").pid());
        foregroundBash();
    }

    /** The JVM that the launcher has become, child of the shell in the window. */
    private long ctl() throws IOException {
        return Procfs.childrenOf(tmux.pid()).getFirst().pid();
    }

    @Test
    void whoMayOnlyLookTypesNothing() throws IOException {
        Root.isNeeded(); // nobody else can ask as another user
        daemon.ctl("shutdown");
        daemon.awaitExit();
        String text = Files.readString(daemon.config());
        daemon.writeConfig(
                "unix_http_server = { file = \"${dir}/sock\", chmod = \"666\", allow_read ="
                        + " [\"nobody\"] } # [unix_http_server]\n"
                        + text.substring(text.indexOf("[taskmasterd]")));
        daemon.launch();
        daemon.awaitReady();
        daemon.awaitState("bash", "RUNNING");
        tmux.type(
                "setpriv --reuid=nobody --clear-groups "
                        + Script.launcher("taskmasterctl")
                        + " -s "
                        + daemon.socket()
                        + " fg -n 9 bash",
                "Enter");
        tmux.awaitScreen(screen -> screen.contains("ready>"));
        tmux.type("touch " + daemon.file("typed"), "Enter");
        tmux.awaitScreen(screen -> screen.contains("you may watch, but not type"));
        tmux.type("C-z");
        tmux.awaitScreen(screen -> screen.contains("left, it goes on"));
        assertFalse(Files.exists(daemon.file("typed")));
        daemon.awaitActivity("refused: resize bash", 1);
    }
}
