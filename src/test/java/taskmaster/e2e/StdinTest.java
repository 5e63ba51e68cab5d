package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;

/** What programs read, and what is sent to them. */
class StdinTest {

    private static DaemonHarness daemon;

    @BeforeAll
    static void start() throws IOException {
        daemon =
                DaemonHarness.start(
                        """
                        [programs.echo]
                        command = "cat"
                        stdin = "pipe"
                        startsecs = 0
                        stdout = "${dir}/echo.out"
                        redirect_stderr = true
                        [programs.deaf]
                        command = "/bin/sh"
                        args = ["-c", "exec 0<&-; echo closed; exec sleep 1000"]
                        stdin = "pipe"
                        startsecs = 0
                        stdout = "${dir}/deaf.out"
                        redirect_stderr = true
                        [programs.lazy]
                        command = "sleep"
                        args = ["1000"]
                        stdin = "pipe"
                        numprocs = 2
                        startsecs = 0
                        stdout = "/dev/null"
                        redirect_stderr = true
                        [programs.plain]
                        command = "sleep"
                        args = ["1000"]
                        startsecs = 0
                        stdout = "/dev/null"
                        redirect_stderr = true
                        [programs.file]
                        command = "cat"
                        stdin = "${dir}/taskmaster.conf.toml"
                        autostart = false
                        autorestart = "false"
                        startsecs = 0
                        stdout = "${dir}/file.out"
                        redirect_stderr = true
                        [programs.once]
                        command = "/bin/sh"
                        args = ["-c", "read line; echo got $line"]
                        stdin = "pipe"
                        autostart = false
                        autorestart = "false"
                        startsecs = 0
                        stdout = "${dir}/once.out"
                        redirect_stderr = true
                        """);
        for (String name : new String[] {"echo", "deaf", "lazy:lazy_0", "lazy:lazy_1", "plain"}) {
            daemon.awaitState(name, "RUNNING");
        }
        daemon.awaitText(daemon.file("deaf.out"), "closed");
    }

    @AfterAll
    static void end() throws IOException {
        daemon.close();
    }

    private static void check(int exit, String out, String err, String... command)
            throws IOException {
        DaemonHarness.Output output = daemon.ctl(command);
        assertEquals(out, output.out(), output.err());
        assertTrue(output.err().contains(err), output.err());
        assertEquals(exit, output.exit());
        Script.assertNoTrace(output);
    }

    @Test
    void sendsTextAndWhatItReads() throws IOException {
        Path out = daemon.file("echo.out");
        check(0, "echo: sent\n", "", "send", "echo", "h\u00e9llo \"world\"");
        daemon.awaitText(out, "h\u00e9llo \"world\"\n");
        check(0, "echo: sent\n", "", "send", "-n", "--program", "echo", "no ");
        check(0, "echo: sent\n", "", "send", "echo", "");
        daemon.awaitText(out, "no \n");
        DaemonHarness.Output piped =
                Script.run(
                        daemon,
                        "head -c 40960 /dev/zero | tr '\\0' '\\377' |"
                                + " \"$TASKMASTERCTL\" -c \"$CONFIG\" send echo -");
        assertEquals("echo: sent\n", piped.out(), piped.err());
        long before =
                "h\u00e9llo \"world\"\nno \n"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)
                        .length;
        daemon.await("all is read", () -> Files.size(out) == before + 40960);
        DaemonHarness.Output more =
                Script.run(
                        daemon,
                        "head -c 40961 /dev/zero |"
                                + " \"$TASKMASTERCTL\" -c \"$CONFIG\" send echo -");
        assertEquals(2, more.exit());
        assertTrue(more.err().contains("more than 40960 bytes"), more.err());
        daemon.ctl("clear", "echo");
        // A restart gives it a new pipe.
        daemon.ctl("restart", "echo");
        check(0, "echo: sent\n", "", "send", "echo", "after");
        daemon.awaitText(out, "after\n");
    }

    @Test
    void saysWhyNothingWasTaken() throws IOException {
        check(7, "file: ERROR (not running)\n", "", "send", "file", "x");
        check(1, "nope: ERROR (no such process)\n", "", "send", "nope", "x");
        check(1, "plain: ERROR (no stdin)\n", "set stdin = \"pipe\"", "send", "plain", "x");
        check(1, "deaf: ERROR (stdin closed)\n", "it has closed its stdin", "send", "deaf", "x");
        assertEquals("RUNNING", daemon.status("deaf").state());
    }

    @Test
    void waitsForNobodyWhoDoesNotRead() throws IOException {
        String text = "x".repeat(4096);
        String request =
                "{\"command\":\"send\",\"name\":\"lazy:lazy_0\",\"data\":\"" + text + "\"}";
        int sent = 0;
        String reply = "";
        while (sent < 100 && !reply.contains("503")) {
            reply = taskmaster.json.JsonWriter.write(daemon.request(request));
            sent += reply.contains("\"result\":\"sent\"") ? 1 : 0;
        }
        assertEquals(16, sent, reply);
        assertTrue(reply.startsWith("{\"status\":503,\"error\":{\"code\":\"stdin_full\""), reply);
        assertTrue(reply.contains("none of 4096 bytes were taken"), reply);
        assertTrue(reply.contains("has not read 65536 that were sent before"), reply);
        check(
                1,
                "lazy:lazy_0: ERROR (stdin full)\n",
                "none of 2 bytes",
                "send",
                "lazy:lazy_0",
                "x");
        check(
                1,
                "lazy:lazy_0: ERROR (stdin full)\nlazy:lazy_1: sent\n",
                "none of 2 bytes",
                "send",
                "lazy",
                "x");
    }

    @Test
    void readsAFile() throws IOException {
        daemon.ctl("start", "file");
        daemon.awaitState("file", "EXITED");
        String all = Files.readString(daemon.config());
        assertEquals(all, daemon.awaitText(daemon.file("file.out"), all));
    }

    @Test
    void closesThePipeWithTheProcess() throws IOException {
        long before = pipes();
        for (int i = 0; i < 3; i++) {
            daemon.ctl("start", "once");
            check(0, "once: sent\n", "", "send", "once", "line " + i);
            daemon.awaitState("once", "EXITED");
        }
        daemon.awaitText(daemon.file("once.out"), "got line 2\n");
        daemon.await("no pipe is left", () -> pipes() <= before);
    }

    private static long pipes() throws IOException {
        Path descriptors = Path.of("/proc", Long.toString(daemon.pid()), "fd");
        long count = 0;
        try (var all = Files.list(descriptors)) {
            for (Path fd : all.toList()) {
                count += isPipe(fd) ? 1 : 0;
            }
        }
        return count;
    }

    private static boolean isPipe(Path fd) throws IOException {
        try {
            return Files.readSymbolicLink(fd).toString().startsWith("pipe:");
        } catch (java.nio.file.NoSuchFileException e) {
            return false; // closed since it was listed
        }
    }

    @Test
    void refusesRequestsThatSayNothing() throws IOException {
        for (String request :
                new String[] {
                    "{\"command\":\"send\",\"name\":\"echo\"}",
                    "{\"command\":\"send\",\"data\":\"x\"}",
                    "{\"command\":\"send\",\"name\":\"echo\",\"data\":\"x\",\"base64\":\"eA==\"}",
                    "{\"command\":\"send\",\"name\":\"echo\",\"base64\":\"?\"}",
                    "{\"command\":\"send\",\"target\":\"all\",\"data\":\"x\"}"
                }) {
            String reply = taskmaster.json.JsonWriter.write(daemon.request(request));
            assertTrue(reply.startsWith("{\"status\":400,"), request + "\n" + reply);
            assertFalse(reply.contains("bug"), reply);
        }
    }
}
