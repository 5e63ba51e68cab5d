package taskmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users read when something is wrong: the exact words and places. */
final class ConfigProblemsTest {

    @TempDir Path directory;

    private String problems(String text) throws IOException {
        return new Fixture(directory).problems(text);
    }

    /** One line of a section, and what is said of it: column and message. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "stopsignal = \"TREM\" | 14: stopsignal: \"TREM\" is not a signal (did you mean"
                        + " \"TERM\"?)",
                "stopsignal = \"SIGUSR3\" | 14: stopsignal: \"SIGUSR3\" is not a signal (did you"
                        + " mean \"USR1\"?)",
                "stopsignal = 99 | 14: stopsignal: 99 is not a signal: write a name like \"TERM\""
                        + " or a number from 1 to 64",
                "stopsignal = true | 14: stopsignal: must be a string, not a boolean",
                "autorestart = true | 15: autorestart: must be one of the strings \"false\","
                        + " \"true\", \"unexpected\", not a boolean: write \"true\"",
                "autorestart = \"always\" | 15: autorestart: \"always\" is not one of the strings"
                        + " \"false\", \"true\", \"unexpected\" (did you mean \"true\"?)",
                "autorestart = \"unexpcted\" | 15: autorestart: \"unexpcted\" is not one of the"
                        + " strings \"false\", \"true\", \"unexpected\" (did you mean"
                        + " \"unexpected\"?)",
                "numprocs = 0 | 12: numprocs: 0 is out of range: 1 to 10000",
                "numprocs = \"2\" | 12: numprocs: must be an integer, not a string: write it without"
                        + " quotes",
                "numprocs_start = -1 | 18: numprocs_start: -1 is out of range: 0 to 1000000",
                "priority = 99999999999 | 12: priority: 99999999999 is out of range: -2147483648"
                        + " to 2147483647",
                "autostart = \"true\" | 13: autostart: must be true or false, not a string: write"
                        + " it without quotes",
                "startsecs = -0.5 | 13: startsecs: -0.5 is out of range: 0 to 31536000 seconds",
                "startsecs = nan | 13: startsecs: nan is out of range: 0 to 31536000 seconds",
                "startsecs = \"1\" | 13: startsecs: must be a number of seconds, not a string",
                "startretries = -1 | 16: startretries: -1 is out of range: 0 to 1000000000",
                "stopwaitsecs = 0 | 16: stopwaitsecs: 0 is out of range: more than 0, up to"
                        + " 31536000 seconds",
                "exitcodes = 256 | 13: exitcodes: 256 is out of range: 0 to 255",
                "exitcodes = [0, \"2\"] | 17: exitcodes: must be integers, like [0, 2], not a"
                        + " string",
                "umask = 22 | 9: umask: 22 is not octal: write 0o22 or \"22\"",
                "umask = 0x12 | 9: umask: 0x12 is not octal: write it like 0o022 or \"022\"",
                "umask = 0o1000 | 9: umask: 0o1000 is no octal mode: 0o000 to 0o777",
                "umask = \"09\" | 9: umask: \"09\" is no octal mode: 0o000 to 0o777",
                "umask = 2.2 | 9: umask: must be octal, like 0o022 or \"022\", not a float",
                "args = \"-x 'y z'\" | 8: args: must be an array of strings, not a string: write"
                        + " [\"-x\", \"y z\"]",
                "args = [\"-p\", 80] | 15: args: may hold only strings, not an integer:"
                        + " write \"80\"",
                "args = [\"a\\u0000b\"] | 9: args: may not hold a NUL character",
                "stdout = \"AUTO\" | 10: stdout: \"AUTO\" is no file: leave stdout out, or name"
                        + " one",
                "stdout = \"NONE\" | 10: stdout: \"NONE\" is no file: write \"/dev/null\" for no"
                        + " log",
                "stderr = \"off\" | 10: stderr: \"off\" is no file: write \"/dev/null\" for no log",
                "stdout = \"~/log\" | 10: stdout: \"~/log\": ~ is not expanded, write"
                        + " %(ENV_HOME)s",
                "stdin = \"~/in\" | 9: stdin: \"~/in\": ~ is not expanded, write %(ENV_HOME)s",
                "stdin = \"\" | 9: stdin: may not be empty",
                "tty = 1 | 7: tty: must be true or false, not an integer",
                "stdout = 1 | 10: stdout: must be a string, not an integer",
                "directory = \"\" | 13: directory: may not be empty",
                "directory = \"%(foo)s\" | 13: directory: \"%(foo)s\": \"%(foo)\" is unknown:"
                        + " there are %(here)s, %(host_node_name)s, %(ENV_NAME)s,"
                        + " %(program_name)s, %(group_name)s, %(process_num)d, %(numprocs)d",
                "directory = \"%(heer)s\" | 13: directory: \"%(heer)s\": \"%(heer)\" is unknown"
                        + " (did you mean %(here)s?): there are %(here)s, %(host_node_name)s,"
                        + " %(ENV_NAME)s, %(program_name)s, %(group_name)s, %(process_num)d,"
                        + " %(numprocs)d",
                "directory = \"%(ENV_NOPE)s\" | 13: directory: \"%(ENV_NOPE)s\": the environment"
                        + " of taskmasterd has no variable \"NOPE\"",
                "directory = \"100%\" | 13: directory: \"100%\": a percent sign is written %%",
                "directory = \"%(here\" | 13: directory: \"%(here\": a percent sign is written"
                        + " %%",
                "directory = \"%(here)d\" | 13: directory: \"%(here)d\": write %(here)s",
                "directory = \"%(process_num)x\" | 13: directory: \"%(process_num)x\": write"
                        + " %(process_num)d or %(process_num)02d",
                "directory = \"%(process_num)99d\" | 13: directory: \"%(process_num)99d\": a"
                        + " number has at most 20 places",
                "user = \"ngnix\" | 8: user: there is no user \"ngnix\" on this host",
                "user = 4711 | 8: user: there is no user \"4711\" on this host",
                "user = \"\" | 8: user: there is no user \"\" on this host",
                "serverurl = \"\" | 13: serverurl: may not be empty: write \"AUTO\" or an URL",
                "cmd = \"/bin/true\" | 7: cmd: is another word for command: leave one of them out",
                "comand = \"x\" | 1: comand: there is no such key (did you mean \"command\"?)",
                "xyzzy = \"x\" | 1: xyzzy: there is no such key",
                "stdout_logfile = \"x\" | 1: stdout_logfile: there is no such key (here it is"
                        + " stdout)",
                "environment = \"A=1\" | 1: environment: there is no such key (here it is a section"
                        + " of its own, [programs.web.env])",
                "process_name = \"x\" | 1: process_name: there is no such key (several processes"
                        + " are named PROGRAM_0, PROGRAM_1 and so on)",
                "stdout_logfile_maxbytes = 1 | 1: stdout_logfile_maxbytes: there is no such key"
                        + " (here it is stdout_maxbytes)",
                "stdout_maxbytes = \"5 apples\" | 19: stdout_maxbytes: \"5 apples\" is no size: write"
                        + " bytes, or \"10KB\", \"50MB\", \"1GB\"",
                "stdout_maxbytes = -1 | 19: stdout_maxbytes: -1 is no size: write bytes, or"
                        + " \"10KB\", \"50MB\", \"1GB\"",
                "stderr_backups = 10001 | 18: stderr_backups: 10001 is out of range: 0 to 10000",
                "stdout_onfull = \"panic\" | 17: stdout_onfull: \"panic\" is not one of \"drop\","
                        + " \"block\"",
                "stdout_rotate = \"weekly\" | 17: stdout_rotate: \"weekly\" is not one of \"never\","
                        + " \"hourly\", \"daily\"",
                "stdout_timestamp = \"utc\" | 20: stdout_timestamp: \"utc\" is not one of \"none\","
                        + " \"iso\"",
                "stdout_compress = true | 19: stdout_compress: must be one of \"none\", \"gzip\","
                        + " not a boolean",
                "stdout_compress = \"zstd\" | 19: stdout_compress: \"zstd\" is not one of"
                        + " \"none\", \"gzip\"",
                "stdout = \"syslog\" | 10: stdout: \"syslog\" is no file: write \"/dev/null\" and"
                        + " stdout_syslog = true",
                "stdout_total = \"1MB\" | 16: stdout_total: is less than the files being written"
                        + " may have, stdout's and stderr's of all processes: write at least"
                        + " \"100MB\", and what rotated ones may have, or a smaller stdout_maxbytes"
                        + " or stderr_maxbytes",
                "stdout_events_enabled = true | 1: stdout_events_enabled: there is no such key"
                        + " (taskmasterctl tail -f follows what a program prints)",
                "stdout_capture_maxbytes = \"1GB\" | 27: stdout_capture_maxbytes: is more than an"
                        + " event may have: at most \"1MB\"",
                "stdout_prefix = 1 | 17: stdout_prefix: must be a string, not an integer",
                "stdout_mkdir = 1 | 16: stdout_mkdir: must be true or false, not an integer",
                "workingdir = \"/\" | 1: workingdir: there is no such key (here it is directory)",
            })
    void saysWhatIsWrongWithOneKeyOfAProgram(String line, String expected) throws IOException {
        String text = "[programs.web]\ncommand = \"/bin/true\"\n" + line + "\n";
        int colon = expected.indexOf(':');
        String place = "taskmaster.conf.toml:3:" + expected.substring(0, colon);
        assertEquals(
                place + ": [programs.web]" + expected.substring(colon + 1) + "\n", problems(text));
    }

    /** A whole text with / for a new line, and all that is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "stray = 1 | 1:1: stray: there are no keys outside of sections",
                "[supervisord] | 1:2: [supervisord]: there is no such section (here it is"
                        + " [taskmasterd])",
                "[\"program:x\"] | 1:2: [\"program:x\"]: there is no such section (a program is"
                        + " [programs.NAME])",
                "[programz.x] | 1:2: [programz]: there is no such section (did you mean"
                        + " [programs]?)",
                "[[programs]] | 1:3: [programs]: must be a section, not an array",
                "[programs]/web = 1 | 2:1: [programs] web: is a section of its own: write"
                        + " [programs.NAME]",
                "[programs.web] | 1:1: [programs.web] command: is missing: write the program to"
                        + " run, command = \"/bin/sleep\"",
                "[programs.web]/command = \"\" | 2:11: [programs.web] command: may not be empty",
                "[programs.web]/command = \" sleep\" | 2:11: [programs.web] command: there is no"
                        + " program \" sleep\": it has spaces around it",
                "[programs.web]/command = \"sleep 10\" | 2:11: [programs.web] command: there is no"
                        + " program \"sleep 10\": it has arguments in it, write command ="
                        + " \"sleep\" and args = [\"10\"]",
                "[programs.web]/cmd = \"nginx -g 'daemon off;'\" | 2:7: [programs.web] cmd: there"
                        + " is no program \"nginx -g 'daemon off;'\": it has arguments in it,"
                        + " write cmd = \"nginx\" and args = [\"-g\", \"daemon off;\"]",
                "[programs.web]/command = \"x\"/tty = true/stdin = \"pipe\" | 4:9: [programs.web]"
                        + " stdin: with tty = true it is the terminal: leave one out",
                "[programs.web]/command = \"x\"/tty = true/stderr = \"x\" | 4:10: [programs.web]"
                        + " stderr: with tty = true it goes to stdout: leave one out",
                "[programs.web]/command = \"x\"/tty = true/stderr_mkdir = true | 4:16:"
                        + " [programs.web] stderr_mkdir: with tty = true stdout's holds: leave it"
                        + " out",
                "[programs.web]/command = \"x\"/tty = true/redirect_stderr = false | 4:19:"
                        + " [programs.web] redirect_stderr: with tty = true both go to the"
                        + " terminal: leave it out",
                "[programs.web]/command = \"x\"/redirect_stderr = true/stderr = \"x\" | 4:10:"
                        + " [programs.web] stderr: with redirect_stderr = true it goes to stdout:"
                        + " leave one out",
                "[programs.web]/command = \"x\"/stopasgroup = true/killasgroup = false | 4:15:"
                        + " [programs.web] killasgroup: may not be false with stopasgroup = true:"
                        + " what ignores the stop signal would never be killed",
                "[programs.web]/command = \"x\"/env = \"A=1\" | 3:1: [programs.web.env]: must be a"
                        + " section, not a string",
                "[programs.web]/command = \"x\"/[programs.web.env]/A = [1] | 4:5:"
                        + " [programs.web.env] A: must be a string, a number, true or false, not"
                        + " an array",
                "[programs.web]/command = \"x\"/[programs.web.env]/\"A=B\" = 1 | 4:1:"
                        + " [programs.web.env] \"A=B\": a variable's name may not be empty or hold"
                        + " = or NUL",
                "[programs.web]/command = \"x\"/[programs.web.env]/\"\" = 1 | 4:1:"
                        + " [programs.web.env] \"\": a variable's name may not be empty or hold ="
                        + " or NUL",
                "[programs.web]/command = \"x\"/[programs.web.env]/A = \"100%\" | 4:5:"
                        + " [programs.web.env] A: \"100%\": a percent sign is written %%",
                "[programs.\"a b\"]/command = \"x\" | 1:1: [programs.\"a b\"]: a name may not hold"
                        + " a space",
                "[programs.\"\"]/command = \"x\" | 1:1: [programs.\"\"]: a name may not be empty",
                "[programs.\"a:b\"]/command = \"x\" | 1:1: [programs.\"a:b\"]: a name may not hold"
                        + " :",
                "[programs.\"a*\"]/command = \"x\" | 1:1: [programs.\"a*\"]: a name may not hold *",
                "[programs.\"a\\tb\"]/command = \"x\" | 1:1: [programs.\"a\\tb\"]: a name may not"
                        + " hold a space",
                "[programs.\"a\\u0000b\"]/command = \"x\" | 1:1: [programs.\"a\\u0000b\"]: a name"
                        + " may not hold a control character",
                "[programs.all]/command = \"x\" | 1:1: [programs.all]: \"all\" means every"
                        + " program: choose another name",
                "[programs.\"%1\"]/command = \"x\" | 1:1: [programs.\"%1\"]: a name may not begin with"
                        + " %, as jobs do",
                "[programs.-n]/command = \"x\" | 1:1: [programs.-n]: a name may not begin with -,"
                        + " as options do",
                "[groups.g] | 1:1: [groups.g] programs: is missing: write programs = [\"NAME\"]",
                "[groups.g]/programs = [] | 2:12: [groups.g] programs: may not be empty: write"
                        + " programs = [\"NAME\"]",
                "[groups.g]/programs = [\"web\"] | 2:13: [groups.g] programs: there is no program"
                        + " \"web\"",
                "[groups.g]/programs = [\"wbe\"]/[programs.web]/command = \"x\" | 2:13: [groups.g]"
                        + " programs: there is no program \"wbe\" (did you mean \"web\"?)",
                "[groups.g]/programs = [\"a\", \"a\"]/[programs.a]/command = \"x\" | 2:18:"
                        + " [groups.g] programs: \"a\" is already here",
                "[groups.g]/programs = [\"a\"]/[groups.h]/programs = [\"a\"]/[programs.a]/command"
                        + " = \"x\" | 4:13: [groups.h] programs: \"a\" is already in group g",
                "[groups.b]/programs = [\"a\"]/[programs.a]/command = \"x\"/[programs.b]/command ="
                        + " \"x\" | 1:1: [groups.b]: there is a program of this name outside of"
                        + " the group: choose another name, or put it in",
                "[programs.a]/command = \"x\"/numprocs = 2/[programs.a_1]/command = \"x\" | 1:1:"
                        + " [programs.a]: its process \"a_1\" has the name of another program",
                "[programs.a]/command = \"x\"/numprocs = 2/[groups.a_1]/programs = [\"b\"]/"
                        + "[programs.b]/command = \"x\" | 1:1: [programs.a]: its process \"a_1\""
                        + " has the name of another group",
                "[programs.a]/command = \"x\"/numprocs = 2/stdout = \"\\u002fdev\\u002fstdout\"/"
                        + "stdout_prefix = \"> \" | 5:17: [programs.a] stdout_prefix: is for files:"
                        + " taskmasterd does not see what is printed to \"/dev/stdout\"",
                "[taskmasterd]/loglevel = \"wrn\" | 2:12: [taskmasterd] loglevel: \"wrn\" is not a"
                        + " level (did you mean \"warn\"?): there are critical, error, warn, info,"
                        + " debug",
                "[taskmasterd]/loglevel = \"trace\" | 2:12: [taskmasterd] loglevel: \"trace\" is"
                        + " not a level (\"debug\" tells the most): there are critical, error,"
                        + " warn, info, debug",
                "[taskmasterd]/minfds = 0 | 2:10: [taskmasterd] minfds: 0 is out of range: 1 or"
                        + " more",
                "[taskmasterd]/minprocs = 1.5 | 2:12: [taskmasterd] minprocs: must be an integer,"
                        + " not a float",
                "[taskmasterd]/identifier = \"\" | 2:14: [taskmasterd] identifier: may not be"
                        + " empty",
                "[taskmasterd]/user = \"nobdy\" | 2:8: [taskmasterd] user: there is no user"
                        + " \"nobdy\" on this host",
                "[taskmasterd]/logfile_maxbytes = true | 2:20: [taskmasterd] logfile_maxbytes: must"
                        + " be a size, like \"50MB\", not a boolean",
                "[taskmasterd]/environment = \"A=1\" | 2:1: [taskmasterd] environment: there is no"
                        + " such key (here it is a section of its own, [taskmasterd.env])",
                "[unix_http_server]/chmod = 700 | 2:9: [unix_http_server] chmod: 700 is not octal:"
                        + " write 0o700 or \"700\"",
                "[unix_http_server]/chown = \"nobdy\" | 2:9: [unix_http_server] chown: there is no"
                        + " user \"nobdy\" on this host",
                "[unix_http_server]/chown = \":amd\" | 2:9: [unix_http_server] chown: there is no"
                        + " group \"amd\" on this host",
                "[unix_http_server]/chown = \"root:\" | 2:9: [unix_http_server] chown: \"root:\""
                        + " must be \"user\" or \"user:group\"",
                "[unix_http_server]/allow = [\"root\", \"nobdy\"] | 2:18: [unix_http_server] allow:"
                        + " there is no user \"nobdy\" on this host",
                "[unix_http_server]/allow_read = [\"@amd\"] | 2:15: [unix_http_server] allow_read:"
                        + " there is no group \"amd\" on this host",
                "[unix_http_server]/allow = [\"@\"] | 2:10: [unix_http_server] allow: \"@\" must be"
                        + " \"user\" or \"@group\"",
                "[unix_http_server]/allow = [1000] | 2:10: [unix_http_server] allow: may hold only"
                        + " strings, not an integer: write \"1000\"",
                "[unix_http_server]/allow = \"root\" | 2:9: [unix_http_server] allow: must be an"
                        + " array of strings, not a string: write [\"root\"]",
                "[unix_http_server]/username = \"x\" | 2:1: [unix_http_server] username: there is"
                        + " no such key (there are no passwords: chmod and chown say who may use"
                        + " the socket)",
                "[taskmasterctl]/serverurl = \"http://x:1\" | 2:13: [taskmasterctl] serverurl:"
                        + " \"http://x:1\" is no socket's address: write"
                        + " \"unix:///path/of/socket\"",
                "[taskmasterctl]/prompt = \"a\\nb\" | 2:10: [taskmasterctl] prompt: \"a\\nb\" may"
                        + " not hold control characters",
                "[taskmasterctl]/history_file = \"x\" | 2:1: [taskmasterctl] history_file: there is"
                        + " no such key (here it is history)",
                "[include]/file = \"x\" | 2:1: [include] file: there is no such key (did you mean"
                        + " \"files\"?)",
                "[include]/files = [\"missing.toml\"] | 2:10: [include] files: there is no file"
                        + " \"missing.toml\"",
                "[program:x] | 1:9: \":\" cannot stand in a key without quotes (a program is"
                        + " [programs.NAME])",
            })
    void saysWhatIsWrongWithAText(String text, String expected) throws IOException {
        assertEquals("taskmaster.conf.toml:" + expected + "\n", problems(split(text)));
    }

    /** A slash outside of quotes ends a line. */
    private static String split(String text) {
        StringBuilder out = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted ^= c == '"' && (i == 0 || text.charAt(i - 1) != '\\');
            out.append(c == '/' && !quoted ? '\n' : c);
        }
        return out.append('\n').toString();
    }

    @Test
    void listsAllProblemsOfAllFilesInOrder() throws IOException {
        Fixture fixture = new Fixture(directory);
        fixture.write("conf.d/b.toml", "[programs.b]\ncommand = 1\n");
        fixture.write("conf.d/a.toml", "[taskmasterd]\n[programs.web]\ncommand = \"x\"\n");
        String text =
                """
                [programs.web]
                command = "x"
                priority = "high"
                startretries = -1

                [include]
                files = ["conf.d/*.toml"]

                [taskmasterd]
                minfds = 0
                """;
        assertEquals(
                """
                taskmaster.conf.toml:3:12: [programs.web] priority: must be an integer, not a string
                taskmaster.conf.toml:4:16: [programs.web] startretries: -1 is out of range: 0 to 1000000000
                taskmaster.conf.toml:10:10: [taskmasterd] minfds: 0 is out of range: 1 or more
                conf.d/a.toml:1:2: [taskmasterd]: an included file may only hold [programs.NAME] and [groups.NAME]
                conf.d/a.toml:2:1: [programs.web]: is already in taskmaster.conf.toml:1
                conf.d/b.toml:2:11: [programs.b] command: must be a string, not an integer
                """,
                fixture.problems(text));
    }

    @Test
    void doesNotMissWhatABrokenTextMayHaveHeld() throws IOException {
        String text =
                """
                [programs.web]
                command = /bin/x
                stopsignal = "TREM"
                [groups.g]
                programs = ["y"]
                """;
        String signal = "is not a signal (did you mean \"TERM\"?)";
        assertEquals(
                """
                taskmaster.conf.toml:2:11: strings need quotes: write "/bin/x"
                taskmaster.conf.toml:3:14: [programs.web] stopsignal: "TREM" $
                """
                        .replace("$", signal),
                problems(text));
    }

    @Test
    void namesDirectoriesThatDoNotExist() throws IOException {
        String text =
                """
                [unix_http_server]
                file = "none/socket"
                [taskmasterd]
                logfile = "none/log"
                pidfile = "."
                directory = "none"
                """;
        String there = "there is no directory \"" + directory + "/none\"\n";
        assertEquals(
                "taskmaster.conf.toml:2:8: [unix_http_server] file: "
                        + there.replace(directory + "/", "")
                        + "taskmaster.conf.toml:4:11: [taskmasterd] logfile: "
                        + there.replace(directory + "/", "")
                        + "taskmaster.conf.toml:5:11: [taskmasterd] pidfile: \""
                        + directory
                        + "\" is a directory, not a file\n"
                        + "taskmaster.conf.toml:6:13: [taskmasterd] directory: "
                        + there.replace(directory + "/", ""),
                problems(text));
    }

    @Test
    void refusesASocketPathThatNotAllCanName() throws IOException {
        String longest = "/tmp/" + "x".repeat(101);
        Fixture fixture = new Fixture(directory);
        Fixture.valid(fixture.load("[unix_http_server]\nfile = \"" + longest + "\"\n"));
        String path = longest + "x";
        assertEquals(
                "taskmaster.conf.toml:2:8: [unix_http_server] file: 107 bytes are too long for a"
                        + " socket: at most 106\n",
                problems("[unix_http_server]\nfile = \"" + path + "\"\n"));
    }

    @Test
    void saysOnceWhatConcernsAllProcessesOfAProgram() throws IOException {
        String text =
                """
                [programs.a]
                command = "x"
                numprocs = 1000
                args = ["%(process_num)d%"]
                """;
        assertEquals(
                "taskmaster.conf.toml:4:9: [programs.a] args: \"%(process_num)d%\": a percent sign"
                        + " is written %%\n",
                problems(text));
    }

    @Test
    void saysWhichNamesOfExitOnNameNothing() throws IOException {
        String text =
                """
                [taskmasterd]
                exit_on = ["wep", "web", "web_1", "web:web_0", "g", "g:solo", "solo:solo", "web_9", 7]
                [programs.web]
                command = "x"
                numprocs = 2
                [programs.solo]
                command = "x"
                [groups.g]
                programs = ["solo"]
                """;
        assertEquals(
                """
                taskmaster.conf.toml:2:12: [taskmasterd] exit_on: no program, group or process is \
                called "wep" (did you mean "web"?)
                taskmaster.conf.toml:2:76: [taskmasterd] exit_on: no program, group or process is \
                called "web_9" (did you mean "web"?)
                taskmaster.conf.toml:2:85: [taskmasterd] exit_on: may hold only strings, not an \
                integer: write "7"
                """,
                problems(text));
        assertEquals(
                "taskmaster.conf.toml:2:11: [taskmasterd] exit_on: must be an array of strings,"
                        + " not a string: write [\"web\"]\n",
                problems("[taskmasterd]\nexit_on = \"web\"\n"));
    }

    @Test
    void showsHowSupervisordsListOfNamesIsWritten() throws IOException {
        assertEquals(
                "taskmaster.conf.toml:2:12: [groups.g] programs: must be an array of strings, not a"
                        + " string: write [\"a\", \"b\"]\n",
                problems("[groups.g]\nprograms = \"a,b\"\n[programs.a]\ncmd = \"x\"\n"));
    }

    @Test
    void aBrokenProgramMayStillBeNamedByExitOn() throws IOException {
        assertEquals(
                "taskmaster.conf.toml:4:11: [programs.web] command: must be a string, not an"
                        + " integer\n",
                problems("[taskmasterd]\nexit_on = [\"web\"]\n[programs.web]\ncommand = 1\n"));
    }

    @Test
    void stopsListingAfterAThousandProblems() throws IOException {
        StringBuilder text = new StringBuilder("[taskmasterd]\n");
        for (int i = 0; i < 1500; i++) {
            text.append("key").append(i).append(" = 1\n");
        }
        String[] lines = problems(text.toString()).split("\n", -1);
        assertEquals(1002, lines.length);
        assertEquals("taskmaster.conf.toml: and 500 more", lines[1000]);
    }

    @Test
    void refusesMoreProcessesThanAHostHasPids() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            text.append("[programs.p").append(i).append("]\ncommand = \"x\"\nnumprocs = 10000\n");
        }
        assertEquals(
                "taskmaster.conf.toml:12:12: [programs.p3] numprocs: more than 32768 processes in"
                        + " all\n",
                problems(text.toString()));
    }
}
