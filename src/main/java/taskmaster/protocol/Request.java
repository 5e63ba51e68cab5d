package taskmaster.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** What a client can ask. The names of the verbs are those of {@link Verb}. */
public sealed interface Request {

    /** The state of processes; {@code jobs}: with what job control shows besides. */
    record Status(Target target, boolean jobs) implements Request {
        public Status(Target target) {
            this(target, false);
        }
    }

    /** Starts, and waits until each runs or has failed, unless {@code waiting.none()}. */
    record Start(Target target, Waiting waiting) implements Request {}

    record Stop(Target target, Waiting waiting) implements Request {}

    /** Stops what runs, then starts. */
    record Restart(Target target, Waiting waiting) implements Request {}

    /**
     * {@code signal} as given: {@code HUP}, {@code SIGHUP}, {@code 1}. {@code group}: to the
     * process group.
     */
    record SendSignal(Target target, String signal, boolean group) implements Request {
        public SendSignal(Target target, String signal) {
            this(target, signal, false);
        }
    }

    /**
     * Leaves processes to themselves, at once; or with {@code survive} only when the daemon ends.
     * {@code running}: only those that are not paused.
     */
    record Disown(Target target, boolean survive, boolean running) implements Request {}

    /**
     * Waits until what runs has ended, or was paused unless {@code ended}; with {@code any} until
     * the first has.
     */
    record Wait(Target target, boolean any, boolean ended, Waiting waiting) implements Request {}

    /** Everything that happens to processes from now on. */
    record Events(Target target) implements Request {}

    /** Gives {@code data} to the stdin of processes, each all of it or nothing. */
    record Send(Target.Named target, Input data) implements Request {}

    /**
     * What one process prints from now on, and the last lines before, until it ends.
     *
     * @param lines 0: none
     */
    record Attach(Target.Named target, long lines) implements Request {}

    /** The size of the window that a process with a terminal sees. */
    record Resize(Target.Named target, int rows, int columns) implements Request {
        /** Of rows and of columns: what the kernel can say. */
        public static final int MOST = 65_535;
    }

    /** The pids of processes; of the daemon when {@code target} is empty. */
    record Pid(Optional<Target> target) implements Request {}

    /**
     * Re-reads the file and applies the difference; or only shows it ({@code dryRun}, the verb
     * reread). {@code part} limits it.
     */
    record Reload(Part part, boolean dryRun, Waiting waiting) implements Request {}

    record Shutdown() implements Request {}

    record Version() implements Request {}

    /** The verbs and what they do. */
    record Help() implements Request {}

    /** Every configured process, whether it is in use and starts by itself. */
    record Avail() implements Request {}

    /** Opens all logs by their names again, as SIGUSR2 does. */
    record Reopen() implements Request {}

    /** Empties the files of stdout and stderr. */
    record Clear(Target target) implements Request {}

    /** The end of what processes printed; of each so much. */
    record Tail(Target target, Stream stream, Amount amount, boolean follow) implements Request {}

    /** What processes use, looked up every {@code interval}, until the client goes. */
    record Top(Target target, Duration interval) implements Request {
        public static final Duration SHORTEST = Duration.ofMillis(100);
        public static final Duration LONGEST = Duration.ofSeconds(60);
        public static final Duration DEFAULT = Duration.ofSeconds(1);
    }

    /** The end of the activity log. */
    record MainTail(Amount amount, boolean follow) implements Request {}

    /** How long the client waits for the outcome: not at all, so long, or until it is there. */
    record Waiting(boolean none, Optional<Duration> limit) {
        public static final Waiting FOREVER = new Waiting(false, Optional.empty());
        public static final Waiting NONE = new Waiting(true, Optional.empty());
    }

    /**
     * What a reload is about: the whole file, one program or group, or one of the other sections.
     */
    sealed interface Part {
        record Everything() implements Part {}

        record Programs(Target.Named names) implements Part {}

        /** {@code server}, {@code unix_http_server} or {@code client}. */
        record Section(String name) implements Part {}
    }

    /** What a process is to read: text, or any bytes as base64 (RFC 4648). Not empty. */
    record Input(boolean base64, String text) {

        /** Text is UTF-8. @throws IllegalArgumentException it is not base64 */
        public byte[] bytes() {
            return base64 ? Base64.getDecoder().decode(text) : text.getBytes(UTF_8);
        }
    }

    enum Stream {
        STDOUT,
        STDERR,
        BOTH;

        /** The word of the protocol: {@code stdout}. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** How much of the past: so many bytes, or so many lines. */
    record Amount(boolean lines, long count) {
        /** supervisorctl's. */
        public static final Amount DEFAULT = new Amount(false, 1600);

        /** Of several logs, whose bytes would begin anywhere in a line: tail(1)'s. */
        public static final Amount LINES = new Amount(true, 10);
    }

    /** Whether it does more than look. A dry reload does: it reads files as the daemon. */
    default boolean changes() {
        return switch (this) {
            case Start _, Stop _, Restart _, SendSignal _, Send _, Resize _, Disown _ -> true;
            case Reload _, Shutdown _, Reopen _, Clear _ -> true;
            case Status _, Pid _, Version _, Help _, Avail _, Events _, Wait _, Attach _ -> false;
            case Tail _, MainTail _, Top _ -> false;
        };
    }
}
