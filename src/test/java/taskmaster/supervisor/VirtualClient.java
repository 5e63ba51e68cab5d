package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/** One request of a simulated client, and what it has been told. */
final class VirtualClient implements Responder {

    final String what;
    final Request request;
    private final VirtualKernel kernel;
    private final Trace trace;
    private final List<Runnable> whenGone = new ArrayList<>();

    /** Those that the request was about when it was handled. */
    List<Slot> about = List.of();

    /** The daemon has looked at it. */
    boolean isHandled;

    /** When it must have been answered, if there is such a time. */
    OptionalLong deadline = OptionalLong.empty();

    /** Final ones. */
    int answers;

    private boolean open = true;

    VirtualClient(int number, Request request, VirtualKernel kernel, Trace trace) {
        this.what = new Step.Ask(number, request).describe();
        this.request = request;
        this.kernel = kernel;
        this.trace = trace;
    }

    /** When it must have been answered, where the daemon has looked at it now. */
    OptionalLong deadlineFrom(long now) {
        Request.Waiting waiting =
                switch (request) {
                    case Request.Start(Target t, Request.Waiting w) -> w;
                    case Request.Stop(Target t, Request.Waiting w) -> w;
                    case Request.Restart(Target t, Request.Waiting w) -> w;
                    case Request.Wait w -> w.waiting();
                    // The file must be read before there is an answer.
                    case Request.Reload(var p, boolean d, Request.Waiting w) ->
                            w.none() ? Request.Waiting.FOREVER : w;
                    default -> Request.Waiting.NONE;
                };
        if (waiting.none()) {
            return OptionalLong.of(now);
        }
        return waiting.limit().isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(now + waiting.limit().get().toNanos());
    }

    void leave() {
        open = false;
        List<Runnable> actions = List.copyOf(whenGone);
        whenGone.clear();
        for (Runnable action : actions) {
            action.run();
        }
    }

    @Override
    public void send(Reply reply) {
        answers += reply.isFinal() ? 1 : 0;
        if (trace.isWanted()) {
            trace.effect(
                    kernel.now() - VirtualKernel.START,
                    "(" + what + ") is answered " + reply.status());
        }
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void onClose(Runnable action) {
        if (open) {
            whenGone.add(action);
        } else {
            action.run();
        }
    }
}
