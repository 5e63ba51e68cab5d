package taskmaster.server;

import taskmaster.protocol.Request;

/** What a client may ask for; each may also what those before it may. */
enum Role {
    NOTHING,
    /** To look: status, tail, events, wait, pid, version, help, avail, maintail. */
    READ,
    EVERYTHING;

    boolean mayAsk(Request request) {
        return compareTo(needed(request)) >= 0;
    }

    private static Role needed(Request request) {
        return switch (request) {
            case Request.Status r -> READ;
            case Request.Pid r -> READ;
            case Request.Version r -> READ;
            case Request.Help r -> READ;
            case Request.Avail r -> READ;
            case Request.Tail r -> READ;
            case Request.MainTail r -> READ;
            case Request.Events r -> READ;
            case Request.Wait r -> READ;
            case Request.Start r -> EVERYTHING;
            case Request.Stop r -> EVERYTHING;
            case Request.Restart r -> EVERYTHING;
            case Request.SendSignal r -> EVERYTHING;
            case Request.Send r -> EVERYTHING;
            case Request.Disown r -> EVERYTHING;
            case Request.Reload r -> EVERYTHING; // also a dry one: it reads files as the daemon
            case Request.Shutdown r -> EVERYTHING;
            case Request.Clear r -> EVERYTHING;
            case Request.Reopen r -> EVERYTHING;
        };
    }
}
