package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import taskmaster.json.Json;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.ProcFiles;
import taskmaster.procfs.Scan;
import taskmaster.procfs.Usage;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/**
 * The thread that reads /proc for who watches with {@code top}: not the loop's, since a thousand
 * processes are two thousand system calls.
 *
 * <p>It is started for the first watcher and ended when the last one has gone, so nothing at all
 * happens while nobody watches. Whoever is due at the same time shares a look at /proc, and those
 * with the same interval are due at the same times. A watcher that has not read its last sample is
 * passed over; its next one covers the longer time.
 */
final class Sampler {

    /** More would cost more than what they look at; each one's samples wait in memory. */
    static final int MOST_WATCHERS = 32;

    /** The loop answers in less than a millisecond; where it lacks memory it might never. */
    private static final long PATIENCE = 10_000_000_000L;

    private static final Reply TOO_MANY =
            Reply.error(
                    Reply.TOO_MANY,
                    "too_many_watchers",
                    MOST_WATCHERS + " clients watch already; try again when one has gone");

    /** The way to the loop. Its calls do not wait; the answers come by the thread's inbox. */
    interface Desk {

        /** Asks for {@link #answered} with this round's number. */
        void ask(Sampler sampler, long round, List<Target> targets);

        /**
         * There is nobody to serve: to be ended if it has {@code taken} as many watchers as it was
         * given.
         */
        void idle(Sampler sampler, int taken);
    }

    private sealed interface Event {
        record Came(Viewer viewer) implements Event {}

        record Gone(Viewer viewer) implements Event {}

        record Answered(long round, Census census) implements Event {}

        record Ended() implements Event {}
    }

    /** One who watches. Owned by the thread once it has come. */
    private static final class Viewer {
        private final Target target;
        private final Responder responder;
        private final long interval;
        private long due;
        private Optional<Scan> seen = Optional.empty();

        Viewer(Request.Top request, Responder responder) {
            target = request.target();
            interval = request.interval().toNanos();
            this.responder = responder;
        }
    }

    /** The samples of one round that are the same: CPU since then, of these. */
    private record View(Optional<Scan> since, Target target) {}

    private final LinkedBlockingQueue<Event> inbox = new LinkedBlockingQueue<>();
    private final Desk desk;
    private final String root;
    private final int daemon;
    private final BiConsumer<String, Throwable> onBug;

    // From here on the thread's.
    private final List<Viewer> viewers = new ArrayList<>();
    private final long epoch = System.nanoTime();
    private int taken;
    private long round;
    private boolean ended;

    /**
     * @param root {@code /proc}
     * @param daemon our pid
     * @param onBug gets what only a mistake of ours can explain; any thread
     */
    Sampler(Desk desk, String root, int daemon, BiConsumer<String, Throwable> onBug) {
        this.desk = desk;
        this.root = root;
        this.daemon = daemon;
        this.onBug = onBug;
    }

    /** False if there is no thread to be had. */
    boolean start() {
        try {
            Thread.ofPlatform().daemon().name("sampler").start(this::run);
            return true;
        } catch (OutOfMemoryError e) {
            return false; // this is how Java says that its user may have no more processes
        }
    }

    /** Any thread. */
    void watch(Request.Top request, Responder responder) {
        var viewer = new Viewer(request, responder);
        inbox.add(new Event.Came(viewer));
        responder.onClose(() -> inbox.add(new Event.Gone(viewer)));
    }

    /** Any thread. */
    void answered(long number, Census census) {
        inbox.add(new Event.Answered(number, census));
    }

    /** Any thread. */
    void end() {
        inbox.add(new Event.Ended());
    }

    private void run() {
        try (ProcFiles proc = ProcFiles.open(root)) {
            var machine =
                    new Usage.Machine(
                            ProcFiles.pageBytes(), Runtime.getRuntime().availableProcessors());
            while (!ended) {
                guarded(proc, machine);
            }
        } catch (ErrnoException e) {
            String message = "cannot read processes: " + e.getMessage();
            refuseAll(Reply.error(Reply.FAILED, "failed", message));
        } catch (InterruptedException e) {
            onBug.accept("nobody interrupts the sampler", e);
        }
    }

    /** A lack of memory costs a sample; a bug ends those who watch. */
    private void guarded(ProcFiles proc, Usage.Machine machine) throws InterruptedException {
        try {
            turn(proc, machine);
        } catch (OutOfMemoryError e) {
            TimeUnit.MILLISECONDS.sleep(10); // others come to their turn and let go of theirs
        } catch (RuntimeException | Error bug) {
            onBug.accept("cannot sample processes", bug);
            for (Viewer viewer : viewers) {
                viewer.responder.send(Loop.SORRY);
            }
            viewers.clear();
        }
    }

    private void refuseAll(Reply reply) {
        try {
            while (!ended) {
                for (Viewer viewer : viewers) {
                    viewer.responder.send(reply);
                }
                viewers.clear();
                desk.idle(this, taken);
                handle(inbox.take());
            }
        } catch (InterruptedException e) {
            onBug.accept("nobody interrupts the sampler", e);
        }
    }

    private void turn(ProcFiles proc, Usage.Machine machine) throws InterruptedException {
        if (viewers.isEmpty()) {
            desk.idle(this, taken);
            handle(inbox.take());
            return;
        }
        long wait = Long.MAX_VALUE;
        long now = System.nanoTime();
        for (Viewer viewer : viewers) {
            wait = Math.min(wait, viewer.due - now);
        }
        Event event = wait > 0 ? inbox.poll(wait, TimeUnit.NANOSECONDS) : inbox.poll();
        if (event != null) {
            handle(event);
        } else {
            List<Viewer> due = due(System.nanoTime());
            if (!due.isEmpty()) {
                sample(proc, machine, due);
            }
        }
    }

    private void handle(Event event) {
        switch (event) {
            case Event.Came(Viewer viewer) -> {
                taken++;
                if (viewers.size() == MOST_WATCHERS) {
                    viewer.responder.send(TOO_MANY);
                } else if (viewer.responder.isOpen()) {
                    viewer.due = System.nanoTime();
                    viewers.add(viewer);
                }
            }
            case Event.Gone(Viewer viewer) -> viewers.remove(viewer);
            case Event.Answered late -> {} // to a question that was given up
            case Event.Ended e -> ended = true;
        }
    }

    /** Who gets a sample now. The others of those whose time it is have not read their last. */
    private List<Viewer> due(long now) {
        var due = new ArrayList<Viewer>();
        for (Viewer viewer : viewers) {
            if (viewer.due - now <= 0) {
                viewer.due = next(now, epoch, viewer.interval);
                if (!viewer.responder.isBehind()) {
                    due.add(viewer);
                }
            }
        }
        return due;
    }

    /**
     * The next multiple of the interval after {@code epoch} that is at least half of one away: who
     * just came is soon in step with the others.
     */
    static long next(long now, long epoch, long interval) {
        long periods = (now - epoch + interval / 2 + interval - 1) / interval;
        return epoch + periods * interval;
    }

    private void sample(ProcFiles proc, Usage.Machine machine, List<Viewer> due)
            throws InterruptedException {
        Optional<Census> before = ask(List.of());
        if (before.isEmpty()) {
            return;
        }
        int[] leaders = before.get().pidsAnd(daemon);
        Scan scan = Scan.take(proc, leaders, System.nanoTime());
        OptionalInt[] descriptors =
                new Usage(Optional.empty(), scan, leaders, machine).descriptors(proc);
        List<Target> targets = targets(due);
        Optional<Census> after = ask(targets);
        if (after.isEmpty()) {
            return;
        }
        var sample = new Sample(before.get(), leaders, descriptors);
        Map<View, Reply> replies = new HashMap<>();
        for (Viewer viewer : due) {
            var view = new View(viewer.seen, viewer.target);
            Reply reply = replies.get(view);
            if (reply == null) {
                long nanos =
                        viewer.seen.isEmpty() ? 0 : scan.takenAt() - viewer.seen.get().takenAt();
                long uptime = after.get().uptime();
                Json.Obj content =
                        sample.content(
                                viewer.target,
                                after.get().listings().get(targets.indexOf(viewer.target)),
                                new Usage(viewer.seen, scan, leaders, machine),
                                new Sample.Frame(
                                        nanos, scan.isWhole(), daemon, uptime, machine.cores()));
                reply = Reply.content(Reply.PARTIAL, content);
                replies.put(view, reply);
            }
            viewer.responder.send(reply);
            viewer.seen = Optional.of(scan);
        }
    }

    private static List<Target> targets(List<Viewer> due) {
        var targets = new ArrayList<Target>();
        for (Viewer viewer : due) {
            if (!targets.contains(viewer.target)) {
                targets.add(viewer.target);
            }
        }
        return targets;
    }

    /** Empty where the loop gives no answer, or this is to end. */
    private Optional<Census> ask(List<Target> targets) throws InterruptedException {
        round++;
        desk.ask(this, round, targets);
        long deadline = System.nanoTime() + PATIENCE;
        while (!ended) {
            Event event = inbox.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event == null) {
                return Optional.empty();
            }
            if (event instanceof Event.Answered(long number, Census census) && number == round) {
                return Optional.of(census);
            }
            handle(event);
        }
        return Optional.empty();
    }
}
