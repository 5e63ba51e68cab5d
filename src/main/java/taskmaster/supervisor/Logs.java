package taskmaster.supervisor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import taskmaster.config.Launch;
import taskmaster.config.ProcessSpec;
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

    /** Who follows the logs of all processes, also of those that a reload brings. */
    private final List<Everything> everything = new ArrayList<>();

    private record Everything(
            Request.Tail request, Responder responder, LogGroup group, Set<Path> files) {}

    /** {@code activityLog}: the file that is written, whatever a reloaded configuration says. */
    Logs(Slots slots, LogReader reader, Mailbox mailbox, Path activityLog) {
        this.slots = slots;
        this.reader = reader;
        this.mailbox = mailbox;
        this.activityLog = activityLog;
    }

    /** One log of one process is shown as it is, several with their names. */
    void tail(Request.Tail request, Responder responder) {
        Slots.Found found = slots.find(request.target());
        if (found.isNothing()) {
            responder.send(Status.unknown(request.target(), found.unknown()));
            return;
        }
        List<Log> logs = logsOf(found.slots(), request.stream());
        boolean named = request.target() instanceof Target.Named;
        if (named && found.unknown().isEmpty() && logs.size() == 1) {
            show(logs.getFirst().file(), request.amount(), request.follow(), responder);
        } else {
            showAll(request, found.unknown(), logs, responder);
        }
    }

    private record Log(Path file, String name, String stream) {}

    private static List<Log> logsOf(List<Slot> found, Request.Stream stream) {
        List<ProcessSpec> specs = new ArrayList<>(found.size());
        for (Slot slot : found) {
            specs.add(slot.spec());
        }
        return logsOf(specs, stream, new HashSet<>());
    }

    /** A file that several write to is shown once, as that of the first. */
    private static List<Log> logsOf(
            Collection<ProcessSpec> specs, Request.Stream stream, Set<Path> seen) {
        List<Log> logs = new ArrayList<>();
        for (ProcessSpec spec : specs) {
            Launch launch = spec.launch();
            Path stdout = launch.stdout().path();
            Path stderr = launch.stderr().isPresent() ? launch.stderr().get().path() : stdout;
            String name = spec.name().toString();
            if (stream != Request.Stream.STDERR && seen.add(stdout)) {
                logs.add(new Log(stdout, name, Request.Stream.STDOUT.word()));
            }
            if (stream != Request.Stream.STDOUT && seen.add(stderr)) {
                logs.add(new Log(stderr, name, Request.Stream.STDERR.word()));
            }
        }
        return logs;
    }

    private void showAll(
            Request.Tail request, List<String> unknown, List<Log> logs, Responder responder) {
        boolean all = request.target() instanceof Target.All;
        LogGroup group = new LogGroup(responder, request.follow(), all);
        for (String name : unknown) {
            group.add(name, Names.unknown(request.target(), name));
        }
        List<LogReader.Source> sources = sources(logs, group);
        if (sources.isEmpty()) {
            group.endIfEmpty();
        } else if (request.follow()) {
            reader.follow(sources, past(request.amount()));
            if (all) {
                everything.removeIf(other -> !other.responder().isOpen());
                Set<Path> files = new HashSet<>();
                logs.forEach(log -> files.add(log.file()));
                everything.add(new Everything(request, responder, group, files));
            }
        } else {
            reader.tail(sources, past(request.amount()));
        }
    }

    /** Who follows everything is shown the logs of these, too. */
    void configured(Collection<ProcessSpec> processes) {
        everything.removeIf(one -> !one.responder().isOpen());
        for (Everything one : everything) {
            List<Log> more = logsOf(processes, one.request().stream(), one.files());
            if (!more.isEmpty()) {
                reader.follow(
                        () -> sources(more, one.group()),
                        past(one.request().amount()),
                        why ->
                                one.responder()
                                        .send(Reply.error(LogStream.status("busy"), "busy", why)));
            }
        }
    }

    private static List<LogReader.Source> sources(List<Log> logs, LogGroup group) {
        List<LogReader.Source> sources = new ArrayList<>(logs.size());
        for (Log log : logs) {
            sources.add(new LogReader.Source(log.file(), group.add(log.name(), log.stream())));
        }
        return sources;
    }

    void mainTail(Request.MainTail request, Responder responder) {
        show(activityLog, request.amount(), request.follow(), responder);
    }

    private void show(Path file, Request.Amount amount, boolean follow, Responder responder) {
        if (follow) {
            reader.follow(file, past(amount), new LogStream(responder, true));
        } else {
            reader.tail(file, past(amount), new LogStream(responder, false));
        }
    }

    private static Past past(Request.Amount amount) {
        return amount.lines() ? Past.ofLines(amount.count()) : Past.ofBytes(amount.count());
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
