package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.posix.Epoll;
import taskmaster.protocol.Reply;

/** Replies that are sent faster than the server's thread takes them; here it takes none. */
final class RepliesTest {

    private static final int MOST = 100_000;
    private static final String LONG = "x".repeat(60_000);

    @Test
    void longRepliesThatWaitTogetherAreBoundedAndShortOnesAlwaysWait() throws IOException {
        try (Epoll epoll = Epoll.open(1)) {
            var replies = new Replies(epoll, MOST);
            answer(replies, LONG);
            answer(replies, LONG);
            answer(replies, "short");
            assertEquals(List.of(200, 429, 200), statuses(replies));

            answer(replies, LONG);
            assertEquals(List.of(200), statuses(replies), "there is room again");
        }
    }

    @Test
    void theLongestReplyHasRoomWhileNothingElseWaits() throws IOException {
        try (Epoll epoll = Epoll.open(1)) {
            var replies = new Replies(epoll, MOST);
            answer(replies, "x".repeat(2 * MOST));
            assertEquals(List.of(200), statuses(replies));
        }
    }

    /** As a queue does that cannot have the memory for one more. */
    private static final class FullOnce extends ArrayDeque<Replies.Delivery> {
        private static final long serialVersionUID = 1;
        private boolean full = true;

        @Override
        public boolean add(Replies.Delivery delivery) {
            if (full) {
                full = false;
                throw new OutOfMemoryError("as if");
            }
            return super.add(delivery);
        }
    }

    @Test
    void whoCouldNotBeAnsweredForWantOfMemoryCanStillBeTold() throws IOException {
        try (Epoll epoll = Epoll.open(1)) {
            var replies = new Replies(epoll, MOST, new FullOnce());
            var exchange = new Exchange(null, Optional.empty(), replies, MOST);
            assertThrows(OutOfMemoryError.class, () -> exchange.send(StubPort.done(LONG)));
            assertTrue(exchange.isOpen());
            exchange.send(StubPort.done("sorry"));
            assertEquals(List.of(200), statuses(replies));
            answer(replies, LONG);
            answer(replies, LONG);
            assertEquals(List.of(200, 429), statuses(replies), "what failed does not wait");
        }
    }

    private static void answer(Replies replies, String text) {
        new Exchange(null, Optional.empty(), replies, MOST).send(StubPort.done(text));
    }

    private static List<Integer> statuses(Replies replies) {
        var statuses = new ArrayList<Integer>();
        Replies.Delivery next;
        while ((next = replies.poll()) != null) {
            statuses.add(next.reply().map(Reply::status).orElse(0));
        }
        return statuses;
    }
}
