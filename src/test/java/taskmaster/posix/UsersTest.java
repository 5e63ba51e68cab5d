package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UsersTest {

    @Test
    void knowsTheUserOfANameOrId() throws Exception {
        User root = new User("root", 0, 0, List.of(0));
        assertEquals(Optional.of(root), Users.byName("root"));
        assertEquals(Optional.of(root), Users.byUid(0));
        User nobody = Users.byName("nobody").orElseThrow();
        assertEquals(65_534, nobody.uid());
        assertEquals(Optional.of(nobody), Users.byUid(65_534));
    }

    @Test
    void knowsWhatALoginStartsWith() throws Exception {
        assertEquals("/root", Users.loginOf("root").orElseThrow().home());
        assertTrue(Users.loginOf("root").orElseThrow().shell().startsWith("/"));
        assertEquals(Optional.empty(), Users.loginOf("no such user"));
    }

    @Test
    void thereIsNoOther() throws Exception {
        assertEquals(Optional.empty(), Users.byName("no such user"));
        assertEquals(Optional.empty(), Users.byName(""));
        assertEquals(Optional.empty(), Users.byName("x".repeat(5000)));
        assertEquals(Optional.empty(), Users.byUid(1_234_567));
        assertEquals(Optional.empty(), Users.byUid(-2));
    }

    @Test
    void groupsIncludeThePrimaryOne() throws Exception {
        User daemon = Users.byName("daemon").orElseThrow();
        assertTrue(daemon.groups().contains(daemon.gid()), daemon.toString());
    }

    @Test
    void knowsTheIdOfAGroup() throws Exception {
        assertEquals(Optional.of(0), Users.groupId("root"));
        assertEquals(Optional.empty(), Users.groupId("no such group"));
    }
}
