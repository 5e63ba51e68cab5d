package taskmaster.config;

import java.util.List;

/** What reading a client's part of a configuration came to. */
public sealed interface LoadedClient {

    /**
     * The client's part, which is valid.
     *
     * @param saysWhere whether the file names a socket; else {@code client} has the default
     */
    record Valid(Config.Client client, boolean saysWhere) implements LoadedClient {}

    /** Everything that is wrong with the client's part, in order of place; never empty. */
    record Invalid(List<ConfigProblem> problems) implements LoadedClient {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
