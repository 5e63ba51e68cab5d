package taskmaster.config;

import java.util.List;

/** What reading a configuration came to. */
public sealed interface Loaded {

    record Valid(Config config) implements Loaded {}

    /** Everything that is wrong, in order of place; never empty. */
    record Invalid(List<ConfigProblem> problems) implements Loaded {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
