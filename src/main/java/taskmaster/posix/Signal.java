package taskmaster.posix;

import java.util.Optional;

/**
 * A signal of Linux, by number (man 7 signal). 1 to 31 have names; 34 to 64 are the real-time
 * signals, named from both ends as the shell does (RTMIN+3, RTMAX-2). 32 and 33 belong to the C
 * library and cannot be asked for, but a process can be killed by them.
 */
public record Signal(int number) {

    /** Names of 1 to 31, the same on x86-64 and aarch64. */
    private static final String[] NAMES = {
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
        "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
        "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
    };

    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

    public static final Signal HUP = new Signal(1);
    public static final Signal INT = new Signal(2);
    public static final Signal QUIT = new Signal(3);
    public static final Signal KILL = new Signal(9);
    public static final Signal USR1 = new Signal(10);
    public static final Signal USR2 = new Signal(12);
    public static final Signal TERM = new Signal(15);
    public static final Signal CONT = new Signal(18);
    public static final Signal STOP = new Signal(19);
    public static final Signal WINCH = new Signal(28);

    /** The highest signal number of the kernel (_NSIG). */
    public static final int MAX = RTMAX;

    public Signal {
        if (number < 1 || number > MAX) {
            throw new IllegalArgumentException("no signal has the number " + number);
        }
    }

    private static boolean canBeAskedFor(int number) {
        return (number >= 1 && number <= NAMES.length) || (number >= RTMIN && number <= RTMAX);
    }

    /** The name without SIG: {@code TERM}, {@code RTMIN+3}; 32 and 33 have only their number. */
    public String name() {
        if (number <= NAMES.length) {
            return NAMES[number - 1];
        }
        if (number < RTMIN) {
            return Integer.toString(number);
        }
        if (number == RTMIN) {
            return "RTMIN";
        }
        if (number == RTMAX) {
            return "RTMAX";
        }
        int fromMin = number - RTMIN;
        int fromMax = RTMAX - number;
        return fromMin <= fromMax ? "RTMIN+" + fromMin : "RTMAX-" + fromMax;
    }

    /**
     * Reads {@code TERM}, {@code SIGTERM}, {@code 15}, {@code RTMIN+3}, in any case; empty when it
     * is no signal.
     */
    public static Optional<Signal> parse(String text) {
        String name = text.regionMatches(true, 0, "SIG", 0, 3) ? text.substring(3) : text;
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equalsIgnoreCase(name)) {
                return Optional.of(new Signal(i + 1));
            }
        }
        int number = realTime(name, decimal(text));
        return canBeAskedFor(number) ? Optional.of(new Signal(number)) : Optional.empty();
    }

    private static int realTime(String name, int otherwise) {
        if (name.equalsIgnoreCase("RTMIN")) {
            return RTMIN;
        }
        if (name.equalsIgnoreCase("RTMAX")) {
            return RTMAX;
        }
        int offset = name.length() > 6 ? decimal(name.substring(6)) : -1;
        boolean inRange = offset >= 0 && offset <= RTMAX - RTMIN;
        if (inRange && name.regionMatches(true, 0, "RTMIN+", 0, 6)) {
            return RTMIN + offset;
        }
        if (inRange && name.regionMatches(true, 0, "RTMAX-", 0, 6)) {
            return RTMAX - offset;
        }
        return otherwise;
    }

    /** The value of one to three digits, else -1. */
    private static int decimal(String text) {
        if (text.isEmpty() || text.length() > 3) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    /** Whether it stops a process that does nothing about it: STOP, TSTP, TTIN, TTOU. */
    public boolean stops() {
        return number >= STOP.number && number <= STOP.number + 3;
    }

    /** Names for a suggestion after a misspelling. */
    public static java.util.List<String> names() {
        return java.util.List.of(NAMES);
    }

    /** Written out, as is the next: what a record has of its own costs milliseconds at start-up. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Signal signal && signal.number == number;
    }

    @Override
    public int hashCode() {
        return number;
    }

    @Override
    public String toString() {
        return name();
    }
}
