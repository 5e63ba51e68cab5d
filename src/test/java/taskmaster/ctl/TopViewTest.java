package taskmaster.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.line.Columns;
import taskmaster.line.Key;

/** What is shown and what keys do, without a terminal. */
class TopViewTest {

    private static final int PAGE = 5;

    private static Json.Obj process(String name, String state, double cpu, long memory) {
        return Json.object()
                .put("name", name)
                .put("state", state)
                .put("paused", false)
                .put("pid", 4711)
                .put("uptime", 61.5)
                .put("cpu", cpu)
                .put("memory", memory)
                .put("threads", 2)
                .put("processes", 1)
                .put("descriptors", 3)
                .put("restarts", 4)
                .putNull("exit")
                .put("reason", "")
                .build();
    }

    private static TopSample sample(List<Json.Obj> processes) {
        return TopSample.of(
                Json.object()
                        .put("interval", 1.0)
                        .put("scope", "session")
                        .put("daemon", process("", "", 1.5, 1 << 20))
                        .put("processes", processes)
                        .build());
    }

    private static TopView three() {
        return TopView.of(
                sample(
                        List.of(
                                process("a", "RUNNING", 1, 30),
                                process("b", "FATAL", 7, 20),
                                process("c", "RUNNING", 3, 10))));
    }

    private static TopView type(TopView view, Key... keys) {
        TopView result = view;
        for (Key key : keys) {
            result = result.type(key, PAGE).view();
        }
        return result;
    }

    private static Key key(char c) {
        return new Key.Text(c);
    }

    private static String names(TopView view) {
        StringBuilder names = new StringBuilder();
        view.rows().forEach(row -> names.append(row.name()));
        return names.toString();
    }

    @Test
    void sortsByWhatIsWanted() {
        TopView view = three();
        assertEquals("bca", names(view));
        assertEquals("abc", names(type(view, key('N'))));
        assertEquals("cba", names(type(view, key('N'), key('N'))));
        assertEquals("abc", names(type(view, key('M'))));
        assertEquals("cba", names(type(view, key('M'), key('<'))));
        assertEquals("abc", names(type(view, key('M'), key('<'), key('>'), key('>'))));
        assertEquals("bac", names(type(view, key('S'))));
        assertEquals("abc", names(type(view, key('R'))), "equal ones in the daemon's order");
    }

    @Test
    void showsWhatHasTheTextInNameOrState() {
        TopView view = type(three(), key('/'), key('A'));
        assertEquals("ba", names(view));
        assertEquals("b", names(type(view, key('t'))));
        assertEquals("ba", names(type(view, key('t'), Key.Named.BACKSPACE, Key.Named.ENTER)));
        assertEquals("bca", names(type(view, Key.Named.ESCAPE)), "as it was before");
        assertEquals("bca", names(type(view, Key.Named.ENTER, Key.Named.ESCAPE)));
        TopView none = type(view, key('x'));
        assertEquals("", names(none));
        assertEquals(Optional.empty(), none.selected());
        assertEquals(Optional.of("b"), type(none, Key.Named.BACKSPACE).selected());
    }

    @Test
    void asksBeforeItChangesSomething() {
        TopView asked = type(three(), Key.Named.DOWN, key('s'));
        assertEquals(new TopView.Mode.Confirm(TopView.Action.STOP, "c"), asked.mode());
        assertEquals(
                new TopView.Effect.Do(TopView.Action.STOP, "c"),
                asked.type(key('y'), PAGE).effect());
        for (Key no : List.of(key('n'), key('q'), Key.Named.ENTER, new Key.Control('c'))) {
            TopView.Step step = asked.type(no, PAGE);
            assertEquals(new TopView.Effect.None(), step.effect());
            assertEquals(new TopView.Mode.Table(), step.view().mode());
        }
        assertEquals(
                new TopView.Effect.Do(TopView.Action.START, "b"),
                type(three(), key('u')).type(key('Y'), PAGE).effect());
        assertEquals(
                new TopView.Effect.Do(TopView.Action.RESTART, "b"),
                type(three(), key('r')).type(key('y'), PAGE).effect());
    }

    @Test
    void theQuestionIsAboutTheProcessThatWasSelectedThen() {
        TopView asked = type(three(), key('s')).withSample(sample(List.of()));
        assertEquals(
                new TopView.Effect.Do(TopView.Action.STOP, "b"),
                asked.type(key('y'), PAGE).effect());
    }

    @Test
    void followsAndLeaves() {
        assertEquals(new TopView.Effect.Follow("b"), three().type(Key.Named.ENTER, PAGE).effect());
        assertEquals(new TopView.Effect.Follow("b"), three().type(key('f'), PAGE).effect());
        assertEquals(new TopView.Effect.Quit(), three().type(key('q'), PAGE).effect());
        assertEquals(new TopView.Effect.Quit(), three().type(new Key.Control('c'), PAGE).effect());
        TopView empty = TopView.of(sample(List.of()));
        for (char c : "sur f".toCharArray()) {
            assertEquals(new TopView.Step(empty, new TopView.Effect.None()), empty.type(key(c), 1));
        }
        assertEquals(empty, empty.type(Key.Named.PAGE_DOWN, PAGE).view());
    }

    @Test
    void movesTheSelection() {
        assertEquals(Optional.of("a"), type(three(), Key.Named.END).selected());
        assertEquals(Optional.of("a"), type(three(), Key.Named.PAGE_DOWN).selected());
        assertEquals(Optional.of("b"), type(three(), Key.Named.END, Key.Named.HOME).selected());
        assertEquals(Optional.of("b"), type(three(), Key.Named.UP).selected());
        assertEquals(
                Optional.of("c"),
                type(three(), Key.Named.END, Key.Named.PAGE_UP, Key.Named.DOWN).selected());
    }

    @Test
    void takesTheNextWhereTheSelectedOneGoes() {
        TopView view = type(three(), Key.Named.DOWN);
        assertEquals(Optional.of("c"), view.selected());
        var rest = List.of(process("a", "RUNNING", 1, 30), process("b", "FATAL", 7, 20));
        assertEquals(Optional.of("a"), view.withSample(sample(rest)).selected());
    }

    private static final List<String> LETTERS =
            List.of(
                    "a",
                    "web:web_",
                    "日本",
                    "e\u0301",
                    "\u001b[31m",
                    "\u009b2J",
                    "\u202e",
                    "😀",
                    "x\ny");

    @Provide
    Arbitrary<TopSample> samples() {
        Arbitrary<String> names =
                Arbitraries.of(LETTERS)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(6)
                        .map(l -> String.join("", l));
        Arbitrary<Json.Obj> process =
                Combinators.combine(
                                names,
                                Arbitraries.of("RUNNING", "STOPPED", "FATAL", "\u001b]0;x\u0007"),
                                Arbitraries.doubles().between(0, 1e15),
                                Arbitraries.longs().greaterOrEqual(0))
                        .as(TopViewTest::process);
        return process.list()
                .ofMaxSize(30)
                .uniqueElements(o -> o.getString("name"))
                .map(TopViewTest::sample);
    }

    @Provide
    Arbitrary<List<Key>> keys() {
        Arbitrary<Key> letters =
                Arbitraries.of("qNPMTRS<>/surfh?ynaw\u65e5".chars().boxed().toList())
                        .map(Key.Text::new);
        Arbitrary<Key> named = Arbitraries.of(Key.Named.values()).map(k -> k);
        Arbitrary<Key> others =
                Arbitraries.of(
                        new Key.Control('c'),
                        new Key.Control('l'),
                        new Key.Alt('x'),
                        new Key.Paste("we\nb"));
        return Arbitraries.oneOf(letters, named, others).list().ofMaxSize(40);
    }

    @Property(tries = 500)
    void isNeverLargerThanTheScreenAndDrivesNoTerminal(
            @ForAll("samples") TopSample sample,
            @ForAll("keys") List<Key> keys,
            @ForAll @IntRange(min = 1, max = 160) int width,
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll boolean coloured) {
        TopFrame frame = new TopFrame(width, height, new Palette(coloured));
        TopView view = TopView.of(sample);
        for (Key key : keys) {
            view = view.type(key, frame.page()).view();
        }
        view = view.fitted(frame.page());
        List<String> lines = frame.lines(view);
        assertTrue(lines.size() <= height, () -> lines.size() + " lines");
        for (String line : lines) {
            String plain = line.replaceAll("\u001b\\[[0-9;]*m", "");
            assertTrue(Columns.of(plain) <= width, () -> "too wide: " + plain);
            assertTrue(
                    plain.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x202e),
                    () -> "drives the terminal: " + plain);
        }
    }

    @Property(tries = 500)
    void theSelectedProcessStaysSelectedAndInSight(
            @ForAll("samples") TopSample sample,
            @ForAll("keys") List<Key> keys,
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll java.util.Random random) {
        TopFrame frame = new TopFrame(80, height, new Palette(false));
        TopView view = TopView.of(sample);
        for (Key key : keys) {
            Optional<String> before = view.selected();
            boolean moves =
                    key instanceof Key.Named || !(view.mode() instanceof TopView.Mode.Table);
            view = view.type(key, frame.page()).view();
            if (!moves) {
                assertEquals(before, view.selected(), () -> "moved by " + key);
            }
            List<TopSample.Row> shuffled = new ArrayList<>(sample.rows());
            Collections.shuffle(shuffled, random);
            Optional<String> selected = view.selected();
            view = view.withSample(new TopSample(sample.daemon(), shuffled, true, false));
            assertEquals(selected, view.selected());
            view = view.fitted(frame.page());
            int index = view.selectedIndex();
            assertEquals(view.rows().isEmpty(), index < 0);
            assertTrue(view.first() >= 0);
            if (index >= 0 && frame.page() > 0) {
                int at = index - view.first();
                assertTrue(at >= 0 && at < frame.page(), at + " of " + frame.page());
            }
        }
    }

    @Test
    void dropsColumnsThatHaveNoRoom() {
        List<TopSample.Row> rows = three().rows();
        assertEquals(List.of(TopColumn.values()), new TopTable(120, rows).columns());
        assertEquals(
                List.of(TopColumn.NAME, TopColumn.STATE, TopColumn.CPU, TopColumn.MEMORY),
                new TopTable(35, rows).columns());
        assertEquals(List.of(TopColumn.NAME), new TopTable(1, rows).columns());
    }

    @Test
    void writesNumbersShort() {
        assertEquals("0", TopColumn.bytes(0));
        assertEquals("1023", TopColumn.bytes(1023));
        assertEquals("1.0K", TopColumn.bytes(1024));
        assertEquals("99.9K", TopColumn.bytes(102_399));
        assertEquals("100K", TopColumn.bytes(102_400));
        assertEquals("1.5G", TopColumn.bytes(3L << 29));
        assertTrue(TopColumn.bytes(Long.MAX_VALUE).length() < 8);
        assertEquals("0:00", TopColumn.uptime(0));
        assertEquals("59:59", TopColumn.uptime(3599));
        assertEquals("23:59:59", TopColumn.uptime(86_399));
        assertEquals("12d03h", TopColumn.uptime(12 * 86_400 + 3 * 3600 + 5));
        assertEquals("12.3", TopColumn.percent(123));
    }

    @Test
    void sumsUp() {
        List<String> summary = TopTable.summary(three().sample());
        assertEquals(
                "taskmasterd pid 4711, up 1:02; 3 processes: 1 FATAL, 2 RUNNING", summary.get(0));
        assertEquals("CPU 11.0%, memory 60; taskmasterd 1.5%, 1.0M", summary.get(1));
    }
}
