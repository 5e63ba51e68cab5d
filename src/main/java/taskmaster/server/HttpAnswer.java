package taskmaster.server;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.ReplyCodec;

/**
 * The response to one HTTP request: one JSON object with its length, or lines as chunks (to
 * HTTP/1.0, lines until the connection closes). The bytes of a log may be sent as they are instead;
 * errors are JSON then, too, while nothing of it was sent.
 */
final class HttpAnswer {

    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String OCTETS = "application/octet-stream";

    private final Outbox out;
    private final boolean http10;
    private final boolean withoutBody;
    private boolean keepAlive;
    private boolean streaming;
    private boolean whole;
    private boolean asBytes;
    private boolean withoutLength;
    private boolean cut;

    HttpAnswer(Outbox out, HttpHead head) {
        this.out = out;
        http10 = head.isHttp10();
        withoutBody = head.method().equals("HEAD");
        keepAlive = head.keepsAlive();
    }

    /** To a request that could not be read. */
    HttpAnswer(Outbox out) {
        this.out = out;
        http10 = false;
        withoutBody = false;
        keepAlive = false;
    }

    boolean keepsAlive() {
        return keepAlive;
    }

    /** The connection ends after this answer. */
    void closeAfter() {
        keepAlive = false;
    }

    /** What comes are the bytes of a log. {@code follow}: nobody knows how many. */
    void asBytes(boolean follow) {
        asBytes = true;
        withoutLength = follow;
    }

    /** There will be any number of lines. */
    void beginLines() {
        beginStream("application/x-ndjson");
    }

    private void beginStream(String type) {
        streaming = true;
        keepAlive &= !http10;
        StringBuilder head = begin(Reply.OK, type);
        if (!http10) {
            head.append("Transfer-Encoding: chunked\r\n");
        }
        out.add(bytes(head.append("\r\n")));
    }

    /** One line; the whole answer if it is final and the first. */
    void reply(Optional<Json> id, Reply reply) {
        if (asBytes && reply.isSuccess()) {
            log(reply);
            return;
        }
        if (asBytes && streaming) {
            cutShort(reply);
            return;
        }
        byte[] line = ReplyCodec.encode(id, reply);
        if (!streaming && reply.isFinal()) {
            whole(reply.status(), line, "");
            return;
        }
        if (!streaming) {
            beginLines();
        }
        line(line);
    }

    /**
     * A part, or all of it. What is not UTF-8 is no text; of a stream nobody knows. Browsers must
     * not guess: a program may print HTML.
     */
    private void log(Reply reply) {
        Json.Obj content = reply.body().getObject("content").orElse(Json.Obj.EMPTY);
        Optional<String> base64 = content.getString("base64");
        byte[] bytes =
                base64.isPresent()
                        ? Base64.getDecoder().decode(base64.get())
                        : content.getString("data").orElse("").getBytes(StandardCharsets.UTF_8);
        if (reply.isFinal() && !streaming && !withoutLength) {
            whole = true;
            StringBuilder head = begin(Reply.OK, base64.isPresent() ? OCTETS : TEXT);
            head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
            out.add(bytes(head));
            if (!withoutBody) {
                out.add(bytes);
            }
            return;
        }
        if (!streaming) {
            beginStream(TEXT);
        }
        if (bytes.length > 0) { // a chunk of no bytes is the last one
            line(bytes);
        }
    }

    /**
     * In the middle of a log: the reason is its last line, and there is no last chunk, so that the
     * loss is seen.
     */
    private void cutShort(Reply reply) {
        closeAfter();
        cut = true;
        Json.Obj error = reply.body().getObject("error").orElse(Json.Obj.EMPTY);
        String message = error.getString("message").orElse("");
        line(("\ntaskmasterd: " + message + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void line(byte[] line) {
        if (withoutBody) {
            return;
        }
        if (!http10) {
            out.add(
                    bytes(
                            new StringBuilder(8)
                                    .append(Integer.toHexString(line.length))
                                    .append("\r\n")));
        }
        out.add(line);
        if (!http10) {
            out.add(new byte[] {'\r', '\n'});
        }
    }

    /** Every line is there. */
    void end() {
        if (streaming && !cut && !http10 && !withoutBody) {
            out.add(LAST_CHUNK);
        }
    }

    void refuse(HttpProblem problem) {
        byte[] line = ReplyCodec.encode(Optional.empty(), problem.reply());
        whole(problem.reply().status(), line, problem.allow());
    }

    /** A last line where lines have begun: without the last chunk, so that the loss is seen. */
    void lastWords(Reply reply) {
        closeAfter();
        if (!whole) {
            reply(Optional.empty(), reply);
        }
    }

    private void whole(int status, byte[] line, String allow) {
        whole = true;
        StringBuilder head = begin(status, "application/json");
        if (!allow.isEmpty()) {
            head.append("Allow: ").append(allow).append("\r\n");
        }
        head.append("Content-Length: ").append(line.length).append("\r\n\r\n");
        out.add(bytes(head));
        if (!withoutBody) {
            out.add(line);
        }
    }

    private StringBuilder begin(int status, String type) {
        var head = new StringBuilder(160);
        head.append("HTTP/1.1 ").append(status).append(' ').append(reason(status)).append("\r\n");
        head.append("Content-Type: ").append(type).append("\r\n");
        if (asBytes) {
            head.append("X-Content-Type-Options: nosniff\r\n");
        }
        if (!keepAlive) {
            head.append("Connection: close\r\n");
        } else if (http10) {
            head.append("Connection: keep-alive\r\n");
        }
        return head;
    }

    private static byte[] bytes(StringBuilder text) {
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 207 -> "Multi-Status";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 411 -> "Length Required";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case 417 -> "Expectation Failed";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> status < 400 ? "OK" : "Error";
        };
    }
}
