package taskmaster.supervisor;

/**
 * A promise that was broken.
 *
 * @param law which one, the same word for every history that breaks it
 * @param what happened
 */
record Violation(String law, String what) {

    @Override
    public String toString() {
        return law + ": " + what;
    }
}
