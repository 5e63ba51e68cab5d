package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process as a whole, with the flags of its launcher. */
@Timeout(180)
class MainTest {

    private static final String REPLY =
            "{\"status\":200,\"content\":{\"processes\":[{\"name\":\"x\",\"state\":\"EXITED\","
                    + "\"since\":\"2026-07-22T12:35:08.123Z\"}]}}\n";

    @TempDir private Path directory;

    private record Ended(int exit, String out, String err) {}

    private Ended run(String zone, String stdout, String... args) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of("-Xint", "-XX:+UseSerialGC", "-Xmx16m", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add("taskmaster.ctl.Main");
        command.addAll(List.of(args));
        Path err = directory.resolve("err");
        Path out = stdout.isEmpty() ? directory.resolve("out") : Path.of(stdout);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TZ", zone);
        Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Ended(
                process.exitValue(),
                stdout.isEmpty() ? Files.readString(out) : "",
                Files.readString(err));
    }

    @Test
    void printsInTheZoneOfTheUserAndExitsWithTheCode() throws Exception {
        String socket = directory.resolve("s").toString();
        try (var server = StubServer.answering(Path.of(socket), REPLY)) {
            var ended = run("UTC", "", "-s", socket, "status", "x");
            assertEquals(
                    new Ended(
                            3, "x                                EXITED    Jul 22 12:35 PM\n", ""),
                    ended);
            var east = run("<+03>-3", "", "-s", socket, "status");
            assertTrue(east.out().endsWith("Jul 22 03:35 PM\n"), east.out());
            assertFalse(server.request().isEmpty());
        }
    }

    @Test
    void tellsThatTheDiskIsFull() throws Exception {
        Ended ended = run("UTC", "/dev/full", "help");
        assertEquals(1, ended.exit());
        assertEquals("ERROR: cannot write the output: No space left on device\n", ended.err());
    }

    @Test
    void endsQuietlyWhenItsReaderHasGone() throws Exception {
        List<String> java =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xint",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "taskmaster.ctl.Main",
                        "help");
        File err = directory.resolve("err").toFile();
        Process process = new ProcessBuilder(java).redirectError(err).start();
        process.getInputStream().close();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals("", Files.readString(err.toPath(), UTF_8));
    }
}
