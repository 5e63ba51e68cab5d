package taskmaster.line;

/**
 * A word that could stand there.
 *
 * @param word whole, as it will stand in the line
 * @param description what it is, in a few words; empty where there is nothing to say
 * @param after what follows the word where it is the only one: a space, or nothing
 */
public record Candidate(String word, String description, String after) {

    /** Followed by a space. */
    public static Candidate of(String word) {
        return new Candidate(word, "", " ");
    }

    /** Followed by a space. */
    public static Candidate of(String word, String description) {
        return new Candidate(word, description, " ");
    }
}
