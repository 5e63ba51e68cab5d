package taskmaster.line;

import java.util.List;
import java.util.Optional;

/**
 * A line that is typed, with the keys that emacs, bash and readline have taught to hands. It does
 * nothing but compute: who shows the line, and reads keys, is somebody else.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>Any key may come at any time; what means nothing rings or does nothing.
 *   <li>A paste goes into the line as it is, newlines too, and is never executed before Enter:
 *       nobody knows what is in the clipboard. Only newlines at its end are left out.
 *   <li>A change can be undone until the line is accepted; letters typed in a row are one change,
 *       as far as the next blank.
 * </ul>
 *
 * <p>Owned by one thread.
 */
public final class LineEditor {

    /** What a key did. */
    public sealed interface Outcome {

        /** Without more to say. */
        enum Plain implements Outcome {
            /** Line, cursor or prompt may be other ones. */
            EDITED,
            /** Nothing, and the user should know. */
            BELL,
            /** Ctrl-L. */
            CLEAR_SCREEN,
            /** Ctrl-C: the line is dropped, and a new one is begun. */
            INTERRUPTED,
            /** Ctrl-D on an empty line. */
            END
        }

        /** Enter: a new line is begun. */
        record Accepted(String line) implements Outcome {}

        /** To be shown, since what was typed could become each of them. */
        record Choices(List<Candidate> candidates) implements Outcome {
            public Choices {
                candidates = List.copyOf(candidates);
            }
        }
    }

    /** What the last key was, where that matters to the next. */
    private enum Last {
        OTHER,
        LETTER,
        KILL,
        YANK,
        COMPLETION
    }

    private final History history;
    private final Completer completer;
    private final Buffer buffer = new Buffer();
    private final UndoLog undo = new UndoLog();
    private final KillRing kills = new KillRing();
    private final HistoryWalk walk;
    private Last last = Last.OTHER;
    private Last now = Last.OTHER;
    private int yankStart;
    private Optional<Search> search = Optional.empty();
    private String lastPattern = "";

    public LineEditor(History history, Completer completer) {
        this.history = history;
        this.completer = completer;
        walk = new HistoryWalk(history);
    }

    public String text() {
        return buffer.text();
    }

    /** Where in the text, in chars, never within a character. */
    public int cursor() {
        return buffer.cursor();
    }

    /** What is to be shown instead of the prompt, while one searches. */
    public Optional<String> searchPrompt() {
        return search.isPresent() ? Optional.of(search.get().prompt()) : Optional.empty();
    }

    /** Begins a new line, as after Ctrl-C. */
    public void reset() {
        buffer.set("", 0);
        undo.clear();
        walk.begin();
        search = Optional.empty();
        last = Last.OTHER;
    }

    public Outcome type(Key key) {
        now = Last.OTHER;
        Outcome outcome = search.isPresent() ? searching(search.get(), key) : edit(key);
        last = now;
        return outcome;
    }

    private Outcome edit(Key key) {
        return switch (key) {
            case Key.Text(int c) -> letter(Character.toString(c));
            case Key.Paste(String text) -> insert(pasted(text));
            case Key.Alt(int c) -> alt(c);
            case Key.Control(char letter) -> control(letter);
            case Key.Named named -> named(named);
        };
    }

    private static String pasted(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\n') {
            end--;
        }
        return text.substring(0, end);
    }

    private Outcome named(Key.Named key) {
        return switch (key) {
            case ENTER -> accept();
            case TAB -> complete();
            case BACKSPACE -> delete(buffer.previous(buffer.cursor()), buffer.cursor());
            case DELETE -> delete(buffer.cursor(), buffer.next(buffer.cursor()));
            case UP -> walk(-1);
            case DOWN -> walk(1);
            case LEFT -> moveTo(buffer.previous(buffer.cursor()));
            case RIGHT -> moveTo(buffer.next(buffer.cursor()));
            case HOME -> moveTo(0);
            case END -> moveTo(buffer.text().length());
            case WORD_LEFT -> moveTo(buffer.wordStart());
            case WORD_RIGHT -> moveTo(buffer.wordEnd());
            case WORD_BACKSPACE -> killBefore(buffer.wordStart());
            case WORD_DELETE -> killBehind(buffer.wordEnd());
            case PAGE_UP -> walkTo(0);
            case PAGE_DOWN -> walkTo(history.size());
            case BACK_TAB, INSERT, ESCAPE -> Outcome.Plain.EDITED;
        };
    }

    private Outcome alt(int c) {
        return switch (Character.toLowerCase(c)) {
            case 'b' -> moveTo(buffer.wordStart());
            case 'f' -> moveTo(buffer.wordEnd());
            case 'd' -> killBehind(buffer.wordEnd());
            case 'y' -> yankOther();
            case '<' -> walkTo(0);
            case '>' -> walkTo(history.size());
            default -> Outcome.Plain.BELL;
        };
    }

    private Outcome control(char letter) {
        return switch (letter) {
            case 'a' -> moveTo(0);
            case 'b' -> moveTo(buffer.previous(buffer.cursor()));
            case 'c' -> interrupt();
            case 'd' -> endOrDelete();
            case 'e' -> moveTo(buffer.text().length());
            case 'f' -> moveTo(buffer.next(buffer.cursor()));
            case 'k' -> killBehind(buffer.text().length());
            case 'l' -> Outcome.Plain.CLEAR_SCREEN;
            case 'n' -> walk(1);
            case 'p' -> walk(-1);
            case 'r' -> beginSearch(true);
            case 's' -> beginSearch(false);
            case 't' -> transpose();
            case 'u' -> killBefore(0);
            case 'w' -> killBefore(buffer.argumentStart());
            case 'y' -> yank();
            case '_' -> undo();
            default -> Outcome.Plain.BELL;
        };
    }

    private Outcome accept() {
        String line = buffer.text();
        reset();
        return new Outcome.Accepted(line);
    }

    private Outcome interrupt() {
        reset();
        return Outcome.Plain.INTERRUPTED;
    }

    private Outcome endOrDelete() {
        return buffer.isEmpty()
                ? Outcome.Plain.END
                : delete(buffer.cursor(), buffer.next(buffer.cursor()));
    }

    private Outcome moveTo(int at) {
        if (at == buffer.cursor()) {
            return Outcome.Plain.BELL;
        }
        buffer.moveTo(at);
        return Outcome.Plain.EDITED;
    }

    private Outcome letter(String letter) {
        boolean sameChange = last == Last.LETTER && !letter.equals(" ");
        Buffer.Snapshot before = buffer.snapshot();
        if (!buffer.insert(letter)) {
            return Outcome.Plain.BELL;
        }
        now = Last.LETTER;
        if (!sameChange) {
            undo.add(before);
        }
        return Outcome.Plain.EDITED;
    }

    private Outcome insert(String text) {
        return replace(buffer.cursor(), buffer.cursor(), text);
    }

    private Outcome replace(int start, int end, String by) {
        Buffer.Snapshot before = buffer.snapshot();
        if ((start == end && by.isEmpty()) || !buffer.replace(start, end, by)) {
            return Outcome.Plain.BELL;
        }
        undo.add(before);
        return Outcome.Plain.EDITED;
    }

    private Outcome delete(int start, int end) {
        return replace(start, end, "");
    }

    private Outcome transpose() {
        Buffer.Snapshot before = buffer.snapshot();
        if (!buffer.transpose()) {
            return Outcome.Plain.BELL;
        }
        undo.add(before);
        return Outcome.Plain.EDITED;
    }

    private Outcome killBehind(int end) {
        return kill(buffer.cursor(), end);
    }

    private Outcome killBefore(int start) {
        return kill(start, buffer.cursor());
    }

    private Outcome kill(int start, int end) {
        if (start == end) {
            now = last; // the next one still belongs to the one before
            return Outcome.Plain.BELL;
        }
        boolean behind = start == buffer.cursor();
        undo.add(buffer.snapshot());
        String killed = buffer.delete(start, end);
        if (last != Last.KILL || kills.isEmpty()) {
            kills.add(killed);
        } else if (behind) {
            kills.addBehind(killed);
        } else {
            kills.addBefore(killed);
        }
        now = Last.KILL;
        return Outcome.Plain.EDITED;
    }

    private Outcome yank() {
        yankStart = buffer.cursor();
        return yanked(insert(kills.last()));
    }

    /** Instead of what was just put in, what was cut out before it. */
    private Outcome yankOther() {
        if (last != Last.YANK) {
            return Outcome.Plain.BELL;
        }
        kills.rotate();
        return yanked(replace(yankStart, buffer.cursor(), kills.last()));
    }

    private Outcome yanked(Outcome outcome) {
        if (outcome == Outcome.Plain.EDITED) {
            now = Last.YANK;
        }
        return outcome;
    }

    private Outcome undo() {
        Optional<Buffer.Snapshot> before = undo.take();
        if (before.isEmpty()) {
            return Outcome.Plain.BELL;
        }
        buffer.set(before.get());
        return Outcome.Plain.EDITED;
    }

    private Outcome walk(int places) {
        return walkTo(walk.place() + places);
    }

    private Outcome walkTo(int place) {
        if (!walk.isPlace(place) || place == walk.place()) {
            return Outcome.Plain.BELL;
        }
        String line = walk.goTo(place, buffer.text());
        undo.clear(); // each line has its own changes
        buffer.set(line, line.length());
        return Outcome.Plain.EDITED;
    }

    private Outcome beginSearch(boolean backward) {
        search = Optional.of(new Search(history, buffer.snapshot(), walk.place(), backward));
        return Outcome.Plain.EDITED;
    }

    private Outcome searching(Search searched, Key key) {
        switch (key) {
            case Key.Text(int c) -> searched.type(Character.toString(c));
            case Key.Paste(String text) -> searched.type(pasted(text));
            case Key.Control(char c) when c == 'r' -> searched.again(true, lastPattern);
            case Key.Control(char c) when c == 's' -> searched.again(false, lastPattern);
            case Key.Named.BACKSPACE -> searched.backspace();
            case Key.Control(char c) when c == 'g' -> {
                endSearch(searched);
                buffer.set(searched.origin());
                return Outcome.Plain.EDITED;
            }
            default -> {
                found(searched);
                return key == Key.Named.ESCAPE ? Outcome.Plain.EDITED : edit(key);
            }
        }
        buffer.set(searched.shown());
        return searched.hasFailed() ? Outcome.Plain.BELL : Outcome.Plain.EDITED;
    }

    private void endSearch(Search searched) {
        if (!searched.pattern().isEmpty()) {
            lastPattern = searched.pattern();
        }
        search = Optional.empty();
    }

    /** What is shown becomes the line. */
    private void found(Search searched) {
        endSearch(searched);
        if (searched.place() != walk.place()) {
            Buffer.Snapshot shown = searched.shown();
            walk.goTo(searched.place(), searched.origin().text());
            undo.clear();
            buffer.set(shown);
        }
    }

    private Outcome complete() {
        int cursor = buffer.cursor();
        Completion completion = completer.complete(buffer.text(), cursor);
        if (completion.candidates().isEmpty() || completion.start() > cursor) {
            return Outcome.Plain.BELL;
        }
        now = Last.COMPLETION;
        if (completion.candidates().size() == 1) {
            return completeAs(completion.start(), completion.candidates().get(0));
        }
        String typed = buffer.text().substring(completion.start(), cursor);
        String shared = completion.sharedBeginning();
        if (shared.length() > typed.length()) {
            return replace(completion.start(), cursor, shared);
        }
        return last == Last.COMPLETION
                ? new Outcome.Choices(completion.candidates())
                : Outcome.Plain.BELL;
    }

    private Outcome completeAs(int start, Candidate only) {
        String after = only.after();
        int end = buffer.cursor();
        if (buffer.text().startsWith(after, end)) {
            end += after.length(); // it is there already: go on behind it
        }
        return replace(start, end, only.word() + after);
    }
}
