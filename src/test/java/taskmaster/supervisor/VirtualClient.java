package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;

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
