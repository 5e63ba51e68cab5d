package taskmaster.activity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.activity.ActivityLog.Level;

/** The log in a process of its own, with its standard output and error in our hands. */
@Timeout(180)
class StandardOutputTest {

    @TempDir Path dir;

    /**
     * The process: arguments are the file and the number of lines; waits for a byte before them.
     */
    static final class Main {
        private Main() {}

        public static void main(String[] args) throws IOException {
            ActivityLog log =
                    ActivityLog.open(
                            Path.of(args[0]),
                            Level.INFO,
                            true,
                            StandardOutputTest::openForAppending,
                            SizeLimit.NONE);
            int lines = Integer.parseInt(args[1]);
            for (int i = 0; i < lines; i++) {
                log.log(Level.INFO, "line " + i + " and so on, and so on, and so on");
            }
            int next = System.in.read();
            log.log(Level.INFO, "read " + next);
            System.exit(log.close(Duration.ofSeconds(60)) ? 0 : 1);
        }
    }

    private ProcessBuilder command(Path log, int lines) {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                log.toString(),
                Integer.toString(lines));
    }

    private static void finish(Process process) throws Exception {
        process.getOutputStream().close();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }

    private static FileChannel openForAppending(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    @Test
    void copiesEachLineToStandardOutput() throws Exception {
        Path file = dir.resolve("log");
        Process process = command(file, 3).redirectErrorStream(true).start();
        List<String> out = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(UTF_8)) {
            for (int i = 0; i < 3; i++) {
                out.add(reader.readLine().substring(24));
            }
            process.getOutputStream().close();
            out.add(reader.readLine().substring(24));
        }
        finish(process);
        List<String> written = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            written.add(line.substring(24));
        }
        assertEquals(written, out);
        assertEquals("INFO read -1", out.get(3));
    }

    @Test
    void writesOnceWhenTheFileIsStandardOutput() throws Exception {
        for (String name : List.of("/dev/stdout", "/proc/self/fd/1")) {
            File out = dir.resolve("out").toFile();
            Process process = command(Path.of(name), 3).redirectOutput(out).start();
            finish(process);
            assertEquals(4, Files.readAllLines(out.toPath()).size(), name);
            Files.delete(out.toPath());
        }
    }

    @Test
    void writesTheFileThoughNobodyReadsStandardOutput() throws Exception {
        Path file = dir.resolve("log");
        int lines = 4 * 1024; // twice what a pipe takes
        Process process = command(file, lines).start();
        process.getOutputStream().close();
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!Files.exists(file) || Files.readAllLines(file).size() <= lines) {
            assertTrue(System.nanoTime() < deadline, "the file waits for standard output");
            Thread.onSpinWait();
        }
        assertEquals(
                lines + 1, process.inputReader(UTF_8).lines().count(), "and then it comes there");
        finish(process);
    }

    @Test
    void notesAFailureOnStandardErrorOnce() throws Exception {
        File err = dir.resolve("err").toFile();
        Process process =
                command(Path.of("/dev/full"), 3)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(err)
                        .start();
        finish(process);
        assertEquals(
                List.of(
                        "taskmasterd: cannot write \"/dev/full\": No space left on device; lines of"
                                + " the log are being dropped"),
                Files.readAllLines(err.toPath()));
    }
}
