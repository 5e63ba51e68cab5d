package taskmaster.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.testing.Tmux;

/** The editor in the hands of a user: {@link EditorProgram}, started by a shell in a window. */
@Timeout(300)
class EditorOnTerminalTest {

    @TempDir Path directory;

    private Tmux tmux;

    @BeforeEach
    void begin() throws Exception {
        String java =
                "'"
                        + System.getProperty("java.home")
                        + "/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
                        + " --enable-native-access=ALL-UNNAMED -cp '"
                        + System.getProperty("java.class.path")
                        + "' "
                        + EditorProgram.class.getName()
                        + " history";
        Path program = Files.writeString(directory.resolve("ed"), "exec " + java + "\n");
        // bash, for job control; what it would do to the terminal by itself is turned off.
        String shell = "cd '" + directory + "' && PS1='$ ' exec bash --norc --noediting -i";
        assertTrue(Files.exists(program));
        tmux = Tmux.start(40, 12, "sh", "-c", shell);
        awaitLast("$");
        tmux.type("stty -a >before; sh ed", "Enter");
        awaitLast("tm>");
    }

    @AfterEach
    void end() throws Exception {
        tmux.close();
    }

    private static Predicate<String> last(String line) {
        return screen -> screen.substring(screen.lastIndexOf('\n') + 1).equals(line);
    }

    private String awaitLast(String line) throws Exception {
        return tmux.awaitScreen(last(line));
    }

    private void enter(String line, String answer) throws Exception {
        tmux.typeText(line);
        tmux.type("Enter");
        tmux.awaitScreen(screen -> screen.contains(answer) && last("tm>").test(screen));
    }

    private void assertTerminalIsAsBefore() throws Exception {
        tmux.type("stty -a | diff before - && echo as before", "Enter");
        tmux.awaitScreen(screen -> screen.contains("\nas before\n"));
    }

    @Test
    void editsALine() throws Exception {
        tmux.typeText("wörld 日本");
        awaitLast("tm> wörld 日本");
        assertEquals("14", tmux.value("#{cursor_x}"));
        tmux.type("C-a", "hello", "Space", "C-e", "BSpace", "M-b", "x");
        awaitLast("tm> hello wörld x日");
        enter("", "<hello wörld x日>");
        tmux.type("C-d");
        awaitLast("$");
        assertTerminalIsAsBefore();
    }

    @Test
    void isRedrawnInAnotherWidth() throws Exception {
        tmux.typeText("0123456789".repeat(5));
        tmux.awaitScreen(
                screen -> screen.contains("tm> " + "0123456789".repeat(3) + "012345\n6789"));
        tmux.resize(30, 12);
        tmux.awaitScreen(screen ->
                screen.endsWith("tm> 01234567890123456789012345\n678901234567890123456789"));
        tmux.resize(70, 12);
        awaitLast("tm> " + "0123456789".repeat(5));
        tmux.type("x");
        awaitLast("tm> " + "0123456789".repeat(5) + "x");
    }

    @Test
    void doesNotExecuteAPaste() throws Exception {
        tmux.paste("one\ntwo\n");
        tmux.awaitScreen(screen -> screen.endsWith("tm> one\ntwo"));
        enter("", "<one|two>");
    }

    @Test
    void remembersAndSearches() throws Exception {
        enter("start web", "<start web>");
        enter("status", "<status>");
        tmux.type("C-r");
        tmux.typeText("we");
        awaitLast("(reverse-i-search)`we': start web");
        enter("", "<start web>");
        tmux.type("Up", "Up");
        awaitLast("tm> status");
        tmux.type("C-c");
        tmux.awaitScreen(screen -> screen.endsWith("tm> status^C\ntm>"));
        assertEquals(
                "start web\nstatus\nstart web\n", Files.readString(directory.resolve("history")));
    }

    @Test
    void completes() throws Exception {
        tmux.typeText("sta");
        tmux.type("Tab", "Tab");
        tmux.awaitScreen(screen -> screen.endsWith("status  start\ntm> sta"));
        tmux.typeText("t");
        tmux.type("Tab");
        tmux.typeText("x");
        awaitLast("tm> status x");
    }

    @Test
    void printsAboveTheLine() throws Exception {
        enter("wake", "event WOKEN");
    }

    @Test
    void comesBackAfterItWasStopped() throws Exception {
        tmux.typeText("suspend");
        tmux.type("Enter");
        awaitLast("$");
        assertTerminalIsAsBefore();
        tmux.type("fg", "Enter");
        awaitLast("tm>");
        enter("again", "<again>");
    }

    @Test
    void restoresTheTerminalAtAFault() throws Exception {
        tmux.typeText("fault");
        tmux.type("Enter");
        tmux.awaitScreen(screen -> screen.contains("as was asked for") && last("$").test(screen));
        assertTerminalIsAsBefore();
    }

    @Test
    void restoresTheTerminalAtASignal() throws Exception {
        long pid =
                ProcessHandle.of(tmux.pid())
                        .orElseThrow()
                        .children()
                        .findFirst()
                        .orElseThrow()
                        .pid();
        tmux.typeText("unfinished");
        awaitLast("tm> unfinished");
        ProcessHandle.of(pid).orElseThrow().destroy();
        awaitLast("$");
        assertTerminalIsAsBefore();
    }

    /** The shell around it repairs the terminal, as bash does for a child that was killed. */
    @Test
    void isRepairedByTheShellAroundItWhenItIsKilled() throws Exception {
        long pid =
                ProcessHandle.of(tmux.pid())
                        .orElseThrow()
                        .children()
                        .findFirst()
                        .orElseThrow()
                        .pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        awaitLast("$");
        assertTerminalIsAsBefore();
    }
}
