package taskmaster.server;

import java.io.ByteArrayOutputStream;
import taskmaster.protocol.Reply;

/** The body of one HTTP request, gathered as it comes: counted or chunked. */
final class HttpBody {

    private enum At {
        SIZE,
        DATA,
        DATA_END,
        TRAILER,
        WHOLE
    }

    private final int max;
    private final boolean chunked;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private At at;

    /** Of the body or of the chunk: bytes to come. */
    private int missing;

    private int trailerBytes;

    HttpBody(HttpHead head, int max) throws HttpProblem {
        this.max = max;
        chunked = head.isChunked();
        at = chunked ? At.SIZE : At.DATA;
        missing = head.contentLength();
        if (missing > max) {
            throw tooLong();
        }
    }

    private HttpProblem tooLong() {
        String message = "the body is longer than " + max + " bytes";
        return new HttpProblem(Reply.TOO_LARGE, "too_large", message);
    }

    /** Takes what is there; true when the body is whole. */
    boolean take(Input input) throws HttpProblem {
        boolean moved = true;
        while (moved && at != At.WHOLE) {
            moved =
                    switch (at) {
                        case SIZE -> takeSize(input);
                        case DATA -> takeData(input);
                        case DATA_END -> takeDataEnd(input);
                        case TRAILER -> takeTrailer(input);
                        case WHOLE -> false;
                    };
        }
        return at == At.WHOLE;
    }

    /** So far. */
    int length() {
        return bytes.size();
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private boolean takeData(Input input) {
        int count = Math.min(missing, input.length());
        if (count > 0) {
            bytes.writeBytes(input.copy(count));
            input.skip(count);
            missing -= count;
        }
        if (missing > 0) {
            return false;
        }
        at = chunked ? At.DATA_END : At.WHOLE;
        return true;
    }

    private boolean takeSize(Input input) throws HttpProblem {
        int length = lineLength(input, Limits.CHUNK_LINE_BYTES);
        if (length < 0) {
            return false;
        }
        int size = 0;
        int digits = 0;
        for (int i = 0; i < length; i++) {
            int digit = Text.hexDigit(input.at(i) & 0xFF);
            if (digit < 0) {
                break;
            }
            size = Math.min(size * 16 + digit, Integer.MAX_VALUE / 32);
            digits++;
        }
        boolean hasEnd = digits == length || input.at(digits) == ';';
        if (digits == 0 || !hasEnd) {
            throw HttpProblem.malformed("the size of a chunk is not a hexadecimal number");
        }
        if (size > max - bytes.size()) {
            throw tooLong();
        }
        input.skip(length + 2);
        missing = size;
        at = size == 0 ? At.TRAILER : At.DATA;
        return true;
    }

    private boolean takeDataEnd(Input input) throws HttpProblem {
        if (input.length() < 2) {
            return false;
        }
        if (input.at(0) != '\r' || input.at(1) != '\n') {
            throw HttpProblem.malformed("a chunk is longer than its size");
        }
        input.skip(2);
        at = At.SIZE;
        return true;
    }

    private boolean takeTrailer(Input input) throws HttpProblem {
        int length = lineLength(input, Limits.HEAD_BYTES - trailerBytes);
        if (length < 0) {
            return false;
        }
        trailerBytes += length;
        input.skip(length + 2);
        if (length == 0) {
            at = At.WHOLE;
        }
        return true;
    }

    /** Without its CR LF, which must be both; -1 when the line is not whole yet. */
    private static int lineLength(Input input, int maxLength) throws HttpProblem {
        int length = input.lineLength();
        if (length > maxLength || (length < 0 && input.length() > maxLength)) {
            throw HttpProblem.malformed("a line of a chunked body is too long");
        }
        if (length < 0) {
            return -1;
        }
        if (length == 0 || input.at(length - 1) != '\r') {
            throw HttpProblem.malformed("a line of a chunked body does not end with CR LF");
        }
        return length - 1;
    }
}
