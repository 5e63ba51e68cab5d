package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/**
 * What {@link TopScreen} hears from taskmasterd: a thread and a connection for each thing that is
 * waited for, so that no key ever waits for an answer. What they have to say goes to {@link
 * Listener}, which may keep them waiting.
 *
 * <p>Owned by the screen's thread.
 */
final class TopFeed implements AutoCloseable {

    private static final long AGAIN_SECONDS = 1;

    /** Told on the feed's threads. */
    interface Listener {
        void tell(News news) throws InterruptedException;
    }

    sealed interface News {
        record Sampled(TopSample sample) implements News {}

        /** taskmasterd does not want to, and says why. */
        record Refused(Reply reply) implements News {}

        /** taskmasterd has gone; it is looked for again. */
        record Lost() implements News {}

        /** What became of something that was asked for. */
        record Done(String message) implements News {}

        /**
         * By the one that is followed, made harmless; {@code number} tells it from those before.
         */
        record Printed(int number, String text) implements News {}
    }

    private final Endpoint endpoint;
    private final Listener listener;
    private final boolean coloured;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Optional<Thread> watching = Optional.empty();
    private Optional<Connection> followed = Optional.empty();
    private int follows;

    /** The one of {@link #watching}: closed to end it. */
    private volatile Optional<Connection> watched = Optional.empty();

    TopFeed(Endpoint endpoint, boolean coloured, Listener listener) {
        this.endpoint = endpoint;
        this.coloured = coloured;
        this.listener = listener;
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    /** Who is interrupted is not wanted any more. */
    private static Runnable untilInterrupted(Work work) {
        return () -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Samples, until this is closed; {@code connection} is the first one. */
    void watch(Request.Top request, Connection connection) {
        watched = Optional.of(connection);
        watching = Optional.of(start("feed", untilInterrupted(() -> watch(request))));
    }

    private void watch(Request.Top request) throws InterruptedException {
        boolean refused = false;
        while (!refused && !isClosed()) {
            refused = watched.isPresent() && watch(request, watched.get(), listener);
            if (!refused && !isClosed()) {
                listener.tell(new News.Lost());
                closed.await(AGAIN_SECONDS, TimeUnit.SECONDS);
                watched = isClosed() ? Optional.empty() : connect();
            }
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private Optional<Connection> connect() {
        try {
            return Optional.of(Connection.open(endpoint.path()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Until the connection ends: false; or there is a final answer: true. */
    private static boolean watch(Request.Top request, Connection connection, Listener listener)
            throws InterruptedException {
        try (connection) {
            connection.send(WireFormat.encode(request));
            while (true) {
                Optional<Reply> reply = WireFormat.decode(connection.line());
                if (reply.isEmpty() || reply.get().status() == Reply.UNAVAILABLE) {
                    return false;
                }
                if (reply.get().isFinal()) {
                    listener.tell(new News.Refused(reply.get()));
                    return true;
                }
                Json.Obj content = WireFormat.content(reply.get());
                listener.tell(new News.Sampled(TopSample.of(content)));
            }
        } catch (IOException e) {
            return false;
        }
    }

    private static Target.Named only(String name) {
        return new Target.Named(Target.Kind.ANY, List.of(name));
    }

    /** Asks for something; {@link News.Done} tells what came of it. */
    void ask(TopView.Action action, String name) {
        Request request =
                switch (action) {
                    case STOP -> new Request.Stop(only(name), Request.Waiting.FOREVER);
                    case START -> new Request.Start(only(name), Request.Waiting.FOREVER);
                    case RESTART -> new Request.Restart(only(name), Request.Waiting.FOREVER);
                };
        start(
                "ask",
                untilInterrupted(
                        () -> listener.tell(new News.Done(name + ": " + outcome(request)))));
    }

    private String outcome(Request request) {
        try (Connection connection = Connection.open(endpoint.path())) {
            connection.send(WireFormat.encode(request));
            Optional<Reply> reply = WireFormat.decode(connection.line());
            return reply.isPresent() ? words(reply.get()) : "taskmasterd has gone";
        } catch (IOException e) {
            return "taskmasterd cannot be reached";
        }
    }

    /** Of a reply about one process. */
    static String words(Reply reply) {
        Json.Obj content = WireFormat.content(reply);
        List<Json> results = content.getItems("results");
        Json.Obj result =
                !results.isEmpty() && results.get(0) instanceof Json.Obj one ? one : reply.body();
        Optional<Json.Obj> error = result.getObject("error");
        String text =
                error.isPresent()
                        ? "ERROR " + error.get().getString("message").orElse("")
                        : result.getString("result").orElse("done");
        return Text.plain(text);
    }

    /** Follows what a process prints, from so many lines back; returns its number. */
    int follow(String name, int lines) {
        endFollowing();
        int number = ++follows;
        Optional<Connection> connection = connect();
        if (connection.isEmpty()) {
            start("follow", untilInterrupted(() -> say(number, "taskmasterd cannot be reached")));
            return number;
        }
        followed = connection;
        var request =
                new Request.Tail(
                        only(name),
                        Request.Stream.BOTH,
                        new Request.Amount(true, Math.max(1, lines)),
                        true);
        start("follow", untilInterrupted(() -> follow(request, connection.get(), number)));
        return number;
    }

    private void say(int number, String line) throws InterruptedException {
        listener.tell(new News.Printed(number, "==> " + line + " <==\n"));
    }

    private void follow(Request.Tail request, Connection connection, int number)
            throws InterruptedException {
        var view = new TopLog(new LogView(true, coloured));
        try (connection) {
            connection.send(WireFormat.encode(request));
            while (true) {
                Optional<Reply> reply = WireFormat.decode(connection.line());
                if (reply.isEmpty()) {
                    say(number, "taskmasterd has gone");
                    return;
                }
                if (reply.get().isFinal()) {
                    say(number, reply.get().isSuccess() ? "no log" : words(reply.get()));
                    return;
                }
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                view.show(WireFormat.content(reply.get()), out);
                listener.tell(new News.Printed(number, out.toString(UTF_8)));
            }
        } catch (IOException e) {
            return; // closed by endFollowing
        }
    }

    void endFollowing() {
        followed.ifPresent(Connection::close);
        followed = Optional.empty();
    }

    /** What was asked for is still done. */
    @Override
    public void close() {
        closed.countDown();
        endFollowing();
        watched.ifPresent(Connection::close);
        watching.ifPresent(Thread::interrupt);
    }
}
