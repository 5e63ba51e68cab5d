package taskmaster.supervisor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import taskmaster.activity.ActivityLog;
import taskmaster.activity.ActivityLog.Level;
import taskmaster.config.Config;
import taskmaster.json.Json;
import taskmaster.lifecycle.Event;
import taskmaster.lifecycle.StateName;
import taskmaster.posix.Signal;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Verb;

/**
 * Handles messages, one after the other: the shell around the pure core.
 *
 * <p>Owned by the supervisor's thread, which is {@link Loop}; nobody else may call it. Nothing here
 * waits for a disk, a client or a child.
 */
final class Supervisor {

    /** Ended children that are handled before the next message has its turn. */
    private static final int MOST_ENDED_AT_ONCE = 64;

    /** At the end, of what a bug keeps from being stopped; one a second. */
    private static final int LAST_KILLS = 5;

    /** Reloads that wait for the file to be read; who asks for one more is sent away. */
    static final int MOST_READINGS = 100;

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Kernel kernel;
    private final ActivityLog log;
    private final Mailbox mailbox;
    private final Settings settings;
    private final ConfigReader configReader;
    private final String version;
    private final Runnable reaperGoOn;

    private final Timers timers = new Timers();
    private final Slots slots = new Slots();
    private final Events events;
    private final Engine engine;
    private final Commands commands;
    private final Waits waits;
    private final Status status;
    private final Reloader reloader;
    private final Logs logs;
    private final Attachments attachments;
    private final Top top;

    /**
     * The file is read for one of these at a time, so that an older reading, of a slow disk, does
     * not come after a newer one.
     */
    private final ArrayDeque<Reading> readings = new ArrayDeque<>();

    /** The file is being read, for the first of {@link #readings}. */
    private boolean reading;

    private record Reading(Request.Reload request, Responder responder) {}

    private boolean reaperIdle;
    private boolean orphansMayCome;

    /** More has happened to children than was taken; a flag, which needs no memory. */
    private boolean moreEnded;

    private boolean closing;

    /** Everything has been told to stop; not yet where that failed. */
    private boolean stopping;

    private boolean askedToEnd;
    private boolean finished;
    private int exitCode;

    Supervisor(Kernel kernel, Mailbox mailbox, Runnable reaperGoOn, Surroundings around) {
        this.kernel = kernel;
        this.mailbox = mailbox;
        this.reaperGoOn = reaperGoOn;
        this.log = around.log();
        this.settings = around.settings();
        this.configReader = around.configReader();
        this.version = around.version();
        Config config = around.config();
        var exitOn = new ExitOn(config.daemon().exitOn(), mailbox, this::endWith);
        events = new Events(slots, kernel, mailbox);
        engine = new Engine(kernel, log, timers, exitOn, events);
        commands = new Commands(slots, engine, kernel, timers);
        waits = new Waits(slots, kernel, timers, mailbox);
        status = new Status(slots, kernel, engine.disowned());
        logs = new Logs(slots, around.logReader(), mailbox, config.daemon().logfile());
        reloader =
                new Reloader(
                        slots, engine, commands, kernel, timers, settings, exitOn, logs, log,
                        config);
        attachments = new Attachments(slots, around.logReader(), mailbox);
        top = new Top(slots, kernel, mailbox, log);
        slots.addAll(config.processes());
        engine.keepOutputs(config.processes());
    }

    /** Puts everything that starts by itself in line. */
    void autostart() {
        commands.autostart(slots.all());
    }

    /** Runs {@code action}, which must not wait, after so long. */
    void later(Duration delay, Runnable action) {
        timers.at(kernel.now() + delay.toNanos(), action);
    }

    /** Every process that is configured, and what is on its way out. */
    List<Slot> slots() {
        return slots.all();
    }

    /** What programs print to be told; see {@link Events#captured}. Any thread. */
    void captured(String stream, byte[] bytes) {
        events.captured(stream, bytes);
    }

    /** Everything has stopped, and the daemon may end. */
    boolean isFinished() {
        return finished;
    }

    /** What the daemon is to end with: 0 where somebody asked it to end. */
    int exitCode() {
        return exitCode;
    }

    /**
     * Does something that needs no message: a timer that is due, or a start whose turn it is.
     * False: nothing to do.
     */
    boolean work() {
        if (moreEnded) {
            takeEnded();
            return true;
        }
        boolean worked = timers.fireOne(kernel.now()) || commands.workOff();
        readNext();
        wakeReaper();
        return worked;
    }

    /** How many wait for something of a process; for tests. */
    int watching(String name) {
        int watching = 0;
        for (Slot slot : slots.all()) {
            watching += slot.name().toString().equals(name) ? slot.watching() : 0;
        }
        return watching;
    }

    /** How long to wait for a message; empty: until there is one. */
    OptionalLong patience() {
        OptionalLong next = timers.next();
        return next.isEmpty()
                ? next
                : OptionalLong.of(Math.max(0, next.getAsLong() - kernel.now()));
    }

    void handle(Message message) {
        switch (message) {
            case Message.Ask(Request request, Responder responder) -> answer(request, responder);
            case Message.ChildEnded m -> takeEnded();
            case Message.NoChild m -> {
                reaperIdle = !orphansMayCome;
                if (orphansMayCome) {
                    orphansMayCome = false;
                    reaperGoOn.run();
                }
            }
            case Message.SignalCame(Signal signal) -> takeSignal(signal);
            case Message.ConfigRead read -> takeConfig(read);
            case Message.Run(Runnable action) -> action.run();
        }
        wakeReaper();
    }

    /** After a bug, too, somebody must look again: a reaper that is not told never would. */
    private void takeEnded() {
        moreEnded = true;
        for (int i = 0; i < MOST_ENDED_AT_ONCE && moreEnded; i++) {
            moreEnded = engine.takeOneChange();
        }
        if (!moreEnded) {
            reaperGoOn.run();
        }
    }

    /** The reaper found no child and waits to be told that there is one again. */
    private void wakeReaper() {
        if (reaperIdle && engine.hasChildren()) {
            reaperIdle = false;
            reaperGoOn.run();
        }
    }

    /**
     * SIGCHLD, which is caught only as PID 1: orphans of others may come while we have no child and
     * the reaper waits. Where it is not waiting it may just have seen that there is none, so it
     * looks once more before it waits.
     */
    private void childCame() {
        if (reaperIdle) {
            reaperIdle = false;
            reaperGoOn.run();
        } else {
            orphansMayCome = true;
        }
    }

    private void answer(Request request, Responder responder) {
        if (closing && request.changes()) {
            responder.send(shuttingDown());
            return;
        }
        if (!request.changes() && !responder.isOpen()) {
            return; // nobody is there to be told, and of thousands of processes it takes a while
        }
        switch (request) {
            case Request.Status r -> responder.send(status.status(r));
            case Request.Start r -> commands.start(r, responder);
            case Request.Stop r -> commands.stop(r, responder);
            case Request.Restart r -> commands.restart(r, responder);
            case Request.SendSignal r -> commands.signal(r, responder);
            case Request.Send r -> commands.sendInput(r, responder);
            case Request.Attach r -> attachments.attach(r, responder);
            case Request.Resize r -> attachments.resize(r, responder);
            case Request.Disown r -> commands.disown(r, responder);
            case Request.Events r -> events.watch(r, responder);
            case Request.Wait r -> waits.begin(r, responder);
            case Request.Pid r -> responder.send(status.pid(r));
            case Request.Reload r -> reload(r, responder);
            case Request.Shutdown r -> {
                Json.Obj content = Json.object().put("result", "shutting down").build();
                responder.send(Reply.content(Reply.OK, content));
                askToEnd("received a request to shut down");
            }
            case Request.Version r ->
                    responder.send(
                            Reply.content(Reply.OK, Json.object().put("version", version).build()));
            case Request.Help r -> responder.send(help());
            case Request.Avail r -> responder.send(status.avail());
            case Request.Reopen r -> reopen(responder);
            case Request.Clear r -> logs.clear(r, responder);
            case Request.Tail r -> logs.tail(r, responder);
            case Request.MainTail r -> logs.mainTail(r, responder);
            case Request.Top r -> top.watch(r, responder);
        }
    }

    /** Who is answered may do what he likes with the old files: nobody writes there any more. */
    private void reopen(Responder responder) {
        Json.Obj content = Json.object().put("result", "reopened").build();
        Reply done = Reply.content(Reply.OK, content);
        settings.reopenLogs(() -> responder.send(done));
    }

    private static Reply shuttingDown() {
        return Reply.error(Reply.UNAVAILABLE, "shutting_down", "taskmasterd is shutting down");
    }

    private static Reply help() {
        var verbs = new ArrayList<Json>();
        for (Verb verb : Verb.values()) {
            verbs.add(
                    Json.object()
                            .put("name", verb.word())
                            .put("usage", verb.usage())
                            .put("summary", verb.summary())
                            .build());
        }
        return Reply.content(Reply.OK, Json.object().put("commands", new Json.Arr(verbs)).build());
    }

    private void reload(Request.Reload request, Responder responder) {
        if (readings.size() >= MOST_READINGS) {
            String message = MOST_READINGS + " reloads wait already; try again later";
            log.log(Level.WARN, "reload refused: " + message);
            responder.send(Reply.error(Reply.TOO_MANY, "too_many_reloads", message));
            return;
        }
        readings.add(
                new Reading(
                        request,
                        TimedResponder.of(responder, request.waiting(), timers, kernel.now())));
        readNext();
    }

    /** What has been asked for already, and will find the file as it is now or later. */
    private boolean isAwaited(Request.Reload request) {
        boolean first = true;
        for (Reading one : readings) {
            boolean begun = first && reading;
            if (!begun && one.request.equals(request)) {
                return true;
            }
            first = false;
        }
        return false;
    }

    /**
     * One that cannot be read must not keep those behind it waiting. What has been read takes room
     * until it is applied, so there is a bound to that, too.
     */
    private void readNext() {
        while (!reading && !readings.isEmpty() && reloader.hasRoom()) {
            Reading next = readings.getFirst();
            reading = true;
            try {
                configReader.read(loaded ->
                        mailbox.put(new Message.ConfigRead(loaded, next.request, next.responder)));
            } catch (RuntimeException | Error bug) {
                reading = false;
                readings.remove();
                next.responder.send(Loop.SORRY);
                log.bug("cannot read the configuration", bug);
            }
        }
    }

    private void takeConfig(Message.ConfigRead read) {
        reading = false;
        if (closing) {
            return; // who asked was answered when the end began
        }
        readings.remove();
        readNext();
        reloader.take(read.loaded(), read.request(), read.responder());
    }

    private void takeSignal(Signal signal) {
        String name = "SIG" + signal.name();
        switch (signal.name()) {
            case "TERM", "INT", "QUIT", "PWR" ->
                    askToEnd("received " + name + " indicating exit request");
            case "CHLD" -> childCame();
            case "HUP" -> {
                log.log(Level.WARN, "received SIGHUP indicating reload request");
                var request =
                        new Request.Reload(
                                new Request.Part.Everything(), false, Request.Waiting.FOREVER);
                if (!closing && !isAwaited(request)) {
                    reload(request, new Unheard());
                }
            }
            case "USR2" -> {
                log.log(Level.INFO, "received SIGUSR2 indicating log reopen request");
                settings.reopenLogs(() -> {});
            }
            default ->
                    log.log(
                            Level.INFO,
                            "received " + name + ", which means nothing to taskmasterd");
        }
    }

    /** The first time in order, the second time at once. */
    private void askToEnd(String why) {
        log.log(Level.WARN, why);
        if (askedToEnd && stopping) {
            for (Slot slot : List.copyOf(slots.all())) {
                engine.feed(slot, new Event.KillRequested());
            }
            return;
        }
        askedToEnd = true;
        if (!stopping) {
            shutDown();
        }
    }

    /** A process of exit_on has ended for good. Whatever began the end before has decided. */
    private void endWith(String process, int code) {
        if (closing) {
            return;
        }
        log.log(Level.WARN, process + " has ended (exit_on): ending with exit code " + code);
        exitCode = code;
        shutDown();
    }

    private void shutDown() {
        List<Slot> all = List.copyOf(slots.all());
        closing = true;
        engine.startNothingMore();
        commands.dropBacklog();
        events.shuttingDown();
        for (Reading reading : readings) {
            reading.responder.send(shuttingDown());
        }
        readings.clear();
        reloader.end(shuttingDown());
        var names = new StringBuilder();
        for (Slot slot : all) {
            if (slot.survives) {
                engine.feed(slot, new Event.DisownRequested());
            }
            if (slot.state.livePid().isEmpty()) {
                engine.feed(slot, new Event.StopRequested());
            } else {
                if (slot.state.name() == StateName.STOPPING) {
                    engine.feed(slot, new Event.StopRequested()); // takes back a start afterwards
                }
                names.append(names.isEmpty() ? "" : ", ").append(slot.name());
            }
        }
        if (!names.isEmpty()) {
            log.log(Level.INFO, "waiting for " + names + " to die");
        }
        stopping = true;
        new StopSequence(engine, all, slot -> true, slot -> {}, () -> end(all, LAST_KILLS)).begin();
    }

    /** All has stopped, but for what a bug left alone while it was being stopped. */
    private void end(List<Slot> all, int kills) {
        boolean alive = false;
        for (Slot slot : all) {
            if (slot.state.livePid().isPresent()) {
                alive = true;
                if (kills == 0) {
                    log.log(
                            Level.WARN,
                            "cannot stop " + slot.name() + ", which goes on without us");
                } else {
                    engine.feed(slot, new Event.KillRequested());
                }
            }
        }
        finished = !alive || kills == 0;
        if (finished) {
            engine.disowned().leaveOutputs();
            events.end();
        } else {
            later(AGAIN, () -> end(all, kills - 1));
        }
    }
}
