package taskmaster.toml;

import java.nio.charset.StandardCharsets;

/** Any bytes as TOML: problems, each at a place of the text; never anything thrown. */
public final class TomlFuzz {

    private TomlFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        TomlDocument document = TomlParser.parse(input);
        int lines = 1;
        for (byte b : input) {
            lines += b == '\n' ? 1 : 0;
        }
        for (TomlDocument.Problem problem : document.problems()) {
            int line = problem.position().line();
            if (line < 1 || line > lines || problem.position().column() < 1) {
                throw new AssertionError("no such place: " + problem);
            }
        }
        if (document.problems().isEmpty()) {
            // A text without a fault says the same read from a String.
            String text = new String(input, StandardCharsets.UTF_8);
            if (!TomlParser.parse(text).problems().isEmpty()) {
                throw new AssertionError("valid as bytes, but not as text");
            }
        }
    }
}
