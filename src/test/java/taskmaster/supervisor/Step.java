package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.posix.Errno;
import taskmaster.posix.Signal;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/** What happens to a simulated daemon from outside. Times are nanoseconds. */
sealed interface Step {

    record Ask(int client, Request request) implements Step {}

    /** The client goes without waiting for what it has not been told yet. */
    record Leave(int client) implements Step {}

    /** A signal to the daemon. */
    record DaemonGets(Signal signal) implements Step {}

    /** The configuration file is written; empty: with a mistake in it. */
    record FileHolds(Optional<List<Program>> programs) implements Step {}

    /** The file's disk takes so long from now on. */
    record SlowDisk(long nanos) implements Step {}

    /** A process ends, by itself or by the hand of another. */
    record Ends(String process, WaitStatus status) implements Step {}

    /** Somebody stops a process (SIGSTOP). */
    record IsStopped(String process) implements Step {}

    /** Somebody lets it go on (SIGCONT). */
    record GoesOn(String process) implements Step {}

    /** The next clones fail. */
    record CloneFails(Errno errno, int times) implements Step {}

    /** The next spawn throws what no spawn should: {@code OutOfMemoryError}, or a bug. */
    record SpawnThrows(boolean outOfMemory) implements Step {}

    /** The next signals cannot be sent. */
    record SignalFails(Errno errno, int times) implements Step {}

    /** The reaper tells nothing for so long. */
    record ReaperSleeps(long nanos) implements Step {}

    /** The reaper tells of a child that ended when none did. */
    record ToldForNothing() implements Step {}

    /** The daemon gets no processor: an instant, or the hours of a suspended host. */
    record Pause(long nanos) implements Step {}

    record ClockJumps(long millis) implements Step {}

    /** A process that somebody left to us ends. */
    record OrphanEnds() implements Step {}

    /** In words: {@code client 1: stop web}. */
    default String describe() {
        return switch (this) {
            case Ask(int client, Request request) -> "client " + client + ": " + words(request);
            case Leave(int client) -> "client " + client + " leaves";
            case DaemonGets(Signal signal) -> "the daemon gets " + signal.name();
            case FileHolds(Optional<List<Program>> programs) -> file(programs);
            case SlowDisk(long nanos) -> "the file takes " + Seconds.text(nanos) + " to read";
            case Ends(String process, WaitStatus status) -> process + " " + Life.describe(status);
            case IsStopped(String process) -> process + " is stopped";
            case GoesOn(String process) -> process + " goes on";
            case CloneFails(Errno errno, int times) ->
                    "clone fails with " + errno.name() + times(times);
            case SpawnThrows(boolean memory) ->
                    "the next spawn throws " + (memory ? "OutOfMemoryError" : "a bug");
            case SignalFails(Errno errno, int times) ->
                    "kill fails with " + errno.name() + times(times);
            case ReaperSleeps(long nanos) -> "the reaper sleeps for " + Seconds.text(nanos);
            case ToldForNothing() -> "the reaper tells of nothing";
            case Pause(long nanos) -> "the daemon is suspended for " + Seconds.text(nanos);
            case ClockJumps(long millis) -> "the wall clock jumps by " + millis + " ms";
            case OrphanEnds() -> "an orphan ends";
        };
    }

    private static String times(int times) {
        return times == 1 ? " once" : " " + times + " times";
    }

    private static String file(Optional<List<Program>> programs) {
        if (programs.isEmpty()) {
            return "the file has a mistake";
        }
        List<String> words = new ArrayList<>();
        for (Program program : programs.get()) {
            words.add(program.describe());
        }
        return words.isEmpty() ? "the file is empty" : "the file has " + String.join(" | ", words);
    }

    private static String words(Request request) {
        return switch (request) {
            case Request.Start(Target target, var waiting) -> "start" + words(target, waiting);
            case Request.Stop(Target target, var waiting) -> "stop" + words(target, waiting);
            case Request.Restart(Target target, var waiting) -> "restart" + words(target, waiting);
            case Request.SendSignal(Target target, String signal, boolean group) ->
                    "signal " + signal + words(target, Request.Waiting.FOREVER);
            case Request.Status(Target target, boolean jobs) ->
                    "status" + words(target, Request.Waiting.FOREVER);
            case Request.Disown(Target target, boolean survive, boolean running) ->
                    (survive ? "disown -h" : "disown") + words(target, Request.Waiting.FOREVER);
            case Request.Reload(var part, boolean dry, var waiting) ->
                    (dry ? "reread" : "reload") + words(part) + words(waiting);
            case Request.Shutdown() -> "shutdown";
            default -> request.toString();
        };
    }

    private static String words(Request.Part part) {
        return switch (part) {
            case Request.Part.Everything() -> "";
            case Request.Part.Section(String name) -> " section " + name;
            case Request.Part.Programs(Target.Named names) -> words(names, Request.Waiting.FOREVER);
        };
    }

    private static String words(Target target, Request.Waiting waiting) {
        return switch (target) {
                    case Target.All() -> " all";
                    case Target.Named(var kind, List<String> names) ->
                            " " + String.join(" ", names);
                }
                + words(waiting);
    }

    private static String words(Request.Waiting waiting) {
        if (waiting.none()) {
            return ", without waiting";
        }
        return waiting.limit().isEmpty()
                ? ""
                : ", waiting " + Seconds.text(waiting.limit().get().toNanos());
    }
}
