package taskmaster.protocol;

import java.util.Map;
import taskmaster.json.Json;

/**
 * What a request is answered with.
 *
 * @param status of the table in the README
 * @param body {@code content}, or {@code error} with {@code code} and {@code message}
 */
public record Reply(int status, Json.Obj body) {

    public static final int OK = 200;
    public static final int ACCEPTED = 202;
    public static final int PARTIAL = 206;
    public static final int MIXED = 207;
    public static final int BAD_REQUEST = 400;
    public static final int UNAUTHORIZED = 401;
    public static final int FORBIDDEN = 403;
    public static final int NOT_FOUND = 404;
    public static final int CONFLICT = 409;
    public static final int TOO_LARGE = 413;
    public static final int TOO_MANY = 429;
    public static final int FAILED = 500;
    public static final int UNAVAILABLE = 503;
    public static final int TIMEOUT = 504;

    public static Reply content(int status, Json.Obj content) {
        return new Reply(status, new Json.Obj(Map.of("content", content)));
    }

    /**
     * {@code code} is a word for programs ({@code no_such_program}), {@code message} a sentence for
     * people.
     */
    public static Reply error(int status, String code, String message) {
        return new Reply(status, new Json.Obj(Map.of("error", errorBody(code, message))));
    }

    /** The value of {@code error}, also in a result of one process. */
    public static Json.Obj errorBody(String code, String message) {
        var body = new java.util.LinkedHashMap<String, Json>();
        body.put("code", new Json.Str(code));
        body.put("message", new Json.Str(message));
        return new Json.Obj(body);
    }

    /** False for a part of a stream, which ends with a reply that is final. */
    public boolean isFinal() {
        return status != PARTIAL;
    }

    public boolean isSuccess() {
        return status < 300;
    }
}
