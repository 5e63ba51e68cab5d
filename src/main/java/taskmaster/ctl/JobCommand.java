package taskmaster.ctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code jobs -x}: runs a command with the process groups of jobs in place of their specs. */
final class JobCommand {

    /** As shells have it: it is there, but cannot be executed. */
    private static final int NOT_EXECUTABLE = 126;

    private static final int NOT_FOUND = 127;

    private JobCommand() {}

    /** Returns when it has ended, with its exit code. */
    static Outcome run(List<String> words, JobTable table, boolean session) {
        if (words.isEmpty()) {
            return Outcome.refused("jobs: -x: say which command\n", Outcome.USAGE);
        }
        List<String> command = replaced(words, table, session);
        for (String word : command) {
            if (word.indexOf('\0') >= 0) {
                return refusal(command.get(0), "a NUL in an argument", NOT_EXECUTABLE);
            }
        }
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            return Outcome.printed("", process.waitFor());
        } catch (IOException e) {
            String path = System.getenv("PATH");
            return refusal(command.get(0), path == null ? "" : path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.refused("", Outcome.FAILED);
        }
    }

    /** Why this could not be executed, in bash's words. {@code path}: where it was looked for. */
    static Outcome refusal(String name, String path) {
        Path file = Path.of(name);
        if (!name.contains("/")) {
            Optional<Path> found = inPath(name, path);
            if (found.isEmpty()) {
                return refusal(name, "command not found", NOT_FOUND);
            }
            file = found.get();
        }
        String shown = file.toString();
        if (!Files.exists(file)) {
            return refusal(shown, "No such file or directory", NOT_FOUND);
        }
        if (Files.isDirectory(file)) {
            return refusal(shown, "Is a directory", NOT_EXECUTABLE);
        }
        return Files.isExecutable(file)
                ? refusal(shown, "cannot execute: required file not found", NOT_FOUND)
                : refusal(shown, "Permission denied", NOT_EXECUTABLE);
    }

    private static Outcome refusal(String name, String why, int exit) {
        return Outcome.refused("jobs -x: " + Text.plain(name) + ": " + why + "\n", exit);
    }

    private static Optional<Path> inPath(String name, String path) {
        int start = 0;
        while (!name.isEmpty() && start <= path.length()) {
            int colon = path.indexOf(':', start);
            int end = colon < 0 ? path.length() : colon;
            Path file = Path.of(path.substring(start, end), name);
            if (Files.isRegularFile(file)) {
                return Optional.of(file);
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    /** What names no job that runs stays as it is. */
    static List<String> replaced(List<String> words, JobTable table, boolean session) {
        List<String> command = new ArrayList<>();
        for (String word : words) {
            Optional<JobSpec> spec = JobSpec.parse(word);
            boolean known = spec.isPresent() && (session || !spec.get().isOfSession());
            command.add(
                    known && table.find(word) instanceof JobTable.Found.One(Job job) && job.isLive()
                            ? Long.toString(job.pid())
                            : word);
        }
        return command;
    }
}
