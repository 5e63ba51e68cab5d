package taskmaster.ctl;

import java.util.List;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.posix.Signal;

/**
 * A process as a job: what status told of it. Pure.
 *
 * @param pid also its process group; 0 where it has none
 * @param pausedBy the signal that has stopped it, without SIG; empty where it is not paused
 * @param since when its state began, as the daemon writes times; empty where it never ran
 */
record Job(
        int number,
        String name,
        String commandLine,
        String state,
        long pid,
        Optional<String> pausedBy,
        Optional<Exit> exit,
        String since,
        boolean restarts) {

    /**
     * How it ended.
     *
     * @param signal without SIG; empty where it exited with {@code code}
     */
    record Exit(int code, String signal, boolean core) {

        /** What a shell makes of it: 128 and the number of the signal. */
        int status() {
            return signal.isEmpty()
                    ? code
                    : 128 + Signal.parse(signal).map(Signal::number).orElse(0);
        }
    }

    static Job of(Json.Obj process) {
        return new Job(
                (int) process.getLong("job").orElse(0),
                Text.plain(process.getString("name").orElse("")),
                Text.plain(process.getString("command_line").orElse("")),
                process.getString("state").orElse(""),
                process.getLong("pid").orElse(0),
                process.getBoolean("paused").orElse(false)
                        ? Optional.of(Text.plain(process.getString("paused_signal").orElse("STOP")))
                        : Optional.empty(),
                process.getObject("exit").map(Job::exit),
                process.getString("since").orElse(""),
                process.getString("autorestart").orElse("false").equals("true")
                        || process.getString("autorestart").orElse("").equals("unexpected"));
    }

    static Exit exit(Json.Obj exit) {
        return new Exit(
                (int) exit.getLong("code").orElse(0) & 0xFF,
                Text.plain(exit.getString("signal").orElse("")),
                exit.getBoolean("core").orElse(false));
    }

    static List<Job> all(Json.Obj content) {
        return content.getItems("processes").stream()
                .filter(process -> process instanceof Json.Obj)
                .map(process -> of((Json.Obj) process))
                .toList();
    }

    boolean isPaused() {
        return pausedBy.isPresent();
    }

    boolean isLive() {
        return pid > 0;
    }

    /** bash's words, and two for what bash does not have. */
    String word() {
        if (isPaused()) {
            String by = pausedBy.get();
            return by.equals("STOP") ? "Stopped" : "Stopped(SIG" + by + ")";
        }
        return switch (state) {
            case "RUNNING" -> "Running";
            case "STARTING" -> "Starting";
            case "STOPPING" -> "Stopping";
            case "BACKOFF" -> "Backoff";
            case "FATAL" -> "Failed";
            default -> exit.isPresent() ? ended(exit.get()) : "Done";
        };
    }

    /**
     * {@code Done}, {@code Exit 3}, {@code Terminated}, {@code Segmentation fault (core dumped)}.
     */
    static String ended(Exit exit) {
        if (exit.signal().isEmpty()) {
            return exit.code() == 0 ? "Done" : "Exit " + exit.code();
        }
        String words =
                switch (exit.signal()) {
                    case "HUP" -> "Hangup";
                    case "INT" -> "Interrupt";
                    case "QUIT" -> "Quit";
                    case "ILL" -> "Illegal instruction";
                    case "TRAP" -> "Trace/breakpoint trap";
                    case "ABRT" -> "Aborted";
                    case "BUS" -> "Bus error";
                    case "FPE" -> "Floating point exception";
                    case "KILL" -> "Killed";
                    case "SEGV" -> "Segmentation fault";
                    case "PIPE" -> "Broken pipe";
                    case "ALRM" -> "Alarm clock";
                    case "TERM" -> "Terminated";
                    default -> "SIG" + exit.signal();
                };
        return exit.core() ? words + " (core dumped)" : words;
    }
}
