package taskmaster.toml;

import java.util.List;

/**
 * What a text holds, as far as it could be read, and everything that is wrong with it, in order of
 * place.
 */
public record TomlDocument(TomlValue.Table root, List<Problem> problems) {

    /** {@code message} says what is wrong and, where that is clear, what would be right. */
    public record Problem(Position position, String message) {}

    public TomlDocument {
        problems = List.copyOf(problems);
    }
}
