package taskmaster.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import taskmaster.json.Json;
import taskmaster.json.JsonObjectBuilder;
import taskmaster.lifecycle.Pause;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;

/**
 * The verb wait: answered when processes have ended, or were paused. What runs when it is asked is
 * meant, not what is started afterwards. Owned by the supervisor's thread.
 *
 * <p>Who goes is forgotten at once: what is waited for may run for years.
 */
final class Waits {

    private final Slots slots;
    private final Kernel kernel;
    private final Timers timers;
    private final Mailbox mailbox;

    Waits(Slots slots, Kernel kernel, Timers timers, Mailbox mailbox) {
        this.slots = slots;
        this.kernel = kernel;
        this.timers = timers;
        this.mailbox = mailbox;
    }

    void begin(Request.Wait request, Responder client) {
        Slots.Found found = slots.find(request.target());
        if (!found.unknown().isEmpty()) {
            client.send(Status.unknown(request.target(), found.unknown()));
            return;
        }
        var one = new Waiting(request, client);
        for (Slot slot : found.slots()) {
            one.add(slot);
        }
        one.answerIfDone();
        if (!one.answered) {
            Optional<Duration> limit = request.waiting().limit();
            if (limit.isPresent()) {
                long deadline = kernel.now() + limit.get().toNanos();
                Timers.Timer timer = timers.at(deadline, () -> one.timeOut(limit.get()));
                one.forgetLimit = () -> timers.cancel(timer);
            }
            client.onClose(() -> mailbox.put(new Message.Run(one::forget)));
        }
    }

    /** One request. */
    private static final class Waiting {

        private final Request.Wait request;
        private final Responder responder;
        private final List<Member> members = new ArrayList<>();
        private Runnable forgetLimit = () -> {};
        private boolean answered;

        Waiting(Request.Wait request, Responder responder) {
            this.request = request;
            this.responder = responder;
        }

        void add(Slot slot) {
            var member = new Member(slot);
            members.add(member);
            if (!member.look()) {
                slot.watch(member);
            }
        }

        void answerIfDone() {
            List<Json> results = new ArrayList<>();
            for (Member member : members) {
                member.result.ifPresent(results::add);
            }
            boolean enough = results.size() == members.size();
            if (answered || !(enough || (request.any() && !results.isEmpty()))) {
                return;
            }
            answered = true;
            Json.Obj content = Json.object().put("results", new Json.Arr(results)).build();
            responder.send(Reply.content(Reply.OK, content));
            forget();
        }

        void timeOut(Duration limit) {
            Result late = Result.timeout(limit);
            responder.send(Reply.error(late.status(), late.word(), late.message()));
            forget();
        }

        void forget() {
            answered = true;
            forgetLimit.run();
            for (Member member : members) {
                member.slot.forget(member);
            }
        }

        private final class Member implements Slot.Watcher {

            private final Slot slot;
            private final OptionalInt pid;
            private Optional<Json> result = Optional.empty();

            Member(Slot slot) {
                this.slot = slot;
                pid = slot.state.livePid();
            }

            @Override
            public boolean isDone(Slot changed) {
                if (answered) {
                    return true;
                }
                boolean done = look();
                if (done) {
                    answerIfDone();
                }
                return done;
            }

            /** True when there is something to tell. */
            private boolean look() {
                if (result.isPresent()) {
                    return true;
                }
                JsonObjectBuilder out =
                        Json.object().put("name", slot.name().toString()).put("status", Reply.OK);
                Optional<Pause> pause = slot.state.pause();
                if (pid.isEmpty() || !slot.state.livePid().equals(pid)) {
                    out.put("result", "ended").put("ran", pid.isPresent());
                    if (slot.lastExit.isPresent()) {
                        out.put("exit", Status.exit(slot.lastExit.get()));
                    }
                    result = Optional.of(out.build());
                } else if (pause.isPresent() && !request.ended()) {
                    out.put("result", "paused").put("signal", pause.get().by().name());
                    result = Optional.of(out.build());
                }
                return result.isPresent();
            }
        }
    }
}
