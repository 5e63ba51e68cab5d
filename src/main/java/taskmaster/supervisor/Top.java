package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.activity.ActivityLog;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/**
 * The verb {@code top}: starts and ends the thread that samples, and tells it what it needs to know
 * of the processes. Owned by the supervisor's thread.
 */
final class Top implements Sampler.Desk {

    private static final Reply NO_THREAD =
            Reply.error(
                    Reply.TOO_MANY,
                    "busy",
                    "the system allows taskmasterd no further thread for reading /proc; try again"
                            + " when its user has fewer processes");

    private final Slots slots;
    private final Kernel kernel;
    private final Mailbox mailbox;
    private final ActivityLog log;
    private final long startedAt;

    private Optional<Sampler> sampler = Optional.empty();

    /** Watchers that it was given since it was started. */
    private int given;

    Top(Slots slots, Kernel kernel, Mailbox mailbox, ActivityLog log) {
        this.slots = slots;
        this.kernel = kernel;
        this.mailbox = mailbox;
        this.log = log;
        startedAt = kernel.now();
    }

    void watch(Request.Top request, Responder responder) {
        Slots.Found found = slots.find(request.target());
        if (found.isNothing()) {
            responder.send(Status.unknown(request.target(), found.unknown()));
            return;
        }
        if (sampler.isEmpty()) {
            int pid = Math.toIntExact(ProcessHandle.current().pid());
            var fresh = new Sampler(this, "/proc", pid, log::bug);
            if (!fresh.start()) {
                responder.send(NO_THREAD);
                return;
            }
            given = 0;
            sampler = Optional.of(fresh);
        }
        given++;
        sampler.get().watch(request, responder);
    }

    /** On the sampler's thread. */
    @Override
    public void ask(Sampler asking, long round, List<Target> targets) {
        mailbox.put(new Message.Run(() -> asking.answered(round, census(targets))));
    }

    /** On the sampler's thread. */
    @Override
    public void idle(Sampler idle, int taken) {
        mailbox.put(new Message.Run(() -> endIfUnused(idle, taken)));
    }

    /** It may just have been given another one, which it will find. */
    private void endIfUnused(Sampler idle, int taken) {
        if (sampler.isPresent() && sampler.get() == idle && taken == given) {
            sampler = Optional.empty();
            idle.end();
        }
    }

    private Census census(List<Target> targets) {
        long now = kernel.now();
        var listings = new ArrayList<Census.Listing>(targets.size());
        for (Target target : targets) {
            Slots.Found found = slots.find(target);
            var subjects = new ArrayList<Census.Subject>(found.slots().size());
            for (Slot slot : found.slots()) {
                subjects.add(Census.subject(slot, now));
            }
            listings.add(new Census.Listing(subjects, found.unknown()));
        }
        return Census.of(slots, listings, now - startedAt);
    }
}
