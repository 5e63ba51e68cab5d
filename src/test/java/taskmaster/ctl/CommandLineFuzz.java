package taskmaster.ctl;

import taskmaster.fuzz.Mutator;
import taskmaster.protocol.Envelope;
import taskmaster.protocol.RequestCodec;

/**
 * Any arguments of taskmasterctl: a request that the daemon reads as it was meant, or an answer on
 * the spot.
 */
public final class CommandLineFuzz {

    private CommandLineFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (CommandLine.parse(Mutator.arguments(input)) instanceof Invocation.Ask ask) {
            var sent = new RequestCodec.Decoded.Asked(Envelope.of(ask.request()));
            var read = RequestCodec.decode(RequestCodec.encode(sent.envelope()));
            boolean refused = read instanceof RequestCodec.Decoded.Refused;
            if (!refused && !read.equals(sent)) {
                throw new AssertionError(sent + " was read as " + read);
            }
        }
    }
}
