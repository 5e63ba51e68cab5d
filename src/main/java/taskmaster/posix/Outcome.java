package taskmaster.posix;

/** How the start of a child went. */
public sealed interface Outcome {

    /** It is still on its way to the program: an exec takes long on a dead mount. */
    record Pending() implements Outcome {}

    /**
     * It runs its program, or was killed before by somebody else's signal, which its wait status
     * tells.
     */
    record Executed() implements Outcome {}

    /** A step failed; it has ended, with code 127, and must be reaped like any other. */
    record Failed(SpawnFailure failure) implements Outcome {}
}
