package taskmaster.ctl;

import java.util.Locale;
import java.util.Optional;

/** What {@code set} switches on ({@code -}) and off ({@code +}). */
enum ShellOption {
    /** Changes of states are shown at once, not before the next prompt. */
    NOTIFY('b'),

    /** The shell ends with the exit code of the first command that fails. */
    ERREXIT('e');

    private final char letter;

    ShellOption(char letter) {
        this.letter = letter;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ShellOption> named(String word) {
        for (ShellOption option : values()) {
            if (option.word().equals(word)) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }

    /** By {@code -b} or {@code +b}. */
    static Optional<ShellOption> lettered(String argument) {
        boolean signed = argument.startsWith("-") || argument.startsWith("+");
        for (ShellOption option : values()) {
            if (signed && argument.length() == 2 && argument.charAt(1) == option.letter) {
                return Optional.of(option);
            }
        }
        return Optional.empty();
    }
}
