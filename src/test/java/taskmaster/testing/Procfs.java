package taskmaster.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the kernel says about processes (man 5 proc), as tests ask it. */
public final class Procfs {

    private Procfs() {}

    /** {@code state} is R, S, D, Z, T, t or X; {@code threads} counts the first, ended or not. */
    public record Stat(
            long pid,
            String name,
            char state,
            long parent,
            long group,
            long session,
            long threads) {}

    /** Empty when there is no such process. */
    public static Optional<Stat> stat(long pid) {
        String text;
        try {
            text = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return Optional.empty();
        }
        int open = text.indexOf('(');
        int close = text.lastIndexOf(')');
        String[] rest = text.substring(close + 2).split(" ", -1);
        return Optional.of(
                new Stat(
                        pid,
                        text.substring(open + 1, close),
                        rest[0].charAt(0),
                        Long.parseLong(rest[1]),
                        Long.parseLong(rest[2]),
                        Long.parseLong(rest[3]),
                        Long.parseLong(rest[17])));
    }

    /**
     * A process that has not ended; a zombie has. But where only its first thread is one, the
     * others still have its files open, with their locks.
     */
    public static boolean isAlive(long pid) {
        Optional<Stat> stat = stat(pid);
        if (stat.isEmpty()) {
            return false;
        }
        boolean ended = stat.get().state() == 'Z' || stat.get().state() == 'X';
        return !ended || stat.get().threads() > 1;
    }

    /** Children, zombies included. */
    public static List<Stat> childrenOf(long parent) {
        List<Stat> children = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path process : all) {
                stat(Long.parseLong(process.getFileName().toString()))
                        .filter(stat -> stat.parent() == parent)
                        .ifPresent(children::add);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return children;
    }

    /** Words with a blank in between; empty where it is gone. */
    public static String commandLine(long pid) {
        try {
            String words =
                    Files.readString(
                            Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            return words.replace('\0', ' ').strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** A line of /proc/PID/status without its key: {@code status(pid, "SigIgn")}. */
    public static String status(long pid, String key) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(key + ":")) {
                return line.substring(key.length() + 1).strip();
            }
        }
        throw new IOException("/proc/" + pid + "/status has no " + key);
    }

    /** A file of each thread, such as {@code status}; none of those that end meanwhile. */
    public static List<String> ofThreads(long pid, String file) throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : all) {
                try {
                    found.add(Files.readString(thread.resolve(file)));
                } catch (IOException e) {
                    // Ended since it was listed: ENOENT, or ESRCH when it was open already.
                    if (Files.exists(thread)) {
                        throw e;
                    }
                }
            }
        }
        return found;
    }

    /** The targets of the open descriptors: {@code 0 -> /dev/null}. */
    public static List<String> descriptors(long pid) throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path fd : all) {
                try {
                    found.add(fd.getFileName() + " -> " + Files.readSymbolicLink(fd));
                } catch (NoSuchFileException e) {
                    // Closed since it was listed.
                }
            }
        }
        found.sort(java.util.Comparator.naturalOrder());
        return found;
    }
}
