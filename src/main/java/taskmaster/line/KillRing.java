package taskmaster.line;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was cut out, the last first. */
final class KillRing {

    private static final int MOST = 10;

    private final Deque<String> kills = new ArrayDeque<>();

    boolean isEmpty() {
        return kills.isEmpty();
    }

    void add(String text) {
        kills.push(text);
        if (kills.size() > MOST) {
            kills.removeLast();
        }
    }

    /** Cut out right after the last, so it belongs to it. */
    void addBehind(String text) {
        kills.push(limited(kills.pop() + text));
    }

    /** The same, from before it. */
    void addBefore(String text) {
        kills.push(limited(text + kills.pop()));
    }

    private static String limited(String text) {
        return text.length() > Buffer.MOST ? text.substring(0, Buffer.MOST) : text;
    }

    String last() {
        return kills.isEmpty() ? "" : kills.peek();
    }

    /** The one before it becomes the last. */
    void rotate() {
        if (!kills.isEmpty()) {
            kills.addLast(kills.pop());
        }
    }
}
