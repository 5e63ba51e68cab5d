package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs that people use: curl and socat must be installed. */
@Timeout(120)
final class ToolsTest {

    private static final String JSON = "Content-Type: application/json";

    @Test
    void socatGetsItsAnswer() throws Exception {
        try (var server = new TestServer()) {
            assertEquals(
                    "{\"status\":200,\"content\":{\"request\":\"Version[]\"}}\n",
                    socat(server, "{\"command\":\"version\"}\n"));
            assertEquals(
                    "{\"status\":200,\"content\":{\"request\":\"Version[]\"}}\n",
                    socat(server, "{\"command\":\"version\"}"));
        }
    }

    @Test
    void socatIsToldThatItsLineIsTooLong() throws Exception {
        try (var server = new TestServer()) {
            String answer = socat(server, "{" + "x".repeat(70_000));
            assertTrue(answer.startsWith("{\"status\":413,"), answer);
        }
    }

    @Test
    void curlGetsTheStatus() throws Exception {
        try (var server = new TestServer()) {
            String all = curl(server, "-i", "http://x/status/web%3Aweb_0");
            assertTrue(all.startsWith("HTTP/1.1 200 OK\r\n"), all);
            assertTrue(all.contains("names=[web:web_0]"), all);
            assertEquals(
                    "404", curl(server, "-o", "/dev/null", "-w", "%{http_code}", "http://x/y"));
            String head = curl(server, "-I", "http://x/status");
            assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n"), head);
        }
    }

    @Test
    void curlPostsOneOrManyLines() throws Exception {
        try (var server = new TestServer()) {
            String one = curl(server, "-H", JSON, "-d", "{\"command\":\"help\"}", "http://x/");
            assertEquals("{\"status\":200,\"content\":{\"request\":\"Help[]\"}}\n", one);
            String chunked = "Transfer-Encoding: chunked";
            String two =
                    curl(
                            server,
                            "-H",
                            JSON,
                            "-H",
                            chunked,
                            "-d",
                            "{\"command\":\"help\"}\n{\"command\":\"avail\"}",
                            "http://x/");
            assertEquals(2, two.lines().count(), two);
        }
    }

    @Test
    void curlWaitsForContinue() throws Exception {
        try (var server = new TestServer()) {
            String all =
                    curl(
                            server,
                            "-i",
                            "--expect100-timeout",
                            "60",
                            "-H",
                            "Expect: 100-continue",
                            "-H",
                            JSON,
                            "-d",
                            "{\"command\":\"help\"}",
                            "http://x/");
            assertTrue(all.startsWith("HTTP/1.1 100 Continue\r\n"), all);
            assertTrue(all.contains("Help[]"), all);
        }
    }

    @Test
    void curlReadsAStream() throws Exception {
        String tail = "{\"command\":\"tail\",\"name\":\"a\",\"lines\":100}";
        try (var server = new TestServer()) {
            assertEquals(101, curl(server, "-H", JSON, "-d", tail, "http://x/").lines().count());
            String old = curl(server, "-0", "-H", JSON, "-d", tail, "http://x/");
            assertEquals(101, old.lines().count());
        }
    }

    @Test
    void curlUsesOneConnectionForSeveralRequests() throws Exception {
        try (var server = new TestServer()) {
            String connects =
                    curl(
                            server,
                            "-o",
                            "/dev/null",
                            "-w",
                            "%{num_connects} ",
                            "http://x/status",
                            "-o",
                            "/dev/null",
                            "http://x/status");
            assertEquals("1 0 ", connects);
        }
    }

    private static String curl(TestServer server, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sS", "--max-time", "60", "--unix-socket"));
        command.add(server.file.toString());
        command.addAll(List.of(arguments));
        return run(command, "");
    }

    private static String socat(TestServer server, String input) throws Exception {
        return run(List.of("socat", "-t", "60", "-", "UNIX-CONNECT:" + server.file), input);
    }

    private static String run(List<String> command, String input)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        byte[] output = process.getInputStream().readAllBytes();
        int code = process.waitFor();
        String text = new String(output, StandardCharsets.UTF_8);
        assertEquals(0, code, () -> command.getFirst() + ": " + text);
        return text;
    }
}
