package taskmaster.ctl;

import java.util.List;

/**
 * One command of a shell's line.
 *
 * @param words without quotes, not empty
 * @param background whether it ends with {@code &}
 */
record Statement(List<String> words, boolean background) {
    Statement {
        words = List.copyOf(words);
    }

    String first() {
        return words.get(0);
    }

    List<String> arguments() {
        return words.subList(1, words.size());
    }
}
