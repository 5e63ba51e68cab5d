package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalPipeTest {

    private static final List<Signal> DAEMONS =
            List.of(Signal.HUP, Signal.INT, Signal.QUIT, Signal.USR1, Signal.USR2, Signal.TERM);

    private final Posix posix = Posix.open();

    private static String caught() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("SigCgt:")) {
                return line;
            }
        }
        throw new AssertionError("no SigCgt");
    }

    @Test
    void everySignalOfADaemonIsRead() throws Exception {
        try (SignalPipe pipe = SignalPipe.install(posix, DAEMONS)) {
            for (int round = 0; round < 3; round++) {
                for (Signal signal : DAEMONS) {
                    posix.kill(posix.pid(), signal);
                    assertEquals(signal, pipe.next());
                }
            }
        }
    }

    @Test
    void realTimeSignalsAreReadAsWell() throws Exception {
        Signal realTime = Signal.parse("RTMIN+1").orElseThrow();
        try (SignalPipe pipe = SignalPipe.install(posix, List.of(realTime))) {
            for (int i = 0; i < 100; i++) {
                posix.kill(posix.pid(), realTime);
            }
            for (int i = 0; i < 100; i++) {
                assertEquals(realTime, pipe.next());
            }
        }
    }

    @Test
    void closingGivesTheSignalsBack() throws Exception {
        String before = caught();
        SignalPipe pipe = SignalPipe.install(posix, List.of(Signal.USR1, Signal.HUP));
        assertNotEquals(before, caught());
        pipe.close();
        pipe.close();
        assertEquals(before, caught());
        assertEquals(Errno.EBADF, assertThrows(ErrnoException.class, pipe::next).errno());
    }

    @Test
    void closingEndsAWaitingReader() throws Exception {
        SignalPipe pipe = SignalPipe.install(posix, List.of(Signal.USR1));
        CompletableFuture<Errno> reader =
                CompletableFuture.supplyAsync(
                        () -> assertThrows(ErrnoException.class, pipe::next).errno());
        pipe.close();
        assertEquals(Errno.EBADF, reader.get(60, TimeUnit.SECONDS));
    }

    @Test
    void whoGivesTheSignalsBackIsToldWhatWasNotRead() throws Exception {
        String before = caught();
        try (SignalPipe pipe = SignalPipe.install(posix, List.of(Signal.USR1));
                Epoll epoll = Epoll.open(1)) {
            epoll.add(pipe.descriptor(), Epoll.IN, 1);
            posix.kill(posix.pid(), Signal.USR1);
            assertEquals(1, epoll.await(TimeUnit.SECONDS.toNanos(20)));
            assertEquals(List.of(Signal.USR1), pipe.giveBack());
            assertEquals(before, caught());
            pipe.takeAgain();
            posix.kill(posix.pid(), Signal.USR1);
            assertEquals(Signal.USR1, pipe.next());
            assertEquals(List.of(), pipe.giveBack());
        }
    }

    @Test
    void signalsThatCannotBeCaughtAreRefusedAndNoneIsTaken() throws Exception {
        String before = caught();
        ErrnoException refused =
                assertThrows(
                        ErrnoException.class,
                        () -> SignalPipe.install(posix, List.of(Signal.USR1, Signal.KILL)));
        assertEquals("sigaction KILL: EINVAL (invalid argument)", refused.getMessage());
        assertEquals(before, caught());
    }

    @Test
    void aHandlerInterruptsNoCall() throws Exception {
        int[] pipe = posix.pipe();
        try (SignalPipe signals = SignalPipe.install(posix, List.of(Signal.USR1))) {
            CompletableFuture<Integer> reader =
                    CompletableFuture.supplyAsync(() -> readOne(pipe[0]));
            for (int i = 0; i < 200; i++) {
                posix.kill(posix.pid(), Signal.USR1);
                assertEquals(Signal.USR1, signals.next());
            }
            posix.writeFully(pipe[1], new byte[] {42});
            assertEquals(42, reader.get(60, TimeUnit.SECONDS));
        }
        posix.close(pipe[0]);
        posix.close(pipe[1]);
    }

    private int readOne(int fd) {
        byte[] one = new byte[1];
        try {
            posix.read(fd, one);
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
        return one[0];
    }
}
