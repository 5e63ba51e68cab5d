package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class EpollTest {

    private static final byte[] BYTE = {1};

    private final Posix posix = Posix.open();
    private Epoll epoll;
    private int[] pipe;

    @TempDir Path temporary;

    @BeforeEach
    void open() throws Exception {
        epoll = Epoll.open(4);
        pipe = posix.pipe();
    }

    @AfterEach
    void close() throws Exception {
        epoll.close();
        for (int end : pipe) {
            if (end >= 0) {
                posix.close(end);
            }
        }
    }

    private void closeEnd(int which) throws Exception {
        posix.close(pipe[which]);
        pipe[which] = -1;
    }

    private void assertOne(long token, int events) throws Exception {
        assertEquals(1, epoll.await(Epoll.FOREVER));
        assertEquals(token, epoll.token(0));
        assertEquals(events, epoll.events(0));
    }

    private static void assertFails(Errno errno, Executable action) {
        assertEquals(errno, assertThrows(ErrnoException.class, action).errno());
    }

    @Test
    void tellsAgainUntilItIsDealtWith() throws Exception {
        long token = 0x1234_5678_9abc_def0L;
        epoll.add(pipe[0], Epoll.IN, token);
        assertEquals(0, epoll.await(0));
        posix.writeFully(pipe[1], BYTE);
        assertOne(token, Epoll.IN);
        assertOne(token, Epoll.IN);
        posix.read(pipe[0], new byte[1]);
        assertEquals(0, epoll.await(0));
    }

    @Test
    void waitsForWhatItIsTold() throws Exception {
        epoll.add(pipe[1], 0, 1);
        assertEquals(0, epoll.await(0));
        epoll.change(pipe[1], Epoll.OUT, 2);
        assertOne(2, Epoll.OUT);
        epoll.remove(pipe[1]);
        assertEquals(0, epoll.await(0));
    }

    @Test
    void tellsOfTheEndWithoutBeingAsked() throws Exception {
        epoll.add(pipe[0], 0, 7);
        closeEnd(1);
        assertOne(7, Epoll.HUP);
        closeEnd(0);
        assertEquals(0, epoll.await(0), "what is closed leaves by itself");
    }

    @Test
    void tellsOfAnErrorWithoutBeingAsked() throws Exception {
        epoll.add(pipe[1], 0, 8);
        closeEnd(0);
        assertOne(8, Epoll.ERR);
    }

    @Test
    void tellsOfSeveralAtOnceAndOfTheRestNextTime() throws Exception {
        int[][] pipes = new int[6][];
        long seen = 0;
        for (int i = 0; i < pipes.length; i++) {
            pipes[i] = posix.pipe();
            epoll.add(pipes[i][1], Epoll.OUT, i);
        }
        for (int round = 0; round < 2; round++) {
            int count = epoll.await(Epoll.FOREVER);
            assertEquals(4, count);
            for (int i = 0; i < count; i++) {
                seen |= 1L << epoll.token(i);
            }
        }
        assertEquals(0b111111, seen, "all had their turn");
        for (int[] ends : pipes) {
            posix.close(ends[0]);
            posix.close(ends[1]);
        }
    }

    @Test
    void wakeUpsBeforeItWaitsAreOne() throws Exception {
        epoll.wakeUp();
        epoll.wakeUp();
        assertOne(Epoll.WOKEN, Epoll.IN);
        assertEquals(0, epoll.await(0));
        epoll.wakeUp();
        assertOne(Epoll.WOKEN, Epoll.IN);
    }

    @Test
    void isWokenUpByAnotherThreadWhileItWaits() throws Exception {
        CompletableFuture<Integer> waiting =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return epoll.await(Epoll.FOREVER);
                    } catch (ErrnoException e) {
                        throw new AssertionError(e);
                    }
                });
        epoll.wakeUp();
        assertEquals(1, waiting.get(60, TimeUnit.SECONDS));
    }

    @Test
    void waitsAsLongAsItIsTold() throws Exception {
        long start = System.nanoTime();
        assertEquals(0, epoll.await(20_000_001));
        long nanos = System.nanoTime() - start;
        assertTrue(nanos >= 20_000_001, "not shorter: " + nanos);
        assertEquals(0, epoll.await(-5));
    }

    @Test
    void saysWhatCannotBeWaitedFor() throws Exception {
        int file =
                posix.open(
                        temporary.resolve("file").toString(),
                        0600,
                        OpenFlag.WRITE,
                        OpenFlag.CREATE);
        assertFails(Errno.EPERM, () -> epoll.add(file, Epoll.IN, 0));
        assertFails(Errno.ENOENT, () -> epoll.change(pipe[1], Epoll.IN, 0));
        assertFails(Errno.ENOENT, () -> epoll.remove(pipe[1]));
        posix.close(file);
        assertFails(Errno.EBADF, () -> epoll.add(file, Epoll.IN, 0));
        assertFails(Errno.EBADF, () -> epoll.change(file, Epoll.IN, 0));
        assertFails(Errno.EBADF, () -> epoll.remove(file));
        epoll.add(pipe[0], Epoll.IN, 0);
        assertFails(Errno.EEXIST, () -> epoll.add(pipe[0], Epoll.IN, 0));
        assertThrows(IllegalArgumentException.class, () -> epoll.add(pipe[1], Epoll.HUP, 0));
        assertThrows(IllegalArgumentException.class, () -> epoll.add(pipe[1], Epoll.IN, -1));
        assertThrows(IllegalArgumentException.class, () -> Epoll.open(0));
        assertThrows(IllegalArgumentException.class, () -> Epoll.open(5000));
    }

    @Test
    void nothingIsUsedAfterItsEnd() throws Exception {
        epoll.close();
        epoll.close();
        epoll.wakeUp();
        assertFails(Errno.EBADF, () -> epoll.await(0));
        assertFails(Errno.EBADF, () -> epoll.add(pipe[0], Epoll.IN, 0));
    }

    @Test
    void givesItsDescriptorsBack() throws Exception {
        OwnDescriptors before = OwnDescriptors.now();
        for (int i = 0; i < 20; i++) {
            Epoll.open(4096).close();
        }
        before.assertNotOneMoreForEachOf(20);
    }
}
