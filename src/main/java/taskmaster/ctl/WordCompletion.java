package taskmaster.ctl;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.protocol.Verb;

/**
 * {@code --complete}: what may stand for the last word of a command line that is being typed in
 * bash, zsh or fish. Pure.
 */
final class WordCompletion {

    private WordCompletion() {}

    /** Where the words before the last say that taskmasterd is. */
    static Invocation.Options where(List<String> words) {
        Optional<String> config = Optional.empty();
        Optional<String> url = Optional.empty();
        boolean isBytes = false;
        for (int i = 0; i + 1 < words.size(); i++) {
            String word = words.get(i);
            String value = i + 2 < words.size() ? words.get(i + 1) : "";
            isBytes |= word.equals("tail") || word.equals("logs") || word.equals("maintail");
            if (word.equals("--configuration") || (word.equals("-c") && !isBytes)) {
                config = Optional.of(value);
            } else if (word.startsWith("--configuration=")) {
                config = Optional.of(word.substring("--configuration=".length()));
            } else if (word.equals("--serverurl") || word.equals("-s")) {
                url = Optional.of(value);
            } else if (word.startsWith("--serverurl=")) {
                url = Optional.of(word.substring("--serverurl=".length()));
            }
        }
        return new Invocation.Options(
                config, url, false, Optional.empty(), false, false, Optional.empty());
    }

    /** A line each: the word, a tab, what it means. The words of the shell only are left out. */
    static String lines(List<String> words, Map<String, StateChanges.Seen> processes) {
        int last = words.size() - 1;
        String word = last < 0 ? "" : words.get(last);
        var typed = new Statements.Typed(last < 0 ? List.of() : words.subList(0, last), word, 0);
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> found :
                Candidates.of(typed, processes.values()).entrySet()) {
            if (!isForTheShell(found.getKey(), found.getValue())) {
                text.append(found.getKey()).append('\t').append(found.getValue()).append('\n');
            }
        }
        return text.toString();
    }

    private static boolean isForTheShell(String word, String summary) {
        Optional<ShellWord> own = ShellWord.find(word);
        Optional<Verb> verb = Usage.verb(word);
        return own.isPresent() && verb.isEmpty() && own.get().summary().equals(summary);
    }
}
