package taskmaster.ctl;

import java.util.Locale;
import java.util.Optional;

/** The commands that are the shell's own, besides the verbs of the daemon; see {@link Words}. */
enum ShellWord {
    JOBS("jobs [-lnprs] [JOB...] | -x CMD ARG...", "show processes as jobs; -x: run a command"),
    BG("bg [JOB...]", "let paused jobs go on"),
    KILL("kill [-s SIG|-n NUM|-SIG] JOB... | -l [SIG...]", "send a signal to the group of jobs"),
    SUSPEND("suspend [-f]", "stop the shell until it gets CONT"),
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

    /** It can be given to taskmasterctl as a command, too. */
    boolean alsoOutside() {
        return this == JOBS || this == BG || this == KILL;
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
