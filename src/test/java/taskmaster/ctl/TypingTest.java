package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

class TypingTest {

    private static final Reply DONE = Reply.content(200, Json.Obj.EMPTY);
    private static final Reply FULL = Reply.error(503, "stdin_full", "full");
    private static final Reply NOT_ALLOWED = Reply.error(403, "not_allowed", "no");

    private final Typing typing = new Typing(new Target.Named(Target.Kind.ANY, List.of("x")));

    private static String sent(Optional<Request> request) {
        var send = assertInstanceOf(Request.Send.class, request.orElseThrow());
        return new String(send.data().bytes(), UTF_8);
    }

    @Test
    void sendsOneAfterTheOther() {
        typing.type("a".getBytes(UTF_8));
        assertEquals("a", sent(typing.next(0)));
        typing.type("b".getBytes(UTF_8));
        typing.type("c".getBytes(UTF_8));
        assertEquals(Optional.empty(), typing.next(0), "the answer is not there");
        typing.answered(DONE, 0);
        assertEquals("bc", sent(typing.next(0)));
        typing.answered(DONE, 0);
        assertEquals(Optional.empty(), typing.next(0));
        assertEquals(Long.MAX_VALUE, typing.wakeAt());
    }

    @Test
    void triesAgainWhatWasNotTaken() {
        typing.type("abc".getBytes(UTF_8));
        typing.next(0);
        typing.answered(FULL, 100);
        assertEquals(Optional.empty(), typing.next(101));
        assertEquals(100 + Typing.AGAIN, typing.wakeAt());
        assertEquals("abc", sent(typing.next(100 + Typing.AGAIN)));
    }

    @Test
    void sendsAPasteInPieces() {
        String paste = "x".repeat(5000);
        typing.type(paste.getBytes(UTF_8));
        String first = sent(typing.next(0));
        typing.answered(DONE, 0);
        assertEquals(paste, first + sent(typing.next(0)));
        assertTrue(first.length() <= 4096, "what a pipe takes at once");
        assertFalse(typing.type(new byte[Typing.MOST_WAITING]));
    }

    @Test
    void theLastSizeCountsAndASignalComesFirst() {
        typing.type("a".getBytes(UTF_8));
        typing.resize(1, 2);
        typing.resize(3, 4);
        typing.signal("INT");
        assertInstanceOf(Request.SendSignal.class, typing.next(0).orElseThrow());
        typing.answered(DONE, 0);
        var size = assertInstanceOf(Request.Resize.class, typing.next(0).orElseThrow());
        assertEquals(3, size.rows());
        typing.answered(DONE, 0);
        assertEquals("a", sent(typing.next(0)));
    }

    @Test
    void whoMayOnlyWatchIsToldOnce() {
        typing.resize(1, 2);
        typing.next(0);
        typing.answered(NOT_ALLOWED, 0);
        assertTrue(typing.isReadOnly());
        assertEquals("", typing.takeNotice(), "the user has not typed anything");
        typing.type("a".getBytes(UTF_8));
        assertEquals("you may watch, but not type", typing.takeNotice());
        assertEquals("", typing.takeNotice());
        typing.type("b".getBytes(UTF_8));
        assertEquals(Optional.empty(), typing.next(0));
    }
}
