package taskmaster.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.posix.TrustedPath;
import taskmaster.posix.User;

/**
 * What a process sees of us when it starts, all expanded. A change of these needs a new process.
 *
 * @param command an absolute path, or a name without a slash that is searched in PATH (its own in
 *     {@code env}, else the daemon's)
 * @param args argv[1] and up; argv[0] is {@code command} as given
 * @param user empty: the daemon's own
 * @param directory empty: the daemon's own
 * @param umask 0 to 0777
 * @param stdin where its input comes from
 * @param stderr empty: wherever stdout goes
 * @param base the environment that {@code env} is added to; empty: the daemon's own
 * @param env what is added, in order
 */
public record Launch(
        String command,
        List<String> args,
        Optional<User> user,
        Optional<Path> directory,
        int umask,
        Input stdin,
        LogTarget stdout,
        Optional<LogTarget> stderr,
        Optional<Map<String, String>> base,
        Map<String, String> env) {

    public Launch {
        args = List.copyOf(args);
        if (base.isPresent()) {
            base = Optional.of(Collections.unmodifiableMap(new LinkedHashMap<>(base.get())));
        }
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    }

    /** As it is shown: the words with spaces between them. */
    public String commandLine() {
        var line = new StringBuilder(command);
        for (String arg : args) {
            line.append(' ').append(arg);
        }
        return line.toString();
    }

    /** Whether it has a terminal of its own; then it has no stderr of its own. */
    public boolean hasTerminal() {
        return stdin instanceof Input.Terminal;
    }

    /** The same as the daemon's own user. */
    Launch withoutUser() {
        return new Launch(
                command,
                args,
                Optional.empty(),
                directory,
                umask,
                stdin,
                stdout,
                stderr,
                base,
                env);
    }

    /** What a program reads. */
    public sealed interface Input {

        record Nothing() implements Input {}

        /** What clients send. */
        record Pipe() implements Input {}

        /** A file, opened as the program's user. */
        record File(Path path) implements Input {}

        /** A pseudo-terminal, which is also where all of its output goes first. */
        record Terminal() implements Input {}
    }

    /**
     * A file that a stream is appended to.
     *
     * @param path as the configuration names it
     * @param trusted how far nobody else decides what that means: from there on it is opened
     *     without following a symbolic link, and must be a regular file of ours with one name
     * @param pumped how the daemon writes it; empty: the process does so itself
     */
    public record LogTarget(Path path, TrustedPath trusted, Optional<Pumped> pumped) {

        /** Written by the process itself. */
        public LogTarget(Path path, TrustedPath trusted) {
            this(path, trusted, Optional.empty());
        }

        /** Where nobody else can put anything in the way. */
        public static LogTarget plain(Path path) {
            return new LogTarget(
                    path,
                    new TrustedPath(path.toString(), TrustedPath.Guard.NONE, Optional.empty()));
        }

        public boolean guarded() {
            return trusted.guard() != TrustedPath.Guard.NONE;
        }
    }

    /**
     * A stream whose bytes come to the daemon by a pipe. A change of these is no reason for a new
     * process.
     *
     * @param stream names it among all streams: {@code web:web_0.stdout}
     * @param program whose logs count together for {@link Files#totalBytes}
     * @param block where the file cannot be written: the process waits; else the bytes are dropped
     */
    public record Pumped(String stream, String program, Files files, boolean block, Lines lines) {

        /** For what is looked at and not kept: nothing is rotated. */
        Pumped withoutFiles() {
            Files none = new Files(0, 0, Rotate.NEVER, false, 0, false);
            return new Pumped(stream, program, none, block, lines);
        }
    }

    /**
     * The files of a log.
     *
     * @param maxBytes a file is rotated rather than larger; 0: never
     * @param backups rotated files that are kept
     * @param compress those are compressed (gzip)
     * @param totalBytes what all files of the program may have together; 0: no limit
     * @param makeDirectory a missing directory is made
     */
    public record Files(
            long maxBytes,
            int backups,
            Rotate rotate,
            boolean compress,
            long totalBytes,
            boolean makeDirectory) {}

    /** Whether a file is rotated after a time as well. */
    public enum Rotate {
        NEVER,
        HOURLY,
        DAILY
    }

    /**
     * What is done to the lines of a stream.
     *
     * @param timestamp each begins with the time
     * @param prefix and then with this; empty: nothing
     * @param stripAnsi escape sequences of terminals are left out
     * @param syslog each goes to the system's log, too
     * @param captureMaxBytes what stands between supervisord's marks is an event, and so much of it
     *     is kept; 0: the marks mean nothing
     */
    public record Lines(
            boolean timestamp,
            String prefix,
            boolean stripAnsi,
            boolean syslog,
            long captureMaxBytes) {

        /** The bytes stay as they are. */
        public static final Lines PLAIN = new Lines(false, "", false, false, 0);

        /** Whether they go anywhere else than to the log. */
        boolean hasListener() {
            return syslog || captureMaxBytes > 0;
        }
    }
}
