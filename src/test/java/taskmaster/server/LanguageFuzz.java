package taskmaster.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.protocol.Envelope;
import taskmaster.protocol.Reply;

/**
 * Any bytes of a client, in both languages: requests and refusals, and the same ones however the
 * bytes are cut into reads. The first byte says where they are cut.
 */
public final class LanguageFuzz {

    private static final int MAX = 64 << 10;
    private static final Reply DONE = Reply.content(Reply.OK, Json.object().build());

    private LanguageFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int cut = 1 + (input[0] & 0xFF);
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        boolean lines = bytes[0] == '{';
        List<Envelope> whole = new Session(lines).take(bytes, bytes.length);
        List<Envelope> parts = new Session(lines).take(bytes, cut);
        if (!whole.equals(parts)) {
            throw new AssertionError(whole + " at once, " + parts + " in pieces of " + cut);
        }
    }

    /** One connection whose every request is answered at once. */
    private static final class Session {

        private final Outbox out = new Outbox();
        private final Language language;
        private final Input input = new Input();
        private final List<Envelope> asked = new ArrayList<>();

        Session(boolean lines) {
            language = lines ? new LineLanguage(out, MAX) : new HttpLanguage(out, MAX);
        }

        List<Envelope> take(byte[] bytes, int cut) {
            for (int start = 0; start < bytes.length; start += cut) {
                byte[] read = Arrays.copyOfRange(bytes, start, Math.min(start + cut, bytes.length));
                input.lend(read, read.length);
                boolean goesOn = steps(false);
                input.keep();
                if (!goesOn) {
                    return asked;
                }
            }
            steps(true);
            return asked;
        }

        /** False when the language is at its end. */
        private boolean steps(boolean ended) {
            while (true) {
                int before = input.length();
                int said = out.bytes();
                switch (language.next(input, ended)) {
                    case Step.Asked(Envelope envelope) -> {
                        asked.add(envelope);
                        language.reply(Optional.empty(), DONE);
                    }
                    case Step.Plain.INCOMPLETE -> {
                        return true;
                    }
                    case Step.Plain.DONE -> requireProgress(before, said);
                    case Step.Plain.END -> {
                        return false;
                    }
                }
            }
        }

        private int idle;

        private void requireProgress(int before, int said) {
            idle = input.length() < before || out.bytes() > said ? 0 : idle + 1;
            if (idle > 2 * MAX) {
                throw new AssertionError("steps without end");
            }
        }
    }
}
