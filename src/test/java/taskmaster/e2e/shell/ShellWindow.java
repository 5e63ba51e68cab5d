package taskmaster.e2e.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;
import taskmaster.testing.Tmux;

/** A window with taskmasterctl as a shell, alone or started from a shell of the system. */
final class ShellWindow implements AutoCloseable {

    /** Belongs into the configuration, at its beginning: the prompt that is waited for. */
    static final String CLIENT =
            """
            [taskmasterctl]
            serverurl = "unix://${dir}/sock"
            history = "${dir}/history"
            prompt = "tm"
            """;

    private final DaemonHarness daemon;
    private final Tmux tmux;

    private ShellWindow(DaemonHarness daemon, Tmux tmux) {
        this.daemon = daemon;
        this.tmux = tmux;
    }

    /** Nothing but our shell, at its first prompt. */
    static ShellWindow open(DaemonHarness daemon, String... options) throws IOException {
        List<String> command = new ArrayList<>(Script.ctl(daemon));
        command.addAll(List.of(options));
        var window = window(daemon, command);
        window.awaitPrompt();
        return window;
    }

    /** A shell of the system, whose prompt is a dollar sign; {@link #begin} starts ours in it. */
    static ShellWindow outside(DaemonHarness daemon, String... shell) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "PS1=$ "));
        command.addAll(List.of(shell));
        var window = window(daemon, command);
        window.awaitScreen("$"::equals);
        return window;
    }

    private static ShellWindow window(DaemonHarness daemon, List<String> command)
            throws IOException {
        return new ShellWindow(daemon, Tmux.start(140, 30, command.toArray(new String[0])));
    }

    Tmux tmux() {
        return tmux;
    }

    /** Starts ours. On a terminal that was left raw Enter is no line feed, but C-j is. */
    void begin(String enter) throws IOException {
        begin("", enter);
        awaitPrompt();
    }

    /** Starts one command, and does not wait. */
    void begin(String command, String enter) throws IOException {
        tmux.type(String.join(" ", Script.ctl(daemon)) + " " + command, enter);
    }

    /** Signals what was begun, and waits until the shell around it has the terminal. */
    void signal(String signal) throws IOException {
        DaemonHarness.signal(Procfs.childrenOf(tmux.pid()).getFirst().pid(), signal);
        awaitScreen(screen -> screen.endsWith("$"));
    }

    void type(String... keys) throws IOException {
        tmux.type(keys);
    }

    /** Types a line and Enter. */
    void enter(String line) throws IOException {
        tmux.typeText(line + "\r");
    }

    String awaitScreen(Predicate<String> wanted) throws IOException {
        return tmux.awaitScreen(wanted);
    }

    /** Until the last line is a prompt with nothing behind it. */
    String awaitPrompt() throws IOException {
        return awaitScreen(ShellWindow::waits);
    }

    /** Until this is to be seen, and the shell waits again. */
    String awaitAnswer(String text) throws IOException {
        return awaitScreen(screen -> screen.contains(text) && waits(screen));
    }

    static boolean waits(String screen) {
        return screen.endsWith("\ntm>") || screen.equals("tm>");
    }

    /** Presses Ctrl-D; the exit code of the shell. */
    int leave() throws IOException {
        tmux.type("C-d");
        return tmux.awaitExit();
    }

    @Override
    public void close() throws IOException {
        tmux.close();
    }
}
