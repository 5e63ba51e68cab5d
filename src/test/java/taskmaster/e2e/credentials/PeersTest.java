package taskmaster.e2e.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;

/** Clients that are somebody else: what they may do, and what the log says of it. As root only. */
final class PeersTest {

    private static final String SLEEPER =
            """
            [programs.sleeper]
            command = "/bin/sleep"
            args = ["100000"]
            startsecs = 0
            stdout = "/dev/null"
            stderr = "/dev/null"
            """;

    private static String socket(String... lines) {
        return "[unix_http_server]\nfile = \"${dir}/sock\"\nchmod = 0o777\n"
                + String.join("\n", lines)
                + "\n"
                + SLEEPER;
    }

    /** What curl prints, as nobody and with no group but these, for {@code GET} or a body. */
    private static String asNobody(DaemonHarness daemon, String groups, String... curl)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=65534"));
        command.addAll(List.of("--regid=65534", groups, "curl", "-sS", "-w", " %{http_code}"));
        command.addAll(List.of("--unix-socket", daemon.socket().toString()));
        command.addAll(List.of(curl));
        return Processes.run(command.toArray(new String[0]));
    }

    private static String[] post(String body) {
        return new String[] {
            "-H", "Content-Type: application/json", "-d", body, "http://localhost/"
        };
    }

    /** Sends a line from a process of another user; prints its pid and the answer. */
    private static String[] line(DaemonHarness daemon, String request) throws IOException {
        Path input = Files.writeString(daemon.file("request"), request + "\n");
        String said =
                Processes.run(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "sh",
                        "-c",
                        "echo $$; exec socat -t 60 - UNIX-CONNECT:$1 <$2",
                        "sh",
                        daemon.socket().toString(),
                        input.toString());
        return said.strip().split("\n", 2);
    }

    @Test
    void withoutListsWhoeverCanConnectMayDoEverythingAndIsNamedInTheLog() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(socket())) {
            daemon.awaitState("sleeper", "RUNNING");
            String[] said = line(daemon, "{\"command\":\"stop\",\"name\":\"sleeper\"}");
            assertTrue(said[1].startsWith("{\"status\":200,"), said[1]);
            String line = "INFO request: stop sleeper from uid 65534 (nobody), pid " + said[0];
            daemon.awaitLogged();
            List<String> activity = daemon.activity();
            int asked = indexOf(activity, line);
            int stopped = indexOf(activity, "stopped: sleeper");
            assertTrue(asked < stopped, "first who asked, then what came of it: " + activity);
            daemon.ctl("start", "sleeper");
            daemon.awaitLogged();
            Matcher own =
                    Pattern.compile("INFO request: start sleeper from uid 0 \\(root\\), pid \\d+")
                            .matcher(String.join("\n", daemon.activity()));
            assertTrue(own.find(), daemon.activity().toString());
        }
    }

    private static int indexOf(List<String> lines, String text) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i;
            }
        }
        throw new AssertionError("no line with " + text + " in " + lines);
    }

    @Test
    void aStrangerIsRefusedInBothLanguages() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(socket("allow = [\"daemon\"]"))) {
            String[] said = line(daemon, "{\"command\":\"status\",\"id\":5}");
            assertTrue(said[1].contains("\"status\":403"), said[1]);
            assertTrue(said[1].contains("\"id\":5"), said[1]);
            assertTrue(said[1].contains("\"code\":\"not_allowed\""), said[1]);
            daemon.awaitActivity(
                    "WARN refused: status all from uid 65534 (nobody), pid " + said[0], 1);
            String http = asNobody(daemon, "--clear-groups", "http://localhost/status");
            assertTrue(http.endsWith(" 403") && http.contains("not_allowed"), http);
            String posted = asNobody(daemon, "--clear-groups", post("{\"command\":\"shutdown\"}"));
            assertTrue(posted.endsWith(" 403"), posted);
            daemon.awaitActivity("WARN refused: shutdown from uid 65534 (nobody), pid ", 1);
            assertEquals("RUNNING", daemon.awaitState("sleeper", "RUNNING").state(), "root may");
        }
    }

    @Test
    void aReaderMayLookAndIsToldWhatItMayNot() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(socket("allow_read = [\"nobody\"]"))) {
            long pid = daemon.awaitState("sleeper", "RUNNING").pid();
            String http = asNobody(daemon, "--clear-groups", "http://localhost/status/sleeper");
            assertTrue(http.endsWith(" 200") && http.contains("\"pid\":" + pid), http);
            for (String verb : List.of("start", "stop", "restart", "reload", "reread", "clear")) {
                String said = line(daemon, "{\"command\":\"" + verb + "\"}")[1];
                assertTrue(said.contains("\"status\":403"), verb + ": " + said);
                assertTrue(said.contains("may only look"), verb + ": " + said);
            }
            assertEquals(pid, daemon.status("sleeper").pid());
        }
    }

    @Test
    void membersOfAGroupAreLetThrough() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(socket("allow = [\"@adm\"]"))) {
            daemon.awaitState("sleeper", "RUNNING");
            String[] stop = post("{\"command\":\"stop\",\"name\":\"sleeper\"}");
            assertTrue(asNobody(daemon, "--groups=1,2", stop).endsWith(" 403"));
            String said = asNobody(daemon, "--groups=1,4", stop);
            assertTrue(said.endsWith(" 200"), said);
        }
    }

    @Test
    void theClientSaysThatItMayNotWithItsOwnExitCode() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(socket("allow_read = [\"nobody\"]"))) {
            daemon.awaitState("sleeper", "RUNNING");
            Script.install(daemon);
            String ctl = daemon.file("installed/bin/taskmasterctl") + " -s " + daemon.socket();
            String stop = asNobodyShell(ctl + " stop sleeper");
            assertTrue(stop.contains("ERROR: user 65534 (nobody) may only look"), stop);
            assertTrue(stop.endsWith("exit 4\n"), stop);
            String status = asNobodyShell(ctl + " status sleeper");
            assertTrue(status.contains("RUNNING") && status.endsWith("exit 0\n"), status);
        }
    }

    private static String asNobodyShell(String command) throws IOException {
        String script = "cd /; " + command + " 2>&1; echo exit $?";
        return Processes.run(
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", script);
    }

    @Test
    void aReloadChangesAtOnceWhoMayDoWhat() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(socket("allow = []"))) {
            String[] before = line(daemon, "{\"command\":\"version\"}");
            assertTrue(before[1].contains("\"status\":403"), before[1]);
            daemon.writeConfig(socket("allow = [\"nobody\"]"));
            assertEquals(0, daemon.ctl("reload").exit());
            String[] after = line(daemon, "{\"command\":\"version\"}");
            assertTrue(after[1].contains("\"status\":200"), after[1]);
            daemon.awaitLogged();
            assertTrue(
                    daemon.activity().stream().noneMatch(l -> l.contains("takes effect with")),
                    "at once");
            daemon.awaitActivity("reload: [unix_http_server] allow changed", 1);
        }
    }

    /** The new permissions come with the next daemon only: until then the lists must hold. */
    @Test
    void listsAreNotTakenAwayFromASocketThatIsStillOpenToAll() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(socket("allow = [\"daemon\"]"))) {
            daemon.writeConfig(socket().replace("0o777", "0o700"));
            assertEquals(0, daemon.ctl("reload").exit());
            String[] said = line(daemon, "{\"command\":\"version\"}");
            assertTrue(said[1].contains("\"status\":403"), said[1]);
            daemon.awaitActivity(
                    "reload: [unix_http_server] without allow and allow_read takes effect with", 1);
        }
    }

    @Test
    void whoLosesTheRightSeesNothingMoreAtOnce() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(socket("allow_read = [\"nobody\"]"))) {
            String follow = "{\"command\":\"maintail\",\"follow\":true}";
            String[] tail = {
                "sh", "-c", "(echo '" + follow + "'; sleep 60) | socat - UNIX-CONNECT:$1", "sh"
            };
            Process shell = startAsNobody(daemon, tail);
            try {
                daemon.await("it is followed", () -> Files.size(daemon.file("seen")) > 0);
                daemon.writeConfig(socket("allow_read = [\"daemon\"]"));
                assertEquals(0, daemon.ctl("reload").exit());
                daemon.await(
                        "it is told why that is the end",
                        () -> Files.readString(daemon.file("seen")).contains("{\"status\":403,"));
            } finally {
                Processes.endWithChildren(daemon, shell);
            }
        }
    }

    /** With the socket as last argument; what it prints goes to the file {@code seen}. */
    private static Process startAsNobody(DaemonHarness daemon, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=65534"));
        command.addAll(List.of("--regid=65534", "--clear-groups"));
        command.addAll(List.of(arguments));
        command.add(daemon.socket().toString());
        return Script.start(daemon, "seen", "seen-err", command.toArray(new String[0]));
    }

    @Test
    void nobodyTakesThePlacesOfThoseWhoMayMore() throws IOException {
        for (String lists : List.of("", "allow = []", "allow_read = [\"nobody\"]")) {
            try (DaemonHarness daemon = DaemonHarness.start(socket(lists))) {
                daemon.awaitState("sleeper", "RUNNING");
                String hold = "exec " + daemon.program("hold-connections") + " \"$1\" 300";
                Process holder = startAsNobody(daemon, "sh", "-c", hold, "sh");
                try {
                    daemon.await(
                            "it has connected",
                            () -> Files.readString(daemon.file("seen")).startsWith("connected"));
                    assertEquals("RUNNING", daemon.status("sleeper").state(), lists);
                    assertEquals(0, daemon.ctl("restart", "sleeper").exit(), lists);
                } finally {
                    daemon.end(holder);
                }
            }
        }
    }

    @Test
    void aSocketThatWasRemovedComesBackWithAReload() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(SLEEPER)) {
            long pid = daemon.awaitState("sleeper", "RUNNING").pid();
            Files.delete(daemon.socket());
            DaemonHarness.signal(daemon.pid(), "HUP");
            daemon.awaitActivity(
                    "socket \"" + daemon.socket() + "\" was gone; it is there again", 1);
            assertEquals(pid, daemon.status("sleeper").pid());
            assertEquals(0700, (int) Files.getAttribute(daemon.socket(), "unix:mode") & 0777);
        }
    }

    @Test
    void refusalsDoNotFloodTheLog() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(socket("allow = []"))) {
            String requests = "{\"command\":\"shutdown\"}\n".repeat(500);
            String said =
                    asNobody(
                            daemon,
                            "--clear-groups",
                            "-H",
                            "Content-Type: application/x-ndjson",
                            "--data-binary",
                            requests,
                            "http://localhost/");
            assertEquals(500, said.split("not_allowed", -1).length - 1);
            daemon.awaitLogged();
            long lines = daemon.activity().stream().filter(l -> l.contains("refused: ")).count();
            assertEquals(10, lines);
        }
    }
}
