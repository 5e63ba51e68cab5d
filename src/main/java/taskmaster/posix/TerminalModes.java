package taskmaster.posix;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.TreeSet;

/**
 * What a program has changed of the terminal that it prints to, as far as that would be in the way
 * of whoever uses the terminal next: an alternate screen, a hidden cursor, keys and a mouse that
 * speak otherwise (ECMA-48; the private modes are xterm's). Known by looking at what it prints, cut
 * anywhere. Owned by one thread.
 */
public final class TerminalModes {

    private static final int MODIFY_OTHER_KEYS = 4;
    private static final int MOST_MODE = 9999;
    private static final int LONGEST = 64;

    /** Alternate screens: the last one entered first, the first one left last. */
    private static final int[] SCREENS = {47, 1047, 1049};

    /** On by themselves: lines wrap, the cursor is seen. */
    private static final int WRAPS = 7;

    private static final int CURSOR = 25;

    /**
     * Cursor keys, columns, reverse, origin, mouse, margins, keypad, focus, paste, output that is
     * held together, colours; and the two above.
     */
    private static final int[] KNOWN = {
        1, 5, 6, WRAPS, 9, 12, CURSOR, 45, 66, 69, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007,
        1015, 1016, 2004, 2026, 2031
    };

    private enum State {
        TEXT,
        ESCAPE,
        CHARACTERS,
        SEQUENCE
    }

    private State state = State.TEXT;
    private final StringBuilder parameters = new StringBuilder();

    /** Those that are not as they are by themselves. */
    private final TreeSet<Integer> changed = new TreeSet<>();

    private boolean keypad;
    private boolean drawing;
    private boolean region;
    private int otherKeys;
    private int cursorShape;
    private boolean anything;

    /** What is printed next. */
    public void feed(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            feed(bytes[i]);
        }
    }

    private void feed(byte b) {
        if (b == 0x1b) {
            state = State.ESCAPE;
            parameters.setLength(0);
            return;
        }
        switch (state) {
            case TEXT -> {}
            case ESCAPE -> escape((char) b);
            case CHARACTERS -> {
                drawing = b == '0';
                state = State.TEXT;
            }
            case SEQUENCE -> sequence((char) b);
        }
    }

    private void escape(char c) {
        state = State.TEXT;
        switch (c) {
            case '[' -> state = State.SEQUENCE;
            case '(' -> state = State.CHARACTERS;
            case '=' -> keypad = true;
            case '>' -> keypad = false;
            case 'c' -> forget();
            default -> {}
        }
    }

    private void forget() {
        changed.clear();
        keypad = false;
        drawing = false;
        region = false;
        otherKeys = 0;
        cursorShape = 0;
    }

    private void sequence(char c) {
        if (c >= 0x20 && c < 0x40) {
            parameters.append(parameters.length() < LONGEST ? c : '~'); // which means nothing
        } else if (c >= 0x40 && c < 0x7f) {
            state = State.TEXT;
            anything = true;
            end(parameters.toString(), c);
        } else if (c == 0x18 || c == 0x1a) {
            state = State.TEXT;
        }
    }

    private void end(String said, char last) {
        if (said.startsWith("?") && (last == 'h' || last == 'l')) {
            privateModes(said.substring(1), last == 'h');
        } else if (last == 'm' && said.startsWith(">" + MODIFY_OTHER_KEYS)) {
            otherKeys = said.length() > 3 ? number(said, 3, said.length()) : 0;
        } else if (last == 'r' && !said.startsWith("?")) {
            region = !said.isEmpty();
        } else if (last == 'q' && said.endsWith(" ")) {
            cursorShape = said.length() > 1 ? number(said, 0, said.length() - 1) : 0;
        } else if (last == 'p' && said.equals("!")) {
            boolean alternate = isAlternate();
            TreeSet<Integer> before = new TreeSet<>(changed);
            forget();
            before.retainAll(java.util.List.of(47, 1047, 1049));
            changed.addAll(alternate ? before : new TreeSet<>());
        }
    }

    private void privateModes(String list, boolean on) {
        int start = 0;
        while (start <= list.length()) {
            int semicolon = list.indexOf(';', start);
            int end = semicolon < 0 ? list.length() : semicolon;
            privateMode(number(list, start, end), on);
            start = end + 1;
        }
    }

    private void privateMode(int mode, boolean on) {
        if (!isOneOf(KNOWN, mode) && !isOneOf(SCREENS, mode)) {
            return;
        }
        boolean usual = mode == WRAPS || mode == CURSOR;
        if (on == usual) {
            changed.remove(mode);
        } else {
            changed.add(mode);
        }
    }

    private static boolean isOneOf(int[] modes, int mode) {
        for (int known : modes) {
            if (known == mode) {
                return true;
            }
        }
        return false;
    }

    /** 0 where it is none. */
    private static int number(String text, int start, int end) {
        int value = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || value > MOST_MODE) {
                return 0;
            }
            value = 10 * value + (c - '0');
        }
        return value;
    }

    private boolean isAlternate() {
        for (int screen : SCREENS) {
            if (changed.contains(screen)) {
                return true;
            }
        }
        return false;
    }

    /** Brings a terminal that is as usual to where the program believes that its own is. */
    public byte[] establish() {
        StringBuilder text = new StringBuilder();
        for (int screen : SCREENS) {
            if (changed.contains(screen)) {
                text.append("\033[?").append(screen).append('h');
            }
        }
        for (int mode : changed) {
            if (!isOneOf(SCREENS, mode)) {
                text.append("\033[?").append(mode).append(usually(mode) ? 'l' : 'h');
            }
        }
        text.append(keypad ? "\033=" : "").append(drawing ? "\033(0" : "");
        if (otherKeys > 0) {
            text.append("\033[>").append(MODIFY_OTHER_KEYS).append(';').append(otherKeys);
            text.append('m');
        }
        if (cursorShape > 0) {
            text.append("\033[").append(cursorShape).append(" q");
        }
        return text.toString().getBytes(US_ASCII);
    }

    private static boolean usually(int mode) {
        return mode == WRAPS || mode == CURSOR;
    }

    /** Brings a terminal that has shown all of it back to what is usual. */
    public byte[] reset() {
        StringBuilder text = new StringBuilder();
        if (state != State.TEXT) {
            text.append('\030'); // CAN ends a sequence that was cut
        }
        for (int mode : changed) {
            if (!isOneOf(SCREENS, mode)) {
                text.append("\033[?").append(mode).append(usually(mode) ? 'h' : 'l');
            }
        }
        text.append(keypad ? "\033>" : "").append(drawing ? "\033(B" : "");
        if (otherKeys > 0) {
            text.append("\033[>").append(MODIFY_OTHER_KEYS).append('m');
        }
        text.append(cursorShape > 0 ? "\033[0 q" : "");
        text.append(region ? "\0337\033[r\0338" : ""); // it also moves the cursor
        text.append(anything ? "\033[0m" : "");
        for (int i = SCREENS.length - 1; i >= 0; i--) {
            if (changed.contains(SCREENS[i])) {
                text.append("\033[?").append(SCREENS[i]).append('l');
            }
        }
        return text.toString().getBytes(US_ASCII);
    }
}
