package taskmaster.posix;

import java.util.ArrayList;
import java.util.List;

/**
 * How the keys of one screen are told, where the terminal speaks kitty's keyboard protocol (nvim
 * and fish switch it on): a stack of flags, onto which programs push theirs. Owned by one thread.
 */
final class KeyboardModes {

    /** As kitty has it: then the oldest one goes. */
    private static final int MOST = 16;

    private static final int SET = 1;
    private static final int ADD = 2;

    /** Those that were set without being pushed. */
    private int below;

    private final List<Integer> pushed = new ArrayList<>();

    /** {@code CSI > flags u}. */
    void push(int flags) {
        if (pushed.size() == MOST) {
            pushed.removeFirst();
        }
        pushed.add(flags);
    }

    /** {@code CSI < count u}; one that empties the stack leaves no flag. */
    void pop(int count) {
        if (count > pushed.size()) {
            below = 0;
        }
        for (int i = 0; i < count && !pushed.isEmpty(); i++) {
            pushed.removeLast();
        }
    }

    /** {@code CSI = flags ; how u}: 1 sets them, 2 adds, 3 takes away. */
    void set(int flags, int how) {
        int before = pushed.isEmpty() ? below : pushed.getLast();
        int after =
                switch (how) {
                    case SET -> flags;
                    case ADD -> before | flags;
                    default -> before & ~flags;
                };
        if (pushed.isEmpty()) {
            below = after;
        } else {
            pushed.set(pushed.size() - 1, after);
        }
    }

    void forget() {
        below = 0;
        pushed.clear();
    }

    /** Brings a terminal without any flags to the same. */
    void establish(StringBuilder text) {
        if (below != 0) {
            text.append("\033[=").append(below).append(";1u");
        }
        for (int flags : pushed) {
            text.append("\033[>").append(flags).append('u');
        }
    }

    /** Takes back what was done, and no more: what is below may be the shell's. */
    void reset(StringBuilder text) {
        if (!pushed.isEmpty()) {
            text.append("\033[<").append(pushed.size()).append('u');
        }
        if (below != 0) {
            text.append("\033[=0;1u");
        }
    }
}
