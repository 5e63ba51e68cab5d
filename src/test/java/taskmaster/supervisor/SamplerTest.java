package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.json.Json;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;
import taskmaster.testing.FakeProc;

/** The thread, with a /proc and a loop of the test's own. */
class SamplerTest {

    private static final int DAEMON = 5;
    private static final Request.Top OFTEN =
            new Request.Top(new Target.All(), Request.Top.SHORTEST);

    @TempDir Path temporary;
    private FakeProc fake;
    private Loop loop;

    /** Answers for the loop, on the sampler's thread; ends it when it is idle. */
    private final class Loop implements Sampler.Desk {
        private final AtomicInteger given = new AtomicInteger();
        private final LinkedBlockingQueue<Integer> ended = new LinkedBlockingQueue<>();

        /** Of the process with pid 50, one more at each question. */
        private volatile boolean restartsAllTheTime;

        private volatile boolean silent;
        private long starts = 1;
        private final Sampler sampler =
                new Sampler(
                        this,
                        temporary.toString(),
                        DAEMON,
                        (what, thrown) -> {
                            throw new AssertionError(what, thrown);
                        });

        void watch(Request.Top request, Responder responder) {
            given.incrementAndGet();
            sampler.watch(request, responder);
        }

        @Override
        public void ask(Sampler asking, long round, List<Target> targets) {
            if (silent) {
                return;
            }
            starts += restartsAllTheTime ? 1 : 0;
            var name = new Census.Name("web", "web", "web", "web");
            var subject =
                    new Census.Subject(
                            name,
                            "RUNNING",
                            false,
                            50,
                            starts,
                            7_000_000_000L,
                            2,
                            Optional.of(new WaitStatus.Exited(3)),
                            "");
            var off =
                    new Census.Subject(
                            new Census.Name("off", "off", "off", "off"),
                            "STOPPED",
                            false,
                            0,
                            0,
                            0,
                            0,
                            Optional.empty(),
                            "");
            var listings = new ArrayList<Census.Listing>();
            for (Target target : targets) {
                List<String> unknown =
                        target instanceof Target.Named named
                                ? named.names().subList(1, named.names().size())
                                : List.of();
                listings.add(new Census.Listing(List.of(subject, off), unknown));
            }
            asking.answered(
                    round,
                    new Census(new int[] {50}, new long[] {starts}, listings, 9_500_000_000L));
        }

        @Override
        public void idle(Sampler idle, int taken) {
            if (taken == given.get() && taken > 0) {
                ended.add(taken);
                idle.end();
            }
        }
    }

    private static final class Viewer implements Responder {
        private final LinkedBlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
        private volatile boolean open = true;
        private volatile boolean behind;
        private volatile Runnable whenGone = () -> {};

        Json.Obj next() throws InterruptedException {
            return reply().body().getObject("content").orElseThrow();
        }

        Reply reply() throws InterruptedException {
            Reply reply = replies.poll(60, TimeUnit.SECONDS);
            assertTrue(reply != null, "no sample");
            return reply;
        }

        void leave() {
            open = false;
            whenGone.run();
        }

        @Override
        public void send(Reply reply) {
            replies.add(reply);
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public boolean isBehind() {
            return behind;
        }

        @Override
        public void onClose(Runnable action) {
            whenGone = action;
        }
    }

    @BeforeEach
    void makeProcesses() throws Exception {
        loop = new Loop();
        fake = new FakeProc(temporary);
        fake.put(DAEMON, 1, 1, 100, 90_000).put(50, 50, 10, 100, 0);
    }

    private static Json.Obj row(Json.Obj sample, int index) {
        return (Json.Obj) sample.getItems("processes").get(index);
    }

    private void assertEnds() throws InterruptedException {
        assertTrue(loop.ended.poll(60, TimeUnit.SECONDS) != null, "the thread goes on");
    }

    @Test
    void samplesUntilTheWatcherHasGone() throws Exception {
        assertTrue(loop.sampler.start());
        var viewer = new Viewer();
        loop.watch(OFTEN, viewer);
        Json.Obj first = viewer.next();
        assertEquals(Optional.of(Json.Null.NULL), first.get("interval"));
        assertEquals("session", first.getString("scope").orElseThrow());
        assertEquals(
                "{\"name\":\"web\",\"program\":\"web\",\"group\":\"web\",\"process\":\"web\","
                        + "\"state\":\"RUNNING\",\"paused\":false,\"pid\":50,\"uptime\":7.000,"
                        + "\"cpu\":null,\"memory\":"
                        + 5 * taskmaster.posix.ProcFiles.pageBytes()
                        + ",\"threads\":3,\"processes\":1,\"descriptors\":null,\"restarts\":2,"
                        + "\"exit\":{\"code\":3},\"reason\":\"\"}",
                taskmaster.json.JsonWriter.write(row(first, 0)));
        assertEquals(
                "{\"name\":\"off\",\"program\":\"off\",\"group\":\"off\",\"process\":\"off\","
                        + "\"state\":\"STOPPED\",\"paused\":false,\"pid\":null,\"uptime\":null,"
                        + "\"cpu\":null,\"memory\":null,\"threads\":null,\"processes\":null,"
                        + "\"descriptors\":null,\"restarts\":0,\"exit\":null,\"reason\":\"\"}",
                taskmaster.json.JsonWriter.write(row(first, 1)));
        assertEquals(DAEMON, first.getObject("daemon").orElseThrow().getLong("pid").orElseThrow());
        fake.put(50, 50, 10, 1_000_000, 0);
        Json.Obj later = viewer.next();
        while (row(later, 0).get("cpu").orElseThrow().equals(new Json.Num("0.0"))) {
            later = viewer.next();
        }
        int cores = Runtime.getRuntime().availableProcessors();
        assertEquals(new Json.Num(cores * 100 + ".0"), row(later, 0).get("cpu").orElseThrow());
        viewer.leave();
        assertEnds();
    }

    @Test
    void aPidThatIsNotTheSameProcessAnyMoreHasNoFigures() throws Exception {
        loop.restartsAllTheTime = true;
        assertTrue(loop.sampler.start());
        var viewer = new Viewer();
        loop.watch(OFTEN, viewer);
        for (int i = 0; i < 3; i++) {
            Json.Obj row = row(viewer.next(), 0);
            assertEquals(50, row.getLong("pid").orElseThrow());
            assertEquals(Optional.of(Json.Null.NULL), row.get("memory"));
            assertEquals(Optional.of(Json.Null.NULL), row.get("cpu"));
        }
        viewer.leave();
        assertEnds();
    }

    @Test
    void namesThatNameNothingAreToldBesideTheOthers() throws Exception {
        assertTrue(loop.sampler.start());
        var viewer = new Viewer();
        var some = new Target.Named(Target.Kind.ANY, List.of("web", "nobody"));
        loop.watch(new Request.Top(some, Request.Top.SHORTEST), viewer);
        Json.Obj sample = viewer.next();
        var result = (Json.Obj) sample.getItems("results").getFirst();
        assertEquals("nobody", result.getString("name").orElseThrow());
        assertEquals(404, result.getLong("status").orElseThrow());
        viewer.leave();
        assertEnds();
    }

    @Test
    void whoHasNotReadTheLastSampleIsPassedOver() throws Exception {
        assertTrue(loop.sampler.start());
        var slow = new Viewer();
        var quick = new Viewer();
        loop.watch(OFTEN, slow);
        slow.next();
        slow.behind = true;
        loop.watch(OFTEN, quick);
        for (int i = 0; i < 4; i++) {
            quick.next();
        }
        slow.replies.clear(); // one may have been on its way
        for (int i = 0; i < 4; i++) {
            quick.next();
        }
        assertEquals(0, slow.replies.size());
        slow.behind = false;
        Json.Obj sample = slow.next();
        double seconds = ((Json.Num) sample.get("interval").orElseThrow()).toDouble();
        assertTrue(seconds > 0.4, "covers what it missed: " + seconds);
        slow.leave();
        quick.leave();
        assertEnds();
        assertEquals(0, loop.ended.size());
    }

    @Test
    void refusesMoreWatchersThanItServes() throws Exception {
        assertTrue(loop.sampler.start());
        var viewers = new ArrayList<Viewer>();
        for (int i = 0; i < Sampler.MOST_WATCHERS; i++) {
            viewers.add(new Viewer());
            loop.watch(OFTEN, viewers.getLast());
            viewers.getLast().next();
        }
        var refused = new Viewer();
        loop.watch(OFTEN, refused);
        Reply reply = refused.reply();
        assertEquals(Reply.TOO_MANY, reply.status());
        assertTrue(reply.isFinal());
        viewers.getFirst().leave();
        var next = new Viewer();
        loop.watch(OFTEN, next);
        assertFalse(next.reply().isFinal());
        next.leave();
        viewers.forEach(Viewer::leave);
        assertEnds();
    }

    @Test
    void aSystemWithoutProcIsAnAnswer() throws Exception {
        var desk = new Loop();
        var sampler = new Sampler(desk, "/nothing", DAEMON, (what, thrown) -> {});
        assertTrue(sampler.start());
        var viewer = new Viewer();
        desk.given.incrementAndGet();
        sampler.watch(OFTEN, viewer);
        Reply reply = viewer.reply();
        assertEquals(Reply.FAILED, reply.status());
        String message = reply.body().getObject("error").orElseThrow().toString();
        assertTrue(message.contains("ENOENT"), message);
        assertTrue(desk.ended.poll(60, TimeUnit.SECONDS) != null);
    }

    @Test
    void whoLeavesWhileTheLoopIsBusyIsForgotten() throws Exception {
        loop.silent = true;
        assertTrue(loop.sampler.start());
        var viewer = new Viewer();
        loop.watch(OFTEN, viewer);
        viewer.leave();
        loop.sampler.answered(99, new Census(new int[0], new long[0], List.of(), 0));
        loop.silent = false;
        loop.sampler.answered(1, new Census(new int[0], new long[0], List.of(), 0));
        assertEnds();
    }
}
