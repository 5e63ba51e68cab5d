package taskmaster.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;
import taskmaster.protocol.Envelope;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/**
 * HTTP/1.1 and 1.0: {@code POST /} with requests as JSON, {@code GET} (or HEAD) {@code /status},
 * {@code /status/NAME} and {@code /logs/NAME/stdout}.
 *
 * <p>head -> body -> requests of the body, one after the other -> head of the next one, or end.
 */
final class HttpLanguage implements Language {

    private enum At {
        HEAD,
        BODY,
        REQUESTS,
        END
    }

    private static final String STATUS_PATH = "/status";
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final Outbox out;
    private final int maxBody;
    private final Deque<String> requests = new ArrayDeque<>();
    private At at = At.HEAD;
    private boolean firstLineSeen;
    private int requestBytes;
    private Optional<HttpBody> body = Optional.empty();
    private String contentType = "";
    private HttpAnswer answer;

    HttpLanguage(Outbox out, int maxBody) {
        this.out = out;
        this.maxBody = maxBody;
        answer = new HttpAnswer(out);
    }

    @Override
    public Step next(Input input, boolean ended) {
        try {
            return switch (at) {
                case HEAD -> head(input, ended);
                case BODY -> body(input, ended);
                case REQUESTS -> nextRequest();
                case END -> Step.Plain.END;
            };
        } catch (HttpProblem e) {
            answer.closeAfter();
            return refuse(e);
        }
    }

    private Step refuse(HttpProblem problem) {
        answer.refuse(problem);
        return endAnswer();
    }

    /** On to the next request of the connection, if there may be one. */
    private Step endAnswer() {
        at = answer.keepsAlive() ? At.HEAD : At.END;
        answer = new HttpAnswer(out);
        firstLineSeen = false;
        requestBytes = 0;
        return Step.Plain.DONE;
    }

    private Step head(Input input, boolean ended) throws HttpProblem {
        if (!firstLineSeen) {
            input.skipBlanks();
        }
        int length = headLength(input);
        if (length > Limits.HEAD_BYTES || (length < 0 && input.length() > Limits.HEAD_BYTES)) {
            String message = "the headers are longer than " + Limits.HEAD_BYTES + " bytes";
            throw new HttpProblem(431, "too_large", message);
        }
        if (length < 0) {
            if (ended && !input.isEmpty()) {
                throw HttpProblem.malformed("the request ends in the middle of its headers");
            }
            return Step.Plain.INCOMPLETE;
        }
        byte[] bytes = input.copy(length);
        input.skip(length);
        HttpHead head = HttpHead.parse(bytes);
        answer = new HttpAnswer(out, head);
        return route(head, input.isEmpty());
    }

    /** With the empty line at its end; -1 when that is not there yet. */
    private int headLength(Input input) throws HttpProblem {
        int line = input.lineLength();
        if (line < 0) {
            return -1;
        }
        if (!firstLineSeen) {
            HttpHead.checkRequestLine(input.copy(line));
            firstLineSeen = true;
        }
        return input.lengthToEmptyLine();
    }

    private Step route(HttpHead head, boolean bodyAwaited) throws HttpProblem {
        String path = head.path();
        if (head.hasBody() && !head.method().equals("POST")) {
            throw HttpProblem.malformed("a " + head.method() + " request has no body here");
        }
        if (path.startsWith(LogPath.PREFIX)) {
            return getLog(head);
        }
        if (path.indexOf('?') >= 0) {
            return refuseKindly(head, new HttpProblem(400, "bad_path", "this path has no query"));
        }
        if (path.equals("/")) {
            return post(head, bodyAwaited);
        }
        if (path.equals(STATUS_PATH) || path.startsWith(STATUS_PATH + "/")) {
            return getStatus(head, path.substring(STATUS_PATH.length()));
        }
        String message =
                "there is no such path; try POST /, GET /status, GET /status/NAME or GET"
                        + " /logs/NAME/stdout";
        return refuseKindly(head, new HttpProblem(404, "no_such_path", message));
    }

    /** The connection lives on, unless a body is under way that nobody will read. */
    private Step refuseKindly(HttpHead head, HttpProblem problem) {
        if (head.hasBody()) {
            answer.closeAfter();
        }
        return refuse(problem);
    }

    private Step getStatus(HttpHead head, String rest) {
        if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
            return refuseKindly(head, HttpProblem.method(head.method(), "GET, HEAD"));
        }
        Target target = new Target.All();
        if (!rest.isEmpty()) {
            Optional<String> name = Text.percentDecoded(rest.substring(1));
            if (name.isEmpty() || name.get().isEmpty()) {
                String message = "after /status/ there must be a name, percent-encoded as UTF-8";
                return refuseKindly(head, new HttpProblem(400, "bad_path", message));
            }
            target = new Target.Named(Target.Kind.ANY, List.of(name.get()));
        }
        at = At.REQUESTS;
        return new Step.Asked(Envelope.of(new Request.Status(target)));
    }

    /** HEAD follows nothing: it has no body that could go on. */
    private Step getLog(HttpHead head) {
        if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
            return refuseKindly(head, HttpProblem.method(head.method(), "GET, HEAD"));
        }
        Request.Tail tail;
        try {
            tail = LogPath.parse(head.path());
        } catch (HttpProblem e) {
            return refuseKindly(head, e);
        }
        answer.asBytes(tail.follow());
        boolean follow = tail.follow() && head.method().equals("GET");
        at = At.REQUESTS;
        return new Step.Asked(
                Envelope.of(new Request.Tail(tail.target(), tail.stream(), tail.amount(), follow)));
    }

    private Step post(HttpHead head, boolean bodyAwaited) throws HttpProblem {
        if (!head.method().equals("POST")) {
            return refuseKindly(head, HttpProblem.method(head.method(), "POST"));
        }
        if (!head.hasLength()) {
            throw new HttpProblem(411, "length_required", "a POST request has a Content-Length");
        }
        contentType = head.contentType();
        if (!contentType.equals("application/json")
                && !contentType.equals("application/x-ndjson")) {
            String message =
                    "the Content-Type must be application/json or application/x-ndjson"
                            + " (curl: -H 'Content-Type: application/json')";
            return refuseKindly(head, new HttpProblem(415, "content_type", message));
        }
        body = Optional.of(new HttpBody(head, maxBody));
        at = At.BODY;
        if (head.expectsContinue() && head.hasBody() && bodyAwaited) {
            out.add(CONTINUE);
        }
        return Step.Plain.DONE;
    }

    private Step body(Input input, boolean ended) throws HttpProblem {
        HttpBody reading = body.orElseThrow();
        if (!reading.take(input)) {
            if (ended) {
                throw HttpProblem.malformed("the request ends in the middle of its body");
            }
            return Step.Plain.INCOMPLETE;
        }
        byte[] bytes = reading.bytes();
        body = Optional.empty();
        requestBytes = bytes.length;
        at = At.REQUESTS;
        Optional<String> text = Text.utf8(bytes, 0, bytes.length);
        if (text.isEmpty() || text.get().isBlank()) {
            String what = text.isEmpty() ? "not UTF-8" : "empty: a JSON object is expected";
            return refuse(new HttpProblem(400, "bad_json", "the body is " + what));
        }
        split(text.get());
        if (requests.size() > 1) {
            answer.beginLines();
        }
        return Step.Plain.DONE;
    }

    /**
     * One request a line. As application/json it may also be a single one that is laid out over
     * several lines: its first line alone is not JSON then.
     */
    private void split(String text) {
        for (String line : text.split("\n", -1)) {
            if (!line.isBlank()) {
                requests.add(line);
            }
        }
        if (contentType.equals("application/json") && requests.size() > 1) {
            try {
                var _ = JsonParser.parse(requests.peek());
            } catch (JsonException laidOut) {
                requests.clear();
                requests.add(text);
            }
        }
    }

    private Step nextRequest() {
        String text = requests.poll();
        if (text == null) {
            answer.end();
            return endAnswer();
        }
        return decoded(Optional.of(text));
    }

    @Override
    public boolean isMidRequest() {
        return at == At.BODY;
    }

    @Override
    public int heldBytes() {
        return body.isPresent() ? body.get().length() : requestBytes;
    }

    @Override
    public void reply(Optional<Json> id, Reply reply) {
        answer.reply(id, reply);
    }

    @Override
    public void lastWords(Reply reply) {
        answer.lastWords(reply);
    }
}
