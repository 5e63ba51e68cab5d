package taskmaster.e2e.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Script;
import taskmaster.testing.DaemonHarness;

/** Other users of the machine want something of a daemon that is root, or be one. */
final class StrangersTest {

    private static final String AS_GAMES = "setpriv --reuid games --regid games --clear-groups ";

    @Test
    void aStrangerMayNotUseTheSocketUnlessItsModeSaysSo() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.start(Programs.WORKER)) {
            long worker = daemon.awaitState("worker", "RUNNING").pid();
            Script.install(daemon);
            for (String command : new String[] {"status", "stop worker", "shutdown"}) {
                DaemonHarness.Output output = asGames(daemon, "taskmasterctl", command);
                assertTrue(output.exit() != 0, output::toString);
                String said = output.out() + output.err();
                assertTrue(said.contains(daemon.socket().toString()), said);
                assertTrue(said.toLowerCase(Locale.ROOT).contains("permission"), said);
                Script.assertNoTrace(output);
            }
            assertEquals(4, asGames(daemon, "taskmasterctl", "status").exit());
            assertEquals(worker, daemon.status("worker").pid());
        }
        String open = "[unix_http_server]\nfile = \"${dir}/sock\"\nchmod = \"777\"\n";
        try (DaemonHarness daemon = DaemonHarness.start(open + Programs.WORKER)) {
            Script.install(daemon);
            assertEquals(0, asGames(daemon, "taskmasterctl", "status").exit());
        }
    }

    private static DaemonHarness.Output asGames(
            DaemonHarness daemon, String launcher, String arguments) throws IOException {
        String text = "\"$DIR/installed/bin/" + launcher + "\" -c \"$CONFIG\" " + arguments;
        return Script.run(daemon, "exec " + AS_GAMES + text);
    }

    /** It would wait for the lock of a build that nobody runs. */
    @Test
    void aBuildWhereItMayNotWriteSaysSoAtOnce() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare("")) {
            String text =
                    "umask 22; mkdir -p \"$DIR/checkout/target/lib\"; "
                            + "cp -R \"$1/scripts\" \"$DIR/checkout\"; "
                            + "chmod -R go+rX \"$DIR/checkout\"; exec "
                            + AS_GAMES
                            + "\"$DIR/checkout/scripts/build\"";
            DaemonHarness.Output output = Script.run(daemon, text, DaemonHarness.BASE.toString());
            assertEquals(
                    "build: cannot write to "
                            + daemon.file("checkout/target/lib")
                            + ": run it once as the owner of the checkout, or in one of your own\n",
                    output.err());
            assertEquals(1, output.exit());
        }
    }

    /** Whoever follows it would make, or remove, what somebody else named. */
    @Test
    void aLinkWhereTheSocketOrThePidFileIsToBeIsRefused() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare(Programs.WORKER)) {
            Path victim = Files.writeString(daemon.file("victim"), "precious");
            for (Path place : new Path[] {daemon.socket(), daemon.file("pid")}) {
                Files.createSymbolicLink(place, victim);
                DaemonHarness.Output output = daemon.daemon("--nodaemon");
                assertEquals(1, output.exit(), output::toString);
                assertTrue(output.err().contains("\"" + place + "\""), output.err());
                Script.assertNoTrace(output);
                assertTrue(Files.isSymbolicLink(place));
                Files.delete(place);
            }
            Files.createSymbolicLink(daemon.socket(), daemon.file("nowhere"));
            assertEquals(1, daemon.daemon("--nodaemon").exit());
            Files.delete(daemon.socket());
            assertFalse(Files.exists(daemon.file("nowhere"), LinkOption.NOFOLLOW_LINKS));
            assertEquals("precious", Files.readString(victim));
            assertFalse(Files.exists(daemon.file("log")));
        }
    }

    /** As after a trial as root: the message says what the next user can do. */
    @Test
    void aPidFileOfAnotherUserIsNamedWithWhatToDo() throws IOException {
        try (DaemonHarness daemon = DaemonHarness.prepare("")) {
            Script.install(daemon);
            Files.writeString(daemon.file("pid"), "");
            Processes.run("chmod", "600", daemon.file("pid").toString());
            Processes.run(
                    "chown", "games", daemon.directory().toString(), daemon.config().toString());
            DaemonHarness.Output output = asGames(daemon, "taskmasterd", "--nodaemon");
            assertEquals(
                    "taskmasterd: cannot open the pid file \""
                            + daemon.file("pid")
                            + "\": EACCES (permission denied); give a pidfile that this user may"
                            + " write\n",
                    output.err());
            assertEquals(1, output.exit());
            Files.delete(daemon.file("pid"));
        }
    }

    /** It says so at once and for all of them, not program by program when they start. */
    @Test
    void aDaemonThatIsNotRootCannotHaveProgramsOfOthers() throws IOException {
        String toml = "[programs.other]\ncommand = \"sleep\"\nuser = \"nobody\"\n" + Programs.QUIET;
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Script.install(daemon);
            Processes.run(
                    "chown", "games", daemon.directory().toString(), daemon.config().toString());
            DaemonHarness.Output output = asGames(daemon, "taskmasterd", "--nodaemon");
            assertEquals(2, output.exit(), output::toString);
            assertTrue(
                    output.err().contains("only root can start a program as another user"),
                    output.err());
            Script.assertNoTrace(output);
        }
    }
}
