package taskmaster.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.posix.Posix;
import taskmaster.posix.TrustedPath;

/** FIFOs and the thread behind them, with the test in the place of programs. */
final class OutputPipesTest implements Notices, LogListener {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir Path directory;

    private final Posix posix = Posix.open();
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());
    private final LinkedBlockingQueue<Path> written = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    private OutputPipes pipes;

    @BeforeEach
    void open() throws IOException {
        pipes = OutputPipes.open(posix, directory.resolve("run"), Path.of("/pid"), this, this);
    }

    @AfterEach
    void close() {
        pipes.close(SOON);
    }

    @Override
    public void warn(String message) {
        said.add(message);
    }

    @Override
    public void captured(String stream, byte[] bytes) {
        said.add("captured " + bytes.length);
    }

    @Override
    public void bug(String what, Throwable thrown) {
        said.add(what + thrown);
    }

    @Override
    public void wrote(Path log) {
        written.add(log);
    }

    @Override
    public void rotated(Set<Path> names, Runnable opened) {
        waiting.add(opened);
    }

    private StreamSpec stream(String name, Path log) throws IOException {
        return new StreamSpec(
                name + ".stdout",
                name,
                log,
                TrustedPath.of(log, posix.effectiveUid()),
                new RotationRule(1 << 20, 3, Period.ENDLESS, true, 0, false),
                false,
                LineRule.PLAIN);
    }

    private void print(StreamSpec stream, String text) throws IOException {
        String fifo = pipes.fifo(stream, posix.effectiveUid()).orElseThrow();
        Files.writeString(Path.of(fifo), text, StandardOpenOption.WRITE);
    }

    /** Before Linux 6.5 nobody else tells those who follow the file. */
    @Test
    void saysOfEachLogThatItWroteToIt() throws Exception {
        Path log = directory.resolve("log");
        print(stream("a", log), "text\n");
        assertEquals(log, written.poll(SOON.toSeconds(), TimeUnit.SECONDS));
        assertEquals("text\n", Files.readString(log));
        assertEquals(List.of(), said);
    }

    @Test
    void tellsWhenAllLogsAreOpenAgain() throws Exception {
        Path log = directory.resolve("log");
        StreamSpec stream = stream("a", log);
        print(stream, "before\n");
        pipes.settle(SOON);
        Files.move(log, directory.resolve("moved"));
        CountDownLatch done = new CountDownLatch(1);
        pipes.reopen(done::countDown);
        assertTrue(done.await(SOON.toSeconds(), TimeUnit.SECONDS));
        assertEquals("", Files.readString(log));
        print(stream, "after\n");
        pipes.settle(SOON);
        assertEquals("after\n", Files.readString(log));
        assertEquals("before\n", Files.readString(directory.resolve("moved")));
    }

    /** A disk that hangs holds up the ends of programs once, not each of them. */
    @Test
    void whoWaitedInVainIsNotWaitedForAgainUntilItGoesOn() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        pipes.reopen(() -> await(hangs));
        Duration brief = Duration.ofMillis(1);
        pipes.settle(brief);
        pipes.settle(Duration.ofDays(1));
        hangs.countDown();
        Path log = directory.resolve("log");
        print(stream("a", log), "text\n");
        assertEquals(log, written.poll(SOON.toSeconds(), TimeUnit.SECONDS));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Two names of one directory are one log: else two would rotate the same files. */
    @Test
    void aLogThatIsNamedInTwoWaysIsRotatedOnce() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        StreamSpec one = stream("a", directory.resolve("log"));
        StreamSpec two = stream("b", link.resolve("log"));
        String half = ("x".repeat(99) + "\n").repeat(6000);
        print(one, half.substring(0, 60_000));
        pipes.settle(SOON);
        for (int i = 0; i < 9; i++) {
            print(two, half.substring(0, 60_000));
            pipes.settle(SOON);
            print(one, half.substring(0, 60_000));
            pipes.settle(SOON);
        }
        long sizes = Files.size(directory.resolve("log")) + Files.size(directory.resolve("log.1"));
        assertEquals(19 * 60_000, sizes);
        assertTrue(Files.size(directory.resolve("log.1")) <= 1 << 20);
        assertTrue(Files.notExists(directory.resolve("log.2")));
        assertEquals(List.of(), said);
    }

    /** Else he would miss what was not read yet. */
    @Test
    void nothingIsCompressedBeforeWhoFollowsItHasItOpen() throws Exception {
        Path log = directory.resolve("log");
        StreamSpec stream = stream("a", log);
        String half = ("x".repeat(99) + "\n").repeat(6000);
        for (int i = 0; i < 2; i++) {
            print(stream, half);
            pipes.settle(SOON);
        }
        Runnable opened = waiting.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertTrue(Files.exists(directory.resolve("log.1")));
        assertTrue(Files.notExists(directory.resolve("log.1.gz")));
        opened.run();
        long deadline = System.nanoTime() + SOON.toNanos();
        while (Files.exists(directory.resolve("log.1")) && System.nanoTime() < deadline) {
            pipes.settle(SOON);
        }
        assertTrue(Files.notExists(directory.resolve("log.1")));
        assertTrue(Files.exists(directory.resolve("log.1.gz")));
    }
}
