package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;
import taskmaster.testing.Tmux;

/** {@code taskmasterctl top} on a terminal. */
class TopScreenTest {

    private DaemonHarness daemon;
    private Tmux tmux;

    @BeforeEach
    void start() throws IOException {
        daemon =
                DaemonHarness.start(
                        """
                        [programs.burn]
                        command = "sh"
                        args = ["-c", "while :; do :; done"]
                        startsecs = 0
                        stdout = "/dev/null"
                        stderr = "/dev/null"
                        [programs.idle]
                        command = "sleep"
                        args = ["1000"]
                        numprocs = 3
                        startsecs = 0
                        stdout = "/dev/null"
                        stderr = "/dev/null"
                        [programs.talk]
                        command = "${bin}/exit-after"
                        args = ["100000000", "0"]
                        startsecs = 0
                        stdout = "${dir}/talk.out"
                        redirect_stderr = true
                        """);
        for (String name : new String[] {"burn", "talk", "idle:idle_2"}) {
            daemon.awaitState(name, "RUNNING");
        }
        // The shell says what is left of the terminal when top has ended.
        String top =
                "echo before; \"$0\" -c \"$1\" top -d 0.2; echo \"ended $?\"; stty -a; exec sleep 1000";
        tmux =
                Tmux.start(
                        100,
                        20,
                        "sh",
                        "-c",
                        top,
                        DaemonHarness.BASE.resolve("scripts/taskmasterctl").toString(),
                        daemon.config().toString());
        tmux.awaitScreen(screen -> screen.contains("5 processes: 5 RUNNING"));
    }

    @AfterEach
    void end() throws IOException {
        tmux.close();
        daemon.close();
    }

    /** The lines of processes, by their names. */
    private static String names(String screen) {
        StringBuilder names = new StringBuilder();
        for (String line : screen.lines().skip(3).toList()) {
            int space = line.indexOf(' ');
            if (space > 0 && line.contains(" RUNNING ")) {
                names.append(line, 0, space).append(' ');
            }
        }
        return names.toString();
    }

    private void awaitRestored(int exit) throws IOException {
        String screen =
                tmux.awaitScreen(now -> now.contains("ended " + exit) && now.contains("isig"));
        assertTrue(screen.startsWith("before\nended " + exit), screen);
        assertTrue(screen.contains(" icanon") && screen.contains(" echo "), screen);
        assertFalse(screen.contains("NAME"), screen);
        assertEquals("0", tmux.value("#{alternate_on}"));
        assertEquals("1", tmux.value("#{cursor_flag}"));
    }

    @Test
    void sortsSelectsAndStopsOneAfterAQuestion() throws IOException {
        assertEquals("1", tmux.value("#{alternate_on}"));
        assertEquals("0", tmux.value("#{cursor_flag}"));
        tmux.awaitScreen(screen -> names(screen).startsWith("burn "));
        tmux.type("N");
        tmux.awaitScreen(
                screen -> names(screen).equals("burn idle:idle_0 idle:idle_1 idle:idle_2 talk "));
        tmux.type("N");
        tmux.awaitScreen(
                screen -> names(screen).equals("talk idle:idle_2 idle:idle_1 idle:idle_0 burn "));
        tmux.type("Home", "Down", "s");
        tmux.awaitScreen(screen -> screen.endsWith("stop idle:idle_2? (y/n)"));
        tmux.type("n");
        tmux.awaitScreen(screen -> screen.endsWith("idle:idle_2: nothing was done"));
        assertEquals("RUNNING", daemon.status("idle:idle_2").state());
        tmux.type("s", "y");
        tmux.awaitScreen(screen ->
                screen.contains("4 RUNNING, 1 STOPPED") && screen.endsWith("idle:idle_2: stopped"));
        assertEquals("STOPPED", daemon.status("idle:idle_2").state());
        tmux.type("u", "y");
        tmux.awaitScreen(screen -> screen.contains("5 RUNNING"));
        tmux.type("q");
        awaitRestored(0);
    }

    @Test
    void fitsTheWindowWhenThatChanges() throws IOException {
        tmux.resize(40, 10);
        tmux.awaitScreen(screen -> screen.contains("%CPU") && !screen.contains(" PID"));
        tmux.resize(120, 12);
        tmux.awaitScreen(screen -> screen.contains("LAST EXIT") && screen.lines().count() == 12);
        tmux.type("?");
        tmux.awaitScreen(screen -> screen.contains("sort by name"));
        tmux.type("q");
        tmux.awaitScreen(screen -> names(screen).contains("burn "));
        tmux.type("/", "id", "Enter");
        tmux.awaitScreen(
                screen -> !names(screen).contains("burn") && screen.contains("with \"id\": 3"));
        tmux.type("C-c");
        awaitRestored(0);
    }

    @Test
    void followsWhatOnePrintsAndComesBack() throws IOException {
        Files.writeString(
                daemon.file("talk.out"),
                "hello \033[31mred\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        tmux.type("N", "End", "f");
        tmux.awaitScreen(screen ->
                screen.startsWith("talk: what it prints") && screen.contains("hello ^[[31mred"));
        Files.writeString(daemon.file("talk.out"), "more\n", StandardOpenOption.APPEND);
        tmux.awaitScreen(screen -> screen.contains("\nmore"));
        tmux.type("q");
        tmux.awaitScreen(screen -> names(screen).contains("talk "));
        tmux.type("q");
        awaitRestored(0);
    }

    private long top() throws IOException {
        return Procfs.childrenOf(tmux.pid()).getFirst().pid();
    }

    @Test
    void restoresTheTerminalWhenItIsTerminated() throws IOException {
        DaemonHarness.signal(top(), "TERM");
        awaitRestored(143);
    }

    @Test
    void goesOnAfterItWasStoppedWithWhateverTheTerminalIsThen() throws IOException {
        DaemonHarness.signal(top(), "STOP");
        tmux.continueWithOtherModes(top());
        tmux.type("N");
        tmux.awaitScreen(screen -> screen.contains("; by NAME"));
        DaemonHarness.signal(top(), "TSTP");
        tmux.awaitScreen("before"::equals);
        tmux.continueWithOtherModes(top());
        tmux.awaitScreen(screen -> names(screen).startsWith("burn "));
        tmux.type("q");
        awaitRestored(0);
    }

    @Test
    void looksForADaemonThatHasGone() throws IOException {
        daemon.killAll();
        tmux.awaitScreen(screen -> screen.contains("taskmasterd has gone"));
        tmux.type("q");
        awaitRestored(0);
    }
}
