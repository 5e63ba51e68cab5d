package taskmaster.supervisor;

import taskmaster.protocol.Reply;
import taskmaster.protocol.Responder;

/**
 * Of one who asked by a signal, or has been answered already: what comes of it is in the log only.
 */
final class Unheard implements Responder {

    @Override
    public void send(Reply reply) {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void onClose(Runnable action) {}
}
