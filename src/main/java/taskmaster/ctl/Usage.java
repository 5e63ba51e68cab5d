package taskmaster.ctl;

import java.util.Optional;
import taskmaster.protocol.Verb;

/** The texts that explain taskmasterctl. Loaded only when one is asked for, or to find a verb. */
final class Usage {

    private static final String SYNOPSIS =
            """
            usage: taskmasterctl [OPTION...] COMMAND [NAME...]
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
              --json                     print what taskmasterd answers, a JSON object a line
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
            Of several that apply the highest; for status 3 goes before 4.
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

    static String brief() {
        return SYNOPSIS + "For help, use taskmasterctl --help\n";
    }

    static String full() {
        StringBuilder text = new StringBuilder(SYNOPSIS).append("\ncommands:\n");
        for (Verb verb : Verb.values()) {
            text.append("  ").append(verb.usage());
            if (verb.usage().length() > USAGE_WIDTH) {
                text.append('\n');
                Text.pad(text, USAGE_WIDTH + 4);
            } else {
                Text.pad(text, USAGE_WIDTH - verb.usage().length() + 2);
            }
            text.append(verb.summary()).append('\n');
        }
        return text.append(OPTIONS).append(EXIT_CODES).toString();
    }

    static String of(Verb verb) {
        return "taskmasterctl " + verb.usage() + "\n    " + verb.summary() + "\n";
    }

    static String version() {
        return "taskmasterctl " + taskmaster.protocol.Version.TEXT + "\n";
    }
}
