package taskmaster.supervisor;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.json.JsonObjectBuilder;
import taskmaster.output.Sink;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Responder;

/**
 * Several logs on their way to one client, each with the name of its process and stream. A tail is
 * one reply with an entry for each; a follow has parts, and ends when all logs have. Owned by the
 * thread that reads the files, once it is given to that.
 */
final class LogGroup {

    private final Responder responder;
    private final boolean follow;

    /** Nobody asked for these logs by name, so one that is not there is no failure. */
    private final boolean all;

    private final List<Optional<Json>> results = new ArrayList<>();
    private int open;
    private boolean failed;
    private boolean refused;

    LogGroup(Responder responder, boolean follow, boolean all) {
        this.responder = responder;
        this.follow = follow;
        this.all = all;
    }

    /** A name that names nothing. */
    void add(String name, Result result) {
        failed = true;
        if (follow) {
            part(result.toJson(name));
        } else {
            results.add(Optional.of(result.toJson(name)));
        }
    }

    /** A log of it. */
    Sink add(String name, String stream) {
        open++;
        results.add(Optional.empty());
        return new Member(name, stream, results.size() - 1);
    }

    /** There is no log at all. */
    void endIfEmpty() {
        if (open == 0) {
            end();
        }
    }

    private void part(Json.Obj content) {
        responder.send(Reply.content(Reply.PARTIAL, content));
    }

    private void ended() {
        open--;
        endIfEmpty();
    }

    private void end() {
        if (refused) {
            return;
        }
        List<Json> entries = new ArrayList<>();
        for (Optional<Json> result : results) {
            result.ifPresent(entries::add);
        }
        Json.Obj content =
                follow
                        ? Json.Obj.EMPTY
                        : Json.object().put("results", new Json.Arr(entries)).build();
        int status = failed && !follow ? Reply.MIXED : Reply.OK;
        responder.send(Reply.content(status, content));
    }

    private final class Member implements Sink {

        private final String name;
        private final String stream;
        private final int index;
        private final ByteArrayOutputStream collected = new ByteArrayOutputStream(0);

        Member(String name, String stream, int index) {
            this.name = name;
            this.stream = stream;
            this.index = index;
        }

        private JsonObjectBuilder entry() {
            return Json.object().put("name", name).put("stream", stream);
        }

        @Override
        public void data(byte[] bytes, int length) {
            if (follow) {
                part(LogStream.addBytes(entry(), Arrays.copyOf(bytes, length)).build());
            } else {
                collected.write(bytes, 0, length);
            }
        }

        @Override
        public void truncated() {
            part(entry().put("event", "truncated").build());
        }

        @Override
        public void end() {
            JsonObjectBuilder entry = entry().put("status", Reply.OK);
            entry = LogStream.addBytes(entry, collected.toByteArray());
            results.set(index, Optional.of(entry.build()));
            ended();
        }

        @Override
        public void error(String code, String message) {
            if (code.equals("busy") && !refused) {
                refused = true;
                responder.send(Reply.error(LogStream.status(code), code, message));
            }
            if (!all || !isNothing(code)) {
                failed = true;
                JsonObjectBuilder entry = entry().put("status", LogStream.status(code));
                entry.put("error", Reply.errorBody(code, message));
                results.set(index, Optional.of(entry.build()));
                if (follow) {
                    part(entry.build());
                }
            }
            ended();
        }

        private static boolean isNothing(String code) {
            return code.equals("no_such_file") || code.equals("not_regular");
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
