package taskmaster.ctl;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All jobs at one moment, and which of them is current and previous. Pure; the numbers are the
 * daemon's, what is current is the session's.
 *
 * <p>The rule, which is bash 5.2's where programs are started and stopped by hand:
 *
 * <ol>
 *   <li>A paused job goes before one that runs, and one that runs before one that does not.
 *   <li>Of several, the one that this session used last: by {@code fg} or {@code bg}, or by pausing
 *       it.
 *   <li>Then the one with the highest number, as the newest.
 * </ol>
 *
 * The first of this order is current, the second previous; where only one runs or is paused it is
 * both. A job that neither runs nor is paused is neither.
 */
final class JobTable {

    private static final int STATE_WIDTH = 24;

    /** What a spec names, or why it names nothing: bash's message without the command's name. */
    sealed interface Found {
        record One(Job job) implements Found {}

        record None(String message) implements Found {}
    }

    private final List<Job> jobs;
    private final List<Job> ranked;

    private JobTable(List<Job> jobs, List<Job> ranked) {
        this.jobs = jobs;
        this.ranked = ranked;
    }

    /** {@code used}: the numbers that this session used, the last one first. */
    static JobTable of(List<Job> all, List<Integer> used) {
        List<Job> jobs = new ArrayList<>(all);
        jobs.sort(Comparator.comparingInt(Job::number));
        List<Job> ranked = new ArrayList<>();
        for (Job job : jobs) {
            if (job.isLive()) {
                ranked.add(job);
            }
        }
        ranked.sort(
                Comparator.comparing((Job job) -> !job.isPaused())
                        .thenComparingInt(job -> place(job, used))
                        .thenComparingInt(job -> -job.number()));
        return new JobTable(List.copyOf(jobs), List.copyOf(ranked));
    }

    private static int place(Job job, List<Integer> used) {
        int at = used.indexOf(job.number());
        return at < 0 ? used.size() : at;
    }

    /** By number. */
    List<Job> jobs() {
        return jobs;
    }

    Optional<Job> current() {
        return ranked.isEmpty() ? Optional.empty() : Optional.of(ranked.getFirst());
    }

    Optional<Job> previous() {
        return ranked.size() < 2 ? current() : Optional.of(ranked.get(1));
    }

    /** {@code +}, {@code -} or a space. */
    char marker(Job job) {
        if (ranked.isEmpty()) {
            return ' ';
        }
        if (ranked.getFirst().number() == job.number()) {
            return '+';
        }
        return ranked.size() > 1 && ranked.get(1).number() == job.number() ? '-' : ' ';
    }

    /**
     * The job that {@code word} names: a spec, or the name of a process as everywhere else. A name
     * that means several, such as that of a group, is ambiguous.
     */
    Found find(String word) {
        Optional<JobSpec> spec = JobSpec.parse(word);
        return spec.isPresent() ? find(word, spec.get()) : named(word);
    }

    private Found find(String word, JobSpec spec) {
        return switch (spec) {
            case JobSpec.Numbered(long number) -> {
                for (Job job : jobs) {
                    if (job.number() == number) {
                        yield new Found.One(job);
                    }
                }
                yield new Found.None(word + ": no such job");
            }
            case JobSpec.Current c -> orNone(current(), "current");
            case JobSpec.Previous p -> orNone(previous(), "previous");
            case JobSpec.Prefix(String text) -> byPrefix(word, text);
            case JobSpec.Part(String text) -> byPart(word, text.toLowerCase(Locale.ROOT));
        };
    }

    private static Found orNone(Optional<Job> job, String what) {
        return job.isPresent() ? new Found.One(job.get()) : new Found.None(what + ": no such job");
    }

    /** The names decide, and only where none fits the command lines. */
    private Found byPrefix(String word, String text) {
        List<Job> found = new ArrayList<>();
        for (Job job : jobs) {
            if (job.name().equals(text)) {
                return new Found.One(job);
            }
            if (job.name().startsWith(text) || process(job).startsWith(text)) {
                found.add(job);
            }
        }
        if (found.isEmpty()) {
            for (Job job : jobs) {
                if (job.commandLine().startsWith(text)) {
                    found.add(job);
                }
            }
        }
        return only(word, text, found);
    }

    private Found byPart(String word, String text) {
        List<Job> found = new ArrayList<>();
        for (Job job : jobs) {
            if (job.name().toLowerCase(Locale.ROOT).contains(text)) {
                found.add(job);
            }
        }
        if (found.isEmpty()) {
            for (Job job : jobs) {
                if (job.commandLine().toLowerCase(Locale.ROOT).contains(text)) {
                    found.add(job);
                }
            }
        }
        return only(word, text, found);
    }

    private Found named(String word) {
        List<Job> found = new ArrayList<>();
        for (Job job : jobs) {
            if (job.name().equals(word)) {
                return new Found.One(job);
            }
            if (process(job).equals(word) || job.name().startsWith(word + ":")) {
                found.add(job);
            }
        }
        return only(word, word, found);
    }

    /** {@code web_0} of {@code web:web_0}. */
    private static String process(Job job) {
        return job.name().substring(job.name().indexOf(':') + 1);
    }

    private static Found only(String word, String text, List<Job> found) {
        if (found.size() == 1) {
            return new Found.One(found.getFirst());
        }
        if (found.isEmpty()) {
            return new Found.None(word + ": no such job");
        }
        StringBuilder message = new StringBuilder(text).append(": ambiguous job spec:");
        String before = " ";
        for (Job job : found) {
            message.append(before);
            before = ", ";
            message.append('%').append(job.number()).append(' ').append(job.name());
        }
        return new Found.None(message.toString());
    }

    /** As bash shows it: {@code [1]+ Running web &}. */
    String line(Job job, boolean pids) {
        StringBuilder text = new StringBuilder(80);
        text.append('[').append(job.number()).append(']').append(marker(job)).append("  ");
        if (pids) {
            text.append(job.isLive() ? Long.toString(job.pid()) : "-").append(' ');
        }
        String word = job.word();
        text.append(word);
        Text.pad(text, Math.max(1, STATE_WIDTH - word.length()));
        text.append(job.name());
        if (pids) {
            text.append(" (").append(job.commandLine()).append(')');
        }
        if (job.isLive() && !job.isPaused()) {
            text.append(" &");
        }
        return text.append('\n').toString();
    }
}
