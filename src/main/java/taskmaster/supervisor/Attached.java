package taskmaster.supervisor;

import java.util.Arrays;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.json.JsonObjectBuilder;
import taskmaster.output.Sink;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;

/**
 * A client that sees what one process prints. It gets parts until the process has ended and all
 * that it printed was sent, and then how it ended.
 *
 * <p>Owned by the supervisor's thread, but for the calls of its sinks.
 */
final class Attached {

    private final Responder responder;
    private final Mailbox mailbox;
    private int open;
    private Optional<WaitStatus> exit = Optional.empty();
    private Runnable whenEnded = () -> {};

    Attached(Responder responder, Mailbox mailbox) {
        this.responder = responder;
        this.mailbox = mailbox;
    }

    boolean isOpen() {
        return responder.isOpen();
    }

    /** A stream of bytes that it is to see. */
    Sink add(Request.Stream stream) {
        open++;
        return new Stream(stream);
    }

    /** What ends the streams once the process has ended. */
    void whenEnded(Runnable action) {
        whenEnded = action;
    }

    void ended(WaitStatus status) {
        exit = Optional.of(status);
        whenEnded.run();
        endIfAllIsSent();
    }

    /** The process is left to itself: neither its end nor what it prints is told any more. */
    void left() {
        sendEnd(Json.Null.NULL);
        whenEnded.run();
    }

    /** {@code failed}: what it prints cannot be seen, but how it ends can. */
    private void streamEnded(boolean failed) {
        open--;
        if (failed || exit.isPresent()) {
            endIfAllIsSent();
        } else {
            sendEnd(Json.Null.NULL); // nobody will tell how it ends
        }
    }

    private void endIfAllIsSent() {
        if (open == 0 && exit.isPresent()) {
            sendEnd(Status.exit(exit.get()));
        }
    }

    private void sendEnd(Json how) {
        Json.Obj content = Json.object().put("event", "ended").put("exit", how).build();
        responder.send(Reply.content(Reply.OK, content));
    }

    private final class Stream implements Sink {

        private final Request.Stream stream;

        Stream(Request.Stream stream) {
            this.stream = stream;
        }

        /** What is not stderr need not be said. */
        private JsonObjectBuilder entry() {
            return stream == Request.Stream.STDERR
                    ? Json.object().put("stream", stream.word())
                    : Json.object();
        }

        private void part(JsonObjectBuilder entry) {
            responder.send(Reply.content(Reply.PARTIAL, entry.build()));
        }

        @Override
        public void data(byte[] bytes, int length) {
            part(LogStream.addBytes(entry(), Arrays.copyOf(bytes, length)));
        }

        @Override
        public void truncated() {
            part(entry().put("event", "truncated"));
        }

        @Override
        public void skipped(long bytes) {
            part(entry().put("event", "skipped").put("bytes", bytes));
        }

        @Override
        public boolean isBehind() {
            return responder.isBehind();
        }

        @Override
        public void end() {
            mailbox.put(new Message.Run(() -> streamEnded(false)));
        }

        @Override
        public void error(String code, String message) {
            part(entry().put("error", Reply.errorBody(code, message)));
            mailbox.put(new Message.Run(() -> streamEnded(true)));
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
}
