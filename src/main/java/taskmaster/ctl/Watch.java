package taskmaster.ctl;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/**
 * What happens while nobody asks: processes that change, a daemon that goes and comes. Each is told
 * once. Owned by the shell's thread.
 */
final class Watch {

    /**
     * A daemon that is there answers in some milliseconds; the prompt waits no longer than that.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Completion makes do with what is known sooner. */
    private static final Duration SHORT_PATIENCE = Duration.ofMillis(300);

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Client client;
    private final Endpoint endpoint;
    private final StateChanges changes;
    private Optional<Map<String, StateChanges.Seen>> before = Optional.empty();

    /** For completion, which tells nobody what has changed. */
    private Map<String, StateChanges.Seen> latest = Map.of();

    private long asked = System.nanoTime() - FRESH.toNanos();

    /** Of the daemon; 0 as long as it is not known. */
    private long pid;

    private boolean gone;
    private boolean begun;

    Watch(Client client, Endpoint endpoint, Palette palette) {
        this.client = client;
        this.endpoint = endpoint;
        this.changes = new StateChanges(palette);
    }

    /** Nothing that is so at the start is news, and status has said where no daemon is. */
    void begin() {
        news();
        begun = true;
    }

    /** The processes as they were last seen, not long ago where that can be had. */
    Collection<StateChanges.Seen> processes() {
        if (System.nanoTime() - asked > FRESH.toNanos()) {
            try {
                latest = StateChanges.processes(status(SHORT_PATIENCE));
            } catch (IOException e) {
                // It is told before the next prompt.
                return latest.values();
            }
        }
        return latest.values();
    }

    private Json.Obj status(Duration limit) throws IOException {
        Json.Obj content =
                WireFormat.content(client.ask(new Request.Status(new Target.All()), limit));
        asked = System.nanoTime();
        return content;
    }

    /** The last command was to end the daemon: that it is gone is no news. */
    void expectEnd() {
        gone = true;
    }

    /** What is new since the last time, a line each. */
    List<String> news() {
        List<String> lines = new ArrayList<>();
        Optional<Reply> last = client.takeLastReply();
        try {
            if (!client.isConnected()) {
                greet(lines);
            }
            Map<String, StateChanges.Seen> now = StateChanges.processes(status(PATIENCE));
            latest = now;
            if (before.isPresent()) {
                Json.Obj shown =
                        last.isPresent() && last.get().isSuccess()
                                ? WireFormat.content(last.get())
                                : Json.Obj.EMPTY;
                before.get().putAll(StateChanges.processes(shown));
                lines.addAll(changes.between(before.get(), now, StateChanges.told(shown)));
            }
            before = Optional.of(now);
        } catch (IOException e) {
            missed(lines, e);
        }
        return lines;
    }

    /** Before a command: where the connection has ended, tries another one. */
    List<String> reconnect() {
        List<String> lines = new ArrayList<>();
        if (!client.isConnected()) {
            try {
                greet(lines);
            } catch (IOException e) {
                missed(lines, e);
            }
        }
        return lines;
    }

    private void greet(List<String> lines) throws IOException {
        Json.Obj content =
                WireFormat.content(client.ask(new Request.Pid(Optional.empty()), PATIENCE));
        long current = content.getLong("pid").orElse(0);
        if (pid != 0 && current != pid) {
            lines.add("taskmasterd was started again: pid " + current + ", it was " + pid + "\n");
            before = Optional.empty();
        } else if (gone) {
            lines.add("taskmasterd is there: pid " + current + "\n");
        }
        pid = current;
        gone = false;
    }

    private void missed(List<String> lines, IOException cause) {
        if (!gone) {
            gone = true;
            if (!begun) {
                return;
            }
            String how =
                    "does not answer".equals(cause.getMessage()) ? "does not answer" : "is gone";
            lines.add(
                    "taskmasterd at "
                            + Text.plain(endpoint.url())
                            + " "
                            + how
                            + "; the next command tries again\n");
        }
    }
}
