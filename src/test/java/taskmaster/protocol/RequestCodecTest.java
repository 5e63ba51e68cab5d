package taskmaster.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import taskmaster.json.Json;
import taskmaster.json.JsonException;
import taskmaster.json.JsonParser;
import taskmaster.json.JsonWriter;
import taskmaster.protocol.Request.Amount;
import taskmaster.protocol.Request.Part;
import taskmaster.protocol.Request.Stream;
import taskmaster.protocol.Request.Waiting;

final class RequestCodecTest {

    @Property
    void readsBackWhatItWrote(@ForAll("envelopes") Envelope envelope) throws JsonException {
        Json sent = JsonParser.parse(JsonWriter.write(RequestCodec.encode(envelope)));
        assertEquals(new RequestCodec.Decoded.Asked(envelope), RequestCodec.decode(sent));
    }

    @Property
    void answersAnyJsonWithoutThrowing(@ForAll("nearlyRequests") Json.Obj json) {
        switch (RequestCodec.decode(json)) {
            case RequestCodec.Decoded.Asked asked ->
                    assertEquals(json.get("id"), asked.envelope().id());
            case RequestCodec.Decoded.Refused refused ->
                    assertEquals(Reply.BAD_REQUEST, refused.reply().status());
        }
    }

    @Test
    void whatJobControlAsksComesBackAsItWas() {
        var web = new Target.Named(Target.Kind.ANY, List.of("web"));
        for (Request request :
                List.of(
                        new Request.Status(web, true),
                        new Request.SendSignal(web, "STOP", true),
                        new Request.Disown(web, false, false),
                        new Request.Events(web))) {
            var envelope = Envelope.of(request);
            var decoded = RequestCodec.decode(RequestCodec.encode(envelope));
            assertEquals(new RequestCodec.Decoded.Asked(envelope), decoded);
        }
    }

    @Test
    void whoeverDisownsSaysWhich() throws Exception {
        var json = taskmaster.json.JsonParser.parse("{\"command\":\"disown\"}");
        assertInstanceOf(RequestCodec.Decoded.Refused.class, RequestCodec.decode(json));
    }

    @Test
    void writesEveryKindOfRequest() {
        var all = new Target.All();
        List<Request> requests =
                List.of(
                        new Request.Status(all),
                        new Request.Start(all, Waiting.NONE),
                        new Request.Stop(all, Waiting.NONE),
                        new Request.Restart(all, Waiting.NONE),
                        new Request.SendSignal(all, "HUP"),
                        new Request.Send(
                                new Target.Named(Target.Kind.ANY, List.of("a")),
                                new Request.Input(true, "AAo=")),
                        new Request.Attach(new Target.Named(Target.Kind.ANY, List.of("a")), 0),
                        new Request.Attach(new Target.Named(Target.Kind.PROCESS, List.of("a")), 9),
                        new Request.Resize(
                                new Target.Named(Target.Kind.ANY, List.of("a")), 1, 65535),
                        new Request.Disown(all, true, true),
                        new Request.Wait(all, true, true, Waiting.FOREVER),
                        new Request.Events(all),
                        new Request.Pid(Optional.empty()),
                        new Request.Reload(new Part.Everything(), true, Waiting.NONE),
                        new Request.Shutdown(),
                        new Request.Version(),
                        new Request.Help(),
                        new Request.Avail(),
                        new Request.Reopen(),
                        new Request.Clear(all),
                        new Request.Tail(all, Stream.BOTH, Amount.DEFAULT, true),
                        new Request.MainTail(Amount.DEFAULT, true),
                        new Request.Top(all, Duration.ofMillis(2500)));
        var kinds = new HashSet<Class<?>>(List.of(Request.class.getPermittedSubclasses()));
        kinds.remove(Request.Targeted.class);
        kinds.addAll(List.of(Request.Targeted.class.getPermittedSubclasses()));
        for (Request request : requests) {
            var envelope = Envelope.of(request);
            var decoded = RequestCodec.decode(RequestCodec.encode(envelope));
            assertEquals(new RequestCodec.Decoded.Asked(envelope), decoded);
            kinds.remove(request.getClass());
        }
        assertEquals(Set.of(), kinds, "all are here");
    }

    @Test
    void asksTheSameAboutOthers() {
        var a = new Target.Named(Target.Kind.ANY, List.of("a"));
        var b = new Target.Named(Target.Kind.PROCESS, List.of("b"));
        assertEquals(
                new Request.SendSignal(b, "HUP", true),
                new Request.SendSignal(a, "HUP", true).about(b));
        assertEquals(new Request.Attach(b, 3), new Request.Attach(a, 3).about(b));
        assertEquals(
                new Request.Wait(b, true, false, Waiting.NONE),
                new Request.Wait(new Target.All(), true, false, Waiting.NONE).about(b));
    }

    @Test
    void meansAllWhenNothingIsNamed() throws JsonException {
        assertEquals(
                new Request.Stop(new Target.All(), Waiting.FOREVER),
                request("{\"command\":\"stop\"}"));
        assertEquals(
                new Request.Clear(new Target.All()),
                request("{\"command\":\"clear\",\"target\":\"all\"}"));
    }

    @Test
    void takesOneNameOrSeveral() throws JsonException {
        assertEquals(
                new Request.Status(new Target.Named(Target.Kind.ANY, List.of("nginx"))),
                request("{\"command\":\"status\",\"name\":\"nginx\"}"));
        assertEquals(
                new Request.Status(new Target.Named(Target.Kind.GROUP, List.of("a", "b"))),
                request("{\"command\":\"status\",\"target\":\"group\",\"name\":[\"a\",\"b\"]}"));
    }

    @Test
    void refusesNamesThatWouldKeepTheDaemonBusy() throws JsonException {
        String stars = "*a".repeat(RequestCodec.MAX_STARS);
        request("{\"command\":\"stop\",\"name\":\"" + stars + "\"}");
        assertInstanceOf(
                RequestCodec.Decoded.Refused.class,
                decoded("{\"command\":\"stop\",\"name\":\"" + stars + "*\"}"));
        String names = "\"a\",".repeat(RequestCodec.MAX_NAMES);
        assertInstanceOf(
                RequestCodec.Decoded.Refused.class,
                decoded("{\"command\":\"stop\",\"name\":[" + names + "\"a\"]}"));
    }

    @Test
    void readsHowLongToWait() throws JsonException {
        assertEquals(
                new Waiting(false, Optional.of(Duration.ofMillis(1500))),
                ((Request.Stop) request("{\"command\":\"stop\",\"timeout\":1.5}")).waiting());
        assertEquals(
                Waiting.NONE,
                ((Request.Stop) request("{\"command\":\"stop\",\"wait\":false}")).waiting());
    }

    @Test
    void pidAloneIsTheDaemons() throws JsonException {
        assertEquals(new Request.Pid(Optional.empty()), request("{\"command\":\"pid\"}"));
        assertEquals(
                new Request.Pid(Optional.of(new Target.All())),
                request("{\"command\":\"pid\",\"target\":\"all\"}"));
    }

    @Test
    void rereadAndUpdateAreReloads() throws JsonException {
        assertEquals(
                new Request.Reload(new Part.Everything(), true, Waiting.FOREVER),
                request("{\"command\":\"reread\"}"));
        assertEquals(
                new Request.Reload(new Part.Section("client"), false, Waiting.FOREVER),
                request("{\"command\":\"update\",\"target\":\"client\"}"));
    }

    @Test
    void takesSignalsByNumber() throws JsonException {
        assertEquals(
                new Request.SendSignal(new Target.All(), "1"),
                request("{\"command\":\"signal\",\"signal\":1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | \"command\" is missing (one of status, start",
                "{\"command\":\"strat\"} | \"command\": unknown verb \"strat\" (did you mean \"start\"?)",
                "{\"command\":7} | \"command\" must be a string that is not empty",
                "{\"command\":\"stop\",\"nmae\":\"a\"} | unknown field \"nmae\" (did you mean \"name\"?)",
                "{\"command\":\"stop\",\"signal\":\"HUP\"} | field \"signal\" does not belong to \"stop\"",
                "{\"command\":\"stop\",\"target\":\"x\"} | \"target\" must be one of all, program, group, process",
                "{\"command\":\"stop\",\"target\":\"server\"} | \"target\" must be one of all, program, group, process",
                "{\"command\":\"reload\",\"target\":\"sever\"} | process, server, unix_http_server, client (did you mean \"server\"?)",
                "{\"command\":\"stop\",\"target\":\"group\"} | \"name\" is missing: \"target\" is group",
                "{\"command\":\"stop\",\"target\":\"all\",\"name\":\"a\"} | \"name\" cannot be given when \"target\" is all",
                "{\"command\":\"reload\",\"target\":\"client\",\"name\":\"a\"} | \"name\" cannot be given when \"target\" is client",
                "{\"command\":\"stop\",\"name\":[]} | \"name\" must not be an empty array",
                "{\"command\":\"stop\",\"name\":[\"a\",\"\"]} | \"name\" must be a string or an array",
                "{\"command\":\"stop\",\"name\":\"\"} | \"name\" must be a string",
                "{\"command\":\"stop\",\"wait\":1} | \"wait\" must be true or false",
                "{\"command\":\"stop\",\"timeout\":0} | \"timeout\" must be a number of seconds",
                "{\"command\":\"stop\",\"timeout\":-1} | \"timeout\" must be a number of seconds",
                "{\"command\":\"stop\",\"timeout\":1e999999999} | \"timeout\" must be a number of seconds",
                "{\"command\":\"stop\",\"timeout\":1,\"wait\":false} | \"timeout\" has no meaning when \"wait\" is false",
                "{\"command\":\"signal\",\"name\":\"a\"} | \"signal\" is missing",
                "{\"command\":\"tail\"} | \"name\" is missing",
                "{\"command\":\"tail\",\"name\":\"a\",\"stream\":\"none\"} | \"stream\" must be one of stdout, stderr, both",
                "{\"command\":\"tail\",\"name\":\"a\",\"lines\":1,\"bytes\":1} | \"lines\" and \"bytes\" cannot both",
                "{\"command\":\"tail\",\"name\":\"a\",\"lines\":-1} | \"lines\" must be a whole number, 0 or more",
                "{\"command\":\"tail\",\"name\":\"a\",\"bytes\":1.5} | \"bytes\" must be a whole number, 0 or more",
                "{\"command\":\"attach\"} | \"name\" is missing: say which process",
                "{\"command\":\"attach\",\"name\":\"a\",\"lines\":-1} | \"lines\" must be a whole number, 0 or more",
                "{\"command\":\"resize\",\"name\":\"a\",\"rows\":1} | \"columns\" is missing",
                "{\"command\":\"resize\",\"name\":\"a\",\"rows\":0,\"columns\":1} | \"rows\" must be from 1 to 65535",
                "{\"command\":\"resize\",\"name\":\"a\",\"rows\":1,\"columns\":65536} | \"columns\" must be from 1 to 65535",
                "{\"command\":\"resize\",\"rows\":1,\"columns\":1} | \"name\" is missing: say which process",
                "{\"command\":\"top\",\"interval\":0.09} | \"interval\" must be a number of seconds from 0.1 to 60",
                "{\"command\":\"top\",\"interval\":60.1} | \"interval\" must be a number of seconds from 0.1 to 60",
                "{\"command\":\"stop\",\"interval\":1} | field \"interval\" does not belong to \"stop\"",
                "{\"command\":\"status\",\"id\":[]} | \"id\" must be a string, a number",
                "[] | a request must be a JSON object",
            })
    void saysWhatIsWrongAndWhere(String json, String message) throws JsonException {
        var decoded = RequestCodec.decode(JsonParser.parse(json));
        var refused = assertInstanceOf(RequestCodec.Decoded.Refused.class, decoded);
        assertEquals(Reply.BAD_REQUEST, refused.reply().status());
        String said = error(refused.reply()).getString("message").orElseThrow();
        assertTrue(said.contains(message), said);
    }

    @Test
    void keepsTheIdOfWhatItRefuses() throws JsonException {
        var decoded = RequestCodec.decode(JsonParser.parse("{\"id\":null,\"command\":\"x\"}"));
        var refused = assertInstanceOf(RequestCodec.Decoded.Refused.class, decoded);
        assertEquals(Optional.of(new Json.Null()), refused.id());
    }

    @Test
    void cutsLongWordsInItsMessages() throws JsonException {
        String word = "x".repeat(60_000);
        var decoded = RequestCodec.decode(JsonParser.parse("{\"command\":\"" + word + "\"}"));
        var refused = assertInstanceOf(RequestCodec.Decoded.Refused.class, decoded);
        int length = error(refused.reply()).getString("message").orElseThrow().length();
        assertTrue(length < 200, "length " + length);
    }

    private static Json.Obj error(Reply reply) {
        return reply.body().getObject("error").orElseThrow();
    }

    private static RequestCodec.Decoded decoded(String json) throws JsonException {
        return RequestCodec.decode((Json.Obj) JsonParser.parse(json));
    }

    private static Request request(String json) throws JsonException {
        var decoded = RequestCodec.decode(JsonParser.parse(json));
        return assertInstanceOf(RequestCodec.Decoded.Asked.class, decoded).envelope().request();
    }

    @Provide
    static Arbitrary<Envelope> envelopes() {
        return Combinators.combine(scalars().optional(), requests()).as(Envelope::new);
    }

    private static Arbitrary<Json> scalars() {
        return Arbitraries.oneOf(
                Arbitraries.strings().map(s -> new Json.Str(s.replaceAll("[\uD800-\uDFFF]", ""))),
                Arbitraries.longs().map(Json.Num::of),
                Arbitraries.of(new Json.Bool(true), new Json.Bool(false), new Json.Null()));
    }

    private static Arbitrary<Request> requests() {
        return Arbitraries.oneOf(
                targets().map(Request.Status::new),
                Combinators.combine(targets(), waits()).as(Request.Start::new),
                Combinators.combine(targets(), waits()).as(Request.Stop::new),
                Combinators.combine(targets(), waits()).as(Request.Restart::new),
                Combinators.combine(targets(), words()).as(Request.SendSignal::new),
                Combinators.combine(named(), words().map(w -> new Request.Input(false, w)))
                        .as(Request.Send::new),
                targets().optional().map(Request.Pid::new),
                Combinators.combine(parts(), Arbitraries.of(true, false), waits())
                        .as(Request.Reload::new),
                Arbitraries.of(
                        new Request.Shutdown(),
                        new Request.Version(),
                        new Request.Help(),
                        new Request.Avail(),
                        new Request.Reopen()),
                targets().map(Request.Clear::new),
                Combinators.combine(
                                targets(),
                                Arbitraries.of(Stream.class),
                                amounts(),
                                Arbitraries.of(true, false))
                        .as(Request.Tail::new),
                Combinators.combine(amounts(), Arbitraries.of(true, false))
                        .as(Request.MainTail::new),
                Combinators.combine(
                                targets(),
                                Arbitraries.longs()
                                        .between(100_000_000, 60_000_000_000L)
                                        .map(Duration::ofNanos))
                        .as(Request.Top::new));
    }

    private static Arbitrary<String> words() {
        return Arbitraries.strings()
                .alpha()
                .numeric()
                .withChars(":*_é\n")
                .ofMinLength(1)
                .ofMaxLength(16);
    }

    private static Arbitrary<Target> targets() {
        return Arbitraries.oneOf(Arbitraries.of(new Target.All()), named());
    }

    private static Arbitrary<Target.Named> named() {
        return Combinators.combine(
                        Arbitraries.of(Target.Kind.class), words().list().ofMinSize(1).ofMaxSize(4))
                .as(Target.Named::new);
    }

    private static Arbitrary<Waiting> waits() {
        return Arbitraries.oneOf(
                Arbitraries.of(Waiting.FOREVER, Waiting.NONE),
                Arbitraries.longs()
                        .between(1, 1_000_000_000_000_000_000L)
                        .map(nanos -> new Waiting(false, Optional.of(Duration.ofNanos(nanos)))));
    }

    private static Arbitrary<Part> parts() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        new Part.Everything(),
                        new Part.Section("server"),
                        new Part.Section("unix_http_server"),
                        new Part.Section("client")),
                named().map(Part.Programs::new));
    }

    private static Arbitrary<Amount> amounts() {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(0, Fields.MAX_COUNT))
                .as(Amount::new);
    }

    @Provide
    static Arbitrary<Json.Obj> nearlyRequests() {
        Arbitrary<String> fields =
                Arbitraries.of(
                        "command",
                        "target",
                        "name",
                        "id",
                        "wait",
                        "timeout",
                        "signal",
                        "stream",
                        "lines",
                        "bytes",
                        "follow",
                        "dry_run",
                        "interval",
                        "x");
        Arbitrary<Json> words =
                Arbitraries.of(
                                "stop", "tail", "signal", "reload", "top", "pid", "all", "group",
                                "process", "client", "stderr", "")
                        .map(Json.Str::new);
        Arbitrary<Json> numbers =
                Arbitraries.of("0", "-1", "1.5", "1e400", "1e-400", "9999999999999999999")
                        .map(Json.Num::new);
        Arbitrary<Json> arrays = words.list().ofMaxSize(2).map(Json.Arr::new);
        return Arbitraries.maps(fields, Arbitraries.oneOf(words, words, numbers, arrays, scalars()))
                .ofMaxSize(5)
                .map(Json.Obj::new)
                .filter(o -> !(o.get("id").orElse(new Json.Null()) instanceof Json.Arr));
    }
}
