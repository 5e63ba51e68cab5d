package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.json.JsonParser;
import taskmaster.protocol.ReplyCodec;

/** Replies, and what the user sees of them: supervisorctl's lines and exit codes. */
class AnswerTest {

    private static Outcome outcome(String line, String reply) {
        var ask = (Invocation.Ask) CommandLine.parse(line.split(" "));
        try {
            var decoded = ReplyCodec.decode(JsonParser.parse(reply)).orElseThrow().reply();
            LogView view = new LogView(false, false);
            return new Answer(ask.verb(), ask.request(), at -> 3600, view, new Palette(false))
                    .to(decoded);
        } catch (taskmaster.json.JsonException e) {
            throw new AssertionError(reply, e);
        }
    }

    private static void check(String line, String reply, int exit, String out, String err) {
        Outcome outcome = outcome(line, reply);
        assertEquals(out, new String(outcome.out(), UTF_8), line);
        assertEquals(err, outcome.err(), line);
        assertEquals(exit, outcome.exit(), line);
    }

    private static void check(String line, String reply, int exit, String out) {
        check(line, reply, exit, out, "");
    }

    private static String process(String name, String state, String more) {
        return "{\"name\":\"" + name + "\",\"state\":\"" + state + "\"," + more + "}";
    }

    private static String processes(String... processes) {
        String list = String.join(",", processes);
        return "{\"status\":200,\"content\":{\"processes\":[" + list + "]}}";
    }

    private static final String NO_PID =
            "\"pid\":null,\"uptime\":null,\"exit\":null,\"restarts\":0,\"reason\":\"\"";
    private static final String RUNS =
            "\"pid\":6162,\"uptime\":3.9,\"since\":\"2026-11-22T12:35:08.123Z\",\"reason\":\"\"";
    private static final String AT = "\"since\":\"2026-11-22T12:35:08.123Z\"," + NO_PID;
    private static final String NEVER = "\"since\":null," + NO_PID;

    private static String because(String reason) {
        return "\"since\":\"2026-11-22T12:35:08.123Z\",\"pid\":null,\"reason\":\"" + reason + "\"";
    }

    @Test
    void printsEveryStateAsSupervisorctlDoes() {
        check(
                "status",
                processes(
                        process("grp:ga", "RUNNING", RUNS),
                        process("a", "STOPPED", NEVER),
                        process("b", "STOPPED", AT),
                        process("c", "EXITED", AT),
                        process("d", "FATAL", because("cannot chdir")),
                        process("e", "BACKOFF", because("ended too soon")),
                        process("f", "STARTING", AT),
                        process("g", "STOPPING", AT)),
                0,
                """
                grp:ga                           RUNNING   pid 6162, uptime 0:00:03
                a                                STOPPED   Not started
                b                                STOPPED   Nov 22 01:35 PM
                c                                EXITED    Nov 22 01:35 PM
                d                                FATAL     cannot chdir
                e                                BACKOFF   ended too soon
                f                                STARTING \s
                g                                STOPPING \s
                """);
    }

    @Test
    void widensTheNamesForALongOne() {
        String longName = "a-group-with-a-long-name:a-process-with-a-long-name";
        check(
                "status",
                processes(process(longName, "RUNNING", RUNS), process("x", "RUNNING", RUNS)),
                0,
                longName
                        + "   RUNNING   pid 6162, uptime 0:00:03\n"
                        + "x"
                        + " ".repeat(longName.length() + 2)
                        + "RUNNING   pid 6162, uptime 0:00:03\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            textBlock =
                    """
                    0          > 0:00:00
                    12.345     > 0:00:12
                    3599.999   > 0:59:59
                    86399      > 23:59:59
                    93784.5    > 1 day, 2:03:04
                    864000     > 10 days, 0:00:00
                    1.2E7      > 138 days, 21:20:00
                    -5         > 0:00:00
                    """)
    void printsUptimesAsPythonDoes(String uptime, String expected) {
        String process = process("x", "RUNNING", "\"pid\":1,\"uptime\":" + uptime);
        String out = new String(outcome("status", processes(process)).out(), UTF_8);
        assertTrue(out.endsWith("pid 1, uptime " + expected + "\n"), out);
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING,0",
        "STARTING,0",
        "STOPPED,3",
        "EXITED,3",
        "FATAL,3",
        "BACKOFF,3",
        "STOPPING,3"
    })
    void exitsAsLsbAsksWhenANameIsGiven(String state, int exit) {
        String reply = processes(process("x", "RUNNING", RUNS), process("y", state, NEVER));
        assertEquals(exit, outcome("status x y", reply).exit());
        assertEquals(0, outcome("status", reply).exit());
    }

    @Test
    void tellsUnknownNamesOfStatus() {
        String error =
                "\"error\":{\"code\":\"no_such_process\",\"message\":\"no process is called zzz\"}";
        String mixed =
                "{\"status\":207,\"content\":{\"processes\":[%s],\"results\":[{\"name\":\"zzz\","
                        + "\"status\":404,"
                        + error
                        + "}]}}";
        String line = "x                                RUNNING   pid 6162, uptime 0:00:03\n";
        check(
                "status x zzz",
                mixed.formatted(process("x", "RUNNING", RUNS)),
                4,
                line + "zzz: ERROR (no such process)\n");
        assertEquals(
                3, outcome("status x zzz", mixed.formatted(process("x", "EXITED", AT))).exit());
        check(
                "status zzz yyy",
                "{\"status\":404," + error + "}",
                4,
                "zzz: ERROR (no such process)\nyyy: ERROR (no such process)\n");
        check(
                "status g:*",
                "{\"status\":404,\"error\":{\"code\":\"no_such_group\",\"message\":\"m\"}}",
                4,
                "g:*: ERROR (no such group)\n");
    }

    /** Command, code of the error, exit code, line on stdout. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    start x       | already_started      | 0 | x: ERROR (already started)
                    start x       | no_such_file         | 1 | x: ERROR (no such file)
                    start x       | not_executable       | 1 | x: ERROR (file is not executable)
                    start x       | no_such_process      | 1 | x: ERROR (no such process)
                    start x       | no_such_group        | 2 | x: ERROR (no such group)
                    start x       | spawn_error          | 7 | x: ERROR (spawn error)
                    start x       | abnormal_termination | 7 | x: ERROR (abnormal termination)
                    start x       | superseded           | 1 | x: ERROR (superseded)
                    start x       | timeout              | 1 | x: ERROR (timeout)
                    restart x     | spawn_error          | 7 | x: ERROR (spawn error)
                    restart x     | not_running          | 0 | x: ERROR (not running)
                    stop x        | not_running          | 0 | x: ERROR (not running)
                    stop x        | no_such_process      | 1 | x: ERROR (no such process)
                    stop x        | no_such_group        | 1 | x: ERROR (no such group)
                    stop x        | timeout              | 1 | x: ERROR (timeout)
                    signal HUP x  | not_running          | 7 | x: ERROR (not running)
                    signal HUP x  | no_such_process      | 1 | x: ERROR (no such process)
                    signal BAD x  | bad_signal           | 1 | x: ERROR (bad signal name)
                    clear x       | no_such_process      | 1 | x: ERROR (no such process)
                    clear x       | failed               | 1 | x: ERROR (failed)
                    pid x         | no_such_process      | 1 | No such process x
                    tail x        | no_such_process      | 1 | x: ERROR (no such process name)
                    tail x        | no_such_file         | 1 | x: ERROR (no log file)
                    """)
    void mapsErrorsToSupervisorctlsLinesAndCodes(
            String line, String code, int exit, String expected) {
        int status = code.startsWith("no_such") ? 404 : code.equals("bad_signal") ? 400 : 409;
        String error = "\"error\":{\"code\":\"" + code + "\",\"message\":\"because\"";
        String alone = "{\"status\":" + status + "," + error + ",\"name\":\"x\"}}";
        Outcome outcome = outcome(line, alone);
        assertEquals(expected + "\n", new String(outcome.out(), UTF_8));
        assertEquals(exit, outcome.exit());

        if (line.startsWith("tail")) {
            return; // of one process, so never one of several
        }
        String result = "{\"name\":\"x\",\"status\":" + status + "," + error + "}}";
        String several = "{\"status\":207,\"content\":{\"results\":[" + result + "]}}";
        Outcome ofSeveral = outcome(line, several);
        assertArrayEquals(outcome.out(), ofSeveral.out());
        assertEquals(outcome.err(), ofSeveral.err());
        assertEquals(exit, ofSeveral.exit());
    }

    @Test
    void saysWhyAStartFailedOnStderr() {
        check(
                "start x",
                "{\"status\":500,\"error\":{\"code\":\"spawn_error\","
                        + "\"message\":\"cannot chdir \\\"/nope\\\": ENOENT\",\"name\":\"x\"}}",
                7,
                "x: ERROR (spawn error)\n",
                "x: cannot chdir \"/nope\": ENOENT\n");
    }

    @Test
    void printsResultsInOrderAndExitsWithTheWorst() {
        check(
                "start a b c",
                "{\"status\":207,\"content\":{\"results\":["
                        + "{\"name\":\"a\",\"status\":200,\"result\":\"started\"},"
                        + "{\"name\":\"b\",\"status\":500,"
                        + "\"error\":{\"code\":\"abnormal_termination\",\"message\":\"\"}},"
                        + "{\"name\":\"c\",\"status\":404,"
                        + "\"error\":{\"code\":\"no_such_process\",\"message\":\"m\"}}]}}",
                7,
                """
                a: started
                b: ERROR (abnormal termination)
                c: ERROR (no such process)
                """);
    }

    @Test
    void printsWhatWasStoppedBeforeWhatWasStarted() {
        check(
                "restart all",
                "{\"status\":200,\"content\":{\"results\":["
                        + "{\"name\":\"a\",\"status\":200,\"result\":\"started\",\"stopped\":true},"
                        + "{\"name\":\"b\",\"status\":200,\"result\":\"started\"},"
                        + "{\"name\":\"c\",\"status\":200,\"result\":\"started\",\"stopped\":true}]}}",
                0,
                "a: stopped\nc: stopped\na: started\nb: started\nc: started\n");
    }

    @Test
    void printsWhatWasOnlyAccepted() {
        check(
                "start a --no-wait",
                "{\"status\":202,\"content\":{\"results\":["
                        + "{\"name\":\"a\",\"status\":202,\"result\":\"accepted\"}]}}",
                0,
                "a: accepted\n");
    }

    @Test
    void printsPids() {
        check("pid", "{\"status\":200,\"content\":{\"pid\":12}}", 0, "12\n");
        String pids =
                "{\"status\":200,\"content\":{\"pids\":[{\"name\":\"x\",\"pid\":4711},"
                        + "{\"name\":\"y\",\"pid\":0}]}}";
        check("pid all", pids, 0, "4711\n0\n");
        check("pid x y", pids, 7, "4711\n0\n");
    }

    @Test
    void printsChangesOfAConfiguration() {
        String reply =
                "{\"status\":200,\"content\":{\"changes\":["
                        + "{\"group\":\"g\",\"name\":\"g:a\",\"change\":\"added\"},"
                        + "{\"group\":\"g\",\"name\":\"g:b\",\"change\":\"removed\"},"
                        + "{\"group\":\"g\",\"name\":\"g:c\",\"change\":\"restarted\"},"
                        + "{\"group\":\"g\",\"name\":\"g:d\",\"change\":\"adjusted\"}],"
                        + "\"daemon\":[\"minfds\"],\"applied\":true}}";
        check(
                "reread",
                reply,
                0,
                """
                g:a: available
                g:b: disappeared
                g:c: changed
                g:d: changed
                minfds: changed (takes effect when taskmasterd starts again)
                """);
        check(
                "reload",
                reply,
                0,
                """
                g:a: added process
                g:b: removed process
                g:c: updated process
                g:d: adjusted (not restarted)
                minfds: changed (takes effect when taskmasterd starts again)
                """);
    }

    @Test
    void saysWhenNothingChanged() {
        String reply = "{\"status\":200,\"content\":{\"changes\":[],\"daemon\":[]}}";
        check("reread", reply, 0, "No config updates to processes\n");
        check("reload", reply, 0, "No config updates to processes\n");
        check("update", reply, 0, "");
    }

    @Test
    void printsEveryProblemOfAConfiguration() {
        check(
                "reload",
                "{\"status\":400,\"error\":{\"code\":\"bad_configuration\",\"message\":\"2 problems\","
                        + "\"problems\":[\"a.toml:3:4: x\",\"a.toml:5:6: y\"]}}",
                1,
                "",
                """
                a.toml:3:4: x
                a.toml:5:6: y
                ERROR: the configuration is not valid; nothing was changed
                """);
    }

    @Test
    void saysWhichProgramReloadDoesNotKnow() {
        check(
                "update x",
                "{\"status\":404,\"error\":{\"code\":\"no_such_group\","
                        + "\"message\":\"no such group: x\"}}",
                1,
                "",
                "ERROR: no such group: x\n");
    }

    @Test
    void printsShutdownAndVersion() {
        check(
                "shutdown",
                "{\"status\":200,\"content\":{\"result\":\"shutting down\"}}",
                0,
                "Shut down\n");
        check(
                "shutdown",
                "{\"status\":503,\"error\":{\"code\":\"shutting_down\",\"message\":\"m\"}}",
                0,
                "ERROR: already shutting down\n");
        check("version", "{\"status\":200,\"content\":{\"version\":\"0.1.0\"}}", 0, "0.1.0\n");
    }

    @Test
    void printsWhatIsConfigured() {
        check(
                "avail",
                "{\"status\":200,\"content\":{\"processes\":["
                        + "{\"name\":\"web:web_00\",\"in_use\":true,\"autostart\":true,"
                        + "\"group_priority\":999,\"priority\":998},"
                        + "{\"name\":\"x\",\"in_use\":false,\"autostart\":false,"
                        + "\"group_priority\":1,\"priority\":2}]}}",
                0,
                """
                web:web_00                       in use    auto      999:998
                x                                avail     manual    1:2
                """);
    }

    @Test
    void printsTheBytesOfALogAndNothingElse() {
        check("tail x", "{\"status\":200,\"content\":{\"data\":\"no end\"}}", 0, "no end");
        Outcome binary = outcome("tail -f x", "{\"status\":206,\"content\":{\"base64\":\"/wAK\"}}");
        assertArrayEquals(new byte[] {-1, 0, 10}, binary.out());
        check("tail -f x", "{\"status\":200,\"content\":{}}", 0, "");
        check(
                "tail -f x",
                "{\"status\":206,\"content\":{\"event\":\"truncated\"}}",
                0,
                "",
                "==> File truncated <==\n");
        check(
                "maintail",
                "{\"status\":404,\"error\":{\"code\":\"no_such_file\",\"message\":\"m\"}}",
                1,
                "maintail: ERROR (no log file)\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tail x", "logs"})
    void showsWhatShouldBeBase64AndIsNotAsItCame(String line) {
        check(line, "{\"status\":206,\"content\":{\"base64\":\"eA===\"}}", 0, "eA===");
    }

    @Test
    void printsTheLinesOfSeveralLogsWithTheirNames() {
        check(
                "tail a b both",
                """
                {"status":207,"content":{"results":[\
                {"name":"nope","status":404,"error":{"code":"no_such_process","message":"m"}},\
                {"name":"a","stream":"stdout","status":200,"data":"one\\ntwo\\n"},\
                {"name":"a","stream":"stderr","status":200,"base64":"/w=="},\
                {"name":"b","stream":"stdout","status":404,\
                "error":{"code":"no_such_file","message":"m"}}]}}
                """,
                1,
                """
                a | one
                a | two
                a stderr | \ufffd
                nope: ERROR (no such process name)
                b: ERROR (no log file)
                """);
        check(
                "tail -f a b",
                """
                {"status":206,"content":{"name":"a","stream":"stdout","event":"truncated"}}
                """,
                0,
                "",
                "==> a: File truncated <==\n");
    }

    @ParameterizedTest
    @CsvSource({"400,1", "401,1", "403,4", "413,1", "429,1", "503,1"})
    void saysWhyARequestWasRefused(int status, int exit) {
        String reply =
                "{\"status\":" + status + ",\"error\":{\"code\":\"c\",\"message\":\"so it is\"}}";
        check("start x", reply, exit, "", "ERROR: so it is\n");
        check("status x", reply, 4, "", "ERROR: so it is\n");
        check("status", reply, 4, "", "ERROR: so it is\n");
    }

    @Test
    void keepsControlCharactersFromTheTerminal() {
        check(
                "status",
                processes(process("a", "FATAL", because("\\u001b[2J\\nx"))),
                0,
                "a                                FATAL     ?[2J?x\n");
    }
}
