package taskmaster.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;
import taskmaster.protocol.Reply;
import taskmaster.protocol.RequestCodec;

/** Bytes to text, text to requests. */
final class Text {

    private Text() {}

    /** Empty where the bytes are not UTF-8. */
    static Optional<String> utf8(byte[] bytes, int offset, int length) {
        String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        // What is malformed becomes U+FFFD, which may also be there in its own right.
        if (text.indexOf('\uFFFD') < 0) {
            return Optional.of(text);
        }
        try {
            var strict = StandardCharsets.UTF_8.newDecoder();
            return Optional.of(strict.decode(ByteBuffer.wrap(bytes, offset, length)).toString());
        } catch (CharacterCodingException malformed) {
            return Optional.empty();
        }
    }

    static RequestCodec.Decoded decode(Optional<String> text) {
        if (text.isEmpty()) {
            return refused("bad_json", "the request is not UTF-8");
        }
        Json json;
        try {
            json = JsonParser.parse(text.get());
        } catch (JsonException e) {
            return refused("bad_json", "the request is not JSON: " + e.getMessage());
        }
        return RequestCodec.decode(json);
    }

    private static RequestCodec.Decoded refused(String code, String message) {
        var reply = Reply.error(Reply.BAD_REQUEST, code, message);
        return new RequestCodec.Decoded.Refused(Optional.empty(), reply);
    }

    /** Turns {@code %41} into {@code A}; empty where that is malformed or not UTF-8. */
    static Optional<String> percentDecoded(String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes[length++] = (byte) c;
                continue;
            }
            boolean whole = i + 2 < text.length();
            int high = whole ? hexDigit(text.charAt(i + 1)) : -1;
            int low = whole ? hexDigit(text.charAt(i + 2)) : -1;
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            bytes[length++] = (byte) (high * 16 + low);
            i += 2;
        }
        return utf8(bytes, 0, length);
    }

    /** -1 where it is none. */
    static int hexDigit(int c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }
}
