package taskmaster.server;

import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.ReplyCodec;

/**
 * One JSON object a line, one line a reply. A line that is no request is answered with 400, and the
 * next one is read: the line feed tells where it begins.
 */
final class LineLanguage implements Language {

    private final Outbox out;
    private final int maxLine;

    LineLanguage(Outbox out, int maxLine) {
        this.out = out;
        this.maxLine = maxLine;
    }

    @Override
    public Step next(Input input, boolean ended) {
        input.skipBlanks();
        if (input.isEmpty()) {
            return Step.Plain.INCOMPLETE;
        }
        int line = input.lineLength();
        int length = line < 0 ? input.length() : line;
        if (length > maxLine) {
            lastWords(tooLong(maxLine));
            return Step.Plain.END;
        }
        if (line < 0 && !ended) {
            return Step.Plain.INCOMPLETE;
        }
        Optional<String> text = input.text(length);
        input.skip(line < 0 ? length : length + 1);
        return decoded(text);
    }

    static Reply tooLong(int maxLine) {
        String message = "the request is longer than " + maxLine + " bytes";
        return Reply.error(Reply.TOO_LARGE, "too_large", message);
    }

    @Override
    public boolean isMidRequest() {
        return false;
    }

    @Override
    public int heldBytes() {
        return 0;
    }

    @Override
    public void reply(Optional<Json> id, Reply reply) {
        out.add(ReplyCodec.encode(id, reply));
    }

    @Override
    public void lastWords(Reply reply) {
        reply(Optional.empty(), reply);
    }
}
