package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against a server of the same protocol, on a real socket. */
@Timeout(120)
class ClientTest {

    private static final String RUNNING =
            "{\"status\":200,\"content\":{\"processes\":[{\"name\":\"x\",\"state\":\"RUNNING\","
                    + "\"pid\":1,\"uptime\":2}]}}\n";
    private static final String TABLE =
            "x                                RUNNING   pid 1, uptime 0:00:02\n";

    @TempDir private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private boolean terminal;

    private Path socket() {
        return directory.resolve("s");
    }

    private int run(String... args) throws IOException {
        return run(out, args);
    }

    private int run(OutputStream stdout, String... args) throws IOException {
        try (Client client = new Client(stdout, err, new FixedSurroundings(terminal))) {
            return client.run(args);
        }
    }

    private record FixedSurroundings(boolean outIsTerminal) implements Client.Surroundings {
        @Override
        public java.io.InputStream in() {
            return java.io.InputStream.nullInputStream();
        }

        @Override
        public boolean inIsTerminal() {
            return outIsTerminal;
        }

        @Override
        public TimeZoneOffset zone() {
            return at -> 0;
        }

        @Override
        public byte[] input(int most) {
            return "typed\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }

        @Override
        public boolean isDumb() {
            return false;
        }

        @Override
        public boolean coloursWanted() {
            return true;
        }
    }

    private String url() {
        return "unix://" + socket();
    }

    @Test
    void asksAndPrints() throws Exception {
        try (var server = StubServer.answering(socket(), RUNNING)) {
            assertEquals(0, run("-s", url(), "status", "x"));
            assertEquals("{\"command\":\"status\",\"name\":\"x\"}\n", server.request());
        }
        assertEquals(TABLE, out.toString(UTF_8));
        assertEquals("", err.toString(UTF_8));
    }

    @Test
    void jobsOfOneWhoMayNotLookAreRefusedAsStatusIs() throws Exception {
        String refused =
                "{\"status\":403,\"error\":{\"code\":\"not_allowed\",\"message\":\"user 9 may"
                        + " not\"}}\n";
        try (var server = StubServer.answering(socket(), refused)) {
            assertEquals(Outcome.NOT_ALLOWED, run("-s", url(), "jobs"));
            assertEquals("{\"command\":\"status\",\"jobs\":true}\n", server.request());
        }
        Files.delete(socket());
        try (var server = StubServer.answering(socket(), refused)) {
            assertEquals(Outcome.NOT_ALLOWED, run("-s", url(), "stop", "%1"));
            assertEquals("{\"command\":\"status\",\"jobs\":true}\n", server.request());
        }
        assertEquals("ERROR: user 9 may not\n".repeat(2), err.toString(UTF_8));
    }

    @Test
    void aFileThatCannotBeReadCanBeDoneWithout() throws Exception {
        String file = directory.resolve("none.toml").toString();
        assertEquals(2, run("-c", file, "status"));
        assertEquals(
                file
                        + ": cannot read the configuration file: ENOENT (no such file or"
                        + " directory)\nWithout the file: taskmasterctl -s unix:///PATH of the"
                        + " socket\n",
                err.toString(UTF_8));
    }

    @Test
    void takesAPathForAUrl() throws Exception {
        try (var server = StubServer.answering(socket(), RUNNING)) {
            assertEquals(0, run("-s", socket().toString(), "status"));
            assertTrue(server.request().contains("status"));
        }
    }

    @Test
    void findsTheServerInTheConfiguration() throws Exception {
        Path config = directory.resolve("taskmaster.conf.toml");
        Files.writeString(config, "[taskmasterctl]\nserverurl = \"" + url() + "\"\n");
        try (var server = StubServer.answering(socket(), RUNNING)) {
            assertEquals(0, run("-c", config.toString(), "status"));
            assertEquals("{\"command\":\"status\"}\n", server.request());
        }
        assertEquals(7, run("-c", config.toString(), "start", "x"));
        assertTrue(err.toString(UTF_8).contains("(from " + config + ")"), err.toString(UTF_8));
    }

    @Test
    void prefersTheUrlOfTheCommandLineToThatOfTheFile() throws Exception {
        try (var server = StubServer.answering(socket(), RUNNING)) {
            assertEquals(0, run("-c", "/nonexistent.toml", "-s", url(), "status"));
            assertTrue(server.request().contains("status"));
        }
    }

    @Test
    void printsTheProblemsOfTheConfiguration() throws Exception {
        Path config = directory.resolve("bad.toml");
        Files.writeString(config, "[taskmasterctl]\nserverurl = 7\nbogus = 1\n");
        assertEquals(2, run("-c", config.toString(), "status"));
        String text = err.toString(UTF_8);
        assertTrue(text.contains("bad.toml:2:"), text);
        assertTrue(text.contains("bad.toml:3:"), text);
        assertEquals(2, run("-c", directory.resolve("none.toml").toString(), "status"));
        assertTrue(err.toString(UTF_8).contains("none.toml"), err.toString(UTF_8));
    }

    @Test
    void refusesUrlsThatAreNotOfASocket() throws Exception {
        for (String url : new String[] {"http://localhost:9001", "unix://relative", ""}) {
            assertEquals(2, run("-s", url, "status"), url);
        }
        assertTrue(err.toString(UTF_8).contains("write unix:///PATH"), err.toString(UTF_8));
    }

    @Test
    void printsTheReplyAsItCameForScripts() throws Exception {
        String reply = "{\"status\":404, \"error\":{\"code\":\"no_such_process\"}, \"new\":1}\n";
        try (var server = StubServer.answering(socket(), reply)) {
            assertEquals(4, run("--json", "-s", url(), "status", "x"));
            assertTrue(server.request().contains("status"));
        }
        assertEquals(reply, out.toString(UTF_8));
        assertEquals("", err.toString(UTF_8));
    }

    private static final List<byte[]> STREAM =
            List.of(
                    "{\"status\":206,\"content\":{\"data\":\"one\\n\"}}\n{\"status\":20"
                            .getBytes(UTF_8),
                    "6,\"content\":{\"base64\":\"w6k=\"}}\n".getBytes(UTF_8),
                    "{\"status\":200,\"content\":{}}\n".getBytes(UTF_8));

    @Test
    void followsALogWithItsBytesOnly() throws Exception {
        terminal = true;
        try (var server = StubServer.answering(socket(), STREAM)) {
            assertEquals(0, run("-s", url(), "tail", "-f", "x"));
            assertTrue(server.request().contains("\"follow\":true"));
        }
        assertEquals("one\n\u00e9", out.toString(UTF_8));
        assertEquals("==> Press Ctrl-C to exit <==\n", err.toString(UTF_8));
    }

    @Test
    void saysNothingOfItsOwnWhenALogGoesToAFile() throws Exception {
        try (var server = StubServer.answering(socket(), STREAM)) {
            assertEquals(0, run("-s", url(), "tail", "-f", "x", "--timeout", "20"));
            assertFalse(server.request().isEmpty());
        }
        assertEquals("", err.toString(UTF_8));
    }

    @Test
    void saysThatTheFileNamesNoSocket() throws Exception {
        Path file = Files.writeString(directory.resolve("a.toml"), "");
        run("-c", file.toString(), "status", "no such process");
        String origin = " (the default, as " + file + " has no [unix_http_server] file)";
        String printed = err.toString(UTF_8);
        assertTrue(
                printed.startsWith("unix:///tmp/taskmaster.sock ") && printed.contains(origin),
                printed);
    }

    @Test
    void readsRepliesLargerThanItsBuffer() throws Exception {
        String name = "n".repeat(1_000_000);
        String reply = RUNNING.replace("\"x\"", "\"" + name + "\"");
        try (var server = StubServer.answering(socket(), reply)) {
            assertEquals(0, run("-s", url(), "status"));
            assertFalse(server.request().isEmpty());
        }
        assertTrue(out.toString(UTF_8).startsWith(name + "   RUNNING"));
    }

    @Test
    void saysWhenThereIsNoSocket() throws Exception {
        assertEquals(4, run("-s", url(), "status"));
        assertEquals(
                url() + " no such file (from -s): is taskmasterd running?\n", err.toString(UTF_8));
        assertEquals(7, run("-s", url(), "stop"));
        assertEquals(7, run("-s", url(), "update"));
        err.reset();
        assertEquals(1, run("-s", url(), "shutdown"));
        assertTrue(
                err.toString(UTF_8)
                        .startsWith("ERROR: " + url() + " no such file (already shut down?)"),
                err.toString(UTF_8));
    }

    @Test
    void saysWhenNobodyListens() throws Exception {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket()));
        }
        assertEquals(4, run("-s", url(), "status"));
        String text = err.toString(UTF_8);
        assertTrue(text.startsWith(url() + " refused connection (from -s): "), text);
        assertEquals(1, text.lines().count());
    }

    @Test
    void saysWhenTheFileIsNoSocket() throws Exception {
        Files.writeString(socket(), "");
        assertEquals(4, run("-s", url(), "status"));
        assertTrue(err.toString(UTF_8).contains("that is not a socket"), err.toString(UTF_8));
    }

    @Test
    void saysWhenThePathIsTooLong() throws Exception {
        assertEquals(4, run("-s", "/tmp/" + "x".repeat(102), "status"));
        assertTrue(err.toString(UTF_8).contains(" at most 106 bytes"), err.toString(UTF_8));
    }

    @Test
    void saysWhenTheServerClosesWithoutAnAnswer() throws Exception {
        try (var server = StubServer.answering(socket(), "")) {
            assertEquals(4, run("-s", url(), "status"));
            assertEquals(1, run("-s", url(), "start"));
            assertFalse(server.request().isEmpty());
        }
        String text = err.toString(UTF_8);
        assertTrue(text.contains("closed the connection before it answered"), text);
    }

    @Test
    void saysWhenTheServerIsSomethingElse() throws Exception {
        try (var server = StubServer.answering(socket(), "220 mail.example.com ESMTP\n")) {
            assertEquals(1, run("-s", url(), "version"));
            assertFalse(server.request().isEmpty());
        }
        assertTrue(
                err.toString(UTF_8).contains("does not answer as a taskmasterd does"),
                err.toString(UTF_8));
    }

    @Test
    void givesUpWhenTheServerKeepsSilentForLongerThanTheTimeout() throws Exception {
        try (var server = StubServer.silent(socket())) {
            assertEquals(4, run("-s", url(), "--timeout", "1", "status"));
            assertFalse(server.request().isEmpty());
        }
        assertTrue(err.toString(UTF_8).contains("did not answer in time"), err.toString(UTF_8));
    }

    @Test
    void leavesItToItsCallerWhenStdoutCannotBeWritten() throws Exception {
        OutputStream closed =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };
        try (var server = StubServer.answering(socket(), RUNNING)) {
            assertThrows(IOException.class, () -> run(closed, "-s", url(), "status"));
            assertFalse(server.request().isEmpty());
        }
    }
}
