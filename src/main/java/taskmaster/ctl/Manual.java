package taskmaster.ctl;

import taskmaster.protocol.Verb;

/**
 * What {@code help COMMAND} says beyond the usage and the summary: what is worth knowing, and an
 * example. Loaded only when it is asked for.
 */
final class Manual {

    private Manual() {}

    static String of(Verb verb) {
        return switch (verb) {
            case STATUS ->
                    """
                    One line a process: its name, its state, and its pid and uptime, or since when it is so, or what
                    is wrong. The exit code is 0 when all that were named run, 3 when one does not.
                    example: status web:*
                    """;
            case START ->
                    """
                    Returns once each has stayed up for its startsecs, or says why it has not. What runs already is
                    left alone. --no-wait returns at once, --timeout 30 after so many seconds at the latest.
                    example: start web worker:*
                    """;
            case STOP ->
                    """
                    Sends the stopsignal, and KILL after stopwaitsecs; the highest priority number goes first. What is
                    stopped stays so until somebody starts it.
                    example: stop web --timeout 30
                    """;
            case RESTART ->
                    """
                    Changes of the configuration have no effect on it: reload applies those.
                    example: restart worker:*
                    """;
            case SIGNAL ->
                    """
                    SIGNAL is a name or a number: HUP, SIGHUP, 1. It goes to the process; with -g to its group.
                    example: signal HUP web
                    """;
            case SEND ->
                    """
                    For programs with stdin = "pipe". TEXT gets the end of a line, with -n it does not; - sends what
                    is read until the end of the input.
                    example: send console "save all"
                    """;
            case ATTACH ->
                    """
                    Also: fg NAME. Shows what it prints from now on, -n 20: and the last 20 lines. With tty = true
                    every key goes to it, but for Ctrl-Z and Ctrl-P Ctrl-Q, which leave it running; Ctrl-P Ctrl-Z is
                    Ctrl-Z for the program. Without a terminal Ctrl-Z leaves it too, Ctrl-C and Ctrl-\\ are signals
                    to its group, and with stdin = "pipe" lines go to it. The exit code is the program's, 128 and
                    the signal's number where one killed it, and 0 where it was left.
                    example: fg console
                    """;
            case RESIZE ->
                    """
                    Of a program with tty = true; it gets WINCH. fg does this by itself; the last size counts.
                    example: resize console 24 80
                    """;
            case DISOWN ->
                    """
                    It is not signalled any more, whatever is stopped or ends, and not started again; its place is
                    STOPPED and can be started anew. What it prints goes on into its log as long as the daemon lives,
                    and then waits, 64 KiB of it, for the next one. -h leaves it only when the daemon ends; -a is all,
                    -r all that are not paused. In the shell without a name: the current job.
                    example: disown -h worker
                    """;
            case EVENTS ->
                    """
                    Changes of state, pauses, applied configurations, captured output: a line each, with --json an
                    object each. Ctrl-C ends it.
                    example: events web:*
                    """;
            case WAIT ->
                    """
                    Until what runs now has ended, or was paused; of what does not run, its last end. -n: until the
                    first has. -f: a pause does not count. The exit code is that of the last one named, 128 and the
                    signal where one ended it; 124 by --timeout, 127 where there is no such process.
                    example: wait --timeout 60 job
                    """;
            case PID ->
                    """
                    Without a name that of the daemon; 0 is a process that does not run.
                    example: pid web
                    """;
            case RELOAD, UPDATE ->
                    """
                    Starts what is new, stops what has left the file, and restarts what has changed, nothing else. A
                    file with a problem changes nothing. reread shows what it would do.
                    example: reload web
                    """;
            case REREAD ->
                    """
                    Nothing happens to any process; problems of the file are shown with line and column.
                    example: reread
                    """;
            case SHUTDOWN ->
                    """
                    Returns at once; the programs are stopped in the order of their priorities.
                    example: shutdown
                    """;
            case VERSION ->
                    """
                    That of the daemon which answers; taskmasterctl --version is this program's.
                    example: version
                    """;
            case HELP ->
                    """
                    example: help tail
                    """;
            case AVAIL ->
                    """
                    With "in use" or, of what is leaving, "avail"; whether it starts by itself; the priorities of its
                    group and its own.
                    example: avail
                    """;
            case REOPEN ->
                    """
                    What logrotate wants in its postrotate; USR2 does the same, but does not wait.
                    example: reopen
                    """;
            case CLEAR ->
                    """
                    Of both streams, without the rotated files; who follows a log goes on.
                    example: clear web
                    """;
            case TAIL ->
                    """
                    One log is shown as it is, by default its last 1600 bytes; of several each line begins with the
                    name of its process, by default the last 10. -n counts lines, -c or a plain -100 bytes. Ctrl-C
                    ends -f.
                    example: tail -f -n 20 web:* both
                    """;
            case LOGS ->
                    """
                    From the last 10 lines on, until Ctrl-C.
                    example: logs -n 0 stderr
                    """;
            case MAINTAIL ->
                    """
                    It has every start, stop and end, and every request that changed something.
                    example: maintail -f
                    """;
            case TOP ->
                    """
                    Figures are those of a process and of all it started in its session; CPU is percent of one core.
                    On a terminal a table, whose last line has its keys; -d 0.1 to -d 60 is how often. On a pipe, or
                    with -n SAMPLES, text: one sample, with -n 0 until Ctrl-C; with --json the lines of the stream.
                    example: top -d 5 web:*
                    """;
        };
    }

    static String of(ShellWord word) {
        return switch (word) {
            case JOBS ->
                    """
                    A JOB is %1 (its number, which stays as long as it is configured), %% or %+ (the current one), %-
                    (the previous one), %web (what begins so), %?text (what has it in it), or a name; these name
                    processes in all other commands, too. Current is the paused job used last in this shell, else the
                    one used last, else the newest.
                    -l: with pid and command line; -p: pids only; -r: that run; -s: that are stopped; -n: that have
                    changed since the last jobs. -x runs CMD, in which each JOB that begins with % is its process group.
                    example: jobs -x renice -n 5 -g %worker
                    """;
            case BG ->
                    """
                    Sends CONT to the process group. %1 & does the same. Without a JOB: the current one.
                    example: bg %1 %?worker
                    """;
            case KILL ->
                    """
                    TERM, if nothing is said. To the process group; a number is the pid of a process, and only of one
                    that taskmasterd keeps. A paused job gets CONT after TERM or HUP. 0 when at least one was sent.
                    What starts again by itself is better stopped: stop.
                    example: kill -HUP %web
                    """;
            case SUSPEND ->
                    """
                    As Ctrl-Z does in other programs. Where nobody could let it go on it does nothing; -f does it all
                    the same.
                    example: suspend
                    """;
            case EXIT, QUIT ->
                    """
                    With CODE, from 0 to 255, with that. Ctrl-D on an empty line does the same. No process minds.
                    example: exit 1
                    """;
            case HISTORY ->
                    """
                    The last COUNT of them, or all. They are kept in the file that history in [taskmasterctl] names.
                    example: history 20
                    """;
            case SET ->
                    """
                    -b (notify): changes of states are shown at once, not before the next prompt.
                    -e (errexit): leave the shell after the first command that fails.
                    Without arguments: what is on.
                    example: set -b
                    """;
        };
    }
}
