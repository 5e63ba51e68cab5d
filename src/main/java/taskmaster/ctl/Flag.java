package taskmaster.ctl;

import java.util.List;
import java.util.Optional;
import taskmaster.protocol.Verb;

/** The options without a value. Some belong to verbs, and mean something else with others. */
enum Flag {
    FOLLOW("-f", "and what comes", Verb.TAIL, Verb.MAINTAIL, Verb.LOGS),
    NO_NEWLINE("-n", "without the end of a line", Verb.SEND),
    TO_GROUP("-g", "to the process group", Verb.SIGNAL),
    SURVIVE("-h", "when the daemon ends", Verb.DISOWN),
    ALL("-a", "all", Verb.DISOWN),
    ONLY_RUNNING("-r", "all that are not paused", Verb.DISOWN),
    ANY("-n", "until the first has ended", Verb.WAIT),
    ENDED("-f", "also where they are paused", Verb.WAIT),
    RAW("--raw", "control characters as they are", Verb.TAIL, Verb.LOGS, Verb.MAINTAIL),
    NO_WAIT(
            "--no-wait",
            "do not wait for the outcome",
            Verb.START,
            Verb.STOP,
            Verb.RESTART,
            Verb.RELOAD,
            Verb.UPDATE),
    JSON("--json", "print what taskmasterd answers"),
    HELP("--help", "about the command"),
    VERSION("--version", "the version of taskmasterctl"),
    INTERACTIVE("--interactive", "a shell after the command"),
    STOPS_AT_ERROR("-e", "the shell ends at the first error");

    private final String option;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<Verb> verbs;

    Flag(String option, String meaning, Verb... verbs) {
        this.option = option;
        this.meaning = meaning;
        this.verbs = List.of(verbs);
    }

    /**
     * What {@code option} means after {@code verb}. A long one means the same everywhere, and may
     * stand before the verb that it belongs to.
     */
    static Optional<Flag> find(String option, Optional<Verb> verb) {
        boolean isLong = option.startsWith("--");
        for (Flag flag : values()) {
            boolean fits = isLong || flag.verbs.isEmpty() || flag.belongsTo(verb);
            if (fits && flag.option.equals(option)) {
                return Optional.of(flag);
            }
        }
        return switch (option) {
            case "-h" -> Optional.of(HELP);
            case "-v" -> Optional.of(VERSION);
            case "-i" -> Optional.of(INTERACTIVE);
            default -> Optional.empty();
        };
    }

    /** Whether it belongs to this verb, and not to all. */
    boolean belongsTo(Optional<Verb> verb) {
        return verb.isPresent() && verbs.contains(verb.get());
    }

    String option() {
        return option;
    }

    String meaning() {
        return meaning;
    }
}
