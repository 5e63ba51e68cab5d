package taskmaster.e2e.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Tmux;

/** The completion of bash, zsh and fish, in those shells. */
final class CompletionScriptsTest {

    private static final Path SCRIPTS = DaemonHarness.BASE.resolve("scripts");

    private static final String PROGRAMS =
            """
            [programs.web]
            command = "${bin}/exit-after"
            args = ["100000000", "0"]
            numprocs = 2
            startsecs = 0
            stdout = "/dev/null"
            redirect_stderr = true

            [programs.worker]
            command = "${bin}/exit-after"
            args = ["100000000", "0"]
            startsecs = 0
            stdout = "/dev/null"
            redirect_stderr = true
            """;

    /** Finds the launchers by PATH, as whoever has installed them. */
    private static final String PREPARE = "PATH=\"$2:$PATH\"; export PATH; cd \"$DIR\"; ";

    private static String run(DaemonHarness daemon, String shell, String text) throws IOException {
        DaemonHarness.Output output =
                Script.run(
                        daemon,
                        PREPARE + "exec " + shell + " -c '" + text + "'",
                        SCRIPTS.resolve("completion").toString(),
                        SCRIPTS.toString());
        assertEquals("", output.err());
        return output.out();
    }

    @Test
    void bashCompletesBehindTheColonsOfNames() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(PROGRAMS)) {
            daemon.awaitState("worker", "RUNNING");
            String asks =
                    "source "
                            + SCRIPTS
                            + """
                            /completion/taskmasterctl.bash
                            try() { COMP_LINE=$1; COMP_POINT=${#1}; _taskmasterctl; echo "${COMPREPLY[*]}"; }
                            try "taskmasterctl resta"
                            try "taskmasterctl -c taskmaster.conf.toml stop web:web"
                            try "taskmasterctl -c taskmaster.conf.toml stop w"
                            try "taskmasterctl -c taskmaster.conf.toml signal HU"
                            try "taskmasterctl -c "
                            """;
            assertEquals(
                    """
                    restart
                    web_0 web_1
                    web:web_0 web:web_1 worker web:*
                    HUP

                    """,
                    run(daemon, "bash", asks));
        }
    }

    @Test
    void fishShowsWhatTheWordsMean() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(PROGRAMS)) {
            daemon.awaitState("worker", "RUNNING");
            String asks =
                    "source "
                            + SCRIPTS
                            + "/completion/taskmasterctl.fish; complete -C"
                            + " \"taskmasterctl -c taskmaster.conf.toml stop wo\"";
            assertEquals("worker\tRUNNING\n", run(daemon, "fish", asks));
        }
    }

    @Test
    void zshCompletesAndLists() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(PROGRAMS);
                Tmux tmux = Tmux.start(100, 20, "zsh", "-f")) {
            daemon.awaitState("worker", "RUNNING");
            tmux.type(
                    "cd "
                            + daemon.directory()
                            + "; PS1='$ '; PATH="
                            + SCRIPTS
                            + ":$PATH;"
                            + " fpath+=("
                            + SCRIPTS
                            + "/completion); autoload -U compinit;"
                            + " compinit -u -d dump; clear; echo rea''dy",
                    "Enter");
            tmux.awaitScreen(screen -> screen.contains("ready\n"));
            tmux.type("taskmasterctl -c taskmaster.conf.toml stop wo", "Tab");
            tmux.awaitScreen(screen -> screen.contains("stop worker"));
            for (String seen : List.of("web:web_0  -- RUNNING", "web:*  -- 2 processes")) {
                tmux.type("C-u", "taskmasterctl -c taskmaster.conf.toml stop w", "Tab", "Tab");
                tmux.awaitScreen(screen -> screen.contains(seen));
            }
        }
    }
}
