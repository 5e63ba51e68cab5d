package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.posix.Peer;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

final class GateTest {

    private static final Peer ALICE = new Peer(4711, 1000, 1000, List.of());
    private static final Peer BOB = new Peer(4712, 1001, 1001, List.of());
    private static final Peer STRANGER = new Peer(4713, -2, 1, List.of());
    private static final Request SHUTDOWN = new Request.Shutdown();
    private static final Request STATUS = new Request.Status(new Target.All());

    @TempDir Path directory;
    private final List<String> lines = new ArrayList<>();
    private Path passwd;
    private Gate gate;

    @BeforeEach
    void open() throws IOException {
        passwd = directory.resolve("passwd");
        Files.writeString(
                passwd, "root:x:0:0::/:/bin/sh\nx\n:x:1001:0\nalice:x:1000:1000::/:\nbob:x:1001:");
        gate =
                new Gate(
                        new Access(
                                0,
                                Optional.of(
                                        new Access.Lists(
                                                List.of(1000),
                                                List.of(),
                                                List.of(1001),
                                                List.of()))),
                        new UserNames(passwd),
                        (level, line) -> lines.add(level + " " + line));
    }

    private static Target named(Target.Kind kind, String... names) {
        return new Target.Named(kind, List.of(names));
    }

    private void assertNoted(String line, Request request) {
        lines.clear();
        assertEquals(Optional.empty(), gate.check(request, ALICE, 0));
        assertEquals(
                line.isEmpty()
                        ? List.of()
                        : List.of("INFO request: " + line + " from uid 1000 (alice), pid 4711"),
                lines);
    }

    @Test
    void aNameCannotSayThatTheRequestCameFromSomebodyElse() {
        var waiting = Request.Waiting.NONE;
        String forged = "web from uid 0 (root), pid 1";
        assertNoted(
                "stop \"" + forged + "\", \"a\\\"b\", \"\", web:*",
                new Request.Stop(named(Target.Kind.ANY, forged, "a\"b", "", "web:*"), waiting));
        assertNoted(
                "stop \"" + "x".repeat(100) + "…\"",
                new Request.Stop(named(Target.Kind.ANY, "x".repeat(60_000)), waiting));
    }

    @Test
    void notesEachRequestThatChangesSomething() {
        var waiting = Request.Waiting.NONE;
        Target web = named(Target.Kind.ANY, "web");
        assertNoted("start all", new Request.Start(new Target.All(), waiting));
        assertNoted("stop web", new Request.Stop(web, waiting));
        assertNoted("restart group g", new Request.Restart(named(Target.Kind.GROUP, "g"), waiting));
        assertNoted(
                "signal HUP process a, b",
                new Request.SendSignal(named(Target.Kind.PROCESS, "a", "b"), "HUP"));
        assertNoted(
                "send web",
                new Request.Send((Target.Named) web, new Request.Input(false, "secret")));
        assertNoted("clear program p", new Request.Clear(named(Target.Kind.PROGRAM, "p")));
        assertNoted("shutdown", SHUTDOWN);
        assertNoted("reopen", new Request.Reopen());
        assertNoted("reload", new Request.Reload(new Request.Part.Everything(), false, waiting));
        assertNoted(
                "reload web",
                new Request.Reload(new Request.Part.Programs((Target.Named) web), false, waiting));
        assertNoted(
                "reload section server",
                new Request.Reload(new Request.Part.Section("server"), false, waiting));
        List<String> many = Collections.nCopies(12, "n");
        assertNoted(
                "stop n, n, n, n, n, n, n, n, n, n and 2 more",
                new Request.Stop(new Target.Named(Target.Kind.ANY, many), waiting));
    }

    @Test
    void doesNotNoteWhoLooks() {
        var waiting = Request.Waiting.NONE;
        assertNoted("", STATUS);
        assertNoted("", new Request.Reload(new Request.Part.Everything(), true, waiting));
        assertNoted("", new Request.MainTail(Request.Amount.DEFAULT, false));
    }

    @Test
    void tellsAReaderWhatItMayDoAndWhichKeyToChange() {
        assertEquals(Optional.empty(), gate.check(STATUS, BOB, 0));
        Reply reply = gate.check(SHUTDOWN, BOB, 0).orElseThrow();
        assertEquals(
                Reply.error(
                        403,
                        "not_allowed",
                        "user 1001 (bob) may only look (status, tail, events, wait, pid, version,"
                                + " help, avail, maintail), not shutdown; to change that, name the user in"
                                + " allow of [unix_http_server] and reload"),
                reply);
        assertEquals(List.of("WARN refused: shutdown from uid 1001 (bob), pid 4712"), lines);
    }

    @Test
    void tellsAStrangerThatItMayDoNothing() {
        Reply reply = gate.check(STATUS, STRANGER, 0).orElseThrow();
        assertEquals(
                Reply.error(
                        403,
                        "not_allowed",
                        "user 4294967294 may not use this taskmasterd; to change that, name the"
                                + " user in allow or allow_read of [unix_http_server] and reload"),
                reply);
        assertEquals(List.of("WARN refused: status all from uid 4294967294, pid 4713"), lines);
    }

    @Test
    void notesSomeRefusalsAMinuteAndCountsTheOthers() {
        assertEquals(Connection.NEVER, gate.nextReport());
        for (int i = 0; i < 1000; i++) {
            assertTrue(gate.check(SHUTDOWN, BOB, 5 + i).isPresent());
        }
        assertEquals(Gate.REFUSALS, lines.size());
        long end = 5 + Gate.PERIOD_NANOS;
        assertEquals(end, gate.nextReport());
        gate.report(end - 1);
        assertEquals(Gate.REFUSALS, lines.size());
        gate.report(end);
        assertEquals("WARN refused: 990 more in 60 seconds", lines.getLast());
        assertEquals(Connection.NEVER, gate.nextReport());
        lines.clear();
        assertTrue(gate.check(SHUTDOWN, BOB, end).isPresent());
        assertEquals(1, lines.size(), "a new minute");
        gate.report(end + Gate.PERIOD_NANOS);
        assertEquals(1, lines.size(), "nothing was left out");
    }

    @Test
    void countsBeforeANewMinuteBegins() {
        for (int i = 0; i < 11; i++) {
            assertTrue(gate.check(SHUTDOWN, BOB, 0).isPresent());
        }
        assertTrue(gate.check(SHUTDOWN, BOB, Gate.PERIOD_NANOS).isPresent());
        assertEquals(
                List.of(
                        "WARN refused: 1 more in 60 seconds",
                        "WARN refused: shutdown from uid 1001 (bob), pid 4712"),
                lines.subList(Gate.REFUSALS, lines.size()));
    }

    @Test
    void aChangeHoldsForTheNextRequest() {
        assertTrue(gate.check(SHUTDOWN, BOB, 0).isPresent());
        gate.set(new Access(0, Optional.empty()));
        assertEquals(Optional.empty(), gate.check(SHUTDOWN, BOB, 0));
        gate.set(
                new Access(
                        1001,
                        Optional.of(new Access.Lists(List.of(), List.of(), List.of(), List.of()))));
        assertEquals(Optional.empty(), gate.check(SHUTDOWN, BOB, 0));
        assertTrue(gate.check(STATUS, ALICE, 0).isPresent());
    }

    @Test
    void aUserIsANumberWhereTheFileCannotBeReadAndANameLater() throws IOException {
        Path missing = directory.resolve("missing");
        var names = new UserNames(missing);
        assertEquals("1000", names.describe(1000));
        Files.copy(passwd, missing);
        assertEquals("1000 (alice)", names.describe(1000));
        assertEquals("5", names.describe(5));
        for (int uid = 10_000; uid < 10_600; uid++) {
            assertEquals("" + uid, names.describe(uid));
        }
        assertEquals("1000 (alice)", names.describe(1000));
    }
}
