package taskmaster.ctl;

import java.util.Optional;

/**
 * A way to name a job, as bash has them: {@code %n}, {@code %%}, {@code %+}, {@code %}, {@code %-},
 * {@code %name}, {@code %?text}. Pure.
 */
sealed interface JobSpec {

    /** The current job, where a command needs one and none is named. */
    String CURRENT = "%%";

    /** By its number. */
    record Numbered(long job) implements JobSpec {}

    /** {@code %%}, {@code %+}, {@code %}. */
    record Current() implements JobSpec {}

    /** {@code %-}. */
    record Previous() implements JobSpec {}

    /** What its name, or else its command line, begins with. */
    record Prefix(String text) implements JobSpec {}

    /** What its name, or else its command line, has in it, in any case. */
    record Part(String text) implements JobSpec {}

    /** Empty where it does not begin with {@code %}. */
    static Optional<JobSpec> parse(String word) {
        if (!word.startsWith("%")) {
            return Optional.empty();
        }
        String rest = word.substring(1);
        return Optional.of(
                switch (rest) {
                    case "", "%", "+" -> new Current();
                    case "-" -> new Previous();
                    default -> named(rest);
                });
    }

    private static JobSpec named(String rest) {
        if (rest.startsWith("?")) {
            return new Part(rest.substring(1));
        }
        long number = Digits.value(rest);
        return number < 0 ? new Prefix(rest) : new Numbered(number);
    }

    /** Whether only who works with jobs, one after the other, has such a one. */
    default boolean isOfSession() {
        return this instanceof Current || this instanceof Previous;
    }
}
