package taskmaster.line;

import java.util.HashMap;
import java.util.Map;

/**
 * Up and down in the history while one line is edited: what is changed on the way is there again
 * when one comes back, and forgotten with the line. The place after the last entry is the line
 * itself.
 */
final class HistoryWalk {

    private final History history;
    private final Map<Integer, String> changed = new HashMap<>();
    private int place;

    /** At the line itself, wherever that is: what was accepted last is added only afterwards. */
    private boolean atLine = true;

    HistoryWalk(History history) {
        this.history = history;
    }

    /** A new line is begun. */
    void begin() {
        changed.clear();
        atLine = true;
    }

    int place() {
        return atLine ? history.size() : place;
    }

    boolean isPlace(int at) {
        return at >= 0 && at <= history.size();
    }

    /** What stands there; {@code left} is the line as it is where one is now. */
    String goTo(int at, String left) {
        changed.put(place(), left);
        place = at;
        atLine = at == history.size();
        return lineAt(at);
    }

    private String lineAt(int at) {
        String line = changed.get(at);
        if (line != null) {
            return line;
        }
        return at < history.size() ? history.get(at) : "";
    }
}
