package taskmaster.config;

/** Writes names and strings as TOML does. */
final class Toml {

    private static final String HEX = "0123456789ABCDEF";

    private Toml() {}

    /** A basic string, in quotes. */
    static String string(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            appendEscaped(out, text.codePointAt(i));
        }
        return out.append('"').toString();
    }

    /** A key: bare where it may be, else in quotes. */
    static String key(String name) {
        boolean bare = !name.isEmpty();
        for (int i = 0; i < name.length() && bare; i++) {
            char c = name.charAt(i);
            bare =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '_'
                            || c == '-';
        }
        return bare ? name : string(name);
    }

    static void appendEscaped(StringBuilder out, int character) {
        switch (character) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\t' -> out.append("\\t");
            case '\r' -> out.append("\\r");
            default -> {
                boolean control = character < 0x20 || (character >= 0x7f && character < 0xa0);
                if (control) {
                    out.append("\\u00")
                            .append(HEX.charAt(character >> 4))
                            .append(HEX.charAt(character & 15));
                } else {
                    out.appendCodePoint(character);
                }
            }
        }
    }
}
