package taskmaster.supervisor;

import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;

/**
 * Says that it was not done in time when no answer has come by then; one that comes later is
 * dropped.
 */
final class TimedResponder implements Responder {

    private final Responder client;
    private final Timers timers;
    private final Timers.Timer timer;
    private boolean answered;

    private TimedResponder(Responder client, Result late, Timers timers, long deadline) {
        this.client = client;
        this.timers = timers;
        timer =
                timers.at(
                        deadline,
                        () -> send(Reply.error(late.status(), late.word(), late.message())));
    }

    /** {@code client} itself where it waits as long as it takes, or not at all. */
    static Responder of(Responder client, Request.Waiting waiting, Timers timers, long now) {
        return waiting.limit().isEmpty()
                ? client
                : new TimedResponder(
                        client,
                        Result.timeout(waiting.limit().get()),
                        timers,
                        now + waiting.limit().get().toNanos());
    }

    @Override
    public void send(Reply reply) {
        if (!answered) {
            answered = reply.isFinal();
            timers.cancel(timer);
            client.send(reply);
        }
    }

    @Override
    public boolean isOpen() {
        return client.isOpen();
    }

    @Override
    public void onClose(Runnable action) {
        client.onClose(action);
    }
}
