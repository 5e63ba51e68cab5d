package taskmaster.server;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import taskmaster.json.Json;
import taskmaster.posix.Posix;
import taskmaster.protocol.Reply;
import taskmaster.protocol.RequestPort;

/**
 * Requests a second over kept connections, with a port that answers at once from a thread of its
 * own: a plain program, because the figure is one of three threads and the kernel together.
 *
 * <pre>java -XX:TieredStopAtLevel=1 -cp ... taskmaster.server.ServerLoad [CONNECTIONS [SECONDS]]
 * </pre>
 */
final class ServerLoad {

    private static final byte[] REQUEST =
            "{\"command\":\"status\",\"target\":\"process\",\"name\":\"web:web_0\"}\n"
                    .getBytes(StandardCharsets.UTF_8);
    private static final int ROUNDS = 5;
    private static final int MAX_SAMPLES = 2_000_000;

    private ServerLoad() {}

    public static void main(String[] arguments) throws Exception {
        int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path directory = Files.createTempDirectory("taskmaster-load");
        Path file = directory.resolve("x.sock");
        int uid = (int) Files.getAttribute(directory, "unix:uid");
        int gid = (int) Files.getAttribute(directory, "unix:gid");
        var endpoint = new Endpoint(file, 0755, uid, gid, uid);
        try (var server = ControlServer.bind(Posix.open(), endpoint, Throwable::printStackTrace)) {
            var open = new Access(uid, Optional.empty());
            server.start(answeringAtOnce(), open, (level, line) -> {});
            for (int i = 0; i < ROUNDS; i++) {
                round(file, connections, seconds);
            }
        }
        Files.delete(directory);
    }

    private static RequestPort answeringAtOnce() {
        Reply reply = Reply.content(Reply.OK, status());
        BlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
        Thread.ofPlatform()
                .name("port")
                .daemon()
                .start(() -> {
                    try {
                        while (true) {
                            mailbox.take().run();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        return (request, responder) -> mailbox.add(() -> responder.send(reply));
    }

    private static Json.Obj status() {
        Json.Obj process =
                Json.object()
                        .put("name", "web:web_0")
                        .put("program", "web")
                        .put("group", "web")
                        .put("process", "web_0")
                        .put("state", "RUNNING")
                        .put("pid", 4711)
                        .put("uptime", 12.345)
                        .put("since", "2026-11-22T13:31:08.123Z")
                        .putNull("exit")
                        .put("restarts", 0)
                        .put("reason", "")
                        .build();
        return Json.object().put("processes", java.util.List.of(process)).build();
    }

    /** One thread plays all clients; each has one request under way. */
    private static void round(Path file, int connections, int seconds) throws IOException {
        long[] latencies = new long[MAX_SAMPLES];
        int count = 0;
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        ByteBuffer request = ByteBuffer.allocateDirect(REQUEST.length).put(REQUEST);
        ByteBuffer reply = ByteBuffer.allocateDirect(64 * 1024);
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(file));
                channel.configureBlocking(false);
                long[] sent = {System.nanoTime()};
                channel.register(selector, SelectionKey.OP_READ, sent);
                int _ = channel.write(request.flip());
            }
            while (System.nanoTime() < end && count < MAX_SAMPLES - connections) {
                int _ = selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    var channel = (SocketChannel) key.channel();
                    int length = channel.read(reply.clear());
                    if (length < 0 || reply.get(length - 1) != '\n') {
                        throw new IOException("not a whole reply of " + length + " bytes");
                    }
                    long now = System.nanoTime();
                    long[] sent = (long[]) key.attachment();
                    latencies[count++] = now - sent[0];
                    sent[0] = now;
                    int _ = channel.write(request.rewind());
                }
                selector.selectedKeys().clear();
            }
            long nanos = System.nanoTime() - start;
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            print(latencies, count, nanos);
        }
    }

    private static void print(long[] latencies, int count, long nanos) {
        Arrays.sort(latencies, 0, count);
        System.out.println(
                (long) (count * 1e9 / nanos)
                        + " requests/s, median "
                        + latencies[count / 2] / 1000
                        + " us, p99 "
                        + latencies[(int) (count * 0.99)] / 1000
                        + " us");
    }
}
