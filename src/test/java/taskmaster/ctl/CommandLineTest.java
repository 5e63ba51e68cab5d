package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.json.JsonWriter;
import taskmaster.protocol.Envelope;
import taskmaster.protocol.Request;
import taskmaster.protocol.RequestCodec;
import taskmaster.protocol.Verb;

class CommandLineTest {

    private static String[] words(String line) {
        return line.isEmpty() ? new String[0] : line.split(" ");
    }

    private static Invocation.Ask ask(String line) {
        return assertInstanceOf(Invocation.Ask.class, CommandLine.parse(words(line)), line);
    }

    private static Outcome answered(String line) {
        var invocation = CommandLine.parse(words(line));
        return assertInstanceOf(Invocation.Answered.class, invocation, line).outcome();
    }

    private static String asJson(Request request) {
        return JsonWriter.write(RequestCodec.encode(Envelope.of(request)));
    }

    /** Left what is typed, right what goes over the wire. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            textBlock =
                    """
                    status                            > {"command":"status"}
                    status all                        > {"command":"status"}
                    status web                        > {"command":"status","name":"web"}
                    status web:                       > {"command":"status","name":"web:"}
                    status web db                     > {"command":"status","name":["web","db"]}
                    start all                         > {"command":"start"}
                    start                             > {"command":"start"}
                    stop web:*                        > {"command":"stop","name":"web:*"}
                    stop --program nginx              > {"command":"stop","target":"program","name":"nginx"}
                    --program=nginx stop              > {"command":"stop","target":"program","name":"nginx"}
                    stop --group g --group h          > {"command":"stop","target":"group","name":["g","h"]}
                    stop --process web_0              > {"command":"stop","target":"process","name":"web_0"}
                    stop -- --odd                     > {"command":"stop","name":"--odd"}
                    restart web --no-wait             > {"command":"restart","name":"web","wait":false}
                    start --timeout 5 web             > {"command":"start","name":"web","timeout":5}
                    start web --timeout=0.25          > {"command":"start","name":"web","timeout":0.25}
                    signal HUP web                    > {"command":"signal","name":"web","signal":"HUP"}
                    signal HUP                        > {"command":"signal","signal":"HUP"}
                    pid                               > {"command":"pid"}
                    pid all                           > {"command":"pid","target":"all"}
                    pid web                           > {"command":"pid","name":"web"}
                    reload                            > {"command":"reload"}
                    update all                        > {"command":"reload"}
                    update web                        > {"command":"reload","name":"web"}
                    reread                            > {"command":"reload","dry_run":true}
                    shutdown                          > {"command":"shutdown"}
                    version                           > {"command":"version"}
                    avail                             > {"command":"avail"}
                    clear all                         > {"command":"clear"}
                    clear web                         > {"command":"clear","name":"web"}
                    tail web                          > {"command":"tail","name":"web","bytes":1600}
                    tail -f web                       > {"command":"tail","name":"web","bytes":1024,"follow":true}
                    tail -100 web stderr              > {"command":"tail","name":"web","stream":"stderr","bytes":100}
                    tail web stdout -c 7              > {"command":"tail","name":"web","bytes":7}
                    tail -n 20 web                    > {"command":"tail","name":"web","lines":20}
                    tail -n20 -f web                  > {"command":"tail","name":"web","lines":20,"follow":true}
                    tail web bogus                    > {"command":"tail","name":["web","bogus"],"lines":10}
                    tail -f web:* both                > {"command":"tail","name":"web:*","stream":"both","lines":10,"follow":true}
                    tail a b stderr -c 9              > {"command":"tail","name":["a","b"],"stream":"stderr","bytes":9}
                    tail stdout                       > {"command":"tail","name":"stdout","bytes":1600}
                    tail --process web stderr         > {"command":"tail","target":"process","name":"web","stream":"stderr","bytes":1600}
                    tail all                          > {"command":"tail","target":"all","lines":10}
                    logs                              > {"command":"logs"}
                    logs -n 3 stderr                  > {"command":"logs","lines":3,"stream":"stderr"}
                    logs -c 3                         > {"command":"logs","bytes":3}
                    reopen                            > {"command":"reopen"}
                    maintail                          > {"command":"maintail","bytes":1600}
                    maintail -f -100                  > {"command":"maintail","bytes":100,"follow":true}
                    send web hello                    > {"command":"send","name":"web","data":"hello\\n"}
                    send -n --program web hello       > {"command":"send","target":"program","name":"web","data":"hello"}
                    --json help                       > {"command":"help"}
                    """)
    void turnsACommandLineIntoARequest(String line, String expected) throws Exception {
        var wanted = taskmaster.json.JsonParser.parse(expected);
        var wantedRequest = (RequestCodec.Decoded.Asked) RequestCodec.decode(wanted);
        assertEquals(asJson(wantedRequest.envelope().request()), asJson(ask(line).request()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            textBlock =
                    """
                    bogus                    > *** Unknown syntax: bogus
                    status --bogus           > Error: bad argument --bogus
                    status -x                > Error: bad argument -x
                    status -f                > Error: bad argument -f
                    tail -fx web             > Error: bad argument -fx
                    status --json=1          > Error: bad argument --json=1
                    status -s                > Error: -s needs a value
                    status --color=blue      > Error: --color: "blue" is none of auto, always and never
                    status -e                > Error: -e is for the shell
                    strat                    > *** Unknown syntax: strat (did you mean "start"?)
                    exit                     > *** Unknown syntax: exit (only in the shell: taskmasterctl without a command)
                    add web                  > *** Unknown syntax: add (here it is reload NAME)
                    remove web               > *** Unknown syntax: remove (take it out of the file, then reload NAME)
                    open http://x            > *** Unknown syntax: open (here it is the option -s URL)
                    stop --program           > Error: --program needs a value
                    stop --program a b       > Error: names are given either with --program
                    stop --program a --group b > Error: one request is about programs, groups or processes
                    signal                   > Error: signal requires a signal name
                    clear                    > Error: clear requires a process name
                    tail                     > Error: tail requires a process name
                    tail --process web x     > Error: names are given either with --program
                    tail web stdout more     > Error: stdout must come last
                    send web                 > Error: send requires a process name and one text
                    send web a b             > Error: send requires a process name and one text
                    send -n web -            > Error: -n: to what is read nothing is added
                    logs web                 > Error: logs accepts no names: use tail -f
                    status --raw             > Error: --raw is for tail, logs and maintail
                    tail -n x web            > Error: -n: "x" is not a count
                    tail -1x web             > Error: tail: "1x" is not a count
                    shutdown now             > Error: shutdown accepts no arguments
                    reread web               > Error: reread accepts no arguments
                    version x                > Error: version accepts no arguments
                    status --no-wait         > Error: status never waits
                    stop --timeout 0         > Error: --timeout: "0" is not a number of seconds
                    stop --timeout -1        > Error: --timeout: "-1" is not a number of seconds
                    stop --timeout 1e3       > Error: --timeout: "1e3" is not a number of seconds
                    stop --timeout .         > Error: --timeout: "." is not a number of seconds
                    """)
    void refusesWhatItDoesNotUnderstand(String line, String message) {
        Outcome outcome = answered(line);
        assertEquals(2, outcome.exit());
        assertEquals(0, outcome.out().length);
        assertTrue(outcome.err().startsWith(message), outcome.err());
        assertTrue(outcome.err().endsWith("\n"), outcome.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--no-wait", "--raw", "--timeout 5", "--program web"})
    void saysThatACommandIsNeeded(String options) {
        Outcome outcome = answered(options);
        assertEquals(2, outcome.exit());
        assertTrue(outcome.err().contains("usage: taskmasterctl"), outcome.err());
    }

    private static Invocation.Shell shell(String line) {
        return assertInstanceOf(Invocation.Shell.class, CommandLine.parse(words(line)), line);
    }

    @Test
    void startsAShellWithoutACommandAndWithMinusI() {
        for (String line : List.of("", "-i", "--interactive", "-c a.toml", "-e -s /x.sock")) {
            assertEquals(Optional.empty(), shell(line).first());
            assertEquals(line.contains("-e"), shell(line).stopsAtError(), line);
        }
        assertEquals(Optional.of(ask("status web")), shell("-i status web").first());
        assertEquals(Optional.of("a.toml"), shell("-c a.toml -i").options().config());
    }

    @Test
    void knowsWhenColoursAreWanted() {
        assertEquals(Optional.empty(), ask("status").options().colour());
        assertEquals(
                Optional.of(Invocation.Colour.NEVER),
                ask("status --color=never").options().colour());
        assertEquals(
                Optional.of(Invocation.Colour.ALWAYS),
                ask("--color always status").options().colour());
        assertEquals(Optional.of(Invocation.Colour.AUTO), shell("--color=auto").options().colour());
    }

    @Test
    void takesOptionsBeforeAndAfterTheCommand() {
        var before = ask("-c a.toml -s /x.sock --json --timeout 1.5 stop web").options();
        var after = ask("stop web --timeout=1.5 --json -s/x.sock -ca.toml").options();
        assertEquals(before, after);
        assertEquals(
                new Invocation.Options(
                        Optional.of("a.toml"),
                        Optional.of("/x.sock"),
                        true,
                        Optional.of(Duration.ofMillis(1500)),
                        false,
                        false,
                        Optional.empty(),
                        OptionalLong.empty()),
                before);
    }

    @Test
    void takesMinusCForBytesOnlyAfterTail() {
        var ask = ask("-c a.toml tail -c 12 web");
        assertEquals(Optional.of("a.toml"), ask.options().config());
        assertEquals(new Request.Amount(false, 12), ((Request.Tail) ask.request()).amount());
    }

    @Test
    void keepsTheVerbThatWasTyped() {
        assertEquals(Verb.UPDATE, ask("update").verb());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help", "help"})
    void explainsItself(String line) {
        Outcome outcome = answered(line);
        String text = new String(outcome.out(), UTF_8);
        assertEquals(0, outcome.exit());
        for (String part : List.of("--timeout SECONDS", "exit codes:", "  7  ", "maintail")) {
            assertTrue(text.contains(part), part);
        }
        for (String row : text.lines().toList()) {
            assertTrue(row.length() <= 115, row);
        }
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void explainsEveryCommand(Verb verb) {
        String help = new String(answered("help " + verb.word()).out(), UTF_8);
        assertTrue(help.contains(verb.summary()), help);
        assertEquals(help, new String(answered(verb.word() + " --help").out(), UTF_8));
    }

    @Test
    void hasNoHelpOnWhatIsNoCommand() {
        Outcome outcome = answered("help bogus");
        assertEquals("*** No help on bogus\n", new String(outcome.out(), UTF_8));
        assertEquals(0, outcome.exit());
    }

    @Provide
    Arbitrary<String[]> arguments() {
        Arbitrary<String> word =
                Arbitraries.of(
                        "status",
                        "stop",
                        "tail",
                        "signal",
                        "pid",
                        "-c",
                        "-n",
                        "-f",
                        "-9",
                        "--",
                        "-",
                        "",
                        "all",
                        "web:*",
                        "--json",
                        "--program",
                        "--program=x",
                        "--timeout",
                        "1.5",
                        ".",
                        "1.",
                        "--no-wait",
                        "--complete",
                        "--=",
                        "-h",
                        "stderr",
                        "help",
                        "\u00e9\n");
        return word.array(String[].class).ofMaxSize(7);
    }

    @Property(tries = 2000)
    void understandsOrRefusesAnything(@ForAll("arguments") String[] arguments) {
        switch (CommandLine.parse(arguments)) {
            case Invocation.Ask ask -> assertTrue(asJson(ask.request()).startsWith("{"));
            case Invocation.Answered answered -> {
                int exit = answered.outcome().exit();
                assertTrue(exit == 0 || exit == 2);
            }
            case Invocation.Jobs jobs -> assertTrue(jobs.word().alsoOutside());
            case Invocation.Shell shell -> assertEquals(Optional.empty(), shell.first());
            case Invocation.Complete complete ->
                    assertEquals(arguments.length - 1, complete.words().size());
        }
    }
}
