package taskmaster.protocol;

import java.util.List;

/** Finds the word that was meant. */
public final class Suggestion {

    /** Longer input is not a slip of the finger, and is not compared. */
    private static final int LONGEST = 32;

    private Suggestion() {}

    /** {@code (did you mean "start"?)} with a leading space; empty when nothing is near. */
    public static String of(String wrong, List<String> words) {
        if (wrong.length() > LONGEST) {
            return "";
        }
        String best = "";
        int bestDistance = wrong.length() <= 3 ? 2 : 3;
        for (String word : words) {
            int distance = distance(wrong, word);
            if (distance < bestDistance) {
                best = word;
                bestDistance = distance;
            }
        }
        return best.isEmpty() ? "" : " (did you mean \"" + best + "\"?)";
    }

    /** Insertions, deletions, replacements and swaps of neighbours; case does not matter. */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (same(a, i - 1, b, j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && same(a, i - 1, b, j - 2) && same(a, i - 2, b, j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }

    private static boolean same(String a, int i, String b, int j) {
        return Character.toLowerCase(a.charAt(i)) == Character.toLowerCase(b.charAt(j));
    }
}
