package taskmaster.toml;

/**
 * Strings of all four kinds.
 *
 * <p>A character or escape that is wrong is reported and kept as written, and reading goes on. Line
 * ends in a multi-line string are read as LF, whatever the file has.
 */
final class TextReader {

    private static final int MAX_QUOTED = 60;

    private final TomlSource source;

    TextReader(TomlSource source) {
        this.source = source;
    }

    /** From the opening quote to behind the closing one. */
    String read() throws TomlSyntaxException {
        return isMultiLine() ? multiLine() : singleLine();
    }

    boolean isMultiLine() {
        int quote = source.peek();
        return source.peek(1) == quote && source.peek(2) == quote;
    }

    String singleLine() throws TomlSyntaxException {
        Position start = source.position();
        int quote = source.peek();
        source.advance(1);
        int from = source.offset();
        skipPlain(quote);
        if (source.peek() == quote) {
            String value = source.since(from);
            source.advance(1);
            return value;
        }
        StringBuilder value = new StringBuilder();
        while (true) {
            source.appendSince(from, value);
            int c = source.peek();
            if (c == quote) {
                source.advance(1);
                return value.toString();
            }
            if (source.atEnd() || source.atNewline()) {
                throw new TomlSyntaxException(
                        start, "this string has no end: a closing " + (char) quote + " is missing");
            }
            from = source.offset();
            if (c == '\\' && quote == '"') {
                escape(value);
                from = source.offset();
            } else {
                source.checkCharacter("in a string");
                source.advance(1);
            }
            skipPlain(quote);
        }
    }

    private String multiLine() throws TomlSyntaxException {
        Position start = source.position();
        int quote = source.peek();
        source.advance(3);
        if (source.atNewline()) {
            source.newline();
        }
        StringBuilder value = new StringBuilder();
        while (true) {
            int from = source.offset();
            skipPlain(quote);
            source.appendSince(from, value);
            int c = source.peek();
            if (source.atEnd()) {
                String end = String.valueOf((char) quote).repeat(3);
                throw new TomlSyntaxException(
                        start, "this string has no end: a closing " + end + " is missing");
            }
            if (source.atNewline()) {
                source.newline();
                value.append('\n');
            } else if (c == quote) {
                if (endsAtQuotes(quote, value)) {
                    return value.toString();
                }
            } else if (c == '\\' && quote == '"') {
                if (!skipFoldedLines()) {
                    escape(value);
                }
            } else {
                source.checkCharacter("in a string");
                value.append((char) c);
                source.advance(1);
            }
        }
    }

    /** Three quotes end the string; one or two more before them belong to it. */
    private boolean endsAtQuotes(int quote, StringBuilder value) {
        int count = 1;
        while (count < 5 && source.peek(count) == quote) {
            count++;
        }
        source.advance(count);
        boolean end = count >= 3;
        for (int i = end ? 3 : 0; i < count; i++) {
            value.append((char) quote);
        }
        return end;
    }

    /** A backslash at the end of a line swallows all white space up to the next character. */
    private boolean skipFoldedLines() {
        int ahead = 1;
        while (source.peek(ahead) == ' ' || source.peek(ahead) == '\t') {
            ahead++;
        }
        int c = source.peek(ahead);
        if (c != '\n' && (c != '\r' || source.peek(ahead + 1) != '\n')) {
            return false;
        }
        source.advance(ahead);
        while (source.atNewline()) {
            source.newline();
            while (source.peek() == ' ' || source.peek() == '\t') {
                source.advance(1);
            }
        }
        return true;
    }

    /** Up to a quote, a backslash, or what needs a closer look. */
    private void skipPlain(int quote) {
        int c = source.peek();
        while (c >= ' '
                && c != quote
                && c != '\\'
                && c != 0x7F
                && !Character.isSurrogate((char) c)) {
            source.advance(1);
            c = source.peek();
        }
    }

    private void escape(StringBuilder value) {
        int c = source.peek(1);
        int plain =
                switch (c) {
                    case 'b' -> '\b';
                    case 't' -> '\t';
                    case 'n' -> '\n';
                    case 'f' -> '\f';
                    case 'r' -> '\r';
                    case '"', '\\' -> c;
                    default -> -1;
                };
        if (plain >= 0) {
            value.append((char) plain);
            source.advance(2);
        } else if (c == 'u' || c == 'U') {
            unicodeEscape(c == 'u' ? 4 : 8, value);
        } else {
            value.append('\\');
            Position start = source.position();
            source.advance(1);
            if (!source.atEnd() && !source.atNewline()) {
                source.problem(
                        start,
                        source.found()
                                + " cannot follow a backslash: write \"\\\\\" for a backslash, or"
                                + " the string in single quotes");
            }
        }
    }

    private void unicodeEscape(int digits, StringBuilder value) {
        int codePoint = 0;
        boolean valid = true;
        for (int i = 0; i < digits; i++) {
            int c = source.peek(2 + i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            valid = valid && digit >= 0 && codePoint <= Character.MAX_CODE_POINT;
            codePoint = codePoint * 16 + digit;
        }
        valid = valid && Character.isValidCodePoint(codePoint);
        if (valid && (codePoint < 0xD800 || codePoint > 0xDFFF)) {
            value.appendCodePoint(codePoint);
            source.advance(2 + digits);
            return;
        }
        String why =
                valid
                        ? " is half a character: write the whole one, with \\U and 8 digits"
                        : " needs " + digits + " hexadecimal digits that stand for a character";
        source.problem(source.position(), "\"\\" + (char) source.peek(1) + "\"" + why);
        value.append('\\');
        source.advance(1);
    }

    /** {@code value} as a basic string, on one line and not too long for a message. */
    static String quote(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); ) {
            if (i >= MAX_QUOTED) {
                quoted.append("...");
                break;
            }
            int c = value.codePointAt(i);
            i += Character.charCount(c);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (TomlSource.isPrintable(c)) {
                quoted.appendCodePoint(c);
            } else {
                String digits = TomlSource.codePoint(c).substring(2);
                boolean small = digits.length() == 4;
                quoted.append(small ? "\\u" : "\\U");
                quoted.append("0".repeat(small ? 0 : 8 - digits.length())).append(digits);
            }
        }
        return quoted.append('"').toString();
    }
}
