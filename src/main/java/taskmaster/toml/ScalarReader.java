package taskmaster.toml;

import java.util.Optional;

/**
 * Booleans, numbers, dates and times: everything that is one word without quotes. Which of them it
 * is shows in the word itself; what is none of them is most likely a string that lacks its quotes.
 *
 * <p>A word is always read to its end, right or wrong, so that the caller can go on behind it.
 */
final class ScalarReader {

    private final TomlSource source;

    ScalarReader(TomlSource source) {
        this.source = source;
    }

    /**
     * The value that begins here; empty where the word has been reported and means nothing.
     *
     * @param openLine the line of the outermost bracket that is open, where a comma ends the value
     *     and a line that looks like a statement means that the bracket was not closed; 0 for none
     */
    Optional<TomlValue> read(int openLine) throws TomlSyntaxException {
        Position start = source.position();
        int from = source.offset();
        while (isWord(source.peek())) {
            source.advance(1);
        }
        String word = source.since(from);
        if (!atBoundary()) {
            return Optional.of(unquoted(start, from, openLine));
        }
        if (isWordOfToml(word)) {
            return Optional.of(
                    word.endsWith("e")
                            ? new TomlValue.Bool(word.equals("true"), start)
                            : NumberReader.special(word, start));
        }
        try {
            if (isTime(word)) {
                return Optional.of(TimeReader.read(withTime(word, from), start));
            }
            if (NumberReader.isNumber(word)) {
                return Optional.of(NumberReader.read(word, start));
            }
        } catch (TomlSyntaxException wrong) {
            source.problem(wrong.position(), wrong.getMessage());
            return Optional.empty();
        }
        return Optional.of(unquoted(start, from, openLine));
    }

    private static boolean isWord(int c) {
        return Key.isBare(c) || c == '+' || c == '.' || c == ':';
    }

    private boolean atBoundary() {
        int c = source.peek();
        return source.atEnd()
                || source.atNewline()
                || c == ' '
                || c == '\t'
                || c == '\r'
                || c == ','
                || c == ']'
                || c == '}'
                || c == '#';
    }

    /** {@code 1979-} and {@code 07:} begin a date and a time. */
    private static boolean isTime(String word) {
        int digits = 0;
        while (digits < word.length() && word.charAt(digits) >= '0' && word.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == word.length()) {
            return false;
        }
        char after = word.charAt(digits);
        return (digits == 4 && after == '-') || (digits > 0 && digits <= 2 && after == ':');
    }

    /** A date may have its time behind a blank. */
    private String withTime(String date, int from) {
        int digit = source.peek(1);
        if (date.length() != 10 || source.peek() != ' ' || digit < '0' || digit > '9') {
            return date;
        }
        source.advance(1);
        while (isWord(source.peek())) {
            source.advance(1);
        }
        return source.since(from);
    }

    /** Reads on to where the string seems to end, and reports it. */
    private TomlValue unquoted(Position start, int from, int openLine) throws TomlSyntaxException {
        boolean inside = openLine > 0;
        if (inside && source.line() > openLine && source.lineLooksLikeStatement()) {
            throw source.fail("\",\" or a closing bracket is missing");
        }
        int end = source.offset();
        while (!source.atEnd() && !source.atNewline() && source.peek() != '#') {
            int c = source.peek();
            if (inside && (c == ',' || c == ']' || c == '}')) {
                break;
            }
            source.advance(1);
            if (c != ' ' && c != '\t') {
                end = source.offset();
            }
        }
        String word = source.since(from).substring(0, end - from);
        source.problem(start, advice(word));
        return word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false")
                ? new TomlValue.Bool(word.equalsIgnoreCase("true"), start)
                : new TomlValue.Text(word, start);
    }

    private static String advice(String word) {
        char first = word.charAt(0);
        if (first >= '\u2018' && first <= '\u201F') {
            return "typographic quotes are not quotes here: write \" or '";
        }
        if (first == '=') {
            return "one \"=\" is enough";
        }
        int comment = startOfForeignComment(word);
        if (comment > 0) {
            return "strings need quotes, and comments begin with #: write "
                    + TextReader.quote(word.substring(0, comment).strip());
        }
        String quoted = "strings need quotes: write " + TextReader.quote(word);
        String small = word.toLowerCase(java.util.Locale.ROOT);
        if (isWordOfToml(small)) {
            return "write " + small + " in small letters, or " + TextReader.quote(word);
        }
        return switch (small) {
            case "yes", "on" -> quoted + ", or true";
            case "no", "off" -> quoted + ", or false";
            case "null", "nil", "none" -> quoted + ", or leave the key out";
            default -> quoted;
        };
    }

    /** Of a comment as INI files have it, a semicolon after a space; else -1. */
    private static int startOfForeignComment(String word) {
        int blank = word.indexOf(" ;");
        return blank < 0 ? word.indexOf("\t;") : blank;
    }

    /** The words that are values without quotes. */
    static boolean isWordOfToml(String word) {
        return switch (word) {
            case "true", "false", "inf", "nan" -> true;
            default -> false;
        };
    }
}
