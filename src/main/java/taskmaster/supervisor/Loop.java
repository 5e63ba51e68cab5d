package taskmaster.supervisor;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import taskmaster.activity.ActivityLog;
import taskmaster.output.OutputPipes;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;
import taskmaster.posix.Spawner;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.RequestPort;
import taskmaster.protocol.Responder;

/**
 * The supervisor's thread: takes a message, or does what is due; never waits for anything else.
 *
 * <p>A bug in the handling of one message is logged and answered, and ends that message alone.
 */
public final class Loop implements RequestPort {

    /**
     * What a program printed last is in its log before it is said to have ended, if that takes no
     * longer.
     */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);

    /** Made before it is needed: that may be when there is no memory. */
    static final Reply SORRY =
            Reply.error(Reply.FAILED, "bug", "a bug in taskmasterd; its log has the details");

    private static final Reply TOO_MUCH =
            Reply.error(
                    Reply.TOO_MANY,
                    "too_many_requests",
                    "too many requests wait for their turn; nothing was done; try again later");

    private static final long PAUSE = 10_000_000;

    private final HeapReserve reserve = new HeapReserve();
    private final Mailbox mailbox = new Mailbox();
    private final ActivityLog log;
    private final Reaper reaper;
    private final Supervisor supervisor;

    public Loop(Posix posix, Spawner spawner, OutputPipes pipes, Surroundings around) {
        log = around.log();
        reaper = new Reaper(posix, mailbox, () -> pipes.settle(LAST_WORDS));
        supervisor =
                new Supervisor(
                        new PosixKernel(posix, spawner, pipes, around.searchPath()),
                        mailbox,
                        reaper::goOn,
                        around);
    }

    @Override
    public void submit(Request request, Responder responder) {
        if (!mailbox.offer(new Message.Ask(request, responder))) {
            responder.send(TOO_MUCH);
        }
    }

    /**
     * What a program printed between supervisord's marks. Any thread; does not wait.
     *
     * @param stream {@code group:process.stdout}
     */
    public void captured(String stream, byte[] bytes) {
        supervisor.captured(stream, bytes);
    }

    /** A signal to the daemon. Any thread. */
    public void signal(Signal signal) {
        mailbox.put(new Message.SignalCame(signal));
    }

    /**
     * Starts what starts by itself and goes on until everything has been stopped.
     *
     * @param begun runs when the first starts are in line
     * @param settled runs when the start is long over, and whenever much work is; must not wait
     * @return what the daemon is to end with
     */
    public int run(Runnable begun, Runnable settled) {
        reaper.start();
        supervisor.autostart();
        var quiet = new Quiet(supervisor::later, settled);
        quiet.look();
        begun.run();
        while (!supervisor.isFinished()) {
            turn();
            quiet.note();
        }
        return supervisor.exitCode();
    }

    /**
     * A message, and one thing that is due: clients who never stop asking must not keep a kill or a
     * start waiting.
     */
    private void turn() {
        Message message = mailbox.poll();
        if (message != null) {
            handle(message);
        }
        if (!work() && message == null) {
            await();
        }
    }

    private boolean work() {
        try {
            return supervisor.work();
        } catch (RuntimeException | Error bug) {
            report("a bug while doing what was due", bug);
            LockSupport.parkNanos(PAUSE); // it may be due again at once: not to spin
            return true;
        }
    }

    private void await() {
        Message message = null;
        try {
            message = mailbox.take(supervisor.patience());
        } catch (InterruptedException e) {
            report("nobody interrupts the supervisor", e);
        } catch (RuntimeException | Error bug) {
            report("a bug while waiting", bug);
            LockSupport.parkNanos(PAUSE);
        }
        if (message != null) {
            handle(message);
        }
    }

    private void handle(Message message) {
        try {
            supervisor.handle(message);
        } catch (RuntimeException | Error bug) {
            apologize(message);
            report("a bug while handling a message", bug);
        }
    }

    private void report(String what, Throwable bug) {
        reserve.release();
        try {
            log.bug(what, bug);
        } catch (OutOfMemoryError e) {
            // Not even for words; the daemon must live on.
        }
        reserve.refill();
    }

    private void apologize(Message message) {
        reserve.release();
        try {
            switch (message) {
                case Message.Ask ask -> ask.responder().send(SORRY);
                case Message.ConfigRead read -> read.responder().send(SORRY);
                case Message.ChildEnded m -> {}
                case Message.NoChild m -> {}
                case Message.SignalCame m -> {}
                case Message.Run m -> {}
            }
        } catch (RuntimeException | Error again) {
            report("cannot answer", again);
        }
    }
}
