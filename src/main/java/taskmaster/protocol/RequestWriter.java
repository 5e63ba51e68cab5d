package taskmaster.protocol;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import taskmaster.json.Json;
import taskmaster.protocol.Request.Amount;
import taskmaster.protocol.Request.Part;
import taskmaster.protocol.Request.Waiting;

/** Requests to JSON, for clients; defaults are left out. */
final class RequestWriter {

    private final Map<String, Json> members = new LinkedHashMap<>();

    private RequestWriter() {}

    static Json.Obj write(Envelope envelope) {
        var writer = new RequestWriter();
        if (envelope.id().isPresent()) {
            writer.members.put("id", envelope.id().get());
        }
        writer.request(envelope.request());
        return new Json.Obj(writer.members);
    }

    // Chains of instanceof: a switch on types is linked at run time, which a one-shot client would
    // pay for. The tests encode every kind of request.
    @SuppressWarnings("IfChainToSwitch")
    private void request(Request request) {
        if (request instanceof Request.Status r) {
            verb(Verb.STATUS).target(r.target());
            trueFlag("jobs", r.jobs());
        } else if (request instanceof Request.Start r) {
            verb(Verb.START).target(r.target()).waiting(r.waiting());
        } else if (request instanceof Request.Stop r) {
            verb(Verb.STOP).target(r.target()).waiting(r.waiting());
        } else if (request instanceof Request.Restart r) {
            verb(Verb.RESTART).target(r.target()).waiting(r.waiting());
        } else if (request instanceof Request.SendSignal r) {
            verb(Verb.SIGNAL).target(r.target()).text("signal", r.signal());
            trueFlag("group", r.group());
        } else if (request instanceof Request.Disown r) {
            verb(Verb.DISOWN).orAll(r.target());
            trueFlag("survive", r.survive());
            trueFlag("running", r.running());
        } else if (request instanceof Request.Wait r) {
            verb(Verb.WAIT).target(r.target()).waiting(r.waiting());
            trueFlag("any", r.any());
            trueFlag("ended", r.ended());
        } else if (request instanceof Request.Events r) {
            verb(Verb.EVENTS).target(r.target());
        } else if (request instanceof Request.Send r) {
            verb(Verb.SEND).target(r.target());
            text(r.data().base64() ? "base64" : "data", r.data().text());
        } else if (request instanceof Request.Pid r) {
            pid(r);
        } else if (request instanceof Request.Reload r) {
            verb(Verb.RELOAD).part(r.part()).waiting(r.waiting());
            trueFlag("dry_run", r.dryRun());
        } else if (request instanceof Request.Clear r) {
            verb(Verb.CLEAR).target(r.target());
        } else if (request instanceof Request.Tail r) {
            verb(Verb.TAIL).orAll(r.target());
            text("stream", r.stream().word());
            amount(r.amount(), r.follow());
        } else if (request instanceof Request.MainTail r) {
            verb(Verb.MAINTAIL).amount(r.amount(), r.follow());
        } else {
            verb(verbAlone(request));
        }
    }

    private static Verb verbAlone(Request request) {
        if (request instanceof Request.Shutdown) {
            return Verb.SHUTDOWN;
        }
        if (request instanceof Request.Version) {
            return Verb.VERSION;
        }
        if (request instanceof Request.Help) {
            return Verb.HELP;
        }
        if (request instanceof Request.Avail) {
            return Verb.AVAIL;
        }
        if (request instanceof Request.Reopen) {
            return Verb.REOPEN;
        }
        throw new IllegalArgumentException("a request without a JSON form: " + request);
    }

    private void pid(Request.Pid request) {
        verb(Verb.PID);
        Target target = request.target().orElse(null);
        if (target instanceof Target.Named named) {
            named(named);
        } else if (target instanceof Target.All) {
            text("target", "all");
        }
    }

    private RequestWriter verb(Verb verb) {
        return text("command", verb.word());
    }

    private RequestWriter text(String field, String value) {
        members.put(field, new Json.Str(value));
        return this;
    }

    private void trueFlag(String field, boolean value) {
        if (value) {
            members.put(field, new Json.Bool(true));
        }
    }

    private RequestWriter target(Target target) {
        if (target instanceof Target.Named named) {
            named(named);
        }
        return this;
    }

    private void orAll(Target target) {
        if (target instanceof Target.All) {
            text("target", "all");
        } else {
            target(target);
        }
    }

    private void named(Target.Named named) {
        switch (named.kind()) {
            case ANY -> {}
            case PROGRAM -> text("target", "program");
            case GROUP -> text("target", "group");
            case PROCESS -> text("target", "process");
        }
        List<String> names = named.names();
        if (names.size() == 1) {
            text("name", names.get(0));
            return;
        }
        var items = new ArrayList<Json>(names.size());
        for (String name : names) {
            items.add(new Json.Str(name));
        }
        members.put("name", new Json.Arr(items));
    }

    private RequestWriter part(Part part) {
        if (part instanceof Part.Programs programs) {
            named(programs.names());
        } else if (part instanceof Part.Section section) {
            text("target", section.name());
        }
        return this;
    }

    private void waiting(Waiting waiting) {
        if (waiting.none()) {
            members.put("wait", new Json.Bool(false));
        } else if (waiting.limit().isPresent()) {
            members.put("timeout", new Json.Num(seconds(waiting.limit().get())));
        }
    }

    private static String seconds(Duration duration) {
        BigDecimal seconds = BigDecimal.valueOf(duration.toNanos(), 9);
        return seconds.stripTrailingZeros().toPlainString();
    }

    private void amount(Amount amount, boolean follow) {
        members.put(amount.lines() ? "lines" : "bytes", Json.Num.of(amount.count()));
        trueFlag("follow", follow);
    }
}
