package taskmaster.supervisor;

/** The history of a run in words; written only where somebody wants to read it. */
final class Trace {

    private final boolean wanted;
    private final StringBuilder text = new StringBuilder();

    Trace(boolean wanted) {
        this.wanted = wanted;
    }

    /** Whether lines are kept; saves building them. */
    boolean isWanted() {
        return wanted;
    }

    /** Something that was done from outside. */
    void line(String line) {
        if (wanted) {
            text.append(line).append('\n');
        }
    }

    /** Something that came of it. */
    void effect(long sinceStart, String line) {
        if (wanted) {
            text.append("    ").append(Seconds.text(sinceStart)).append("  ");
            text.append(line).append('\n');
        }
    }

    String text() {
        return text.toString();
    }
}
