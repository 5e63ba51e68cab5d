package taskmaster.supervisor;

import java.nio.file.Path;
import java.util.List;
import taskmaster.config.Launch;
import taskmaster.output.LogReader;
import taskmaster.output.Past;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/**
 * The requests about files that programs and the daemon write: tail, maintail, clear. Owned by the
 * supervisor's thread; the files are read on another.
 */
final class Logs {

    private final Slots slots;
    private final LogReader reader;
    private final Mailbox mailbox;
    private final Path activityLog;

    /** {@code activityLog}: the file that is written, whatever a reloaded configuration says. */
    Logs(Slots slots, LogReader reader, Mailbox mailbox, Path activityLog) {
        this.slots = slots;
        this.reader = reader;
        this.mailbox = mailbox;
        this.activityLog = activityLog;
    }

    void tail(Request.Tail request, Responder responder) {
        Target target = new Target.Named(Target.Kind.ANY, List.of(request.name()));
        Slots.Found found = slots.find(target);
        if (found.slots().isEmpty()) {
            responder.send(Status.unknown(target, found.unknown()));
            return;
        }
        if (found.slots().size() > 1) {
            responder.send(
                    Reply.error(
                            Reply.BAD_REQUEST,
                            "several_processes",
                            "\""
                                    + request.name()
                                    + "\" names several processes; name one, like \""
                                    + found.slots().getFirst().name()
                                    + "\""));
            return;
        }
        Launch launch = found.slots().getFirst().spec().launch();
        boolean stderr = request.stream() == Request.Stream.STDERR;
        Launch.LogTarget file =
                stderr && launch.stderr().isPresent() ? launch.stderr().get() : launch.stdout();
        show(file.path(), request.amount(), request.follow(), responder);
    }

    void mainTail(Request.MainTail request, Responder responder) {
        show(activityLog, request.amount(), request.follow(), responder);
    }

    private void show(Path file, Request.Amount amount, boolean follow, Responder responder) {
        Past past = amount.lines() ? Past.ofLines(amount.count()) : Past.ofBytes(amount.count());
        if (follow) {
            reader.follow(file, past, new LogStream(responder, true));
        } else {
            reader.tail(file, past, new LogStream(responder, false));
        }
    }

    void clear(Request.Clear request, Responder responder) {
        Slots.Found found = slots.find(request.target());
        var results = Results.of(request.target(), found, responder);
        for (Slot slot : found.slots()) {
            int index = results.expect(slot.name().toString());
            reader.clear(
                    filesOf(slot.spec().launch()),
                    failures ->
                            mailbox.put(
                                    new Message.Run(() -> results.set(index, cleared(failures)))));
        }
        results.expectNoMore();
    }

    private static List<Path> filesOf(Launch launch) {
        return launch.stderr().isEmpty()
                ? List.of(launch.stdout().path())
                : List.of(launch.stdout().path(), launch.stderr().get().path());
    }

    private static Result cleared(List<LogReader.Failure> failures) {
        return failures.isEmpty()
                ? Result.done("cleared")
                : Result.error(Reply.FAILED, "failed", failures.getFirst().message());
    }
}
