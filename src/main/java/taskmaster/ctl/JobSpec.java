package taskmaster.ctl;

import java.util.Optional;

/**
 * A way to name a job, as bash has them: {@code %n}, {@code %%}, {@code %+}, {@code %}, {@code %-},
 * {@code %name}, {@code %?text}. Pure.
 */
sealed interface JobSpec {

    /** By its number. */
    record Numbered(int job) implements JobSpec {}

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
        int number = number(rest);
        return number < 0 ? new Prefix(rest) : new Numbered(number);
    }

    /** -1 where these are not digits alone; a number that no job can have is the highest one. */
    private static int number(String digits) {
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = Math.min(Integer.MAX_VALUE, value * 10 + (c - '0'));
        }
        return (int) value;
    }
}
