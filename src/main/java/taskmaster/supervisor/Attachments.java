package taskmaster.supervisor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.config.Launch;
import taskmaster.json.Json;
import taskmaster.json.JsonObjectBuilder;
import taskmaster.output.LogReader;
import taskmaster.output.Past;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Terminal;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/**
 * The requests of who works with one process: attach, resize. Of a process with a terminal what it
 * prints is shown as it comes, of another one by its logs. Owned by the supervisor's thread.
 */
final class Attachments {

    private final Slots slots;
    private final LogReader reader;
    private final Mailbox mailbox;

    Attachments(Slots slots, LogReader reader, Mailbox mailbox) {
        this.slots = slots;
        this.reader = reader;
        this.mailbox = mailbox;
    }

    void attach(Request.Attach request, Responder responder) {
        Optional<Slot> found = one(request.target(), "attach", responder);
        if (found.isEmpty()) {
            return;
        }
        Slot slot = found.get();
        Reply introduction = Reply.content(Reply.PARTIAL, introduction(slot));
        Attached client = new Attached(responder, mailbox);
        if (slot.terminal().isPresent()) {
            responder.send(introduction);
            slot.terminal().get().watch(client.add(Request.Stream.STDOUT), request.lines());
        } else {
            Past past = Past.ofLines(request.lines());
            follow(slot.spec().launch(), past, client, () -> responder.send(introduction));
        }
        slot.attach(client);
    }

    /** The process that is meant, which is alive; or else the client is told why not. */
    private Optional<Slot> one(Target.Named target, String verb, Responder responder) {
        Slots.Found found = slots.find(target);
        if (!found.unknown().isEmpty() || found.slots().isEmpty()) {
            responder.send(Status.unknown(target, target.names()));
            return Optional.empty();
        }
        if (found.slots().size() > 1) {
            String message =
                    verb
                            + " is about one process, and this means "
                            + found.slots().size()
                            + ": "
                            + found.slots().get(0).name()
                            + ", "
                            + found.slots().get(1).name()
                            + (found.slots().size() > 2 ? " …" : "");
            responder.send(Reply.error(Reply.BAD_REQUEST, "several_processes", message));
            return Optional.empty();
        }
        Slot slot = found.slots().get(0);
        if (slot.state.livePid().isEmpty()) {
            responder.send(Result.notRunning().toError(slot.name().toString()));
            return Optional.empty();
        }
        return Optional.of(slot);
    }

    /** What the client has to know before the first byte. */
    private static Json.Obj introduction(Slot slot) {
        Optional<Kernel.Terminal> terminal = slot.terminal();
        JsonObjectBuilder content =
                Json.object()
                        .put("event", "attached")
                        .put("name", slot.name().toString())
                        .put("pid", slot.state.livePid().orElse(0))
                        .put("command", slot.spec().launch().commandLine())
                        .put("paused", slot.state.pause().isPresent())
                        .put("input", slot.input.isPresent())
                        .put("tty", terminal.isPresent());
        if (terminal.isPresent()) {
            try {
                Terminal.Size size = terminal.get().size();
                content.put("rows", size.rows()).put("columns", size.columns());
            } catch (ErrnoException e) {
                throw new IllegalStateException("a terminal has a size", e);
            }
        }
        return content.build();
    }

    private void follow(Launch launch, Past past, Attached client, Runnable begun) {
        Path stdout = launch.stdout().path();
        Path stderr = launch.stderr().isPresent() ? launch.stderr().get().path() : stdout;
        List<LogReader.Source> sources = new ArrayList<>(2);
        sources.add(new LogReader.Source(stdout, client.add(Request.Stream.STDOUT)));
        if (!stderr.equals(stdout)) {
            sources.add(new LogReader.Source(stderr, client.add(Request.Stream.STDERR)));
        }
        reader.follow(sources, past, begun);
        client.whenEnded(() -> {
            for (LogReader.Source source : sources) {
                reader.finish(source.sink());
            }
        });
    }

    void resize(Request.Resize request, Responder responder) {
        Optional<Slot> found = one(request.target(), "resize", responder);
        if (found.isEmpty()) {
            return;
        }
        Slot slot = found.get();
        String name = slot.name().toString();
        Optional<Kernel.Terminal> terminal = slot.terminal();
        if (terminal.isEmpty()) {
            String advice = "it has no terminal: set tty = true and reload";
            responder.send(Result.error(Reply.CONFLICT, "no_terminal", advice).toError(name));
            return;
        }
        try {
            terminal.get().resize(new Terminal.Size(request.columns(), request.rows()));
            Json.Obj entry = Result.done("resized").toJson(name);
            Json.Arr results = new Json.Arr(List.of(entry));
            responder.send(Reply.content(Reply.OK, Json.object().put("results", results).build()));
        } catch (ErrnoException e) {
            String message = "cannot resize: " + e.getMessage();
            responder.send(Result.error(Reply.FAILED, "failed", message).toError(name));
        }
    }
}
