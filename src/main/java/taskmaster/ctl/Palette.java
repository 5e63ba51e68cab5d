package taskmaster.ctl;

/**
 * The colours of states, where they are wanted: green is well, yellow is on the way, red wants
 * somebody. Only of the eight colours that every terminal has, which its user has chosen.
 */
final class Palette {

    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String PLAIN = "\u001b[0m";

    private final boolean on;

    Palette(boolean on) {
        this.on = on;
    }

    boolean isOn() {
        return on;
    }

    /** {@code expected}: whether somebody wanted it so; only EXITED can be both. */
    void state(StringBuilder text, String state, boolean expected) {
        String colour = on ? colour(state, expected) : "";
        text.append(colour).append(state).append(colour.isEmpty() ? "" : PLAIN);
    }

    private static String colour(String state, boolean expected) {
        return switch (state) {
            case "RUNNING" -> GREEN;
            case "STARTING", "BACKOFF", "STOPPING" -> YELLOW;
            case "FATAL", "UNKNOWN" -> RED;
            case "EXITED" -> expected ? "" : RED;
            default -> "";
        };
    }
}
