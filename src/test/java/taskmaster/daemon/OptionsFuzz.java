package taskmaster.daemon;

import taskmaster.fuzz.Mutator;

/** Any arguments of taskmasterd: options, or one line that says what is wrong. */
public final class OptionsFuzz {

    private OptionsFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (Options.parse(Mutator.arguments(input)) instanceof Options.Parsed.Wrong(String message)
                && message.isBlank()) {
            throw new AssertionError("wrong, but nothing is said");
        }
    }
}
