package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/**
 * Collects what became of a request, process by process, and answers once. Owned by the
 * supervisor's thread.
 */
final class Results {

    private final Responder responder;
    private final boolean single;
    private final List<String> names = new ArrayList<>();
    private final List<Optional<Result>> results = new ArrayList<>();
    private int missing;
    private boolean complete;
    private boolean answered;

    /** Gives up the wait; the client may have asked for a long one, and is held by it. */
    private Runnable forgetLimit = () -> {};

    /**
     * {@code single}: one name was asked for, so that its failure is the failure of the request.
     */
    private Results(Responder responder, boolean single) {
        this.responder = responder;
        this.single = single;
    }

    /** For the processes that {@code target} names; what names nothing is entered as failed. */
    static Results of(Target target, Slots.Found found, Responder responder) {
        boolean single = target instanceof Target.Named named && named.names().size() == 1;
        var results = new Results(responder, single && found.slots().size() <= 1);
        for (String name : found.unknown()) {
            results.add(name, Names.unknown(target, name));
        }
        return results;
    }

    /** Room for one more; the number is for {@link #set}. */
    int expect(String name) {
        names.add(name);
        results.add(Optional.empty());
        missing++;
        return names.size() - 1;
    }

    void add(String name, Result result) {
        set(expect(name), result);
    }

    /** Only the first result of a process counts. */
    void set(int index, Result result) {
        if (results.get(index).isPresent()) {
            return;
        }
        results.set(index, Optional.of(result));
        missing--;
        answerIfDone();
    }

    boolean has(int index) {
        return results.get(index).isPresent();
    }

    /** Somebody still waits for the answer. */
    boolean isAwaited() {
        return !answered && responder.isOpen();
    }

    /**
     * Nothing more will be expected: from here on the answer goes when the last result is there.
     */
    void expectNoMore() {
        complete = true;
        answerIfDone();
    }

    /** The client does not wait as long as it takes. */
    void limit(Request.Waiting waiting, Timers timers, long now) {
        if (waiting.none()) {
            giveUp(Result.accepted());
        } else if (waiting.limit().isPresent()) {
            Result late = Result.timeout(waiting.limit().get());
            Timers.Timer timer =
                    timers.at(now + waiting.limit().get().toNanos(), () -> giveUp(late));
            forgetLimit = () -> timers.cancel(timer);
        }
    }

    private void giveUp(Result result) {
        for (int i = 0; i < results.size(); i++) {
            set(i, result);
        }
    }

    private void answerIfDone() {
        if (!complete || missing > 0 || answered) {
            return;
        }
        answered = true;
        forgetLimit.run();
        responder.send(single && results.size() == 1 ? answerOne() : answerAll());
    }

    private Reply answerOne() {
        Result result = results.getFirst().orElseThrow();
        return result.isSuccess() ? answerAll() : result.toError(names.getFirst());
    }

    private Reply answerAll() {
        var entries = new ArrayList<Json>(names.size());
        int status = Reply.OK;
        for (int i = 0; i < names.size(); i++) {
            Result result = results.get(i).orElseThrow();
            entries.add(result.toJson(names.get(i)));
            if (!result.isSuccess()) {
                status = Reply.MIXED;
            } else if (result.status() == Reply.ACCEPTED && status == Reply.OK) {
                status = Reply.ACCEPTED;
            }
        }
        return Reply.content(status, Json.object().put("results", new Json.Arr(entries)).build());
    }
}
