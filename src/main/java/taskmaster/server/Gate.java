package taskmaster.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import taskmaster.activity.ActivityLog.Level;
import taskmaster.posix.Peer;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/**
 * Decides which requests are let through, and notes them: one that changes something is a line of
 * the log, with who asked; so is one that is refused, but of these only some a minute, since anyone
 * who can connect can cause them at will. The others are counted.
 *
 * <p>Owned by the server's thread, but for {@link #set}.
 */
final class Gate {

    /** Lines about refused requests in one {@link #PERIOD_NANOS}. */
    static final int REFUSALS = 10;

    static final long PERIOD_NANOS = 60_000_000_000L;

    /** Of the lines about typing that are remembered. */
    private static final int MOST_TYPING = 64;

    /** Of the names of one request; the log has a line for each process anyway. */
    private static final int NAMES = 10;

    /** Of characters of one name. */
    private static final int NAME_LENGTH = 100;

    private final BiConsumer<Level, String> log;
    private final UserNames names;

    /** When somebody's typing was last a line; the oldest first. */
    private final Map<String, Long> typing = new LinkedHashMap<>();

    /** A reload may change it. */
    private volatile Access access;

    /** Of the current period. */
    private long periodEnd = Connection.NEVER;

    private int refusals;

    Gate(Access access, UserNames names, BiConsumer<Level, String> log) {
        this.access = access;
        this.names = names;
        this.log = log;
    }

    /** Any thread: for requests from now on. */
    void set(Access changed) {
        access = changed;
    }

    /** Who may do what now. */
    Access access() {
        return access;
    }

    /** What somebody is told who may do nothing, whatever it is. */
    Reply shutOut(Peer peer) {
        return refusal(Role.NOTHING, "", peer);
    }

    /** The reply where the request is not let through. {@code now}: the loop's nanoseconds. */
    Optional<Reply> check(Request request, Peer peer, long now) {
        Role role = access.role(peer);
        if (!role.mayAsk(request)) {
            refused(request, peer, now);
            return Optional.of(refusal(role, verb(request), peer));
        }
        if (changes(request)) {
            String words = words(request, peer);
            if (!isTyping(request) || isNew(words, now)) {
                log.accept(Level.INFO, "request: " + words);
            }
        }
        return Optional.empty();
    }

    private static boolean isTyping(Request request) {
        return request instanceof Request.Send || request instanceof Request.Resize;
    }

    /** Who types sends key by key: a line in a {@link #PERIOD_NANOS} says that. */
    private boolean isNew(String words, long now) {
        Long before = typing.get(words);
        if (before != null && now - before < PERIOD_NANOS) {
            return false;
        }
        typing.remove(words);
        typing.put(words, now);
        if (typing.size() > MOST_TYPING) {
            typing.remove(typing.keySet().iterator().next());
        }
        return true;
    }

    private static boolean changes(Request request) {
        boolean dry = request instanceof Request.Reload reload && reload.dryRun();
        return !dry && request.changes();
    }

    private void refused(Request request, Peer peer, long now) {
        report(now);
        if (periodEnd == Connection.NEVER) {
            periodEnd = now + PERIOD_NANOS;
        }
        refusals++;
        if (refusals <= REFUSALS) {
            log.accept(Level.WARN, "refused: " + words(request, peer));
        }
    }

    /** When {@link #report} has something to do; {@link Connection#NEVER} for not at all. */
    long nextReport() {
        return periodEnd;
    }

    /** At the end of a period: how many had no line of their own. */
    void report(long now) {
        if (now < periodEnd) {
            return;
        }
        if (refusals > REFUSALS) {
            String seconds = " in " + PERIOD_NANOS / 1_000_000_000 + " seconds";
            log.accept(Level.WARN, "refused: " + (refusals - REFUSALS) + " more" + seconds);
        }
        periodEnd = Connection.NEVER;
        refusals = 0;
    }

    private Reply refusal(Role role, String verb, Peer peer) {
        String user = "user " + names.describe(peer.uid());
        String message =
                role == Role.READ
                        ? user
                                + " may only look (status, tail, attach, events, wait, pid, version, help,"
                                + " avail, maintail, top), not "
                                + verb
                                + "; to change that, name the user in allow of"
                                + " [unix_http_server] and reload"
                        : user
                                + " may not use this taskmasterd; to change that, name the user in"
                                + " allow or allow_read of [unix_http_server] and reload";
        return Reply.error(Reply.FORBIDDEN, "not_allowed", message);
    }

    private String words(Request request, Peer peer) {
        return verb(request)
                + object(request)
                + " from uid "
                + names.describe(peer.uid())
                + ", pid "
                + peer.pid();
    }

    private static String verb(Request request) {
        return switch (request) {
            case Request.Status r -> "status";
            case Request.Start r -> "start";
            case Request.Stop r -> "stop";
            case Request.Restart r -> "restart";
            case Request.SendSignal r -> "signal";
            case Request.Send r -> "send";
            case Request.Attach r -> "attach";
            case Request.Resize r -> "resize";
            case Request.Disown r -> r.survive() ? "disown -h" : "disown";
            case Request.Events r -> "events";
            case Request.Wait r -> "wait";
            case Request.Pid r -> "pid";
            case Request.Reload r -> r.dryRun() ? "reread" : "reload";
            case Request.Shutdown r -> "shutdown";
            case Request.Version r -> "version";
            case Request.Help r -> "help";
            case Request.Avail r -> "avail";
            case Request.Clear r -> "clear";
            case Request.Reopen r -> "reopen";
            case Request.Tail r -> "tail";
            case Request.MainTail r -> "maintail";
            case Request.Top r -> "top";
        };
    }

    /** With a space in front where there is one. */
    private static String object(Request request) {
        return switch (request) {
            case Request.SendSignal r -> " " + word(r.signal()) + target(r.target());
            case Request.Targeted r -> target(r.target()); // what is sent may be secret
            case Request.Pid r -> r.target().isEmpty() ? "" : target(r.target().get());
            case Request.Reload r -> part(r.part());
            case Request.Shutdown _, Request.Version _, Request.Help _ -> "";
            case Request.Avail _, Request.Reopen _, Request.MainTail _ -> "";
        };
    }

    private static String part(Request.Part part) {
        return switch (part) {
            case Request.Part.Everything e -> "";
            case Request.Part.Programs(Target.Named programs) -> target(programs);
            case Request.Part.Section(String name) -> " section " + word(name);
        };
    }

    private static String target(Target target) {
        return switch (target) {
            case Target.All all -> " all";
            case Target.Named(Target.Kind kind, List<String> named) -> kind(kind) + list(named);
        };
    }

    private static String kind(Target.Kind kind) {
        return switch (kind) {
            case ANY -> "";
            case PROGRAM -> " program";
            case GROUP -> " group";
            case PROCESS -> " process";
        };
    }

    private static String list(List<String> named) {
        var text = new StringBuilder();
        for (int i = 0; i < named.size() && i < NAMES; i++) {
            text.append(i == 0 ? " " : ", ").append(word(named.get(i)));
        }
        if (named.size() > NAMES) {
            text.append(" and ").append(named.size() - NAMES).append(" more");
        }
        return text.toString();
    }

    /**
     * As the client wrote it; in quotes where it is more than a name, which might read as if the
     * request came from somebody else.
     */
    private static String word(String name) {
        String start = name.length() > NAME_LENGTH ? name.substring(0, NAME_LENGTH) + "…" : name;
        boolean plain = !start.isEmpty();
        var quoted = new StringBuilder(start.length() + 2).append('"');
        for (int i = 0; i < start.length(); i++) {
            char c = start.charAt(i);
            plain &= c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != ',';
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c);
        }
        return plain ? start : quoted.append('"').toString();
    }
}
