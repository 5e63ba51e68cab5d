package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.posix.Peer;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

final class AccessTest {

    private static final int DAEMON = 7;
    private static final Target ALL = new Target.All();

    private static final Access NAMED =
            new Access(
                    DAEMON,
                    Optional.of(
                            new Access.Lists(
                                    List.of(1000), List.of(50), List.of(2000), List.of(60))));

    private static Peer peer(int uid, int gid, Integer... groups) {
        return new Peer(4711, uid, gid, List.of(groups));
    }

    @Test
    void whoeverCanConnectMayDoEverythingWithoutLists() {
        var open = new Access(DAEMON, Optional.empty());
        assertEquals(Role.EVERYTHING, open.role(peer(65534, 65534)));
    }

    @Test
    void rootAndTheDaemonsUserMayDoEverythingWhateverTheListsSay() {
        var nobody =
                new Access(
                        DAEMON,
                        Optional.of(new Access.Lists(List.of(), List.of(), List.of(), List.of())));
        assertEquals(Role.EVERYTHING, nobody.role(peer(0, 99)));
        assertEquals(Role.EVERYTHING, nobody.role(peer(DAEMON, 99)));
        assertEquals(Role.NOTHING, nobody.role(peer(99, 0)));
    }

    @Test
    void usersAndGroupsAreWhatTheListsSay() {
        assertEquals(Role.EVERYTHING, NAMED.role(peer(1000, 1)));
        assertEquals(Role.EVERYTHING, NAMED.role(peer(1, 50)));
        assertEquals(Role.EVERYTHING, NAMED.role(peer(1, 1, 2, 50)));
        assertEquals(Role.READ, NAMED.role(peer(2000, 1)));
        assertEquals(Role.READ, NAMED.role(peer(1, 60)));
        assertEquals(Role.READ, NAMED.role(peer(1, 1, 60, 2)));
        assertEquals(Role.NOTHING, NAMED.role(peer(1, 1, 2, 3)));
    }

    @Test
    void aUserIsNotAGroupOfTheSameNumber() {
        assertEquals(Role.NOTHING, NAMED.role(peer(50, 1000, 1000, 2000)));
        assertEquals(Role.NOTHING, NAMED.role(peer(60, 2000)));
    }

    @Test
    void theGreaterRightCounts() {
        assertEquals(Role.EVERYTHING, NAMED.role(peer(2000, 1, 50)));
        assertEquals(Role.EVERYTHING, NAMED.role(peer(1000, 60)));
    }

    @Test
    void aReaderMayLookAndNothingElse() {
        var amount = Request.Amount.DEFAULT;
        var waiting = Request.Waiting.FOREVER;
        List<Request> looking =
                List.of(
                        new Request.Status(ALL),
                        new Request.Pid(Optional.empty()),
                        new Request.Version(),
                        new Request.Help(),
                        new Request.Avail(),
                        new Request.Tail(ALL, Request.Stream.STDOUT, amount, true),
                        new Request.MainTail(amount, false));
        List<Request> changing =
                List.of(
                        new Request.Start(ALL, waiting),
                        new Request.Stop(ALL, waiting),
                        new Request.Restart(ALL, waiting),
                        new Request.SendSignal(ALL, "HUP"),
                        new Request.Send(
                                new Target.Named(Target.Kind.ANY, List.of("a")),
                                new Request.Input(false, "x")),
                        new Request.Reload(new Request.Part.Everything(), false, waiting),
                        new Request.Reload(new Request.Part.Everything(), true, waiting),
                        new Request.Shutdown(),
                        new Request.Reopen(),
                        new Request.Clear(ALL));
        List<Request> all = new ArrayList<>(looking);
        all.addAll(changing);
        for (Request request : all) {
            assertEquals(looking.contains(request), Role.READ.mayAsk(request), "" + request);
            assertEquals(true, Role.EVERYTHING.mayAsk(request), "" + request);
            assertEquals(false, Role.NOTHING.mayAsk(request), "" + request);
        }
    }
}
