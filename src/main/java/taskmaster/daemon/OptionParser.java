package taskmaster.daemon;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code -c FILE}, {@code -cFILE}, {@code --configuration FILE}, {@code
 * --configuration=FILE}, {@code -nc FILE}.
 */
final class OptionParser {

    /** Letter ({@code -} where there is none), word, and whether a value follows. */
    private static final String[][] OPTIONS = {
        {"c", "configuration", "value"},
        {"n", "nodaemon", ""},
        {"-", "check", ""},
        {"u", "user", "value"},
        {"m", "umask", "value"},
        {"d", "directory", "value"},
        {"l", "logfile", "value"},
        {"e", "loglevel", "value"},
        {"j", "pidfile", "value"},
        {"i", "identifier", "value"},
        {"a", "minfds", "value"},
        {"-", "minprocs", "value"},
        {"v", "version", ""},
        {"h", "help", ""},
        {"?", "help", ""},
    };

    private final String[] arguments;
    private final Map<String, String> given = new HashMap<>();
    private int next;

    OptionParser(String[] arguments) {
        this.arguments = arguments;
    }

    Options.Parsed parse() {
        while (next < arguments.length) {
            String argument = arguments[next++];
            Optional<String> problem =
                    argument.startsWith("--")
                            ? word(argument.substring(2))
                            : argument.startsWith("-") && argument.length() > 1
                                    ? letters(argument.substring(1))
                                    : Optional.of(
                                            "unexpected argument \""
                                                    + argument
                                                    + "\": taskmasterd takes options only");
            if (problem.isPresent()) {
                return new Options.Parsed.Wrong(problem.get());
            }
        }
        if (given.containsKey("help")) {
            return new Options.Parsed.Help();
        }
        if (given.containsKey("version")) {
            return new Options.Parsed.Version();
        }
        return new Options.Parsed.Run(
                new Options(
                        value("configuration"),
                        given.containsKey("nodaemon"),
                        given.containsKey("check"),
                        value("user"),
                        value("umask"),
                        value("directory"),
                        value("logfile"),
                        value("loglevel"),
                        value("pidfile"),
                        value("identifier"),
                        value("minfds"),
                        value("minprocs")));
    }

    private Optional<String> value(String word) {
        return Optional.ofNullable(given.get(word));
    }

    private Optional<String> word(String text) {
        int equals = text.indexOf('=');
        String word = equals < 0 ? text : text.substring(0, equals);
        for (String[] option : OPTIONS) {
            if (option[1].equals(word)) {
                return equals < 0
                        ? take(option, "--" + word)
                        : takeAttached(option, "--" + word, text.substring(equals + 1));
            }
        }
        return Optional.of("unknown option --" + word + ": see taskmasterd --help");
    }

    private Optional<String> letters(String text) {
        for (int i = 0; i < text.length(); i++) {
            String letter = text.substring(i, i + 1);
            String[] option = byLetter(letter);
            if (option.length == 0) {
                return Optional.of("unknown option -" + letter + ": see taskmasterd --help");
            }
            if (!option[2].isEmpty() && i + 1 < text.length()) {
                return takeAttached(option, "-" + letter, text.substring(i + 1));
            }
            Optional<String> problem = take(option, "-" + letter);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static String[] byLetter(String letter) {
        for (String[] option : OPTIONS) {
            if (!letter.equals("-") && option[0].equals(letter)) {
                return option;
            }
        }
        return new String[0];
    }

    private Optional<String> take(String[] option, String shown) {
        if (option[2].isEmpty()) {
            given.put(option[1], "");
            return Optional.empty();
        }
        if (next == arguments.length) {
            return Optional.of("option " + shown + " needs a value: see taskmasterd --help");
        }
        given.put(option[1], arguments[next++]);
        return Optional.empty();
    }

    private Optional<String> takeAttached(String[] option, String shown, String value) {
        if (option[2].isEmpty()) {
            return Optional.of("option " + shown + " takes no value");
        }
        given.put(option[1], value);
        return Optional.empty();
    }
}
