package taskmaster.toml;

/** Integers and floats, from their word. */
final class NumberReader {

    private NumberReader() {}

    /** Whether {@code word} is meant as a number, right or wrong. */
    static boolean isNumber(String word) {
        if (isSpecial(word)) {
            return true;
        }
        int i = signLength(word);
        if (i < word.length() && word.charAt(i) == '.') {
            i++;
        }
        return i < word.length() && isDigit(word.charAt(i));
    }

    private static boolean isSpecial(String word) {
        int sign = signLength(word);
        return word.length() == sign + 3
                && (word.startsWith("inf", sign) || word.startsWith("nan", sign));
    }

    static TomlValue special(String word, Position at) {
        double value = word.endsWith("nan") ? Double.NaN : Double.POSITIVE_INFINITY;
        return new TomlValue.Real(word.startsWith("-") ? -value : value, at);
    }

    static TomlValue read(String word, Position at) throws TomlSyntaxException {
        int sign = signLength(word);
        if (isSpecial(word)) {
            return special(word, at);
        }
        if (word.length() > sign + 1 && word.charAt(sign) == '0') {
            char base = Character.toLowerCase(word.charAt(sign + 1));
            if (base == 'x') {
                return radix(word, 16, "a hexadecimal", at);
            }
            if (base == 'o') {
                return radix(word, 8, "an octal", at);
            }
            if (base == 'b') {
                return radix(word, 2, "a binary", at);
            }
        }
        return decimal(word, sign, at);
    }

    private static TomlValue radix(String word, int radix, String name, Position at)
            throws TomlSyntaxException {
        int sign = signLength(word);
        String digits = word.substring(sign + 2);
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) != '_' && Character.digit(digits.charAt(i), radix) < 0) {
                throw notANumber(word, name + " number", at);
            }
        }
        if (sign > 0) {
            throw new TomlSyntaxException(at, name + " number has no sign");
        }
        if (Character.isUpperCase(word.charAt(1))) {
            String small = "0" + Character.toLowerCase(word.charAt(1)) + digits;
            throw new TomlSyntaxException(at, "write " + shorten(small) + ", with a small letter");
        }
        checkDigits(word, digits, at);
        String plain = withoutUnderscores(digits);
        try {
            String literal = word.substring(0, 2).concat(plain);
            return new TomlValue.Int(Long.parseLong(plain, radix), literal, at);
        } catch (NumberFormatException large) {
            throw new TomlSyntaxException(
                    at, "this integer is too large: the largest is 0x7fffffffffffffff");
        }
    }

    private static TomlValue decimal(String word, int sign, Position at)
            throws TomlSyntaxException {
        int wholeEnd = endOfDigits(word, sign);
        int i = wholeEnd;
        boolean point = i < word.length() && word.charAt(i) == '.';
        int fraction = i + 1;
        if (point) {
            i = endOfDigits(word, fraction);
        }
        int fractionEnd = i;
        boolean exponent = i < word.length() && (word.charAt(i) | 32) == 'e';
        if (exponent) {
            i++;
            i += signLength(word.substring(i));
        }
        int exponentStart = i;
        i = exponent ? endOfDigits(word, i) : i;
        if (i < word.length()) {
            throw notANumber(word, "a number", at);
        }
        if (wholeEnd == sign) {
            String right = word.substring(0, sign) + "0" + word.substring(sign);
            throw new TomlSyntaxException(
                    at, "a digit is missing before the point: write " + shorten(right));
        }
        if (point && fractionEnd == fraction) {
            String right = word.substring(0, fraction) + "0" + word.substring(fraction);
            throw new TomlSyntaxException(
                    at, "a digit is missing after the point: write " + shorten(right));
        }
        checkDigits(word, word.substring(sign, wholeEnd), at);
        checkLeadingZero(word, sign, wholeEnd, at);
        if (point) {
            checkDigits(word, word.substring(fraction, fractionEnd), at);
        }
        if (exponent) {
            checkDigits(word, word.substring(exponentStart), at);
        }
        String plain = withoutUnderscores(word);
        if (point || exponent) {
            return new TomlValue.Real(Double.parseDouble(plain), at);
        }
        try {
            return new TomlValue.Int(Long.parseLong(plain), plain, at);
        } catch (NumberFormatException large) {
            String limit = plain.startsWith("-") ? "smallest is -9223372036854775808" : "";
            limit = limit.isEmpty() ? "largest is 9223372036854775807" : limit;
            throw new TomlSyntaxException(
                    at, "this integer does not fit into 64 bits: the " + limit);
        }
    }

    private static void checkLeadingZero(String word, int sign, int end, Position at)
            throws TomlSyntaxException {
        if (word.charAt(sign) != '0' || end == sign + 1) {
            return;
        }
        int zeros = sign;
        boolean octal = end == word.length() && sign == 0;
        for (int i = sign; i < end; i++) {
            octal = octal && word.charAt(i) < '8';
            if (zeros == i && i + 1 < end && (word.charAt(i) == '0' || word.charAt(i) == '_')) {
                zeros++;
            }
        }
        String right = word.substring(0, sign) + word.substring(zeros);
        String message =
                octal
                        ? "an integer cannot begin with 0: write "
                                + shorten("0o" + right)
                                + " for octal"
                        : "a number cannot begin with 0: write " + shorten(right);
        throw new TomlSyntaxException(at, message);
    }

    private static void checkDigits(String word, String digits, Position at)
            throws TomlSyntaxException {
        if (digits.isEmpty()) {
            throw new TomlSyntaxException(at, "digits are missing at the end of " + shorten(word));
        }
        if (digits.startsWith("_") || digits.endsWith("_") || digits.contains("__")) {
            throw new TomlSyntaxException(
                    at, "an underscore in a number must stand between two digits");
        }
    }

    private static TomlSyntaxException notANumber(String word, String what, Position at) {
        String quoted = TextReader.quote(word);
        return new TomlSyntaxException(
                at, quoted + " is not " + what + "; a string needs quotes: write " + quoted);
    }

    private static String shorten(String word) {
        return word.length() <= 40 ? word : word.substring(0, 40) + "...";
    }

    private static String withoutUnderscores(String word) {
        return word.indexOf('_') < 0 ? word : word.replace("_", "");
    }

    private static int endOfDigits(String word, int start) {
        int i = start;
        while (i < word.length() && (isDigit(word.charAt(i)) || word.charAt(i) == '_')) {
            i++;
        }
        return i;
    }

    private static int signLength(String word) {
        return word.startsWith("+") || word.startsWith("-") ? 1 : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
