package taskmaster.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Good inputs, or nearly. */
@SuppressWarnings("StringConcatToTextBlock") // where CR LF ends the lines
final class Seeds {

    private static final String SMALL_CONFIG =
            """
            [unix_http_server]
            file = "/tmp/x.sock"
            chmod = "0700"
            [taskmasterd]
            logfile = "x.log"
            umask = 0o022
            env = { A = "1" }
            [programs.web]
            command = "/bin/sleep"
            args = ["%(process_num)d", '100%%']
            numprocs = 2
            exitcodes = [0, 2]
            stopsignal = "TERM"
            autorestart = "unexpected"
            [groups.all]
            programs = ["web"]
            """;

    static final List<String> TOML =
            List.of(
                    example(),
                    SMALL_CONFIG,
                    "a = [1, 2.5, true, 1979-05-27T07:32:00Z, {b.c = 'd'}]\n[[x]]\ny = \"\"\"\nz\\\n\"\"\"",
                    "\"quoted key\".b = 0xff_ff\r\n[a.b]\nc = +inf # comment\nd = 07:32:00.5");

    static final List<String> CONFIG = List.of(example(), SMALL_CONFIG);

    static final List<String> REQUESTS =
            List.of(
                    "{\"command\":\"status\"}",
                    "{\"command\":\"stop\",\"target\":\"program\",\"name\":\"web\",\"id\":7}",
                    "{\"command\":\"start\",\"name\":[\"a\",\"b:*\"],\"wait\":false}",
                    "{\"command\":\"restart\",\"target\":\"group\",\"name\":\"g\",\"timeout\":1.5}",
                    "{\"command\":\"signal\",\"name\":\"a\",\"signal\":\"HUP\"}",
                    "{\"command\":\"tail\",\"name\":\"a\",\"stream\":\"stderr\",\"lines\":10,\"follow\":true}",
                    "{\"command\":\"reload\",\"target\":\"server\",\"dry_run\":true}",
                    "{\"command\":\"maintail\",\"bytes\":100}");

    static final List<String> JSON =
            joined(
                    REQUESTS,
                    List.of(
                            "[1,-0.5e+10,null,\"\\u00e9\\n\\ud83d\\ude00\",[[]],{\"a\":{}}]",
                            " 1 "));

    static final List<String> SESSIONS =
            List.of(
                    "\3{\"command\":\"version\"}\n{\"command\":\"status\"}\r\nx\n",
                    "\1GET /status/web%3Aweb_0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                    "\7POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 21\r\n\r\n{\"command\":\"version\"}GET /status HTTP/1.0\r\n\r\n",
                    "\2POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n16\r\n{\"command\":\"version\"}\n\r\n"
                            + "5;x=y\r\n{\"com\r\n0\r\nTrailer: 1\r\n\r\n",
                    "\5POST / HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Type: application/json\n"
                            + "Content-Length: 23\n\n{\n\"command\":\"version\"\n}");

    static final List<String> OPTIONS =
            List.of(
                    "-c\0file\0-n",
                    "--configuration=x\0--check",
                    "-ncfile\0-l\0log\0-e\0debug",
                    "--umask\0022\0--minfds=10\0-u\0nobody\0-i\0me\0-j\0pid\0-d\0/",
                    "--help",
                    "-v");

    static final List<String> COMMAND_LINES =
            List.of(
                    "-c\0file\0status\0web:*\0db",
                    "--json\0stop\0--program\0web\0--timeout\0002.5",
                    "tail\0-f\0-n\00020\0web\0stderr",
                    "tail\0-100\0web\0stdout",
                    "signal\0HUP\0web",
                    "-s\0unix:///x\0start\0--group=g\0--no-wait",
                    "reload\0web\0--dry-run",
                    "help\0stop",
                    "maintail\0-c\00010",
                    "pid\0all");

    private static final String STATUS_REPLY =
            "{\"status\":200,\"content\":{\"processes\":[{\"name\":\"web:web_0\",\"program\":\"web\","
                    + "\"group\":\"web\",\"process\":\"web_0\",\"state\":\"RUNNING\",\"pid\":4711,"
                    + "\"uptime\":12.345,\"since\":\"2026-11-22T13:31:08.123Z\",\"exit\":{\"code\":3},"
                    + "\"restarts\":0,\"reason\":\"\"}]}}";

    static final List<String> REPLIES =
            List.of(
                    STATUS_REPLY,
                    "{\"status\":207,\"content\":{\"results\":[{\"name\":\"a\",\"status\":404,"
                            + "\"error\":{\"code\":\"no_such_process\",\"message\":\"m\"}}],"
                            + "\"data\":\"x\",\"base64\":\"eA==\",\"version\":\"1\",\"pid\":1,"
                            + "\"added\":[\"a\"],\"pids\":[{\"name\":\"a\",\"pid\":2}]}}",
                    "{\"status\":403,\"error\":{\"code\":\"not_allowed\",\"message\":\"m\"}}");

    static final List<String> KEYS =
            List.of(
                    "\5status web\001\033f\033d\031\033y\024\037\r",
                    "\1st\t\tx\027\022sta\022\023\177\007\020\016\033[A\033[B\033OC\r",
                    "\12\033[200~stop a\rstop b\033[201~\033[1;5D\033[3~\033[H\033[F\013\025\r",
                    "\3ö日😀e\u0301\002\002x\004\033\177\033[15~\033]0;t\007\033[<0;1;2M\003\004");

    private Seeds() {}

    private static List<String> joined(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    private static String example() {
        try {
            return Files.readString(
                    Path.of(System.getProperty("project.basedir", "."))
                            .resolve("taskmaster.example.config.toml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
