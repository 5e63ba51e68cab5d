package taskmaster.server;

import taskmaster.protocol.Request;

/** What a client may ask for; each may also what those before it may. */
enum Role {
    NOTHING,
    /** To look: status, tail, attach, events, wait, pid, version, help, avail, maintail, top. */
    READ,
    EVERYTHING;

    boolean mayAsk(Request request) {
        return switch (this) {
            case NOTHING -> false;
            case READ -> !request.changes();
            case EVERYTHING -> true;
        };
    }
}
