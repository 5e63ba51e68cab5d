package taskmaster.e2e.tty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/** Programs with {@code tty = true}, as the socket shows them. */
class TerminalTest {

    private static DaemonHarness daemon;

    @BeforeAll
    static void start() throws IOException {
        daemon =
                DaemonHarness.start(
                        """
                        [programs.bash]
                        command = "/bin/bash"
                        args = ["--norc", "-i"]
                        tty = true
                        stopsignal = "HUP"
                        startsecs = 0
                        stdout = "${dir}/bash.out"
                        env = { PS1 = "ready> ", HISTFILE = "" }
                        [programs.echo]
                        command = "/bin/sh"
                        args = ["-c", "stty -echo -icanon min 1; echo ready; exec cat"]
                        tty = true
                        stdout = "/dev/null"
                        [programs.raw]
                        command = "/bin/sh"
                        args = ["-c", "stty raw -echo; echo ready; exec cat -v"]
                        tty = true
                        stdout = "/dev/null"
                        [programs.again]
                        command = "/bin/cat"
                        tty = true
                        startsecs = 0
                        stdout = "/dev/null"
                        [programs.once]
                        command = "/bin/sh"
                        args = ["-c", "echo $TERM; stat -L -c %%u /dev/stdin; read x; seq 5000; exit 3"]
                        tty = true
                        autostart = false
                        autorestart = "false"
                        startsecs = 0
                        stdout = "${dir}/once.out"
                        [programs.still]
                        command = "sleep"
                        args = ["1000"]
                        startsecs = 0
                        stdout = "/dev/null"
                        redirect_stderr = true
                        [programs.plain]
                        command = "/bin/sh"
                        args = ["-c", "while read x; do echo out $x; echo err $x >&2; test $x = q && exit 4; done"]
                        stdin = "pipe"
                        autorestart = "false"
                        startsecs = 0
                        stdout = "${dir}/plain.out"
                        stderr = "${dir}/plain.err"
                        """);
        for (String name : List.of("bash", "echo", "again", "plain", "still")) {
            daemon.awaitState(name, "RUNNING");
        }
        try (var watcher = new Watcher(daemon, "echo", 9)) {
            watcher.await("ready"); // and its terminal is as it wants it
        }
    }

    @AfterAll
    static void end() throws IOException {
        daemon.close();
    }

    private static Json.Obj ask(String request) throws IOException {
        return daemon.request(request);
    }

    private static void type(String name, String text) throws IOException {
        Json.Obj reply =
                ask(
                        "{\"command\":\"send\",\"name\":\""
                                + name
                                + "\",\"data\":"
                                + taskmaster.json.JsonWriter.write(new Json.Str(text))
                                + "}");
        assertEquals(200, reply.getLong("status").orElse(0), "" + reply);
    }

    private static String code(Json.Obj reply) {
        return reply.getObject("error").orElseThrow().getString("code").orElse("");
    }

    @Test
    void hasJobControlAndTakesKeys() throws IOException {
        long shell = daemon.status("bash").pid();
        try (var watcher = new Watcher(daemon, "bash", 9)) {
            assertEquals(Optional.of(true), watcher.introduction().getBoolean("tty"));
            type("bash", "echo $((40+2)); tty\r");
            watcher.await("42\r\n/dev/pts/");
            type("bash", "sleep 1000\r");
            watcher.await("sleep 1000");
            Processes.awaitChild(daemon, shell, "sleep 1000");
            type("bash", "\003");
            watcher.await("^C");
            type("bash", "sleep 1001\r");
            watcher.await("sleep 1001");
            Processes.awaitChild(daemon, shell, "sleep 1001");
            type("bash", "\032");
            watcher.await("Stopped");
            type("bash", "kill %1; echo do\"ne\"\r");
            watcher.await("done\r\n");
        }
        String log = Files.readString(daemon.file("bash.out"));
        assertFalse(log.contains("no job control"), log);
    }

    @Test
    void severalMayWatchAndEachSeesAll() throws IOException {
        try (var one = new Watcher(daemon, "echo", 0)) {
            try (var other = new Watcher(daemon, "echo", 0)) {
                type("echo", "first ");
                one.await("first ");
                other.await("first ");
            }
            type("echo", "second ");
            one.await("second ");
            try (var late = new Watcher(daemon, "echo", 1)) {
                late.await("first second ");
            }
        }
    }

    @Test
    void outputThatIsStoppedGoesOnWhenNobodyWatchesAnyMore() throws IOException {
        try (var one = new Watcher(daemon, "again", 0)) {
            type("again", "begun ");
            one.await("begun ");
            type("again", "\023held\r");
        }
        try (var next = new Watcher(daemon, "again", 9)) {
            next.await("begun held\r\nbegun held\r\n");
        }
    }

    @Test
    void whoTakesAllKeysIsTypedNothingWhenNobodyWatchesAnyMore() throws IOException {
        try (var one = new Watcher(daemon, "raw", 9)) {
            one.await("ready");
        }
        try (var next = new Watcher(daemon, "raw", 9)) {
            type("raw", "keys");
            assertEquals("ready\nkeys", next.await("keys"));
        }
    }

    @Test
    void theSizeIsThatOfTheLastWhoSaidIt() throws IOException {
        Json.Obj reply =
                ask("{\"command\":\"resize\",\"name\":\"bash\",\"rows\":31,\"columns\":97}");
        assertEquals(200, reply.getLong("status").orElse(0), "" + reply);
        try (var watcher = new Watcher(daemon, "bash", 0)) {
            assertEquals(31, watcher.introduction().getLong("rows").orElse(0));
            type("bash", "stty size\r");
            watcher.await("31 97\r\n");
        }
        assertEquals(
                "no_terminal",
                code(ask("{\"command\":\"resize\",\"name\":\"still\",\"rows\":3,\"columns\":9}")));
    }

    @Test
    void itsLogAndItsWatchersGetAllAndThenHowItEnded() throws IOException {
        daemon.ctl("start", "once");
        try (var watcher = new Watcher(daemon, "once", 9)) {
            watcher.await("xterm-256color\r\n");
            type("once", "\r");
            Json.Obj end = watcher.awaitEnd();
            assertEquals(3, end.getObject("exit").orElseThrow().getLong("code").orElse(0));
            assertTrue(watcher.rest().endsWith("4999\r\n5000\r\n"), watcher.rest());
        }
        String log = Files.readString(daemon.file("once.out"));
        assertTrue(log.endsWith("\r\n4999\r\n5000\r\n"), log);
        assertEquals("not_running", code(ask("{\"command\":\"attach\",\"name\":\"once\"}")));
    }

    @Test
    void aProgramWithoutATerminalIsShownByItsLogs() throws IOException {
        try (var watcher = new Watcher(daemon, "plain", 0)) {
            assertEquals(Optional.of(false), watcher.introduction().getBoolean("tty"));
            type("plain", "a\n");
            watcher.await("err a\n");
            type("plain", "q\n");
            Json.Obj end = watcher.awaitEnd();
            assertEquals(4, end.getObject("exit").orElseThrow().getLong("code").orElse(0));
            assertTrue(watcher.rest().contains("out q\n"), watcher.rest());
            assertTrue(watcher.rest().contains("err q\n"), watcher.rest());
        }
    }

    @Test
    void isAboutOneProcess() throws IOException {
        assertEquals("several_processes", code(ask("{\"command\":\"attach\",\"name\":\"*\"}")));
        assertEquals("no_such_process", code(ask("{\"command\":\"attach\",\"name\":\"nobody\"}")));
    }

    /** Nobody reads it: the kernel and the daemon hold so much, and then say no. */
    @Test
    void whatIsNotReadIsRefusedAndLaterRead() throws IOException {
        long pid = daemon.status("echo").pid();
        DaemonHarness.signal(pid, "STOP");
        String much = "x".repeat(30_000);
        String request = "{\"command\":\"send\",\"name\":\"echo\",\"data\":\"" + much + "\"}";
        int taken = 0;
        try (Connection connection = daemon.connect();
                var watcher = new Watcher(daemon, "echo", 0)) {
            Json.Obj reply = connection.request(request);
            while (reply.getLong("status").orElse(0) == 200 && taken < 100) {
                taken++;
                reply = connection.request(request);
            }
            assertEquals("stdin_full", code(reply));
            assertTrue(taken >= 2 && taken < 20, "taken " + taken);
            DaemonHarness.signal(pid, "CONT");
            for (int i = 0; i < taken; i++) {
                watcher.await(much);
            }
            type("echo", "after");
            watcher.await("after");
        }
    }

    @Test
    void fiftyStartsLeaveNoDescriptor() throws IOException {
        long before = terminals();
        for (int i = 0; i < 50; i++) {
            Json.Obj reply = ask("{\"command\":\"restart\",\"name\":\"again\"}");
            assertEquals(200, reply.getLong("status").orElse(0), "" + reply);
        }
        daemon.await("all are closed", () -> terminals() <= before);
    }

    private static long terminals() throws IOException {
        return Procfs.descriptors(daemon.pid()).stream()
                .filter(one -> one.contains("/dev/pt"))
                .count();
    }
}
