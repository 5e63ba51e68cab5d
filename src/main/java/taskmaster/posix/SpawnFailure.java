package taskmaster.posix;

/** The step at which the start of a child failed, in words: {@code open stdout "/x"}, and why. */
public record SpawnFailure(String action, Errno errno) {

    /** {@code cannot open stdout "/no/such/x": ENOENT (no such file or directory)}. */
    public String describe() {
        return "cannot " + action + ": " + errno;
    }
}
