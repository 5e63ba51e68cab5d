package taskmaster.posix;

/** What waitid(2) tells of a child: that it has ended, was stopped, or goes on. */
public sealed interface ChildChange permits ChildExit, ChildChange.Stopped, ChildChange.Continued {

    int pid();

    /** Stopped by a signal: STOP, TSTP, TTIN or TTOU. It lives, and does nothing. */
    record Stopped(int pid, Signal signal) implements ChildChange {}

    /** It goes on, by CONT. */
    record Continued(int pid) implements ChildChange {}
}
