package taskmaster.server;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.RequestPort;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/**
 * Stands for the daemon: answers from a thread of its own. {@code start} is held until the test
 * takes it; {@code tail} streams as many parts as it is asked for lines and ends, with follow it
 * does not; {@code shutdown} makes it throw on the server's thread.
 */
final class StubPort implements RequestPort, AutoCloseable {

    static final String THROWN = "a bug in the port";

    private final BlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    private final BlockingQueue<Responder> held = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().name("stub").daemon().start(this::work);

    private void work() {
        try {
            while (true) {
                mailbox.take().run();
            }
        } catch (InterruptedException closed) {
            // The test is over.
        }
    }

    @Override
    public void submit(Request request, Responder responder) {
        if (request instanceof Request.Shutdown) {
            throw new IllegalStateException(THROWN);
        }
        if (request instanceof Request.Start) {
            held.add(responder);
            return;
        }
        mailbox.add(() -> answer(request, responder));
    }

    private void answer(Request request, Responder responder) {
        if (request instanceof Request.Tail tail) {
            for (long i = 0; i < tail.amount().count(); i++) {
                responder.send(part("part " + i));
            }
            if (tail.follow()) {
                held.add(responder);
                return;
            }
        }
        if (request instanceof Request.Status status
                && status.target() instanceof Target.Named named
                && named.names().getFirst().equals("nobody")) {
            responder.send(Reply.error(Reply.NOT_FOUND, "no_such_program", "no nobody"));
            return;
        }
        responder.send(done(request.toString()));
    }

    static Reply part(String text) {
        return Reply.content(Reply.PARTIAL, Json.object().put("data", text).build());
    }

    static Reply done(String text) {
        return Reply.content(Reply.OK, Json.object().put("request", text).build());
    }

    /** The next request that was held. */
    Responder takeHeld() throws InterruptedException {
        Responder responder = held.poll(60, TimeUnit.SECONDS);
        if (responder == null) {
            throw new AssertionError("no request came");
        }
        return responder;
    }

    boolean hasHeld() {
        return !held.isEmpty();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
