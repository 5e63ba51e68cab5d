package taskmaster.ctl;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code jobs -x}: runs a command with the process groups of jobs in place of their specs. */
final class JobCommand {

    /** As a shell has it. */
    private static final int NOT_FOUND = 127;

    private JobCommand() {}

    /** Returns when it has ended, with its exit code. */
    static Outcome run(List<String> words, JobTable table, boolean session) {
        if (words.isEmpty()) {
            return Outcome.refused("jobs: -x: say which command\n", Outcome.USAGE);
        }
        List<String> command = replaced(words, table, session);
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            return Outcome.printed("", process.waitFor());
        } catch (IOException e) {
            String name = Text.plain(command.get(0));
            String why = "jobs: cannot run \"" + name + "\": " + e.getMessage() + "\n";
            return Outcome.refused(why, NOT_FOUND);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.refused("", Outcome.FAILED);
        }
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
