package taskmaster.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A command on a terminal that a test can type on and look at: a tmux server of its own with one
 * window, which stays when the command has ended, with all it showed. Gone with {@link #close}.
 */
public final class Tmux implements AutoCloseable {

    /** For all that is waited for: generous, since a busy machine is not a fault. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Where the server has its socket, which nobody else knows, and writes what happens. */
    private final Path directory;

    private final Changes changes;

    private Tmux(Path directory) throws IOException {
        this.directory = directory;
        this.changes = new Changes(directory);
    }

    /** Runs a command in a window of that size; its TERM is tmux-256color. */
    public static Tmux start(int columns, int rows, String... command) throws IOException {
        var tmux = new Tmux(Files.createTempDirectory("taskmaster-tmux"));
        try {
            tmux.begin(columns, rows, command);
        } catch (IOException | AssertionError e) {
            tmux.close();
            throw e;
        }
        return tmux;
    }

    private void begin(int columns, int rows, String... command) throws IOException {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-f",
                                "/dev/null",
                                "start-server",
                                ";",
                                "set-option",
                                "-g",
                                "default-terminal",
                                "tmux-256color",
                                ";",
                                "set-option",
                                "-g",
                                "remain-on-exit",
                                "on",
                                ";",
                                "set-option",
                                "-g",
                                "remain-on-exit-format",
                                "",
                                ";",
                                "set-option",
                                "-g",
                                "escape-time",
                                "0",
                                ";",
                                "set-option",
                                "-g",
                                "status",
                                "off",
                                ";",
                                "new-session",
                                "-d",
                                "-x",
                                Integer.toString(columns),
                                "-y",
                                Integer.toString(rows)));
        String printed = directory.resolve("printed").toString();
        if (command.length == 1) {
            arguments.add("exec " + quoted(command[0])); // one argument would go to a shell
        } else {
            arguments.addAll(List.of(command));
        }
        // Whatever is printed wakes who waits for the screen; it is looked at by tmux alone.
        arguments.addAll(List.of(";", "pipe-pane", "-O", "exec cat >" + quoted(printed)));
        tmux(arguments.toArray(new String[0]));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private String tmux(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of("tmux", "-u", "-S", directory.resolve("socket").toString()));
        for (String argument : arguments) {
            command.add(argument);
        }
        DaemonHarness.Output output =
                Commands.run(
                        Map.of("LC_ALL", "C.UTF-8", "TMUX", ""),
                        LIMIT,
                        command.toArray(new String[0]));
        if (output.exit() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + output.err());
        }
        return output.out();
    }

    /**
     * Presses keys by their names: {@code Enter}, {@code C-c}, {@code M-b}; other words are text.
     */
    public void type(String... keys) throws IOException {
        String[] arguments = new String[keys.length + 1];
        arguments[0] = "send-keys";
        System.arraycopy(keys, 0, arguments, 1, keys.length);
        tmux(arguments);
    }

    /** Types a text, letter by letter, also where it reads as the name of a key. */
    public void typeText(String text) throws IOException {
        tmux("send-keys", "-l", text);
    }

    /** Pastes, in brackets where the program has asked for them. */
    public void paste(String text) throws IOException {
        tmux("set-buffer", text);
        tmux("paste-buffer", "-p", "-r");
    }

    public void resize(int columns, int rows) throws IOException {
        tmux("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
    }

    /** What is seen now: lines without the spaces at their ends, and without those below. */
    public String screen() throws IOException {
        return tmux("capture-pane", "-p").stripTrailing();
    }

    /** The same with colours and other attributes, as escape sequences. */
    public String screenWithColours() throws IOException {
        return tmux("capture-pane", "-p", "-e").stripTrailing();
    }

    /** What is seen, and what has scrolled away before. */
    public String screenAndHistory() throws IOException {
        return tmux("capture-pane", "-p", "-S", "-").stripTrailing();
    }

    /** Of the cursor, from 0 on: {@code column,row}. */
    public String cursor() throws IOException {
        return value("#{cursor_x},#{cursor_y}");
    }

    /** Something that tmux knows of the window (FORMATS of man 1 tmux). */
    public String value(String format) throws IOException {
        return tmux("display-message", "-p", format).strip();
    }

    /** Waits until tmux knows this of the window: see {@link #value}. */
    public void awaitValue(String format, String wanted) throws IOException {
        String[] value = new String[1];
        changes.await(
                LIMIT,
                () -> {
                    value[0] = value(format);
                    return value[0].equals(wanted);
                },
                () -> format + " is not " + wanted + " in " + LIMIT + ", but " + value[0]);
    }

    /** Waits until Ctrl-C is a signal, as for a command, not a key, as for who edits a line. */
    public void awaitSignalKeys() throws IOException {
        String terminal = value("#{pane_tty}");
        String[] modes = new String[1];
        changes.await(
                LIMIT,
                () -> {
                    modes[0] = Commands.run(Map.of(), LIMIT, "stty", "-a", "-F", terminal).out();
                    return modes[0].contains("\nisig ");
                },
                () -> "Ctrl-C is a key after " + LIMIT + ": " + modes[0]);
    }

    /** The process that was started. */
    public long pid() throws IOException {
        return Long.parseLong(value("#{pane_pid}"));
    }

    /**
     * Stops the command, gives its terminal the modes that a shell has then, and lets it go on
     * until it has the terminal without lines again.
     */
    public void stopAndContinue() throws IOException {
        DaemonHarness.signal(pid(), "STOP");
        continueWithOtherModes(pid());
    }

    /** The same of another process in the window, which is stopped. */
    public void continueWithOtherModes(long stopped) throws IOException {
        stty("sane");
        DaemonHarness.signal(stopped, "CONT");
        changes.await(LIMIT, () -> stty("-a").contains("-icanon"), () -> stty("-a"));
    }

    private String stty(String argument) throws IOException {
        return Commands.run(Map.of(), LIMIT, "stty", "-F", value("#{pane_tty}"), argument).out();
    }

    /** Waits until the screen is as wanted, and returns it. */
    public String awaitScreen(Predicate<String> wanted) throws IOException {
        String[] screen = new String[1];
        changes.await(
                LIMIT,
                () -> {
                    screen[0] = screen();
                    return wanted.test(screen[0]);
                },
                () -> "not to be seen in " + LIMIT + "; but:\n" + screen[0]);
        return screen[0];
    }

    /** Waits until the command has ended; its exit status, or 128 + the signal that killed it. */
    public int awaitExit() throws IOException {
        changes.await(LIMIT, this::hasEnded, () -> "it did not end in " + LIMIT + ":\n" + screen());
        String signal = value("#{pane_dead_signal}");
        return signal.isEmpty()
                ? Integer.parseInt(value("#{pane_dead_status}"))
                : 128 + Integer.parseInt(signal);
    }

    /** tmux may miss that a child has ended, and looks again when there is another one. */
    private boolean hasEnded() throws IOException {
        if (!value("#{pane_dead_status}#{pane_dead_signal}").isEmpty()) {
            return true;
        }
        if (value("#{pane_dead}").equals("1")) {
            tmux("run-shell", "true");
        }
        return false;
    }

    /** The command is told by SIGHUP, as where a window is closed. */
    @Override
    public void close() throws IOException {
        if (Files.exists(directory.resolve("socket"))) {
            Commands.run(
                    Map.of(),
                    LIMIT,
                    "tmux",
                    "-S",
                    directory.resolve("socket").toString(),
                    "kill-server");
        }
        changes.close();
        Directories.delete(directory);
    }
}
