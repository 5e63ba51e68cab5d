package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import taskmaster.json.Json;
import taskmaster.json.JsonObjectBuilder;
import taskmaster.procfs.Figures;
import taskmaster.procfs.Usage;
import taskmaster.protocol.Target;

/**
 * One sample of {@code top} in JSON: what the loop says of the processes and what /proc did. Pure.
 *
 * <p>A pid can be another process's as soon as ours is reaped. So the loop is asked before /proc is
 * read, and after: what has the same pid by the same start in both was not reaped in between, and
 * figures of no other are shown.
 */
final class Sample {

    private final Census before;
    private final int[] leaders;
    private final OptionalInt[] descriptors;

    /** {@code descriptors}: of the sessions of {@code leaders}. */
    Sample(Census before, int[] leaders, OptionalInt[] descriptors) {
        this.before = before;
        this.leaders = leaders;
        this.descriptors = descriptors;
    }

    /**
     * @param nanos since the sample before; 0 for the first
     * @param daemon our pid
     * @param daemonUptime nanoseconds
     */
    record Frame(long nanos, boolean whole, int daemon, long daemonUptime, int cores) {}

    Json.Obj content(Target target, Census.Listing listing, Usage usage, Frame frame) {
        var processes = new ArrayList<Json>(listing.subjects().size());
        for (Census.Subject subject : listing.subjects()) {
            processes.add(process(subject, usage));
        }
        JsonObjectBuilder out = Json.object();
        if (frame.nanos() > 0) {
            out.put("interval", new Json.Num(Clock.seconds(frame.nanos())));
        } else {
            out.putNull("interval");
        }
        out.put("scope", frame.whole() ? "session" : "leader");
        out.put("cores", frame.cores());
        out.put("daemon", daemon(usage, frame));
        out.put("processes", new Json.Arr(processes));
        if (!listing.unknown().isEmpty()) {
            out.put("results", Status.unknownResults(target, listing.unknown()));
        }
        return out.build();
    }

    private Json daemon(Usage usage, Frame frame) {
        JsonObjectBuilder out =
                Json.object()
                        .put("pid", frame.daemon())
                        .put("uptime", new Json.Num(Clock.seconds(frame.daemonUptime())));
        return figures(out, usage.withoutChildren(frame.daemon()), frame.daemon()).build();
    }

    private Json process(Census.Subject subject, Usage usage) {
        boolean ours = subject.pid() != 0 && before.hasSame(subject);
        Optional<Figures> figures = ours ? usage.of(subject.pid()) : Optional.empty();
        JsonObjectBuilder out =
                Json.object()
                        .put("name", subject.name().full())
                        .put("program", subject.name().program())
                        .put("group", subject.name().group())
                        .put("process", subject.name().process())
                        .put("state", subject.state())
                        .put("paused", subject.paused());
        if (subject.pid() != 0) {
            out.put("pid", subject.pid());
            out.put("uptime", new Json.Num(Clock.seconds(subject.uptime())));
        } else {
            out.putNull("pid").putNull("uptime");
        }
        figures(out, figures, subject.pid());
        out.put("restarts", subject.restarts());
        if (subject.exit().isPresent()) {
            out.put("exit", Status.exit(subject.exit().get()));
        } else {
            out.putNull("exit");
        }
        return out.put("reason", subject.reason()).build();
    }

    private JsonObjectBuilder figures(JsonObjectBuilder out, Optional<Figures> figures, int pid) {
        if (figures.isEmpty()) {
            out.putNull("cpu").putNull("memory").putNull("threads");
            return out.putNull("processes").putNull("descriptors");
        }
        Figures known = figures.get();
        if (known.cpu() < 0) {
            out.putNull("cpu");
        } else {
            out.put("cpu", oneDecimal(known.cpu()));
        }
        out.put("memory", known.memory()).put("threads", known.threads());
        out.put("processes", known.processes());
        OptionalInt open = descriptors[Arrays.binarySearch(leaders, pid)];
        return open.isPresent()
                ? out.put("descriptors", open.getAsInt())
                : out.putNull("descriptors");
    }

    private static Json.Num oneDecimal(double value) {
        long tenths = Math.round(value * 10);
        return new Json.Num(tenths / 10 + "." + tenths % 10);
    }
}
