package taskmaster.posix;

/** A child that has ended, and how. Until it is reaped its pid is still its own. */
public record ChildExit(int pid, WaitStatus status) implements ChildChange {}
