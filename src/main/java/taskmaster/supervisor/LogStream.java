package taskmaster.supervisor;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import taskmaster.json.Json;
import taskmaster.json.JsonObjectBuilder;
import taskmaster.output.Sink;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Responder;

/**
 * What a program printed, on its way to a client: text as {@code data}, anything that is not UTF-8
 * as {@code base64}. A tail is one reply, a follow many. Owned by the thread that reads the files.
 */
final class LogStream implements Sink {

    private final Responder responder;
    private final boolean follow;

    /** Replaced when it has been used: the job that it belongs to outlives it by a whole batch. */
    private ByteArrayOutputStream collected = new ByteArrayOutputStream(0);

    LogStream(Responder responder, boolean follow) {
        this.responder = responder;
        this.follow = follow;
    }

    @Override
    public void data(byte[] bytes, int length) {
        if (follow) {
            responder.send(Reply.content(Reply.PARTIAL, content(Arrays.copyOf(bytes, length))));
        } else {
            collected.write(bytes, 0, length);
        }
    }

    private static Json.Obj content(byte[] bytes) {
        return addBytes(Json.object(), bytes).build();
    }

    static JsonObjectBuilder addBytes(JsonObjectBuilder content, byte[] bytes) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return content.put("data", text);
        } catch (CharacterCodingException notUtf8) {
            return content.put("base64", Base64.getEncoder().encodeToString(bytes));
        }
    }

    @Override
    public void truncated() {
        responder.send(
                Reply.content(Reply.PARTIAL, Json.object().put("event", "truncated").build()));
    }

    @Override
    public void end() {
        byte[] all = collected.toByteArray();
        collected = new ByteArrayOutputStream(0);
        Json.Obj content = follow ? Json.Obj.EMPTY : content(all);
        responder.send(Reply.content(Reply.OK, content));
    }

    @Override
    public void error(String code, String message) {
        collected = new ByteArrayOutputStream(0);
        responder.send(Reply.error(status(code), code, message));
    }

    static int status(String code) {
        return switch (code) {
            case "no_such_file" -> Reply.NOT_FOUND;
            case "not_regular" -> Reply.CONFLICT;
            case "refused" -> Reply.FORBIDDEN;
            case "busy" -> Reply.TOO_MANY;
            default -> Reply.FAILED;
        };
    }

    @Override
    public boolean isOpen() {
        return responder.isOpen();
    }

    @Override
    public void onClose(Runnable action) {
        responder.onClose(action);
    }
}
