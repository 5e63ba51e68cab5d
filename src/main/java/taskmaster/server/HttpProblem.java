package taskmaster.server;

import taskmaster.protocol.Reply;

/** Why an HTTP request is refused before anyone is asked. */
final class HttpProblem extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;
    private final String allow;

    HttpProblem(int status, String code, String message) {
        this(status, code, message, "");
    }

    private HttpProblem(int status, String code, String message, String allow) {
        // Clients cause this at will: no stack trace is collected.
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.allow = allow;
    }

    static HttpProblem malformed(String message) {
        return new HttpProblem(Reply.BAD_REQUEST, "bad_http", message);
    }

    static HttpProblem method(String given, String allow) {
        String message = "the method " + given + " is not for this path; use " + allow;
        return new HttpProblem(405, "method_not_allowed", message, allow);
    }

    Reply reply() {
        return Reply.error(status, code, getMessage());
    }

    /** The methods to use instead; empty when the method is not the problem. */
    String allow() {
        return allow;
    }
}
