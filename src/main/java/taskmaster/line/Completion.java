package taskmaster.line;

import java.util.List;

/**
 * What could stand at the cursor.
 *
 * @param start where in the line the word begins that is replaced; it ends at the cursor
 * @param candidates in the order in which they are shown
 */
public record Completion(int start, List<Candidate> candidates) {

    /** Nothing could. */
    public static final Completion NONE = new Completion(0, List.of());

    public Completion {
        candidates = List.copyOf(candidates);
        if (start < 0) {
            throw new IllegalArgumentException("no word begins at " + start);
        }
    }

    /** The longest beginning that all words share. */
    String sharedBeginning() {
        if (candidates.isEmpty()) {
            return "";
        }
        String shared = candidates.get(0).word();
        for (Candidate candidate : candidates) {
            shared = shared(shared, candidate.word());
        }
        return shared;
    }

    private static String shared(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.codePointAt(i) == b.codePointAt(i)) {
            i += Character.charCount(a.codePointAt(i));
        }
        return a.substring(0, i);
    }
}
