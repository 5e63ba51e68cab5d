package taskmaster.config;

import java.util.List;
import java.util.Optional;

/** Guesses what a misspelled or foreign word was meant to be. Only used once something is wrong. */
final class Hints {

    /** Longer words are not compared: nobody misspells those. */
    private static final int LONGEST = 40;

    /** Of more candidates only these are looked at, to stay quick in a large file. */
    private static final int MAX_CANDIDATES = 500;

    /** What a message shows of a longer text. */
    private static final int SHOWN = 80;

    /** A word of supervisord's or another supervisor's, and what it is here. */
    private static final String[][] FOREIGN_KEYS = {
        {"stdout_logfile", "here it is stdout"},
        {"stderr_logfile", "here it is stderr"},
        {"environment", "here it is a section of its own, [SECTION.env]"},
        {"process_name", "several processes are named PROGRAM_0, PROGRAM_1 and so on"},
        {"stdout_logfile_maxbytes", "here it is stdout_maxbytes"},
        {"stdout_logfile_backups", "here it is stdout_backups"},
        {"stderr_logfile_maxbytes", "here it is stderr_maxbytes"},
        {"stderr_logfile_backups", "here it is stderr_backups"},
        {"childlogdir", "here each program has its stdout and stderr"},
        {"history_file", "here it is history"},
        {"username", "there are no passwords: chmod and chown say who may use the socket"},
        {"password", "there are no passwords: chmod and chown say who may use the socket"},
        {"port", "there is only a Unix socket: file = \"/run/taskmaster.sock\""},
        {"silent", "a daemon in the foreground prints its log; redirect it to be silent"},
        {"nocleanup", "logs of programs are never deleted"},
        {"workingdir", "here it is directory"},
        {"cwd", "here it is directory"},
        {"starttime", "here it is startsecs"},
        {"stoptime", "here it is stopwaitsecs"},
        {"startsec", "here it is startsecs"},
        {"arguments", "here it is args"},
        {"stdout_events_enabled", "taskmasterctl tail -f follows what a program prints"},
        {"stderr_events_enabled", "taskmasterctl tail -f follows what a program prints"},
        {"strip_ansi", "here each program has its own"},
    };

    private static final String[][] FOREIGN_SECTIONS = {
        {"supervisord", "here it is [taskmasterd]"},
        {"taskmaster", "it is [taskmasterd] or [taskmasterctl]"},
        {"supervisorctl", "here it is [taskmasterctl]"},
        {"inet_http_server", "there is only a Unix socket: [unix_http_server]"},
        {"program", "a program is [programs.NAME]"},
        {"group", "a group is [groups.NAME]"},
        {"eventlistener", "there are no event listeners"},
        {"fcgi-program", "a program is [programs.NAME]"},
        {"rpcinterface", "leave it out: there is nothing to choose"},
        {"ctlplugin", "there are no plugins"},
    };

    private Hints() {}

    /** {@code (did you mean "x"?)} after a space, or nothing. */
    static String didYouMean(String word, List<String> candidates) {
        Optional<String> closest = closest(word, candidates);
        return closest.isPresent() ? " (did you mean \"" + closest.get() + "\"?)" : "";
    }

    /** What to say of a key that does not exist. {@code label} is the section's, with brackets. */
    static String unknownKey(String label, String key, List<String> known) {
        for (String[] foreign : FOREIGN_KEYS) {
            if (foreign[0].equals(key)) {
                String name = label.substring(1, label.length() - 1);
                return "there is no such key (" + foreign[1].replace("SECTION", name) + ")";
            }
        }
        return "there is no such key" + didYouMean(key, known);
    }

    /** What to say of a section that does not exist. */
    static String unknownSection(String name, List<String> known) {
        int colon = name.indexOf(':');
        String word = colon < 0 ? name : name.substring(0, colon);
        for (String[] foreign : FOREIGN_SECTIONS) {
            if (foreign[0].equals(word)) {
                return "there is no such section (" + foreign[1] + ")";
            }
        }
        Optional<String> closest = closest(name, known);
        return "there is no such section"
                + (closest.isPresent() ? " (did you mean [" + closest.get() + "]?)" : "");
    }

    /**
     * For a line that is no TOML: {@code [program:web]} is how supervisord writes it. After a
     * space, or nothing.
     */
    static String foreignLine(String line) {
        String text = line.strip();
        int colon = text.indexOf(':');
        if (!text.startsWith("[") || text.startsWith("[[") || colon < 0) {
            return "";
        }
        String word = text.substring(1, colon).strip();
        for (String[] foreign : FOREIGN_SECTIONS) {
            if (foreign[0].equals(word)) {
                return " (" + foreign[1] + ")";
            }
        }
        return "";
    }

    /** The candidate with the fewest slips from the word, if they are few for its length. */
    static Optional<String> closest(String word, List<String> candidates) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        String lower = word.toLowerCase(java.util.Locale.ROOT);
        Optional<String> best = Optional.empty();
        int fewest = Math.max(1, Math.min(3, (word.length() + 1) / 3)) + 1;
        int last = Math.min(candidates.size(), MAX_CANDIDATES);
        for (String candidate : candidates.subList(0, last)) {
            int difference = Math.abs(candidate.length() - word.length());
            if (candidate.length() <= LONGEST && difference < fewest) {
                int slips = slips(lower, candidate.toLowerCase(java.util.Locale.ROOT));
                if (slips < fewest && slips < candidate.length()) {
                    fewest = slips;
                    best = Optional.of(candidate);
                }
            }
        }
        return best;
    }

    /**
     * The least number of letters inserted, left out, changed or swapped with the next one (optimal
     * string alignment).
     */
    static int slips(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            cost[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            cost[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int least = cost[i - 1][j - 1] + (same ? 0 : 1);
                least = Math.min(least, cost[i - 1][j] + 1);
                least = Math.min(least, cost[i][j - 1] + 1);
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    least = Math.min(least, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = least;
            }
        }
        return cost[a.length()][b.length()];
    }

    /** A text of the user's in a message: in quotes, on one line, not too long. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        int shown = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (shown++ == SHOWN) {
                return quoted.append("...\"").toString();
            }
            Toml.appendEscaped(quoted, text.codePointAt(i));
        }
        return quoted.append('"').toString();
    }
}
