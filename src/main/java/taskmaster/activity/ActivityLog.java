package taskmaster.activity;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The daemon's own log: {@code 2026-11-22 13:31:08,123 INFO spawned: 'web:web_0' with pid 4711}, in
 * local time.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>Any thread may log, and none ever waits for a disk, a terminal or a reader: a line goes to
 *       a bounded queue ({@link LineWriter}), and a thread of its own writes it.
 *   <li>A line that finds the queue full, or that cannot be written, is dropped and counted; the
 *       count is a line of its own as soon as there is room again.
 *   <li>The copy on standard output has a queue and a thread of its own, so that a stopped terminal
 *       does not stop the file.
 *   <li>One message is one line: see {@link LineBuffer}.
 * </ul>
 */
public final class ActivityLog {

    /** Longest message in chars; what is longer is cut and says so. */
    static final int MAX_MESSAGE = 8 * 1024;

    /** Most lines of one stack trace, its causes included. */
    static final int MAX_TRACE_LINES = 100;

    /** The name of a level is what the line says; the first is the most important. */
    public enum Level {
        CRIT,
        ERRO,
        WARN,
        INFO,
        DEBG
    }

    private volatile Level least; // a reload may change it
    private final LineWriter[] writers;

    private ActivityLog(Level least, List<LineWriter> writers) {
        this.least = least;
        this.writers = writers.toArray(new LineWriter[0]);
    }

    /**
     * Opens {@code file} for appending, by {@code opener}; {@code /dev/stdout} and {@code
     * /dev/stderr} are our own descriptors 1 and 2.
     *
     * @param least the least important level that is written
     * @param alsoToStdout copies each line to standard output, unless that is the file itself
     * @param limit of the file
     * @throws IOException {@code cannot open log "/x/y": ENOENT (no such file or directory)}
     */
    public static ActivityLog open(
            Path file, Level least, boolean alsoToStdout, LogOpener opener, SizeLimit limit)
            throws IOException {
        LogFile log = LogFile.open(file, opener, limit);
        List<LineWriter> writers = new ArrayList<>(2);
        writers.add(new LineWriter("activity", log));
        if (alsoToStdout && !isStdout(file)) {
            FileChannel stdout = new FileOutputStream(FileDescriptor.out).getChannel();
            writers.add(
                    new LineWriter("activity-stdout", LogFile.borrowed(LogFile.STDOUT, stdout)));
        }
        return new ActivityLog(least, writers);
    }

    private static boolean isStdout(Path file) {
        try {
            return Files.isSameFile(file, LogFile.STDOUT);
        } catch (IOException e) {
            return false; // standard output is closed, or not a thing with a name
        }
    }

    /** True if {@link #log} would write a line of this level: saves building its text. */
    public boolean writes(Level level) {
        return level.compareTo(least) <= 0;
    }

    /** From now on lines of this level are the least important that are written. */
    public void setLeast(Level changed) {
        least = changed;
    }

    /** Queues one line; does not wait. After {@link #close} it does nothing. */
    public void log(Level level, String message) {
        if (writes(level)) {
            add(level, message, List.of());
        }
    }

    /**
     * Logs an error that only a mistake of ours can explain, with its stack trace: an ERRO line
     * {@code WHAT: java.lang.IllegalStateException: …}, then a line for each frame, indented.
     */
    public void bug(String what, Throwable thrown) {
        List<String> trace = new ArrayList<>();
        addFrames(trace, thrown);
        Throwable cause = thrown.getCause();
        // The bound on lines is also what ends a circle of causes.
        while (cause != null && trace.size() < MAX_TRACE_LINES) {
            trace.add("caused by: " + cut(cause.toString()));
            addFrames(trace, cause);
            cause = cause.getCause();
        }
        add(Level.ERRO, what + ": " + thrown, List.copyOf(trace));
    }

    private static void addFrames(List<String> trace, Throwable thrown) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (trace.size() >= MAX_TRACE_LINES) {
                return;
            }
            trace.add("at " + cut(frame.toString()));
        }
    }

    private void add(Level level, String message, List<String> more) {
        String text = cut(message);
        for (LineWriter writer : writers) {
            writer.add(level, text, more);
        }
    }

    private static String cut(String message) {
        if (message.length() <= MAX_MESSAGE) {
            return message;
        }
        int dropped = message.length() - MAX_MESSAGE;
        return message.substring(0, MAX_MESSAGE) + "... (" + dropped + " more characters)";
    }

    /**
     * Closes the file and opens it again by its name, on the writer's thread: lines logged before
     * the call go to the old file, later ones to the new. Where it cannot be opened the old one is
     * kept and a WARN line says so.
     */
    public void reopen() {
        for (LineWriter writer : writers) {
            writer.reopen();
        }
    }

    /**
     * Waits until what was logged before the call is written, at most so long: before the process
     * turns into another by exec, and before it exits.
     *
     * @return true if all was written, or dropped and counted
     */
    boolean flush(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean done = true;
        for (LineWriter writer : writers) {
            done &= writer.flush(deadline - System.nanoTime());
        }
        return done;
    }

    /**
     * Takes no further line and waits until those taken are written, at most so long.
     *
     * @return true if all was written, or dropped and reported
     */
    public boolean close(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        for (LineWriter writer : writers) {
            writer.close();
        }
        boolean done = true;
        for (LineWriter writer : writers) {
            done &= writer.join(deadline - System.nanoTime());
        }
        return done;
    }
}
