package taskmaster.ctl;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/**
 * What goes to a program that somebody works with: keys, the size of the window, signals. One
 * request is on its way at a time; what comes meanwhile waits. Knows the time only as it is told.
 */
final class Typing {

    /** A paste that the program does not read; more is dropped. */
    static final int MOST_WAITING = 1 << 20;

    /** What a pipe takes at once. */
    private static final int PIECE = 4096;

    /** How soon what was not taken is tried again; nanoseconds. */
    static final long AGAIN = 50_000_000L;

    private enum Kind {
        KEYS,
        SIZE,
        SIGNAL
    }

    private final Target.Named target;
    private byte[] keys = new byte[0];
    private final ArrayDeque<String> signals = new ArrayDeque<>();
    private Optional<int[]> size = Optional.empty();

    /** What is on its way. */
    private Optional<Kind> asked = Optional.empty();

    private int piece;
    private long notBefore = Long.MIN_VALUE;
    private boolean readOnly;

    /** The user knows that. */
    private boolean told;

    private String notice = "";

    Typing(Target.Named target) {
        this.target = target;
    }

    /** False: there is no room for it. */
    boolean type(byte[] typed) {
        if (readOnly && typed.length > 0 && !told) {
            told = true;
            notice = "you may watch, but not type";
        }
        if (readOnly || typed.length == 0) {
            return true;
        }
        if (keys.length + typed.length > MOST_WAITING) {
            return false;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream(keys.length + typed.length);
        all.writeBytes(keys);
        all.writeBytes(typed);
        keys = all.toByteArray();
        return true;
    }

    /** The last one counts. */
    void resize(int rows, int columns) {
        size = Optional.of(new int[] {rows, columns});
    }

    void signal(String name) {
        signals.add(name);
    }

    /** Whether this user may change nothing. */
    boolean isReadOnly() {
        return readOnly;
    }

    /** Something to tell the user, once; empty: nothing. */
    String takeNotice() {
        String told = notice;
        notice = "";
        return told;
    }

    /** The next request, which must be sent; empty: none now. */
    Optional<Request> next(long now) {
        if (asked.isPresent() || readOnly) {
            return Optional.empty();
        }
        if (!signals.isEmpty()) {
            asked = Optional.of(Kind.SIGNAL);
            return Optional.of(new Request.SendSignal(target, signals.remove(), true));
        }
        if (size.isPresent()) {
            asked = Optional.of(Kind.SIZE);
            int[] wanted = size.get();
            size = Optional.empty();
            return Optional.of(new Request.Resize(target, wanted[0], wanted[1]));
        }
        if (keys.length > 0 && now >= notBefore) {
            asked = Optional.of(Kind.KEYS);
            piece = Math.min(PIECE, keys.length);
            String base64 = Base64.getEncoder().encodeToString(Arrays.copyOf(keys, piece));
            return Optional.of(new Request.Send(target, new Request.Input(true, base64)));
        }
        return Optional.empty();
    }

    /** When {@link #next} has something though no answer comes; {@code MAX_VALUE}: never. */
    long wakeAt() {
        return asked.isEmpty() && keys.length > 0 && !readOnly ? notBefore : Long.MAX_VALUE;
    }

    /** The reply to what {@link #next} gave. */
    void answered(Reply reply, long now) {
        Kind kind = asked.orElseThrow();
        asked = Optional.empty();
        String code =
                reply.body().getObject("error").orElse(Json.Obj.EMPTY).getString("code").orElse("");
        if (reply.status() == Reply.FORBIDDEN) {
            readOnly = true;
            boolean meant = kind != Kind.SIZE || keys.length > 0;
            byte[] typed = meant ? new byte[1] : new byte[0];
            keys = new byte[0];
            type(typed);
        } else if (kind == Kind.KEYS && code.equals("stdin_full")) {
            notBefore = now + AGAIN;
        } else if (kind == Kind.KEYS) {
            keys = Arrays.copyOfRange(keys, piece, keys.length);
        }
    }
}
