package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;
import taskmaster.json.JsonWriter;
import taskmaster.testing.DaemonHarness;

/** A request means the same as a line, over HTTP (by curl) and as a command. */
class SameAnswerEverywhereTest {

    private static DaemonHarness daemon;

    @BeforeAll
    static void start() throws IOException {
        daemon =
                DaemonHarness.start(
                        """
                        [programs.up]
                        command = "sleep"
                        args = ["1000"]
                        startsecs = 0
                        stdout = "${dir}/up.out"
                        stderr = "${dir}/up.err"
                        [programs.web]
                        command = "sleep"
                        args = ["1000"]
                        numprocs = 2
                        startsecs = 0
                        stdout = "${dir}/web.out"
                        stderr = "${dir}/web.err"
                        [programs.off]
                        command = "sleep"
                        args = ["1000"]
                        startsecs = 0
                        autostart = false
                        stdout = "${dir}/off.out"
                        stderr = "${dir}/off.err"
                        [programs.slow]
                        command = "${bin}/ignore-term"
                        startsecs = 0
                        stopwaitsecs = 600
                        stdout = "${dir}/slow.out"
                        stderr = "${dir}/slow.err"
                        [programs.lazy]
                        command = "sleep"
                        args = ["1000"]
                        startsecs = 600
                        autostart = false
                        stdout = "${dir}/lazy.out"
                        stderr = "${dir}/lazy.err"
                        [programs.missing]
                        command = "/nonexistent/program"
                        startretries = 0
                        autostart = false
                        stdout = "${dir}/missing.out"
                        stderr = "${dir}/missing.err"
                        [programs.plain]
                        command = "${dir}/log"
                        startretries = 0
                        autostart = false
                        stdout = "${dir}/plain.out"
                        stderr = "${dir}/plain.err"
                        [programs.homeless]
                        command = "sleep"
                        directory = "/nonexistent"
                        startretries = 0
                        autostart = false
                        stdout = "${dir}/homeless.out"
                        stderr = "${dir}/homeless.err"
                        [programs.reader]
                        command = "cat"
                        stdin = "pipe"
                        startsecs = 0
                        autostart = false
                        stdout = "/dev/null"
                        stderr = "${dir}/reader.err"
                        [programs.never]
                        command = "sleep"
                        autostart = false
                        stdout = "${dir}/never.out"
                        stderr = "${dir}/never.err"
                        [programs.brief]
                        command = "false"
                        startsecs = 600
                        startretries = 0
                        autostart = false
                        stdout = "${dir}/brief.out"
                        stderr = "${dir}/brief.err"
                        """);
        for (String name : List.of("slow", "up", "web:web_0", "web:web_1")) {
            daemon.awaitState(name, "RUNNING");
        }
        daemon.awaitText(daemon.file("slow.out"), "ignoring");
    }

    @AfterAll
    static void end() throws IOException {
        daemon.request("{\"command\":\"signal\",\"signal\":\"KILL\",\"name\":\"slow\"}");
        daemon.close();
    }

    /**
     * Command, request (with single quotes), status, exit code, and what taskmasterctl prints on
     * stdout: a slash for each end of a line, N for any number. A line that begins with {@code
     * first} has a request that makes the state for the line below, before each way of asking.
     */
    private static final String TABLE =
            """
            status up | {'command':'status','name':'up'} | 200 | 0 | UP
            first | {'command':'start','name':'web'}
            status web:* up | {'command':'status','name':['web:*','up']} | 200 | 0 | WEB UP
            first | {'command':'start','name':'web'}
            status --program web | {'command':'status','target':'program','name':'web'} | 200 | 0 | WEB
            status missing | {'command':'status','name':'missing'} | 200 | 3 | OFF
            status up missing | {'command':'status','name':['up','missing']} | 200 | 3 | UP OFF
            status nope | {'command':'status','name':'nope'} | 404 | 4 | nope: ERROR (no such process)/
            status nope:* | {'command':'status','name':'nope:*'} | 404 | 4 | nope:*: ERROR (no such group)/
            status up nope | {'command':'status','name':['up','nope']} | 207 | 4 | UP nope: ERROR (no such process)/

            first | {'command':'stop','name':'off'}
            start off | {'command':'start','name':'off'} | 200 | 0 | off: started/
            start up | {'command':'start','name':'up'} | 409 | 0 | up: ERROR (already started)/
            first | {'command':'stop','name':'off'}
            start off nope | {'command':'start','name':['off','nope']} | 207 | 1 | nope: ERROR (no such process)/off: started/
            start nope | {'command':'start','name':'nope'} | 404 | 1 | nope: ERROR (no such process)/
            start nope:* | {'command':'start','name':'nope:*'} | 404 | 2 | nope:*: ERROR (no such group)/
            start missing | {'command':'start','name':'missing'} | 500 | 1 | missing: ERROR (no such file)/
            start plain | {'command':'start','name':'plain'} | 500 | 1 | plain: ERROR (file is not executable)/
            start homeless | {'command':'start','name':'homeless'} | 500 | 7 | homeless: ERROR (spawn error)/
            start brief | {'command':'start','name':'brief'} | 500 | 7 | brief: ERROR (abnormal termination)/
            first | {'command':'stop','name':'lazy'}
            start lazy --timeout 0.2 | {'command':'start','name':'lazy','timeout':0.2} | 504 | 1 | lazy: ERROR (timeout)/
            first | {'command':'stop','name':'lazy'}
            start --no-wait lazy | {'command':'start','name':'lazy','wait':false} | 202 | 0 | lazy: accepted/

            first | {'command':'start','name':'off'}
            stop off | {'command':'stop','name':'off'} | 200 | 0 | off: stopped/
            first | {'command':'stop','name':'off'}
            stop off | {'command':'stop','name':'off'} | 409 | 0 | off: ERROR (not running)/
            stop nope | {'command':'stop','name':'nope'} | 404 | 1 | nope: ERROR (no such process)/
            first | {'command':'start','name':'web'}
            stop --group web | {'command':'stop','target':'group','name':'web'} | 200 | 0 | web:web_0: stopped/web:web_1: stopped/
            stop slow --timeout 0.2 | {'command':'stop','name':'slow','timeout':0.2} | 504 | 1 | slow: ERROR (timeout)/
            stop slow --no-wait | {'command':'stop','name':'slow','wait':false} | 202 | 0 | slow: accepted/

            first | {'command':'start','name':'off'}
            restart off | {'command':'restart','name':'off'} | 200 | 0 | off: stopped/off: started/
            first | {'command':'stop','name':'off'}
            restart off | {'command':'restart','name':'off'} | 200 | 0 | off: started/
            restart nope | {'command':'restart','name':'nope'} | 404 | 1 | nope: ERROR (no such process)/
            restart homeless | {'command':'restart','name':'homeless'} | 500 | 7 | homeless: ERROR (spawn error)/

            signal CONT up | {'command':'signal','signal':'CONT','name':'up'} | 200 | 0 | up: signalled/
            signal SIGNONE up | {'command':'signal','signal':'SIGNONE','name':'up'} | 400 | 1 | up: ERROR (bad signal name)/
            signal CONT missing | {'command':'signal','signal':'CONT','name':'missing'} | 409 | 7 | missing: ERROR (not running)/
            signal CONT nope | {'command':'signal','signal':'CONT','name':'nope'} | 404 | 1 | nope: ERROR (no such process)/
            send up hello | {'command':'send','name':'up','data':'hello\\n'} | 409 | 1 | up: ERROR (no stdin)/
            send -n missing hello | {'command':'send','name':'missing','data':'hello'} | 409 | 7 | missing: ERROR (not running)/
            send nope hello | {'command':'send','name':'nope','data':'hello'} | 404 | 1 | nope: ERROR (no such process)/
            first | {'command':'start','name':'reader'}
            send --program reader hello | {'command':'send','target':'program','name':'reader','base64':'aGVsbG8K'} | 200 | 0 | reader: sent/
            pid | {'command':'pid'} | 200 | 0 | N/
            pid up | {'command':'pid','name':'up'} | 200 | 0 | N/
            pid missing | {'command':'pid','name':'missing'} | 200 | 7 | 0/
            pid nope | {'command':'pid','name':'nope'} | 404 | 1 | No such process nope/
            pid up nope | {'command':'pid','name':['up','nope']} | 207 | 1 | N/No such process nope/

            first | {'command':'clear','name':'up'}
            tail up | {'command':'tail','name':'up'} | 200 | 0 |
            tail -9 never stderr | {'command':'tail','name':'never','stream':'stderr','bytes':9} | 404 | 1 | never: ERROR (no log file)/
            tail nope | {'command':'tail','name':'nope'} | 404 | 1 | nope: ERROR (no such process name)/
            first | {'command':'clear','name':['up','web']}
            tail -n 1 up web | {'command':'tail','name':['up','web'],'lines':1} | 200 | 0 |
            tail -n 1 up nope both | {'command':'tail','name':['up','nope'],'lines':1,'stream':'both'} | 207 | 1 | nope: ERROR (no such process name)/
            tail -n 1 nope:* | {'command':'tail','name':'nope:*','lines':1} | 404 | 1 | nope:*: ERROR (no such group)/
            tail -n 1 never up | {'command':'tail','name':['never','up'],'lines':1} | 207 | 1 | never: ERROR (no log file)/
            maintail -0 | {'command':'maintail','bytes':0} | 200 | 0 |
            reopen | {'command':'reopen'} | 200 | 0 | Reopened all logs/
            clear up web | {'command':'clear','name':['up','web']} | 200 | 0 | up: cleared/web:web_0: cleared/web:web_1: cleared/
            clear nope | {'command':'clear','name':'nope'} | 404 | 1 | nope: ERROR (no such process)/

            reread | {'command':'reread'} | 200 | 0 | NOTHING
            reload | {'command':'reload'} | 200 | 0 | NOTHING
            update | {'command':'update'} | 200 | 0 |
            reload web | {'command':'reload','name':'web'} | 200 | 0 | NOTHING
            reload web:* | {'command':'reload','name':'web:*'} | 200 | 0 | NOTHING
            update web: | {'command':'update','name':'web:'} | 200 | 0 |
            reload u* | {'command':'reload','name':'u*'} | 200 | 0 | NOTHING
            reload --program off | {'command':'reload','target':'program','name':'off'} | 200 | 0 | NOTHING
            reload --group none | {'command':'reload','target':'group','name':'none'} | 404 | 1 |
            reload nope | {'command':'reload','name':'nope'} | 404 | 1 |
            version | {'command':'version'} | 200 | 0 | N.N.N/
            """;

    private static final String UP = "up                               RUNNING   pid N, uptime N\n";
    private static final String OFF = "missing                          STOPPED   Not started\n";
    private static final String WEB =
            """
            web:web_0                        RUNNING   pid N, uptime N
            web:web_1                        RUNNING   pid N, uptime N
            """;

    record Row(
            Optional<String> first,
            String command,
            String request,
            int status,
            int exit,
            String out) {
        @Override
        public String toString() {
            return command + " -> " + status + ", " + exit;
        }
    }

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        Optional<String> first = Optional.empty();
        for (String line : TABLE.lines().filter(text -> !text.isEmpty()).toList()) {
            String[] cells = line.split(" \\| ?", -1);
            String request = cells[1].replace('\'', '"');
            if (cells[0].equals("first")) {
                first = Optional.of(request);
                continue;
            }
            String out =
                    cells[4].replace("/", "\n")
                            .replaceAll("^WEB ?", WEB)
                            .replaceAll("(?m)^UP ?", UP)
                            .replaceAll("(?m)^OFF$", OFF)
                            .replace("NOTHING", "No config updates to processes\n");
            int status = Integer.parseInt(cells[2]);
            int exit = Integer.parseInt(cells[3]);
            rows.add(new Row(first, cells[0], request, status, exit, out));
            first = Optional.empty();
        }
        assertTrue(rows.size() > 50);
        return rows;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void answersTheSame(Row row) throws IOException {
        String request = row.request();

        prepare(row);
        String line = JsonWriter.write(daemon.request(request));
        assertTrue(line.startsWith("{\"status\":" + row.status() + ","), line);

        prepare(row);
        Http http = post(request);
        assertEquals(row.status(), http.status(), http.body());
        assertEquals(lasting(line), lasting(canonical(http.body())));

        prepare(row);
        DaemonHarness.Output command = daemon.ctl(row.command().split(" ", -1));
        assertEquals(numbered(row.out()), numbered(command.out()), command.err());
        assertEquals(row.exit(), command.exit(), command.err());
        Script.assertNoTrace(command);
        if (row.out().isEmpty() && row.exit() != 0) {
            assertTrue(command.err().startsWith("ERROR: "), command.err());
        }

        prepare(row);
        List<String> raw = new ArrayList<>(List.of(row.command().split(" ", -1)));
        raw.addFirst("--json");
        DaemonHarness.Output json = daemon.ctl(raw.toArray(new String[0]));
        assertEquals(row.exit(), json.exit());
        assertEquals(lasting(line), lasting(canonical(json.out())));
        assertEquals("", json.err());
    }

    private static void prepare(Row row) throws IOException {
        if (row.first().isPresent()) {
            daemon.request(row.first().get());
        }
    }

    private static String canonical(String json) {
        try {
            return JsonWriter.write(JsonParser.parse(json.strip()));
        } catch (JsonException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }

    /** Without what differs from one moment to the next. */
    private static String lasting(String reply) {
        return reply.replaceAll("\"(uptime|pid|restarts)\":[0-9.E-]+", "\"$1\":N")
                .replaceAll("\"since\":\"[^\"]*\"", "\"since\":T")
                .replaceAll("\"exit\":(null|\\{[^}]*\\})", "\"exit\":E");
    }

    private static String numbered(String out) {
        return out.replaceAll("uptime [0-9:]+", "uptime N").replaceAll("[0-9]+", "N");
    }

    private record Http(int status, String body) {}

    private static Http post(String request) throws IOException {
        return http(
                Script.run(
                        daemon,
                        "curl -sS -m 60 -w '%{http_code}' --unix-socket \"$DIR/sock\""
                                + " -H 'Content-Type: application/json' -d \"$1\""
                                + " http://localhost/",
                        request));
    }

    private static Http get(String path) throws IOException {
        return http(
                Script.run(
                        daemon,
                        "curl -sS -m 60 -w '%{http_code}' --unix-socket \"$DIR/sock\""
                                + " \"http://localhost$1\"",
                        path));
    }

    private static Http http(DaemonHarness.Output curl) {
        assertEquals(0, curl.exit(), curl.err());
        int end = curl.out().length() - 3;
        return new Http(Integer.parseInt(curl.out().substring(end)), curl.out().substring(0, end));
    }

    @Test
    void getsStatusByItsPath() throws IOException {
        String all = JsonWriter.write(daemon.request("{\"command\":\"status\"}"));
        assertEquals(lasting(all), lasting(canonical(get("/status").body())));
        String one = JsonWriter.write(daemon.request("{\"command\":\"status\",\"name\":\"up\"}"));
        assertEquals(lasting(one), lasting(canonical(get("/status/up").body())));
        assertEquals(200, get("/status/web:web_0").status());
        assertEquals(404, get("/status/nope").status());
        assertEquals(404, get("/nope").status());
    }

    @Test
    void refusesTheSameMistakes() throws IOException {
        for (String request :
                List.of(
                        "{\"command\":\"stopp\",\"name\":\"up\"}",
                        "{\"command\":\"stop\",\"nam\":\"up\"}",
                        "{\"command\":\"stop\",\"name\":7}",
                        "{\"command\":\"tail\"}",
                        "{\"command\":",
                        "{}")) {
            String line = JsonWriter.write(daemon.request(request));
            assertTrue(line.startsWith("{\"status\":400,\"error\":{"), line);
            Http http = post(request);
            assertEquals(400, http.status());
            assertEquals(line, canonical(http.body()));
        }
        assertEquals("RUNNING", daemon.status("up").state());
    }

    @Test
    void takesTheHabitsOfSupervisorctl() throws IOException {
        daemon.request("{\"command\":\"stop\",\"name\":\"web\"}");
        assertEquals(
                "web:web_0: started\nweb:web_1: started\n",
                checked(0, "start", "web:web_0", "web:web_1").out());
        assertEquals("web:web_0: stopped\nweb:web_1: stopped\n", checked(0, "stop", "web:*").out());
        assertEquals("web:web_1: ERROR (not running)\n", checked(0, "stop", "web:web_1").out());
        assertEquals(2, checked(3, "status", "web:").out().lines().count());
        assertEquals("web:web_0: started\nweb:web_1: started\n", checked(0, "start", "web:").out());
        assertEquals(numbered(WEB), numbered(checked(0, "status", "web:*").out()));
        assertEquals(
                "web:web_0: signalled\nweb:web_1: signalled\n",
                checked(0, "signal", "CONT", "web").out());
        assertEquals(12, checked(0, "pid", "all").out().lines().count());
        assertEquals(12, checked(0, "status").out().lines().count());
        assertEquals(12, checked(0, "status", "all").out().lines().count());
        assertEquals("", checked(0, "update", "all").out());
        assertEquals("No config updates to processes\n", checked(0, "reload").out());
        assertEquals("", checked(0, "tail", "-100", "up", "stderr").out());
        assertEquals(
                """
                web:web_0: stopped
                web:web_1: stopped
                web:web_0: started
                web:web_1: started
                """,
                checked(0, "restart", "web:*").out());
        assertEquals(
                "brief homeless lazy missing never off plain reader slow up web:web_0 web:web_1",
                String.join(
                        " ",
                        checked(0, "avail")
                                .out()
                                .lines()
                                .map(l -> l.substring(0, l.indexOf(" ")))
                                .toList()));
        assertTrue(checked(0, "help").out().contains("maintail [-f]"));
        assertTrue(checked(0, "help", "tail").out().contains("tail [-f]"));
    }

    private static DaemonHarness.Output checked(int exit, String... arguments) throws IOException {
        DaemonHarness.Output output = daemon.ctl(arguments);
        assertEquals(exit, output.exit(), String.join(" ", arguments) + "\n" + output);
        return output;
    }

    @Test
    void usesTwoForBadUsage() throws IOException {
        for (String line :
                List.of(
                        "bogus",
                        "--bogus status",
                        "start --timeout soon off",
                        "status --no-wait",
                        "tail",
                        "tail up stdout more",
                        "logs up",
                        "clear",
                        "signal",
                        "version 1",
                        "shutdown now",
                        "-c")) {
            DaemonHarness.Output output = daemon.ctl(line.split(" ", -1));
            assertEquals(2, output.exit(), line + "\n" + output);
            assertEquals("", output.out());
            assertTrue(output.err().lines().count() >= 2, output.err());
            Script.assertNoTrace(output);
        }
        DaemonHarness.Output none = Script.run(daemon, "$TASKMASTERCTL -c /nonexistent status");
        assertEquals(2, none.exit(), none.err());
        assertTrue(none.err().contains("/nonexistent"), none.err());
    }

    @Test
    void saysWhyTheDaemonCannotBeReached() throws IOException {
        String url = "unix://" + daemon.file("none.sock");
        for (String row : List.of("status 4", "status up 4", "start up 7", "pid 7", "shutdown 1")) {
            int space = row.lastIndexOf(' ');
            String command = row.substring(0, space);
            DaemonHarness.Output output = daemon.ctl(("-s " + url + " " + command).split(" ", -1));
            assertEquals(Integer.parseInt(row.substring(space + 1)), output.exit(), command);
            assertTrue(output.err().contains(url + " no such file"), output.err());
            Script.assertNoTrace(output);
        }
    }
}
