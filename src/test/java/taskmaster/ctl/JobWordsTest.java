package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/** The words of job control, with a daemon that only remembers what it is asked. */
final class JobWordsTest {

    private final List<String> signals = new ArrayList<>();
    private final List<Json> processes = new ArrayList<>();
    private final JobWords shell = new JobWords(this::answer, true);
    private final JobWords alone = new JobWords(this::answer, false);

    private Reply answer(Request request) {
        if (request instanceof Request.SendSignal(Target target, String signal, boolean group)) {
            String name = ((Target.Named) target).names().getFirst();
            signals.add(signal + " " + name + (group ? " group" : ""));
            return name.equals("locked")
                    ? Reply.error(Reply.FORBIDDEN, "not_allowed", "you may only look")
                    : Reply.content(Reply.OK, Json.Obj.EMPTY);
        }
        return Reply.content(
                Reply.OK, Json.object().put("processes", new Json.Arr(processes)).build());
    }

    private void has(int job, String name, String state, boolean paused) {
        var process =
                Json.object()
                        .put("job", job)
                        .put("name", name)
                        .put("state", state)
                        .put("paused", paused)
                        .put("paused_signal", "STOP")
                        .put("command_line", "/bin/" + name)
                        .put("autorestart", name.equals("keeps") ? "true" : "false");
        if (state.equals("RUNNING")) {
            process.put("pid", 4000 + job);
        } else {
            process.put("exit", Json.object().put("code", 3).build());
        }
        processes.add(process.build());
    }

    private void three() {
        has(1, "web", "RUNNING", false);
        has(2, "worker", "RUNNING", true);
        has(3, "done", "EXITED", false);
    }

    private static String said(Outcome outcome) {
        return outcome.exit() + "|" + new String(outcome.out(), UTF_8) + "|" + outcome.err();
    }

    private String run(ShellWord word, String... arguments) throws IOException {
        return said(shell.run(word, List.of(arguments)));
    }

    @Test
    void jobsListsAllByNumber() throws IOException {
        three();
        assertEquals(
                """
                0|[1]-  Running                 web &
                [2]+  Stopped                 worker
                [3]   Exit 3                  done
                |\
                """,
                run(ShellWord.JOBS));
    }

    @Test
    void jobsShowsWhatIsAskedFor() throws IOException {
        three();
        assertEquals("0|[1]-  Running                 web &\n|", run(ShellWord.JOBS, "-r"));
        assertEquals("0|[2]+  Stopped                 worker\n|", run(ShellWord.JOBS, "-s"));
        assertEquals("0|4001\n4002\n|", run(ShellWord.JOBS, "-p"));
        assertEquals(
                "0|[2]+  4002 Stopped                 worker (/bin/worker)\n|",
                run(ShellWord.JOBS, "-ls"));
        assertTrue(run(ShellWord.JOBS, "-q").startsWith("2||jobs: -q: invalid option\nusage: "));
    }

    @Test
    void aBadSpecIsToldAndTheOthersAreListed() throws IOException {
        three();
        assertEquals(
                "1|[1]-  Running                 web &\n|jobs: %9: no such job\n",
                run(ShellWord.JOBS, "%9", "%1"));
    }

    @Test
    void jobsOfWhatHasChangedSinceTheLastTime() throws IOException {
        three();
        assertFalse(run(ShellWord.JOBS, "-n").equals("0||"));
        assertEquals("0||", run(ShellWord.JOBS, "-n"));
        processes.clear();
        has(1, "web", "RUNNING", true);
        assertTrue(run(ShellWord.JOBS, "-n").contains("Stopped"));
        assertEquals(
                "1||jobs: -n is for the shell\n", said(alone.run(ShellWord.JOBS, List.of("-n"))));
    }

    @Test
    void jobsXPutsProcessGroupsInPlaceOfSpecs() throws IOException {
        three();
        assertEquals(
                List.of("echo", "4001", "4002", "4001", "%3", "%9", "%?x", "web"),
                JobCommand.replaced(
                        List.of("echo", "%1", "%+", "%-", "%3", "%9", "%?x", "web"),
                        shell.table(),
                        true));
        assertEquals(
                List.of("%%", "4001"),
                JobCommand.replaced(List.of("%%", "%web"), alone.table(), false));
        assertEquals("3||", run(ShellWord.JOBS, "-x", "sh", "-c", "exit 3"));
    }

    @Test
    void bgLetsThePausedOneGoOnAndItBecomesCurrent() throws IOException {
        three();
        assertEquals("0|[2]+ worker &\n|", run(ShellWord.BG));
        assertEquals(List.of("CONT worker group"), signals);
        assertEquals("0||bg: job 1 already in background\n", run(ShellWord.BG, "%1"));
        assertEquals("1||bg: done does not run\n", run(ShellWord.BG, "%3"));
        assertEquals("1||bg: %9: no such job\n", run(ShellWord.BG, "%9"));
        assertEquals(
                "1||bg: %%: only a shell has a current job; name it\n",
                said(alone.run(ShellWord.BG, List.of())));
        processes.clear();
        has(2, "worker", "RUNNING", false);
        has(5, "young", "RUNNING", false);
        assertEquals("worker", shell.table().current().orElseThrow().name());
    }

    @Test
    void killReachesTheGroupAndAPidItself() throws IOException {
        three();
        assertEquals("0||", run(ShellWord.KILL, "-HUP", "%1"));
        assertEquals("0||", run(ShellWord.KILL, "-s", "usr1", "web"));
        assertEquals("0||", run(ShellWord.KILL, "-n", "9", "4001"));
        assertEquals("0||", run(ShellWord.KILL, "-9", "--", "-4001"));
        assertEquals(
                List.of("HUP web group", "USR1 web group", "KILL web", "KILL web group"), signals);
    }

    @Test
    void whatIsPausedGetsContSoThatItCanEnd() throws IOException {
        three();
        run(ShellWord.KILL, "%2");
        run(ShellWord.KILL, "-INT", "%2");
        assertEquals(
                List.of("TERM worker group", "CONT worker group", "INT worker group"), signals);
    }

    @Test
    void killIsDoneWhereOneSignalWasSent() throws IOException {
        three();
        has(4, "locked", "RUNNING", false);
        assertEquals("0||kill: %9: no such job\n", run(ShellWord.KILL, "%9", "%1"));
        assertEquals("1||kill: done: does not run\n", run(ShellWord.KILL, "%3"));
        assertEquals("4||kill: locked: you may only look\n", run(ShellWord.KILL, "%locked"));
        assertEquals("1||kill: (77) - No such process of taskmasterd\n", run(ShellWord.KILL, "77"));
        assertEquals(
                "1||kill: BOGUS: invalid signal specification\n",
                run(ShellWord.KILL, "-BOGUS", "%1"));
        assertTrue(run(ShellWord.KILL).startsWith("2||kill: say which job\nusage: "));
        assertEquals("0||", run(ShellWord.KILL, "-0", "%1"));
    }

    @Test
    void aSignalMayStandAtItsOption() throws IOException {
        three();
        run(ShellWord.KILL, "-sSTOP", "%1");
        run(ShellWord.KILL, "-n18", "%1");
        run(ShellWord.KILL, "-stop", "%1");
        assertEquals(List.of("STOP web group", "CONT web group", "STOP web group"), signals);
    }

    @Test
    void itIsSaidOnceThatItStartsAgain() throws IOException {
        has(1, "keeps", "RUNNING", false);
        assertEquals(
                "0||kill: keeps may be started again when it has ended; to keep it down: stop"
                        + " keeps\n",
                run(ShellWord.KILL, "%1"));
        assertEquals("0||", run(ShellWord.KILL, "%1"));
        assertEquals("0||", run(ShellWord.KILL, "-HUP", "%1"));
    }

    @Test
    void killListsSignals() throws IOException {
        assertEquals("0|KILL\n|", run(ShellWord.KILL, "-l", "9"));
        assertEquals("0|KILL\n|", run(ShellWord.KILL, "-l", "137"));
        assertEquals("0|15\n|", run(ShellWord.KILL, "-l", "TERM"));
        assertEquals("0|EXIT\n|", run(ShellWord.KILL, "-l", "0"));
        assertEquals("0|RTMAX\n|", run(ShellWord.KILL, "-l", "64"));
        assertEquals(
                "1||kill: 300: invalid signal specification\n", run(ShellWord.KILL, "-l", "300"));
        assertTrue(run(ShellWord.KILL, "-l").contains(" 9) SIGKILL"));
    }

    private Invocation explained(String... words) throws IOException {
        return shell.explained((Invocation.Ask) CommandLine.parse(words));
    }

    @Test
    void otherCommandsNameJobsToo() throws IOException {
        three();
        assertEquals(CommandLine.parse("stop", "worker", "web"), explained("stop", "%2", "web"));
        assertEquals(
                ((Invocation.Ask) CommandLine.parse("pid", "web")).request(),
                ((Invocation.Ask) explained("pid", "%1")).request());
        Outcome refused = ((Invocation.Answered) explained("stop", "%w")).outcome();
        assertEquals("1||stop: w: ambiguous job spec: %1 web, %2 worker\n", said(refused));
    }

    @Test
    void aJobThatIsUnknownHasTheExitCodeOfAnyUnknownName() throws IOException {
        three();
        Outcome waits = ((Invocation.Answered) explained("wait", "%9")).outcome();
        assertEquals("127||wait: %9: no such job\n", said(waits));
        Outcome status = ((Invocation.Answered) explained("status", "%9")).outcome();
        assertEquals("4||status: %9: no such job\n", said(status));
    }

    @Test
    void exitWarnsOnceOfWhatThisShellHasPaused() throws IOException {
        three();
        assertFalse(shell.staysForPaused(), "somebody else has paused it");
        run(ShellWord.KILL, "-STOP", "%2");
        assertTrue(shell.staysForPaused());
        assertFalse(shell.staysForPaused());
        shell.anotherCommand("jobs");
        assertFalse(shell.staysForPaused());
        shell.anotherCommand("status");
        assertTrue(shell.staysForPaused());
    }
}
