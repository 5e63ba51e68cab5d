package taskmaster.e2e.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;

/** taskmasterctl as a shell that reads its commands from a pipe. */
class PlainShellTest {

    private static final String PROGRAMS =
            """
            [programs.web]
            command = "sleep"
            args = ["1000"]
            startsecs = 0
            stdout = "/dev/null"
            stderr = "/dev/null"

            [programs.echo]
            command = "cat"
            stdin = "pipe"
            startsecs = 0
            stdout = "${dir}/echo.out"
            stderr = "/dev/null"
            """;

    private static DaemonHarness daemon;

    @BeforeAll
    static void start() throws IOException {
        daemon = DaemonHarness.start(PROGRAMS);
    }

    @AfterAll
    static void stop() throws IOException {
        daemon.close();
    }

    private static DaemonHarness.Output shell(String options, String lines) throws IOException {
        return Script.shell(daemon, options, lines);
    }

    @Test
    void printsWhatTheOneShotCommandsPrint() throws IOException {
        DaemonHarness.Output one = daemon.ctl("pid");
        DaemonHarness.Output other = daemon.ctl("avail");
        DaemonHarness.Output shell = shell("", "pid # the daemon's\n\n  avail;version\n");
        assertEquals(0, shell.exit());
        assertEquals("", shell.err());
        assertEquals(one.out() + other.out() + daemon.ctl("version").out(), shell.out());
    }

    @Test
    void aClosedStdinHasNoCommands() throws IOException {
        DaemonHarness.Output closed = Script.run(daemon, "\"$TASKMASTERCTL\" -c \"$CONFIG\" <&-");
        assertEquals(new DaemonHarness.Output(0, "", ""), closed);
    }

    @Test
    void saysWhyItCannotReadCommands() throws IOException {
        DaemonHarness.Output directory = Script.run(daemon, "\"$TASKMASTERCTL\" -c \"$CONFIG\" </");
        assertEquals("ERROR: cannot read the commands: Is a directory\n", directory.err());
        assertEquals(1, directory.exit());
        String longest = shell("", "x".repeat(300_000)).err();
        assertEquals("ERROR: a line of the commands has more than 262144 bytes\n", longest);
    }

    @Test
    void printsNothingOfItsOwnOnAPipe() throws IOException {
        assertEquals(new DaemonHarness.Output(0, "", ""), shell("", ""));
        assertEquals(new DaemonHarness.Output(0, "", ""), shell("-i", "# nothing\n"));
        DaemonHarness.Output forced = shell("--color=auto", "status\n");
        assertFalse(forced.out().contains("\033"), forced.out());
    }

    @Test
    void endsWithTheExitCodeOfTheLastCommand() throws IOException {
        assertEquals(4, shell("", "status web\nstatus nothing").exit());
        assertEquals(0, shell("", "status nothing\nstatus web\n").exit());
        assertEquals(7, shell("", "exit 7\nstatus\n").exit());
        assertEquals(4, shell("", "status nothing; quit; status").exit());
        assertEquals(2, shell("", "exit many\n").exit());
        assertEquals(2, shell("", "bogus\n").exit());
    }

    @Test
    void stopsAtTheFirstErrorWhereThatIsWanted() throws IOException {
        String lines = "status nothing; pid\npid\n";
        assertEquals(2, shell("", lines).out().lines().filter(PlainShellTest::isPid).count());
        DaemonHarness.Output stopped = shell("-e", lines);
        assertEquals(4, stopped.exit());
        assertEquals(0, stopped.out().lines().filter(PlainShellTest::isPid).count());
        assertEquals(stopped, shell("", "set -e\n" + lines));
        assertEquals(2, shell("-e", "pid | wc\npid\n").exit());
    }

    private static boolean isPid(String line) {
        return line.matches("[0-9]+");
    }

    @Test
    void understandsQuotesAndLinesThatGoOn() throws IOException {
        DaemonHarness.Output sent =
                shell("", "send echo 'one; \"two\"'\nsend \\\n echo \"three\nfour\"\n");
        assertEquals(0, sent.exit(), sent.err());
        String printed = daemon.awaitText(daemon.file("echo.out"), "four\n");
        assertTrue(printed.endsWith("one; \"two\"\nthree\nfour\n"), printed);
        DaemonHarness.Output open = shell("", "pid\nstatus 'web\n");
        assertEquals(2, open.exit());
        assertEquals("Error: the input ends where a ' is missing\n", open.err());
    }

    @Test
    void aCommandThatReadsGetsTheRestOfTheInput() throws IOException {
        DaemonHarness.Output sent = shell("", "send echo -\nthis line\nand that one\n");
        assertEquals(0, sent.exit(), sent.err());
        daemon.awaitText(daemon.file("echo.out"), "this line\nand that one\n");
    }

    @Test
    void suggestsTheWordThatWasMeant() throws IOException {
        assertEquals(
                "*** Unknown syntax: exot (did you mean \"exit\"?)\nFor help, use help\n",
                shell("", "exot").err());
        assertTrue(shell("", "stauts").err().contains("\"status\""));
    }

    @Test
    void explainsItsWords() throws IOException {
        String help = shell("", "help").out();
        for (String word : new String[] {"status [NAME...]", "exit [CODE]", "set ["}) {
            assertTrue(help.contains(word), help);
        }
        assertTrue(shell("", "help set").out().contains("example: set -b"));
        assertTrue(shell("", "help stop").out().contains("example: stop"));
        assertEquals("*** No help on bogus\n", shell("", "help bogus").out());
    }

    @Test
    void runsACommandBeforeTheShell() throws IOException {
        DaemonHarness.Output output = shell("-i version", "pid");
        assertEquals(daemon.ctl("version").out() + daemon.ctl("pid").out(), output.out());
    }

    @Test
    void tellsWhereTheDaemonIsMissed() throws IOException {
        DaemonHarness.Output shell = shell("-s /nonexistent/sock", "status\npid\nstart web\n");
        assertEquals(7, shell.exit());
        assertEquals(3, shell.err().lines().filter(l -> l.contains("no such file")).count());
        assertEquals("", shell.out());
    }

    @Test
    void coloursAreForThoseWhoWantThem() throws IOException {
        assertTrue(shell("--color=always", "status web").out().contains("\033[32mRUNNING\033[0m "));
        assertFalse(shell("--color=always", "status web --color=never").out().contains("\033"));
        assertTrue(daemon.ctl("--color=always", "status").out().contains("\033[32m"));
        assertFalse(daemon.ctl("status").out().contains("\033"));
    }

    @Test
    void goesOnWithTheNextDaemonAtTheSameSocket() throws IOException {
        try (DaemonHarness other = DaemonHarness.start(PROGRAMS)) {
            ProcessBuilder builder = new ProcessBuilder(Script.ctl(other));
            builder.redirectOutput(other.file("out").toFile());
            builder.redirectError(other.file("err").toFile());
            Process shell = builder.start();
            String first = other.pid() + "\n";
            try (var lines = shell.outputWriter()) {
                lines.write("pid\n");
                lines.flush();
                other.awaitText(other.file("out"), first);
                assertEquals(0, other.ctl("shutdown").exit());
                other.awaitExit();
                other.launch();
                other.awaitReady();
                lines.write("pid\n");
            }
            other.await("the shell ends", () -> !shell.isAlive());
            assertEquals("", Files.readString(other.file("err")));
            assertEquals(first + other.pid() + "\n", Files.readString(other.file("out")));
        }
    }
}
