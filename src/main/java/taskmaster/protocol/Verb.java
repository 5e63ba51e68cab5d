package taskmaster.protocol;

/** The commands that the daemon answers, with the line that help shows. */
public enum Verb {
    STATUS("status [NAME...]", "show the state of processes"),
    START("start [NAME...]", "start processes and wait until they run"),
    STOP("stop [NAME...]", "stop processes and wait until they are gone"),
    RESTART("restart [NAME...]", "stop and start processes; the configuration is not read again"),
    SIGNAL("signal [-g] SIGNAL [NAME...]", "send a signal to processes; -g: to their groups"),
    SEND("send [-n] NAME TEXT|-", "give a line, or what is read, to the stdin of a process"),
    ATTACH(
            "attach [-n LINES] NAME",
            "work with a process as if it had been started here; also: fg"),
    RESIZE("resize NAME ROWS COLUMNS", "set the size of the terminal that a process has"),
    DISOWN("disown [-h] NAME...|-a|-r", "leave processes to themselves; -h: when the daemon ends"),
    WAIT(
            "wait [-n] [-f] [NAME...]",
            "wait until processes end or pause; -n: the first; -f: pauses do not count"),
    EVENTS("events [NAME...]", "show what happens to processes, as it happens"),
    PID("pid [NAME...|all]", "show the pid of the daemon, or of processes"),
    RELOAD("reload [NAME...]", "read the configuration again and apply what changed"),
    REREAD("reread", "read the configuration again and only show what changed"),
    UPDATE("update [NAME...]", "the same as reload"),
    SHUTDOWN("shutdown", "stop all processes and end the daemon"),
    VERSION("version", "show the version of the daemon"),
    HELP("help [COMMAND]", "show the commands, or one of them"),
    AVAIL("avail", "show all configured processes"),
    REOPEN("reopen", "open all logs again, after they were moved"),
    CLEAR("clear NAME...|all", "empty the logs of processes"),
    TAIL(
            "tail [-f] [-n LINES|-c BYTES] [--raw] NAME... [stdout|stderr|both]",
            "show the end of the logs of processes; -f: and what comes"),
    LOGS(
            "logs [-n LINES|-c BYTES] [--raw] [stdout|stderr|both]",
            "show what all processes print, as tail -f all both does"),
    MAINTAIL("maintail [-f] [-n LINES|-c BYTES] [--raw]", "show the end of the daemon's log"),
    TOP(
            "top [-d SECONDS] [-n SAMPLES] [NAME...]",
            "show what processes use, as it changes; on a terminal keys sort, stop, start ...");

    private final String usage;
    private final String summary;

    Verb(String usage, String summary) {
        this.usage = usage;
        this.summary = summary;
    }

    /** The word of the protocol and the command line: {@code status}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    public String usage() {
        return usage;
    }

    public String summary() {
        return summary;
    }
}
