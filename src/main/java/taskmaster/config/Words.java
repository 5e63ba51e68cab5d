package taskmaster.config;

import java.util.ArrayList;
import java.util.List;

/** Cuts a command line into words, to show how it is written here. */
final class Words {

    private Words() {}

    /** At white space, with {@code '...'} and {@code "..."} as a shell has them; no more. */
    static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote != 0) {
                word.append(c);
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (!Character.isWhitespace(c)) {
                word.append(c);
                inWord = true;
            } else if (inWord) {
                words.add(word.toString());
                word.setLength(0);
                inWord = false;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    /** {@code ["-g", "daemon off;"]}. */
    static String array(List<String> words) {
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < words.size(); i++) {
            out.append(i == 0 ? "" : ", ").append(Toml.string(words.get(i)));
        }
        return out.append(']').toString();
    }
}
