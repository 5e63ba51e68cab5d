package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ConnectionsTest {

    @Test
    void tokensOfTheBillionthConnectionsAreNoOthers() {
        for (int bit = 0; bit < Long.SIZE; bit++) {
            long token = new Connections(1L << bit).nextToken();
            assertTrue(token >= 0, "as epoll takes it: " + token);
            assertTrue(token < Acceptor.TOKEN, "not the listener's: " + token);
        }
    }

    @Test
    void theNextConnectionHasAnotherToken() {
        long many = (1L << 30) - 1;
        assertNotEquals(new Connections(many).nextToken(), new Connections(many + 1).nextToken());
    }
}
