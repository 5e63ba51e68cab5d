package taskmaster.ctl;

import java.util.Locale;
import java.util.Optional;

/** The commands that are the shell's own, besides the verbs of the daemon; see {@link Words}. */
enum ShellWord {
    EXIT("exit [CODE]", "leave the shell, with the exit code of the last command"),
    QUIT("quit [CODE]", "the same as exit"),
    HISTORY("history [COUNT]", "show the lines that were typed"),
    SET("set [-b|+b] [-e|+e] [-o|+o OPTION]", "show or change the shell's options");

    private final String usage;
    private final String summary;

    ShellWord(String usage, String summary) {
        this.usage = usage;
        this.summary = summary;
    }

    static Optional<ShellWord> find(String word) {
        for (ShellWord known : values()) {
            if (known.word().equals(word)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String usage() {
        return usage;
    }

    String summary() {
        return summary;
    }
}
