package taskmaster.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import taskmaster.line.Key;

/**
 * What the screen of {@code top} is about, and what keys do to it. Pure and immutable.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>The selection is a process, by name, not a row: it stays with it however rows move. Where
 *       the process goes, the one at its place is selected.
 *   <li>What changes something is asked first, and only y does it.
 * </ul>
 *
 * @param descending the largest first
 * @param filter what a name or a state must contain, in any case; empty: all
 * @param selected empty only where there is no row
 * @param first the row at the top of the window
 * @param message of what was done last, instead of the keys
 */
record TopView(
        TopSample sample,
        TopOrder order,
        boolean descending,
        String filter,
        Optional<String> selected,
        int first,
        Mode mode,
        String message) {

    /** What keys mean now. */
    sealed interface Mode {
        record Table() implements Mode {}

        /** A filter is typed. {@code before}: what was there. */
        record Filter(String before) implements Mode {}

        record Confirm(Action action, String name) implements Mode {}

        record Help() implements Mode {}
    }

    /** What can be done to a process. */
    enum Action {
        STOP("stop"),
        START("start"),
        RESTART("restart");

        private final String word;

        Action(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** What a key makes the screen do besides showing another view. */
    sealed interface Effect {
        record None() implements Effect {}

        record Quit() implements Effect {}

        /** All of it anew. */
        record Redraw() implements Effect {}

        record Do(Action action, String name) implements Effect {}

        record Follow(String name) implements Effect {}
    }

    record Step(TopView view, Effect effect) {}

    private static final Mode TABLE = new Mode.Table();

    /** More makes no name that there is. */
    private static final int MOST_FILTER = 200;

    static TopView of(TopSample sample) {
        return new TopView(
                        sample,
                        TopOrder.CPU,
                        TopOrder.CPU.isLargestFirst(),
                        "",
                        Optional.empty(),
                        0,
                        TABLE,
                        "")
                .reselected(0);
    }

    /** Those that are shown, in order. */
    List<TopSample.Row> rows() {
        List<TopSample.Row> rows = new ArrayList<>(sample.rows().size());
        String wanted = filter.toLowerCase(Locale.ROOT);
        for (TopSample.Row row : sample.rows()) {
            if (row.name().toLowerCase(Locale.ROOT).contains(wanted)
                    || row.shownState().toLowerCase(Locale.ROOT).contains(wanted)) {
                rows.add(row);
            }
        }
        rows.sort(order.comparator(descending));
        return rows;
    }

    /** Of the selected one in {@link #rows}; -1 where there is none. */
    int selectedIndex() {
        return index(rows());
    }

    private int index(List<TopSample.Row> rows) {
        for (int i = 0; i < rows.size(); i++) {
            if (selected.isPresent() && rows.get(i).name().equals(selected.get())) {
                return i;
            }
        }
        return -1;
    }

    TopView withSample(TopSample next) {
        int before = selectedIndex();
        return new TopView(next, order, descending, filter, selected, first, mode, message)
                .reselected(before);
    }

    TopView withMessage(String text) {
        return new TopView(sample, order, descending, filter, selected, first, mode, text);
    }

    /** Scrolled so that the selected row is among so many. */
    TopView fitted(int height) {
        int count = rows().size();
        int index = Math.max(0, selectedIndex());
        int most = Math.max(0, count - height);
        int top = Math.clamp(first, Math.max(0, index - height + 1), Math.max(0, index));
        return new TopView(
                sample, order, descending, filter, selected, Math.min(top, most), mode, message);
    }

    /** The selected one where it is still shown, else the one at {@code index}, or the last. */
    private TopView reselected(int index) {
        List<TopSample.Row> rows = rows();
        if (index(rows) >= 0) {
            return this;
        }
        return rows.isEmpty() ? select(Optional.empty()) : selectedAt(rows, index);
    }

    private TopView select(Optional<String> name) {
        return new TopView(sample, order, descending, filter, name, first, mode, message);
    }

    private TopView selectedAt(List<TopSample.Row> rows, int index) {
        return select(Optional.of(rows.get(Math.clamp(index, 0, rows.size() - 1)).name()));
    }

    private TopView moved(int by) {
        List<TopSample.Row> rows = rows();
        return rows.isEmpty() ? this : selectedAt(rows, Math.max(0, index(rows) + by));
    }

    private TopView sorted(TopOrder by) {
        boolean down = by == order ? !descending : by.isLargestFirst();
        return sorted(by, down);
    }

    private TopView sorted(TopOrder by, boolean down) {
        return new TopView(sample, by, down, filter, selected, first, mode, message);
    }

    private TopView filtered(String text) {
        String short200 = text.length() > MOST_FILTER ? text.substring(0, MOST_FILTER) : text;
        return new TopView(sample, order, descending, short200, selected, first, mode, message)
                .reselected(0);
    }

    private TopView in(Mode next) {
        return new TopView(sample, order, descending, filter, selected, first, next, "");
    }

    private static Step only(TopView view) {
        return new Step(view, new Effect.None());
    }

    /** {@code page}: how many rows the window has. */
    Step type(Key key, int page) {
        return switch (mode) {
            case Mode.Table table -> inTable(key, page);
            case Mode.Filter(String before) -> only(inFilter(key, before));
            case Mode.Confirm(Action action, String name) -> {
                boolean yes = key.equals(new Key.Text('y')) || key.equals(new Key.Text('Y'));
                TopView asked = in(TABLE);
                yield yes
                        ? new Step(
                                asked.withMessage(action.word() + " " + name + " ..."),
                                new Effect.Do(action, name))
                        : only(asked.withMessage(name + ": nothing was done"));
            }
            case Mode.Help help -> only(in(TABLE));
        };
    }

    private Step inTable(Key key, int page) {
        return switch (key) {
            case Key.Text(int c) -> letter(c);
            case Key.Control(char letter) ->
                    switch (letter) {
                        case 'c' -> new Step(this, new Effect.Quit());
                        case 'l' -> new Step(this, new Effect.Redraw());
                        default -> only(this);
                    };
            case Key.Named named ->
                    switch (named) {
                        case UP -> only(moved(-1));
                        case DOWN -> only(moved(1));
                        case PAGE_UP -> only(moved(-Math.max(1, page)));
                        case PAGE_DOWN -> only(moved(Math.max(1, page)));
                        case HOME -> only(moved(-sample.rows().size()));
                        case END -> only(moved(sample.rows().size()));
                        case ENTER -> follow();
                        case ESCAPE -> only(filtered("").withMessage(""));
                        default -> only(this);
                    };
            case Key.Alt alt -> only(this);
            case Key.Paste paste -> only(this);
        };
    }

    private Step letter(int c) {
        Optional<TopOrder> by = TopOrder.of(c);
        if (by.isPresent()) {
            return only(sorted(by.get()));
        }
        return switch (c) {
            case 'q' -> new Step(this, new Effect.Quit());
            case '<' -> only(sorted(order, false));
            case '>' -> only(sorted(order, true));
            case '/' -> only(in(new Mode.Filter(filter)));
            case 's' -> only(confirm(Action.STOP));
            case 'u' -> only(confirm(Action.START));
            case 'r' -> only(confirm(Action.RESTART));
            case 'f' -> follow();
            case 'h', '?' -> only(in(new Mode.Help()));
            default -> only(this);
        };
    }

    private TopView confirm(Action action) {
        return selected.isEmpty() ? this : in(new Mode.Confirm(action, selected.get()));
    }

    private Step follow() {
        return selected.isEmpty()
                ? only(this)
                : new Step(withMessage(""), new Effect.Follow(selected.get()));
    }

    private TopView inFilter(Key key, String before) {
        return switch (key) {
            case Key.Text(int c) -> filtered(filter + Character.toString(c));
            case Key.Paste(String text) -> filtered(filter + text.lines().findFirst().orElse(""));
            case Key.Control(char letter) ->
                    switch (letter) {
                        case 'c', 'g' -> filtered(before).in(TABLE);
                        case 'u' -> filtered("");
                        default -> this;
                    };
            case Key.Named named ->
                    switch (named) {
                        case ENTER -> in(TABLE);
                        case ESCAPE -> filtered(before).in(TABLE);
                        case BACKSPACE ->
                                filter.isEmpty()
                                        ? this
                                        : filtered(
                                                filter.substring(
                                                        0,
                                                        filter.offsetByCodePoints(
                                                                filter.length(), -1)));
                        default -> this;
                    };
            case Key.Alt alt -> this;
        };
    }
}
