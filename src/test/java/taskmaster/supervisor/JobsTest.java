package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.json.JsonWriter;
import taskmaster.lifecycle.StateName;
import taskmaster.posix.Signal;
import taskmaster.posix.WaitStatus;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;

/** The daemon's half of job control: numbers, pauses, what is disowned, and events. */
final class JobsTest {

    private static final String WEB = "/bin/web";

    private static SimulatedDaemon running() throws IOException {
        var daemon = new SimulatedDaemon(SupervisorTest.WEB, SupervisorTest.DATABASE);
        daemon.seconds(1);
        return daemon;
    }

    private static void pause(SimulatedDaemon daemon, String signal) {
        daemon.kernel.stop(daemon.kernel.pidOf(WEB), Signal.parse(signal).orElseThrow());
        daemon.settle();
    }

    private static boolean shows(SimulatedDaemon daemon, String name, String text) {
        return daemon.status(name).contains(text);
    }

    // Numbers.

    @Test
    void aNumberIsNobodyElsesAsLongAsItsProcessIsConfigured() throws IOException {
        var daemon = running();
        assertTrue(shows(daemon, "database", "\"job\":1,"));
        assertTrue(shows(daemon, "web", "\"job\":2,"));
        daemon.fileHolds(SupervisorTest.WEB, SupervisorTest.manual("alpha"));
        daemon.reload();
        assertTrue(shows(daemon, "web", "\"job\":2,"));
        assertTrue(shows(daemon, "alpha", "\"job\":3,"), "one more than the highest");
        daemon.fileHolds(SupervisorTest.manual("alpha"), SupervisorTest.manual("beta"));
        daemon.reload();
        assertTrue(shows(daemon, "alpha", "\"job\":3,"));
        assertTrue(shows(daemon, "beta", "\"job\":4,"));
    }

    // Pauses.

    @Test
    void statusTellsWhatTheKernelTells() throws IOException {
        var daemon = running();
        assertTrue(shows(daemon, "web", "\"paused\":false"));
        pause(daemon, "TSTP");
        assertEquals(StateName.RUNNING, daemon.state("web"));
        assertTrue(shows(daemon, "web", "\"paused\":true,\"paused_signal\":\"TSTP\""));
        assertFalse(shows(daemon, "web", "paused_by"));
        daemon.kernel.goOn(daemon.kernel.pidOf(WEB));
        daemon.settle();
        assertTrue(shows(daemon, "web", "\"paused\":false"));
        assertTrue(daemon.log().contains("paused: web (101) by SIGTSTP"));
        assertTrue(daemon.log().contains("continued: web (101)"));
    }

    private static final class User extends SimulatedDaemon.Client {
        @Override
        public OptionalInt uid() {
            return OptionalInt.of(1000);
        }
    }

    @Test
    void itIsKnownWhoAskedForThePause() throws IOException {
        var daemon = running();
        daemon.ask(new Request.SendSignal(SimulatedDaemon.target("web"), "STOP", true), new User());
        assertTrue(daemon.kernel.signals.contains("-101 STOP"), daemon.kernel.signals.toString());
        assertTrue(shows(daemon, "web", "\"paused_by\":1000"));
        daemon.ask(new Request.SendSignal(SimulatedDaemon.target("web"), "CONT", true), new User());
        assertTrue(shows(daemon, "web", "\"paused\":false"));
        pause(daemon, "STOP");
        assertFalse(shows(daemon, "web", "paused_by"), "this one was somebody else");
    }

    @Test
    void whatWasAskedForAndDidNotStopItIsForgotten() throws IOException {
        var daemon = running();
        daemon.ask(new Request.SendSignal(SimulatedDaemon.target("web"), "TSTP", true), new User());
        daemon.seconds(2);
        pause(daemon, "TSTP");
        assertFalse(shows(daemon, "web", "paused_by"));
    }

    @Test
    void startsecsWaitsForWhatIsPaused() throws IOException {
        var daemon = new SimulatedDaemon(SupervisorTest.WEB);
        pause(daemon, "STOP");
        daemon.seconds(3600);
        assertEquals(StateName.STARTING, daemon.state("web"));
        daemon.kernel.goOn(daemon.kernel.pidOf(WEB));
        daemon.settle();
        assertEquals(StateName.STARTING, daemon.state("web"));
        daemon.seconds(1);
        assertEquals(StateName.RUNNING, daemon.state("web"));
    }

    @Test
    void aStormOfPausesDoesNotBuryTheLog() throws IOException {
        var daemon = running();
        for (int i = 0; i < 1000; i++) {
            pause(daemon, "STOP");
            daemon.kernel.goOn(daemon.kernel.pidOf(WEB));
            daemon.settle();
        }
        daemon.seconds(2);
        assertEquals(11, daemon.log().split("paused: |continued: | more pauses", -1).length - 1);
        assertTrue(daemon.log().contains("1990 more pauses of processes in one second"));
    }

    // What is left to itself.

    private static SimulatedDaemon.Client disown(
            SimulatedDaemon daemon, boolean survive, String name) {
        return daemon.ask(new Request.Disown(SimulatedDaemon.target(name), survive, false));
    }

    @Test
    void whatIsDisownedLivesOnAndIsReapedWhenItEnds() throws IOException {
        var daemon = running();
        int pid = daemon.kernel.pidOf(WEB);
        assertTrue(disown(daemon, false, "web").text().contains("\"result\":\"disowned\""));
        assertEquals(StateName.STOPPED, daemon.state("web"));
        assertTrue(shows(daemon, "web", "\"disowned\":[101]"));
        assertTrue(shows(daemon, "web", "process 101 was left to itself"));
        daemon.start("web");
        daemon.seconds(1);
        assertEquals(StateName.RUNNING, daemon.state("web"));
        assertTrue(daemon.kernel.alive.containsKey(pid));
        daemon.kernel.exit(pid, new WaitStatus.Exited(3));
        daemon.seconds(1);
        assertFalse(daemon.kernel.hasZombies());
        assertFalse(shows(daemon, "web", "disowned"));
        assertEquals(StateName.RUNNING, daemon.state("web"));
        assertTrue(daemon.log().contains("disowned: web (101) has ended (exit status 3)"));
    }

    @Test
    void noStopAndNoEndOfTheDaemonReachesIt() throws IOException {
        var daemon = running();
        int pid = daemon.kernel.pidOf(WEB);
        disown(daemon, false, "web");
        daemon.stop("web");
        daemon.signal("TERM");
        daemon.seconds(30);
        assertTrue(daemon.isFinished());
        assertTrue(daemon.kernel.alive.containsKey(pid));
        assertEquals(
                List.of(), daemon.kernel.signals.stream().filter(s -> s.contains("101")).toList());
    }

    @Test
    void whatSurvivesStaysInTheTableAndOutlivesTheDaemon() throws IOException {
        var daemon = running();
        int pid = daemon.kernel.pidOf(WEB);
        assertTrue(disown(daemon, true, "web").text().contains("\"result\":\"survives\""));
        assertEquals(StateName.RUNNING, daemon.state("web"));
        assertTrue(shows(daemon, "web", "\"survives\":true"));
        daemon.signal("TERM");
        daemon.seconds(30);
        assertTrue(daemon.isFinished());
        assertTrue(daemon.kernel.alive.containsKey(pid));
        assertFalse(daemon.kernel.alive.containsValue("/bin/database"));
    }

    @Test
    void onlyThisProcessSurvivesAndNotTheNextOne() throws IOException {
        var daemon = running();
        disown(daemon, true, "web");
        daemon.restart("web");
        daemon.seconds(1);
        assertFalse(shows(daemon, "web", "survives"));
        daemon.signal("TERM");
        daemon.seconds(30);
        assertEquals(0, daemon.kernel.alive.size());
    }

    @Test
    void whatCannotBeDisownedIsSaid() throws IOException {
        var daemon = new SimulatedDaemon(SupervisorTest.WEB, SupervisorTest.manual("tool"));
        assertTrue(disown(daemon, false, "tool").text().contains("not_running"));
        assertTrue(disown(daemon, false, "nobody").text().contains("no_such_process"));
        daemon.kernel.stubborn.add(WEB);
        daemon.put(new Request.Stop(SimulatedDaemon.target("web"), Request.Waiting.NONE));
        assertTrue(disown(daemon, false, "web").text().contains("\"code\":\"stopping\""));
    }

    @Test
    void whatHasNotBecomeItsProgramIsNotDisowned() throws IOException {
        var daemon = new SimulatedDaemon(SupervisorTest.manual("tool"));
        daemon.kernel.hanging.add("/bin/tool");
        daemon.put(new Request.Start(SimulatedDaemon.target("tool"), Request.Waiting.NONE));
        daemon.settle();
        assertTrue(disown(daemon, false, "tool").text().contains("\"code\":\"starting\""));
    }

    // Waiting.

    private static SimulatedDaemon.Client await(
            SimulatedDaemon daemon, boolean any, boolean ended, String... names) {
        return daemon.ask(
                new Request.Wait(
                        SimulatedDaemon.target(names), any, ended, Request.Waiting.FOREVER));
    }

    @Test
    void whoWaitsHearsOfTheEndEvenWhereItIsStartedAgainAtOnce() throws IOException {
        var daemon = running();
        daemon.seconds(5);
        var client = await(daemon, false, false, "web");
        assertFalse(client.isAnswered());
        daemon.kernel.exit(daemon.kernel.pidOf(WEB), new WaitStatus.Exited(3));
        daemon.settle();
        assertTrue(
                client.text().contains("\"result\":\"ended\",\"ran\":true,\"exit\":{\"code\":3}"),
                client.text());
        assertEquals(0, daemon.watching("web"));
    }

    @Test
    void ofSeveralTheFirstOrAllAreWaitedFor() throws IOException {
        var daemon = running();
        var first = await(daemon, true, false, "web", "database");
        var all = await(daemon, false, false, "web", "database");
        daemon.stop("database");
        assertTrue(first.text().contains("\"name\":\"database\""), first.text());
        assertFalse(first.text().contains("\"name\":\"web\""), first.text());
        assertFalse(all.isAnswered());
        daemon.stop("web");
        assertTrue(all.text().contains("\"signal\":\"TERM\""), all.text());
        assertEquals(0, daemon.watching("web"), "the first one is forgotten, too");
    }

    @Test
    void aPauseEndsTheWaitUnlessTheEndIsAskedFor() throws IOException {
        var daemon = running();
        var change = await(daemon, false, false, "web");
        var end = await(daemon, false, true, "web");
        pause(daemon, "TSTP");
        assertTrue(
                change.text().contains("\"result\":\"paused\",\"signal\":\"TSTP\""), change.text());
        assertFalse(end.isAnswered());
    }

    @Test
    void whatDoesNotRunIsNotWaitedFor() throws IOException {
        var daemon = new SimulatedDaemon(SupervisorTest.manual("tool"));
        assertTrue(await(daemon, false, false, "tool").text().contains("\"ran\":false"));
        assertEquals(404, await(daemon, false, false, "nobody").status());
    }

    @Test
    void whoWaitsInVainIsToldInTimeAndForgotten() throws IOException {
        var daemon = running();
        var limit = new Request.Waiting(false, Optional.of(Duration.ofSeconds(3)));
        var client =
                daemon.ask(new Request.Wait(SimulatedDaemon.target("web"), false, false, limit));
        daemon.seconds(2);
        assertFalse(client.isAnswered());
        daemon.seconds(1);
        assertEquals(504, client.status());
        assertEquals(0, daemon.watching("web"));
    }

    // Events.

    private static List<String> told(SimulatedDaemon.Client client) {
        List<String> lines = new ArrayList<>();
        for (Reply reply : client.replies) {
            Json.Obj content = reply.body().getObject("content").orElseThrow();
            String line = JsonWriter.write(content);
            lines.add(reply.status() + " " + line.replaceAll(",\"time\":\"[^\"]*\"", ""));
        }
        return lines;
    }

    private static SimulatedDaemon.Client watch(SimulatedDaemon daemon, String... names) {
        return daemon.ask(new Request.Events(SimulatedDaemon.target(names)));
    }

    @Test
    void everythingThatHappensIsToldAsItHappens() throws IOException {
        var daemon = running();
        var client = watch(daemon, "web");
        daemon.stop("database");
        pause(daemon, "STOP");
        daemon.kernel.goOn(101);
        daemon.settle();
        daemon.kernel.exit(101, new WaitStatus.Exited(3));
        daemon.seconds(1);
        daemon.stop("web");
        String web = "\"name\":\"web\",\"job\":2,";
        assertEquals(
                List.of(
                        "206 {\"event\":\"watching\"}",
                        "206 {\"event\":\"paused\"," + web + "\"pid\":101,\"signal\":\"STOP\"}",
                        "206 {\"event\":\"continued\"," + web + "\"pid\":101}",
                        "206 {\"event\":\"state\","
                                + web
                                + "\"from\":\"RUNNING\",\"to\":\"EXITED\",\"pid\":101,"
                                + "\"exit\":{\"code\":3}}",
                        "206 {\"event\":\"state\","
                                + web
                                + "\"from\":\"EXITED\",\"to\":\"STARTING\",\"pid\":102}",
                        "206 {\"event\":\"state\","
                                + web
                                + "\"from\":\"STARTING\",\"to\":\"RUNNING\",\"pid\":102}",
                        "206 {\"event\":\"state\","
                                + web
                                + "\"from\":\"RUNNING\",\"to\":\"STOPPING\",\"pid\":102}",
                        "206 {\"event\":\"state\","
                                + web
                                + "\"from\":\"STOPPING\",\"to\":\"STOPPED\",\"pid\":102,"
                                + "\"exit\":{\"signal\":\"TERM\"}}"),
                told(client));
    }

    @Test
    void aReloadAndTheEndOfTheDaemonAreTold() throws IOException {
        var daemon = running();
        var client = watch(daemon);
        daemon.fileHolds(SupervisorTest.WEB);
        daemon.reload();
        daemon.signal("TERM");
        daemon.seconds(5);
        List<String> told = told(client);
        assertTrue(
                told.get(1).contains("\"config\",\"changes\":[{\"group\":\"database\""),
                told.toString());
        assertTrue(told.contains("206 {\"event\":\"shutdown\"}"), told.toString());
        assertEquals("200 {}", told.getLast());
    }

    @Test
    void aStartThatFailsAtOnceIsToldAsAStart() throws IOException {
        var daemon = new SimulatedDaemon(SupervisorTest.manual("tool"));
        var client = watch(daemon);
        daemon.kernel.cloneFailures.add(taskmaster.posix.Errno.EAGAIN);
        daemon.start("tool");
        List<String> told = told(client);
        assertTrue(told.get(1).contains("\"STOPPED\",\"to\":\"STARTING\"}"), told.toString());
        assertTrue(told.get(2).contains("\"STARTING\",\"to\":\"BACKOFF\"}"), told.toString());
    }

    @Test
    void whoWatchesWhatIsNotThereIsToldSo() throws IOException {
        assertEquals(404, watch(running(), "nobody").status());
    }
}
