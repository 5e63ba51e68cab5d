package taskmaster.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes of one test, whoever their parent is by now: they carry its mark in their
 * environment (a program that is given an empty environment is not found).
 */
final class Leftovers {

    private final byte[] mark;

    /** {@code mark} is {@code NAME=value}, not to be found in any other test's environment. */
    Leftovers(String mark) {
        this.mark = (mark + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** Pids; a zombie has no environment any more and is not among them. */
    List<Long> find() {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> processes =
                Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
            for (Path process : processes) {
                if (contains(process.resolve("environ"))) {
                    found.add(Long.parseLong(process.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return found;
    }

    private boolean contains(Path environ) {
        byte[] all;
        try {
            all = Files.readAllBytes(environ);
        } catch (IOException e) {
            return false; // gone meanwhile, or another user's
        }
        for (int i = 0; i + mark.length <= all.length; i++) {
            if (java.util.Arrays.equals(all, i, i + mark.length, mark, 0, mark.length)) {
                return true;
            }
        }
        return false;
    }

    /** The command lines of the processes, for a message. */
    static List<String> describe(List<Long> pids) {
        List<String> lines = new ArrayList<>();
        for (long pid : pids) {
            lines.add(pid + " " + Procfs.commandLine(pid));
        }
        return lines;
    }

    static void kill(List<Long> pids) {
        for (long pid : pids) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
