package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;

/** Several logs at once, rotated ones, odd bytes, and readers that do not read. */
class ReadingTest {

    private static final List<String> LOGS =
            List.of("page.out", "page.err", "web_0.out", "web_1.out", "page.out.1");

    private static DaemonHarness daemon;

    /** No program is started: the test writes their logs. */
    @BeforeAll
    static void start() throws IOException {
        daemon =
                DaemonHarness.start(
                        """
                        [programs.page]
                        command = "sleep"
                        autostart = false
                        stdout = "${dir}/page.out"
                        stderr = "${dir}/page.err"
                        [programs.web]
                        command = "sleep"
                        numprocs = 2
                        autostart = false
                        stdout = "${dir}/web_%(process_num)d.out"
                        redirect_stderr = true
                        [programs.mute]
                        command = "sleep"
                        autostart = false
                        stdout = "/dev/null"
                        redirect_stderr = true
                        """);
    }

    @AfterAll
    static void end() throws IOException {
        daemon.close();
    }

    @BeforeEach
    void removeLogs() throws IOException {
        for (String log : LOGS) {
            Files.deleteIfExists(daemon.file(log));
        }
    }

    private static void append(String file, String text) throws IOException {
        Files.writeString(
                daemon.file(file), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static String ctl(int exit, String... command) throws IOException {
        DaemonHarness.Output output = daemon.ctl(command);
        assertEquals(exit, output.exit(), output.toString());
        return output.out();
    }

    @Test
    void showsSeveralLogsWithTheirNames() throws IOException {
        append("page.out", "one\ntwo\n");
        append("page.err", "oops\n");
        append("web_0.out", "zero\n");
        append("web_1.out", "eins\nno end");
        String web = "web:web_0 | zero\nweb:web_1 | eins\nweb:web_1 | no end\n";
        assertEquals(web, ctl(0, "tail", "web:*"));
        assertEquals(web, ctl(0, "tail", "web"));
        assertEquals(
                "page | two\nweb:web_0 | zero\nweb:web_1 | no end\n",
                ctl(0, "tail", "-n", "1", "page", "web"));
        assertEquals(
                "page | one\npage | two\npage stderr | oops\n", ctl(0, "tail", "page", "both"));
        assertEquals("page | oops\nweb:web_0 | zero\n", ctl(0, "tail", "page", "web_0", "stderr"));
        // One is shown as it is, whatever way it is named.
        assertEquals("one\ntwo\n", ctl(0, "tail", "page*"));
        assertEquals("no end", ctl(0, "tail", "-6", "web:web_1"));
        assertEquals(
                "page | two\npage stderr | oops\nweb:web_0 | zero\nweb:web_1 | no end\n",
                ctl(0, "tail", "-n", "1", "all", "both"));
        assertTrue(ctl(1, "tail", "page", "mute").endsWith("mute: ERROR (not regular)\n"));
    }

    /** A command that goes on, and what it has printed. */
    private record Follow(Process process, Path out) implements AutoCloseable {

        static Follow start(String... command) throws IOException {
            return new Follow(
                    Script.startCtl(daemon, "follow.out", "follow.err", command),
                    daemon.file("follow.out"));
        }

        void awaitText(String text) throws IOException {
            daemon.awaitText(out, text);
        }

        @Override
        public void close() throws IOException {
            daemon.end(process);
        }
    }

    @Test
    void followsAllLogsInWholeLines() throws IOException {
        append("page.out", "page 1\n");
        append("web_0.out", "zero 1\n");
        try (Follow follow = Follow.start("logs", "-n", "1")) {
            follow.awaitText("page | page 1\n");
            follow.awaitText("web:web_0 | zero 1\n");
            // A file that comes later is waited for.
            append("web_1.out", "eins 1\n");
            follow.awaitText("web:web_1 | eins 1\n");
            append("page.out", "page ");
            append("web_0.out", "zero 2\n");
            follow.awaitText("web:web_0 | zero 2\n");
            append("page.out", "2\n");
            follow.awaitText("2\n");
            append("page.err", "oops\n");
            follow.awaitText("page stderr | oops\n");
            // A prompt has no end: it is shown after a second.
            append("page.out", "name: ");
            follow.awaitText("page | name: ");
            append("web_0.out", "zero 3\n");
            follow.awaitText("page | name: \nweb:web_0 | zero 3\n");
        }
        assertEquals("", Files.readString(daemon.file("follow.err")));
    }

    /** Who follows everything need not know when there is more. */
    @Test
    void followsAlsoWhatAReloadBrings() throws IOException {
        String toml =
                """
                [programs.NAME]
                command = "/bin/sh"
                args = ["-c", "echo NAME began; exec sleep 1000"]
                stdout = "${dir}/NAME.log"
                redirect_stderr = true
                """;
        String one = toml.replace("NAME", "one");
        String two = toml.replace("NAME", "two");
        try (DaemonHarness own = DaemonHarness.start(one)) {
            Process logs = Script.startCtl(own, "follow.out", "follow.err", "logs");
            try {
                own.awaitText(own.file("follow.out"), "one | one began\n");
                own.writeConfig(one + two);
                assertEquals(0, own.ctl("reload").exit());
                own.awaitText(own.file("follow.out"), "two | two began\n");
                // Another file of the same process, too.
                own.writeConfig(one + two.replace("two.log", "other.log"));
                assertEquals(0, own.ctl("reload").exit());
                own.await(
                        "it is shown",
                        () ->
                                Files.readString(own.file("follow.out"))
                                                .split("two began", -1)
                                                .length
                                        > 2);
                assertEquals("", Files.readString(own.file("follow.err")));
            } finally {
                own.end(logs);
            }
        }
    }

    @Test
    void followsFromThePastAcrossRotations() throws IOException {
        append("page.out.1", "one\ntwo\n");
        append("page.out", "three\n");
        assertEquals("two\nthree\n", ctl(0, "tail", "-n", "2", "page"));
        try (Follow follow = Follow.start("tail", "-f", "-n", "2", "page")) {
            follow.awaitText("two\nthree\n");
            append("page.out", "four\nfi");
            follow.awaitText("four\nfi");
            // As at a line's end: what has none moves to the new file.
            append("page.out.new", "fi");
            try (FileChannel old =
                    FileChannel.open(daemon.file("page.out"), StandardOpenOption.WRITE)) {
                old.truncate("three\nfour\n".length());
            }
            Files.move(
                    daemon.file("page.out"),
                    daemon.file("page.out.1"),
                    StandardCopyOption.REPLACE_EXISTING);
            Files.move(daemon.file("page.out.new"), daemon.file("page.out"));
            append("page.out", "ve\nsix\n");
            follow.awaitText("six\n");
            assertEquals("two\nthree\nfour\nfive\nsix\n", Files.readString(follow.out()));
        }
    }

    /** taskmasterctl with a terminal for its output. */
    private static String onTerminal(String command) throws IOException {
        return Script.run(
                        daemon,
                        "TERM=xterm script -qec \"$TASKMASTERCTL -c $CONFIG $1\" /dev/null"
                                + " </dev/null",
                        command)
                .out();
    }

    @Test
    void keepsControlCharactersFromTheTerminalOnly() throws IOException {
        byte[] bytes = new byte[512];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Files.write(daemon.file("page.out"), bytes);
        DaemonHarness.Output piped =
                Script.run(
                        daemon,
                        "\"$TASKMASTERCTL\" -c \"$CONFIG\" tail page >\"$1\"",
                        daemon.file("copy").toString());
        assertEquals(0, piped.exit());
        assertArrayEquals(bytes, Files.readAllBytes(daemon.file("copy")));

        Files.writeString(daemon.file("page.out"), "\033]0;title\007 \u009b31m \u202e caf\u00e9\n");
        String shown = onTerminal("tail page");
        assertTrue(shown.contains("^[]0;title^G \\u009b31m \\u202e caf\u00e9"), shown);
        assertFalse(shown.contains("\033"), shown);
        assertTrue(onTerminal("tail --raw page").contains("\033]0;title\007"));
        Files.writeString(daemon.file("web_0.out"), "\033[1mbold\n");
        String several = onTerminal("tail page web_0");
        assertTrue(several.contains("m" + "page\033[0m | ^[]0;title"), several);
        assertFalse(onTerminal("-s unix://$DIR/sock tail page web_0 --raw").contains("^["));
        String plain =
                Script.run(
                                daemon,
                                "NO_COLOR=1 TERM=xterm script -qec"
                                        + " \"$TASKMASTERCTL -c $CONFIG tail page web_0\""
                                        + " /dev/null </dev/null")
                        .out();
        assertTrue(plain.contains("page | ^[]0;title"), plain);
    }

    @Test
    void dropsAReaderThatDoesNotReadAndSaysSo() throws IOException {
        append("page.out", "begin\n");
        try (Connection connection = daemon.connect()) {
            // Only what comes when it is followed can be too much.
            Json.Obj begin =
                    connection.request(
                            "{\"command\":\"tail\",\"name\":\"page\",\"follow\":true,\"bytes\":9}");
            assertEquals(206, Replies.status(begin), begin::toString);
            byte[] lines = new byte[1 << 20];
            Arrays.fill(lines, (byte) 'x');
            for (int i = 99; i < lines.length; i += 100) {
                lines[i] = '\n';
            }
            for (int i = 0; i < 64; i++) {
                Files.write(daemon.file("page.out"), lines, StandardOpenOption.APPEND);
            }
            // Everybody else is served as ever.
            assertEquals("STOPPED", daemon.status("page").state());
            String last = "";
            Optional<String> line = connection.readLine();
            while (line.isPresent()) {
                last = line.get();
                line = connection.readLine();
            }
            assertTrue(
                    last.startsWith("{\"status\":500,\"error\":{\"code\":\"slow_reader\""), last);
        }
        assertEquals("xx", ctl(0, "tail", "-2", "page"));
    }

    @Test
    void clearsSeveral() throws IOException {
        append("page.out", "one\n");
        append("page.err", "two\n");
        append("web_0.out", "three\n");
        Files.setPosixFilePermissions(
                daemon.file("web_0.out"), PosixFilePermissions.fromString("rw-r-----"));
        Object inode = Files.getAttribute(daemon.file("web_0.out"), "unix:ino");
        assertEquals(
                "page: cleared\nweb:web_0: cleared\nweb:web_1: cleared\n",
                ctl(0, "clear", "page", "web"));
        for (String log : List.of("page.out", "page.err", "web_0.out")) {
            assertEquals(0, Files.size(daemon.file(log)));
        }
        assertEquals(inode, Files.getAttribute(daemon.file("web_0.out"), "unix:ino"));
        assertEquals(
                "rw-r-----",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(daemon.file("web_0.out"))));
    }

    private static DaemonHarness.Output curl(String options, String path) throws IOException {
        return Script.run(
                daemon,
                "curl -sS -m 60 " + options + " --unix-socket \"$DIR/sock\" \"http://localhost$1\"",
                path);
    }

    @Test
    void givesTheBytesOfALogOverHttp() throws IOException {
        append("page.out", "one\ncaf\u00e9\n");
        append("page.err", "oops\n");
        assertEquals("one\ncaf\u00e9\n", curl("", "/logs/page/stdout").out());
        assertEquals("caf\u00e9\n", curl("", "/logs/page/stdout?lines=1").out());
        assertEquals("ps\n", curl("", "/logs/page/stderr?bytes=3&follow=false").out());
        String head = curl("-i", "/logs/page/stdout").out();
        assertTrue(
                head.startsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"));
        assertTrue(head.contains("\r\nContent-Length: 10\r\n"), head);
        assertTrue(head.contains("\r\nX-Content-Type-Options: nosniff\r\n"), head);
        String only = curl("-I", "/logs/page/stdout").out();
        assertTrue(only.contains("\r\nContent-Length: 10\r\n"), only);
        assertTrue(only.endsWith("\r\n\r\n"), only);
        assertTrue(curl("-I", "/logs/page/stdout?follow=true").out().contains("chunked"));

        byte[] bytes = {0, -1, 27, '\n', (byte) 0x9b};
        Files.write(daemon.file("web_1.out"), bytes);
        String type = curl("-o \"$DIR/copy\" -w '%{content_type}'", "/logs/web:web_1/stdout").out();
        assertEquals("application/octet-stream", type);
        assertArrayEquals(bytes, Files.readAllBytes(daemon.file("copy")));
    }

    @Test
    void refusesOverHttpWhatIsNoLog() throws IOException {
        for (String row :
                List.of(
                        "/logs/nope/stdout 404 no_such_process",
                        "/logs/web/stdout 404 no_such_process",
                        "/logs/page/stdout 404 no_such_file",
                        "/logs/mute/stdout 409 not_regular",
                        "/logs/page 400 bad_path",
                        "/logs/ 400 bad_path",
                        "/logs/web:*/stdout 400 bad_path",
                        "/logs/web:/stdout 400 bad_path",
                        "/logs/page/stdin 400 bad_path",
                        "/logs/page/stdout?bytes=x 400 bad_path",
                        "/logs/page/stdout?bytes=1&lines=1 400 bad_path",
                        "/logs/page/stdout?follow=1 400 bad_path",
                        "/logs/page/stdout?byte=1 400 bad_path",
                        "/logs/%zz/stdout 400 bad_path")) {
            String[] cells = row.split(" ", -1);
            String answer = curl("-g -w ' %{http_code}'", cells[0]).out();
            assertTrue(answer.startsWith("{\"status\":" + cells[1] + ","), row + "\n" + answer);
            assertTrue(answer.contains("\"code\":\"" + cells[2] + "\""), row + "\n" + answer);
            assertTrue(answer.endsWith("\n " + cells[1]), row + "\n" + answer);
        }
        assertTrue(curl("-X POST -w '%{http_code}'", "/logs/page/stdout").out().endsWith("405"));
    }

    @Test
    void followsOverHttp() throws IOException {
        append("page.out", "one\ntwo\n");
        Process curl =
                Script.start(
                        daemon,
                        "curl.out",
                        "curl.err",
                        "curl",
                        "-sSN",
                        "--unix-socket",
                        daemon.socket().toString(),
                        "http://localhost/logs/page/stdout?follow=true&lines=1");
        try {
            daemon.awaitText(daemon.file("curl.out"), "two\n");
            append("page.out", "thr");
            daemon.awaitText(daemon.file("curl.out"), "two\nthr");
            append("page.out", "ee\n");
            daemon.awaitText(daemon.file("curl.out"), "two\nthree\n");
        } finally {
            daemon.end(curl);
        }
    }

    @Test
    void saysOverHttpThatAReaderWasTooSlow() throws IOException {
        append("page.out", "one\n");
        try (Connection connection = daemon.connect()) {
            connection.send("GET /logs/page/stdout?follow=true HTTP/1.1\r\nHost: x\r\n\r\n");
            assertEquals("HTTP/1.1 200 OK", connection.readLine().orElseThrow().strip());
            while (!connection.readLine().orElseThrow().strip().equals("one")) {
                // The rest of the head, and the length of the first chunk: then it is followed.
            }
            byte[] lines = "0123456789abcde\n".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 64; i++) {
                Files.write(daemon.file("page.out"), lines, StandardOpenOption.APPEND);
            }
            String last = "";
            Optional<String> line = connection.readLine();
            while (line.isPresent()) {
                last = line.get().isBlank() ? last : line.get();
                line = connection.readLine();
            }
            assertTrue(last.startsWith("taskmasterd: "), last);
            assertTrue(last.contains("not read fast enough"), last);
        }
    }
}
