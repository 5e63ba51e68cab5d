package taskmaster.protocol;

/** Why a request is not valid; leaves this package only as a reply with status 400. */
final class InvalidRequestException extends Exception {

    private static final long serialVersionUID = 1;

    private final String code;

    InvalidRequestException(String code, String message) {
        // Clients cause this at will: no stack trace is collected.
        super(message, null, false, false);
        this.code = code;
    }

    Reply reply() {
        return Reply.error(Reply.BAD_REQUEST, code, getMessage());
    }
}
