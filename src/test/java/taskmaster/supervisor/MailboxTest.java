package taskmaster.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import taskmaster.protocol.Request;

final class MailboxTest {

    private static final Message.Ask ASK = new Message.Ask(new Request.Shutdown(), new Unheard());

    @Test
    void takesOnlySoManyRequestsButAllElse() {
        var mailbox = new Mailbox();
        for (int i = 0; i < Mailbox.MOST_FOR_REQUESTS; i++) {
            assertTrue(mailbox.offer(ASK));
        }
        assertFalse(mailbox.offer(ASK));
        mailbox.put(new Message.ChildEnded());
        assertEquals(ASK, mailbox.poll());
        assertFalse(mailbox.offer(ASK), "one too many is there still");
        assertEquals(ASK, mailbox.poll());
        assertTrue(mailbox.offer(ASK));
    }
}
