package taskmaster.line;

/** An incremental search in the history, as Ctrl-R begins it. */
final class Search {

    private final History history;

    /** What is gone back to where it is given up. */
    private final Buffer.Snapshot origin;

    private String pattern = "";
    private boolean backward;
    private boolean failed;

    /** Of the entry that is shown; the history's size is the line itself. */
    private int place;

    Search(History history, Buffer.Snapshot origin, int place, boolean backward) {
        this.history = history;
        this.origin = origin;
        this.place = place;
        this.backward = backward;
    }

    Buffer.Snapshot origin() {
        return origin;
    }

    String pattern() {
        return pattern;
    }

    int place() {
        return place;
    }

    boolean hasFailed() {
        return failed;
    }

    /** In the words that bash uses. */
    String prompt() {
        String kind = backward ? "reverse-i-search" : "i-search";
        return "(" + (failed ? "failed " : "") + kind + ")`" + pattern + "': ";
    }

    /** What is shown, with the cursor where the pattern is. */
    Buffer.Snapshot shown() {
        String line = lineAt(place);
        return new Buffer.Snapshot(line, Math.max(0, line.indexOf(pattern)));
    }

    private String lineAt(int at) {
        return at < history.size() ? history.get(at) : origin.text();
    }

    void type(String more) {
        if (pattern.length() + more.length() <= Buffer.MOST) {
            pattern += more;
            find(place);
        }
    }

    /** Takes the last character back, and begins anew with what is left. */
    void backspace() {
        var shorter = new Buffer();
        shorter.set(pattern, pattern.length());
        shorter.delete(shorter.previous(pattern.length()), pattern.length());
        pattern = shorter.text();
        find(backward ? history.size() : 0);
    }

    /** The next that way; without a pattern, that of the search before. */
    void again(boolean wantsBackward, String patternBefore) {
        backward = wantsBackward;
        if (pattern.isEmpty()) {
            pattern = patternBefore;
            find(place);
        } else {
            find(backward ? place - 1 : place + 1);
        }
    }

    private void find(int start) {
        int at = start;
        while (at >= 0 && at <= history.size()) {
            if (lineAt(at).contains(pattern)) {
                place = at;
                failed = false;
                return;
            }
            at += backward ? -1 : 1;
        }
        failed = true;
    }
}
