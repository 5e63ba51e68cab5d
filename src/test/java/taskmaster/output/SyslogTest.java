package taskmaster.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.posix.FileIo;
import taskmaster.posix.Posix;

@Timeout(120)
final class SyslogTest {

    private static final long SECOND = 1_000_000_000L;

    private final List<String> warnings = new ArrayList<>();
    private final Notices notices =
            new Notices() {
                @Override
                public void warn(String message) {
                    warnings.add(message);
                }

                @Override
                public void captured(String stream, byte[] bytes) {
                    throw new AssertionError(stream);
                }

                @Override
                public void bug(String what, Throwable thrown) {
                    throw new AssertionError(what, thrown);
                }
            };

    @TempDir private Path directory;

    private static Bytes line(String text) {
        Bytes line = new Bytes();
        line.add(text.getBytes(UTF_8));
        return line;
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        long deadline = System.nanoTime() + 60 * SECOND;
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < deadline, "waited in vain");
            Thread.onSpinWait();
        }
    }

    @Test
    void linesAreDatagramsAndWhatNobodyTakesIsCounted() throws Exception {
        Path device = directory.resolve("log");
        Path taken = directory.resolve("taken");
        try (FileIo io = FileIo.open()) {
            Syslog syslog = new Syslog(Posix.open(), io, notices, device);
            syslog.send("web:web_0.stdout", line("nobody"), 0, 0);
            syslog.send("web:web_0.stdout", line("nobody"), 1, 0);
            Process receiver =
                    new ProcessBuilder("socat", "-u", "UNIX-RECV:" + device, "CREATE:" + taken)
                            .start();
            try {
                await(() -> Files.exists(device));
                syslog.send("web:web_0.stdout", line("hello ü"), 2 * SECOND, 123);
                syslog.send("web:web_0.stderr", line("bad"), 2 * SECOND, 123);
                await(() -> Files.exists(taken) && Files.readString(taken).contains("bad"));
            } finally {
                receiver.destroy();
                receiver.waitFor();
                syslog.close();
            }
        }
        String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        String header = "1 1970-01-01T00:00:00.123Z " + host + " web_0 - - - ";
        assertEquals("<14>" + header + "hello ü<12>" + header + "bad", Files.readString(taken));
        assertEquals(2, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).endsWith("log\": ENOENT (no such file or directory)"));
        assertEquals("the system's log takes lines again: 2 were dropped", warnings.get(1));
    }
}
