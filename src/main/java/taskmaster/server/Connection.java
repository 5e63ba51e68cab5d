package taskmaster.server;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import taskmaster.posix.Epoll;
import taskmaster.posix.Peer;
import taskmaster.protocol.Envelope;
import taskmaster.protocol.Reply;
import taskmaster.protocol.RequestPort;

/**
 * One client. Owned by the server's thread.
 *
 * <ul>
 *   <li>One request at a time: the next one is looked at when the one before has its final reply,
 *       so replies come in the order of requests.
 *   <li>open -> finishing (nothing more is read as a request; what is queued is sent) -> lingering
 *       (all is sent and said to be the end; what the client still sends is thrown away, so that it
 *       is not cut off before it has read the reply) -> closed. Each step may go to closed.
 *   <li>A client that closes its sending side still gets its replies.
 * </ul>
 */
final class Connection {

    private enum Phase {
        OPEN,
        FINISHING,
        LINGERING,
        CLOSED
    }

    /** Work without limit in nanoseconds: no deadline. */
    static final long NEVER = Long.MAX_VALUE;

    private final ServerLoop loop;
    private final Limits limits;
    private final int socket;
    private final long token;
    private final Peer peer;

    private final Place place;

    /** {@link Place#REFUSED}. */
    private final boolean refused;

    private final Input input = new Input();
    private final Outbox out = new Outbox();
    private Phase phase = Phase.OPEN;
    private Optional<Language> language = Optional.empty();
    private Optional<Exchange> current = Optional.empty();

    /** Whether {@link #current} only looks. */
    private boolean looking;

    private boolean ended;
    private boolean dirty;

    /** What the loop knows of {@link #heldBytes}. */
    private int reportedBytes;

    private long deadline = NEVER;

    /** What is waited for, of {@link Epoll}; always also that the client has gone. */
    private int interest = Epoll.IN;

    /** Something to read is waited for already. */
    Connection(ServerLoop loop, int socket, long token, Peer peer, Place place) {
        this.loop = loop;
        this.limits = loop.limits();
        this.socket = socket;
        this.token = token;
        this.peer = peer;
        this.place = place;
        refused = place == Place.REFUSED;
        if (refused) {
            setDeadline(loop.after(limits.closeTime()));
        }
    }

    /** As it was when it connected. */
    Peer peer() {
        return peer;
    }

    Place place() {
        return place;
    }

    int socket() {
        return socket;
    }

    /** By which events name it. */
    long token() {
        return token;
    }

    /** In the loop's nanoseconds; {@link #NEVER} for none. */
    long deadline() {
        return deadline;
    }

    /** Memory that this client makes us keep. */
    int heldBytes() {
        int request = language.isPresent() ? language.get().heldBytes() : 0;
        return out.bytes() + input.heldBytes() + request;
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /** True the first time since the last turn. */
    boolean markDirty() {
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    /** Something of what is waited for is there; or else the client has gone. */
    void ready(int events) throws IOException {
        int ready = events & interest;
        if ((ready & Epoll.IN) != 0) {
            read();
        } else if ((ready & Epoll.OUT) != 0) {
            turn();
        } else {
            close();
        }
    }

    private void read() throws IOException {
        byte[] scratch = loop.scratch();
        int room = phase == Phase.LINGERING ? scratch.length : limits.inputBytes() - input.length();
        int count = loop.io().read(socket, scratch, room);
        if (count == 0) {
            ended = true;
        }
        if (phase == Phase.LINGERING) {
            if (ended) {
                close();
            }
            return;
        }
        if (count > 0) {
            input.lend(scratch, count);
        }
        turn();
    }

    /** Takes steps as far as they go, sends, and says what to wait for. */
    void turn() throws IOException {
        dirty = false;
        int steps = 0;
        while (phase == Phase.OPEN && current.isEmpty()) {
            if (out.bytes() > Limits.PAUSE_BYTES) {
                out.flush(loop.io(), socket);
                if (out.bytes() > Limits.PAUSE_BYTES) {
                    break;
                }
            }
            if (++steps > Limits.STEPS_A_TURN) {
                loop.again(this);
                break;
            }
            if (!step()) {
                break;
            }
        }
        out.flush(loop.io(), socket);
        if (current.isPresent()) {
            current.get().setUnread(!out.isEmpty());
        }
        input.keep();
        if (phase == Phase.FINISHING && out.isEmpty()) {
            endSending();
        }
        reportHeld();
        setInterest();
    }

    /** False when there is nothing more to do until something happens. */
    private boolean step() {
        if (language.isEmpty() && !chooseLanguage()) {
            return afterIncomplete();
        }
        switch (language.orElseThrow().next(input, ended)) {
            case Step.Asked asked -> ask(asked.envelope());
            case Step.Plain plain -> {
                switch (plain) {
                    case DONE -> {
                        if (!refused && !language.get().isMidRequest()) {
                            setDeadline(NEVER);
                        }
                    }
                    case END -> finish();
                    case INCOMPLETE -> {
                        return afterIncomplete();
                    }
                }
            }
        }
        return true;
    }

    private boolean afterIncomplete() {
        boolean begun = !input.isEmpty() || (language.isPresent() && language.get().isMidRequest());
        if (ended) {
            finish();
        } else if (!begun && !refused) {
            setDeadline(NEVER);
        } else if (deadline == NEVER) {
            setDeadline(loop.after(limits.requestTime()));
        }
        return false;
    }

    /** By the first byte. False when it is not there yet. */
    private boolean chooseLanguage() {
        input.skipBlanks();
        if (input.isEmpty()) {
            return false;
        }
        int first = input.at(0) | 0x20;
        if (first >= 'a' && first <= 'z') {
            language = Optional.of(new HttpLanguage(out, limits.lineBytes()));
        } else {
            var lines = new LineLanguage(out, limits.lineBytes());
            language = Optional.of(lines);
            if (input.at(0) != '{') {
                String message = "a request begins with '{', or is one of HTTP";
                lines.lastWords(Reply.error(Reply.BAD_REQUEST, "bad_request", message));
                finish();
            }
        }
        return true;
    }

    private void ask(Envelope envelope) {
        setDeadline(NEVER);
        if (refused) {
            language.orElseThrow().lastWords(loop.tooMany());
            finish();
            return;
        }
        Optional<Reply> refusal = loop.gate().check(envelope.request(), peer, ServerLoop.now());
        if (refusal.isPresent()) {
            language.orElseThrow().reply(envelope.id(), refusal.get());
            return;
        }
        var exchange = new Exchange(this, envelope.id(), loop.replies(), limits.queueBytes());
        current = Optional.of(exchange);
        looking = !envelope.request().changes();
        RequestPort port = loop.port();
        port.submit(envelope.request(), exchange);
    }

    /** Hands a reply on to the client; {@link #turn} sends it. */
    void deliver(Exchange exchange, Optional<Reply> reply, long weight) throws IOException {
        exchange.delivered(weight);
        if (current.isEmpty() || current.get() != exchange) {
            return;
        }
        if (out.bytes() > limits.queueBytes()) {
            out.flush(loop.io(), socket);
        }
        if (reply.isEmpty() || out.bytes() > limits.queueBytes()) {
            String message = "the replies were not read fast enough; some are lost";
            drop(Reply.error(Reply.FAILED, "slow_reader", message));
            return;
        }
        language.orElseThrow().reply(exchange.id(), reply.get());
        if (reply.get().isFinal()) {
            current = Optional.empty();
        }
    }

    /** Forgets what waits for this client, but for {@code reason}, and ends. */
    void drop(Reply reason) {
        if (phase != Phase.OPEN) {
            close();
            return;
        }
        out.dropUnsent();
        lastWords(reason);
        reportHeld();
    }

    /** Ends the connection, and says why in its language. */
    private void lastWords(Reply reply) {
        if (language.isEmpty()) {
            language = Optional.of(new LineLanguage(out, limits.lineBytes()));
        }
        language.get().lastWords(reply);
        finish();
        setDeadline(loop.after(limits.closeTime()));
        leave();
    }

    /** What was asked is not waited for. */
    private void leave() {
        if (current.isPresent()) {
            List<Runnable> actions = current.get().clientGone();
            current = Optional.empty();
            for (Runnable action : actions) {
                loop.run(action);
            }
        }
    }

    private void finish() {
        phase = Phase.FINISHING;
        input.clear();
    }

    private void endSending() throws IOException {
        if (ended || loop.isClosing()) {
            close();
            return;
        }
        loop.io().endWriting(socket);
        phase = Phase.LINGERING;
        setDeadline(loop.after(limits.closeTime()));
    }

    private void setInterest() throws IOException {
        if (phase == Phase.CLOSED) {
            return;
        }
        boolean wantsMore = phase == Phase.OPEN && input.length() < limits.inputBytes();
        int read = !ended && (wantsMore || phase == Phase.LINGERING) ? Epoll.IN : 0;
        int wanted = read | (out.isEmpty() ? 0 : Epoll.OUT);
        if (wanted != interest) {
            interest = wanted;
            loop.waitFor(this, interest);
        }
    }

    private void reportHeld() {
        int held = phase == Phase.CLOSED ? 0 : heldBytes();
        loop.heldChanged(held - reportedBytes);
        reportedBytes = held;
    }

    private void setDeadline(long nanos) {
        deadline = nanos;
        loop.deadlineSet(nanos);
    }

    void deadlinePassed() throws IOException {
        if (phase != Phase.OPEN) {
            close();
            return;
        }
        Reply reply = refused ? loop.tooMany() : unfinished();
        lastWords(reply);
        turn();
    }

    private Reply unfinished() {
        String message =
                "the request was not complete after " + limits.requestTime().toMillis() + " ms";
        return Reply.error(Reply.BAD_REQUEST, "timeout", message);
    }

    /**
     * Who may do what has changed. Who may do nothing any more sees nothing more, and takes no
     * place; but what changes something is under way, and its answer is still told.
     */
    void accessChanged() throws IOException {
        boolean lost = loop.gate().access().role(peer) == Role.NOTHING;
        if (phase != Phase.OPEN || place != Place.SERVED || !lost) {
            return;
        }
        if (current.isEmpty()) {
            finish();
        } else if (looking) {
            drop(loop.gate().shutOut(peer));
        }
        turn();
    }

    /** The server ends: a request without its reply gets {@code reply}. */
    void serverCloses(Reply reply) throws IOException {
        if (phase == Phase.OPEN) {
            if (current.isPresent()) {
                lastWords(reply);
            } else {
                finish();
            }
        }
        if (phase == Phase.LINGERING) {
            close();
            return;
        }
        turn();
    }

    void close() {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        deadline = NEVER;
        input.clear();
        out.clear();
        reportHeld();
        leave();
        loop.closed(this);
    }
}
