package taskmaster.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.protocol.Suggestion;
import taskmaster.protocol.Verb;

/** The texts that explain taskmasterctl. Loaded only when one is asked for, or to find a verb. */
final class Usage {

    private static final String SYNOPSIS =
            """
            usage: taskmasterctl [OPTION...] COMMAND [NAME...]
                   taskmasterctl [-c FILE] [-s URL] [-e] [-i [COMMAND [NAME...]]]
            """;

    private static final String SHELL =
            """

            ; and new lines separate commands, & puts a job into the background, # begins a comment. Quotes are those
            of sh: 'a b', "a b", a\\ b. help COMMAND tells more and has an example; the options of taskmasterctl
            (--json, --timeout SECONDS, --no-wait ...) can be given with each command.
            """;

    private static final String OPTIONS =
            """

            options, before or after the command:
              -c, --configuration FILE   the configuration file, whose [taskmasterctl] serverurl counts
              -s, --serverurl URL        where taskmasterd listens: unix:///PATH, or only PATH
              --program, --group, --process NAME
                                         what a command is about, when NAME alone is not clear; repeatable
              --timeout SECONDS          wait no longer for the outcome
              --no-wait                  do not wait for it at all (start, stop, restart, reload, update)
              --raw                      show control characters of logs on a terminal as they are (tail,
                                         logs, maintail); else as ^[ and \\x9b
              --color auto|always|never  show states and names in colours; auto: on a terminal, unless
                                         NO_COLOR is set or TERM is dumb
              --json                     print what taskmasterd answers, a JSON object a line
              -i, --interactive          a shell after the command; without a command there is one anyway
              -e                         the shell ends at the first command that fails, with its exit code
              --complete WORD...         print what may stand for the last word, for scripts/completion;
                                         before all others
              -h, --help                 this text; after a command, that command's
              -v, --version              the version of taskmasterctl

            A NAME is a program, a group (group: or group:*), group:process or a process; * stands for
            any characters. all, or no name where a command can do without, is every process.
            """;

    private static final String EXIT_CODES =
            """

            exit codes:
              0  done; also: start of what already runs, stop of what does not, shutdown while shutting
                 down; status NAME: all of them run (RUNNING or STARTING); status: taskmasterd answered
              1  failed, also: no such process, timeout; start, restart: its file is missing
                 or cannot be executed; shutdown: taskmasterd cannot be reached
              2  wrong usage, or the configuration cannot be read; start, restart: no such group
              3  status NAME: something does not run
              4  this user may not (allow); status: no such process, or taskmasterd cannot be reached
              7  signal, pid: the process does not run; start, restart: it could not be spawned for
                 another reason, or ended too soon; other commands but status and shutdown:
                 taskmasterd cannot be reached
            130  ended by Ctrl-C
            The shell's is that of its last command. Of several that apply the highest; for status 3 goes before 4.
            """;

    /** A longer usage has a line of its own. */
    private static final int USAGE_WIDTH = 28;

    private Usage() {}

    static Optional<Verb> verb(String word) {
        if (word.equals("fg")) {
            return Optional.of(Verb.ATTACH);
        }
        for (Verb verb : Verb.values()) {
            if (verb.word().equals(word)) {
                return Optional.of(verb);
            }
        }
        return Optional.empty();
    }

    /** What else it is, with a leading space, or nothing; some are words of supervisorctl. */
    static String meant(String wrong) {
        if (ShellWord.find(wrong).isPresent()) {
            return " (only in the shell: taskmasterctl without a command)";
        }
        String foreign =
                switch (wrong) {
                    case "add" -> " (here it is reload NAME)";
                    case "remove" -> " (take it out of the file, then reload NAME)";
                    case "open" -> " (here it is the option -s URL)";
                    default -> "";
                };
        if (!foreign.isEmpty()) {
            return foreign;
        }
        List<String> words = new ArrayList<>();
        for (Verb verb : Verb.values()) {
            words.add(verb.word());
        }
        for (ShellWord word : ShellWord.values()) {
            words.add(word.word());
        }
        return Suggestion.of(wrong, words);
    }

    static String brief() {
        return SYNOPSIS + "For help, use taskmasterctl --help\n";
    }

    static String full() {
        StringBuilder text = new StringBuilder(SYNOPSIS).append("\ncommands:\n");
        commands(text);
        return text.append(OPTIONS).append(EXIT_CODES).toString();
    }

    /** {@code help} in the shell: what can be typed there. */
    static String inShell() {
        StringBuilder text = new StringBuilder();
        commands(text);
        return text.append(SHELL).toString();
    }

    private static void commands(StringBuilder text) {
        for (Verb verb : Verb.values()) {
            line(text, verb.usage(), verb.summary());
        }
        own(text, true);
        text.append("\nin the shell (taskmasterctl without a command) also:\n");
        own(text, false);
    }

    private static void own(StringBuilder text, boolean alsoOutside) {
        for (ShellWord word : ShellWord.values()) {
            if (word.alsoOutside() == alsoOutside) {
                line(text, word.usage(), word.summary());
            }
        }
    }

    private static void line(StringBuilder text, String usage, String summary) {
        text.append("  ").append(usage);
        if (usage.length() > USAGE_WIDTH) {
            text.append('\n');
            Text.pad(text, USAGE_WIDTH + 4);
        } else {
            Text.pad(text, USAGE_WIDTH - usage.length() + 2);
        }
        text.append(summary).append('\n');
    }

    static String of(Verb verb) {
        return page(verb.usage(), verb.summary(), Manual.of(verb));
    }

    static String of(ShellWord word) {
        return page(word.usage(), word.summary(), Manual.of(word));
    }

    /** What {@code help WORD} shows; of an unknown word supervisorctl's line. */
    static String about(String word) {
        Optional<Verb> verb = verb(word);
        if (verb.isPresent()) {
            return of(verb.get());
        }
        Optional<ShellWord> own = ShellWord.find(word);
        return own.isPresent() ? of(own.get()) : "*** No help on " + word + "\n";
    }

    private static String page(String usage, String summary, String manual) {
        StringBuilder text = new StringBuilder("usage: ").append(usage).append('\n');
        text.append("  ").append(summary).append('\n');
        int from = 0;
        while (from < manual.length()) {
            int end = manual.indexOf('\n', from) + 1;
            text.append("  ").append(manual, from, end);
            from = end;
        }
        return text.toString();
    }

    static String version() {
        return "taskmasterctl " + taskmaster.protocol.Version.TEXT + "\n";
    }
}
