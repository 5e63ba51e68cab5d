package taskmaster.posix;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.TreeSet;

/**
 * What a program has changed of the terminal that it prints to, as far as that would be in the way
 * of whoever uses the terminal next: an alternate screen, a hidden cursor, keys and a mouse that
 * speak otherwise, a title that was begun (ECMA-48; the private modes are xterm's). Known by
 * looking at what it prints, cut anywhere. Owned by one thread.
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

    private static final int INSERT = 4;
    private static final int NEW_LINE = 20;

    private static final int BELL = 0x07;
    private static final int SHIFT_OUT = 0x0e;
    private static final int SHIFT_IN = 0x0f;

    private enum State {
        TEXT,
        ESCAPE,
        /** What is to be the first set of characters, or the second. */
        CHARACTERS,
        CHARACTERS_OUT,
        /** An escape sequence of more than one character. */
        INTERMEDIATE,
        SEQUENCE,
        /** A title and the like: nothing of it is shown, until it is ended. */
        STRING
    }

    private State state = State.TEXT;
    private final StringBuilder parameters = new StringBuilder();

    /** Those that are not as they are by themselves. */
    private final TreeSet<Integer> changed = new TreeSet<>();

    private boolean keypad;
    private boolean drawing;

    /** The same of the second set of characters, and whether that one is used. */
    private boolean drawingOut;

    private boolean shiftedOut;
    private boolean inserts;
    private boolean newLines;
    private boolean region;
    private int otherKeys;
    private int cursorShape;
    private boolean anything;
    private final KeyboardModes keyboard = new KeyboardModes();
    private final KeyboardModes alternateKeyboard = new KeyboardModes();

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
            case TEXT -> shift(b);
            case ESCAPE -> escape((char) b);
            case CHARACTERS -> {
                drawing = b == '0';
                state = State.TEXT;
            }
            case CHARACTERS_OUT -> {
                drawingOut = b == '0';
                state = State.TEXT;
            }
            case INTERMEDIATE -> state = b >= 0x20 && b < 0x30 ? state : State.TEXT;
            case SEQUENCE -> sequence((char) b);
            case STRING -> state = b == BELL || isCancel(b) ? State.TEXT : state;
        }
    }

    private void shift(byte b) {
        if (b == SHIFT_OUT) {
            shiftedOut = true;
        } else if (b == SHIFT_IN) {
            shiftedOut = false;
        }
    }

    private static boolean isCancel(int b) {
        return b == 0x18 || b == 0x1a;
    }

    private void escape(char c) {
        state = State.TEXT;
        switch (c) {
            case '[' -> state = State.SEQUENCE;
            case '(' -> state = State.CHARACTERS;
            case ')' -> state = State.CHARACTERS_OUT;
            case ' ', '#', '%', '*', '+', '-', '.', '/' -> state = State.INTERMEDIATE;
            case ']', 'P', 'X', '^', '_', 'k' -> state = State.STRING;
            case '=' -> keypad = true;
            case '>' -> keypad = false;
            case 'c' -> {
                forget();
                keyboard.forget();
                alternateKeyboard.forget();
            }
            default -> {}
        }
    }

    private void forget() {
        changed.clear();
        keypad = false;
        drawing = false;
        drawingOut = false;
        shiftedOut = false;
        inserts = false;
        newLines = false;
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
        } else if (isCancel(c)) {
            state = State.TEXT;
        }
    }

    private void end(String said, char last) {
        if (said.startsWith("?") && (last == 'h' || last == 'l')) {
            modes(said.substring(1), true, last == 'h');
        } else if (last == 'h' || last == 'l') {
            modes(said, false, last == 'h');
        } else if (last == 'u' && !said.isEmpty()) {
            keys(said.charAt(0), said.substring(1));
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

    private void ordinaryMode(int mode, boolean on) {
        inserts = mode == INSERT ? on : inserts;
        newLines = mode == NEW_LINE ? on : newLines;
    }

    private void keys(char how, String said) {
        KeyboardModes keys = isAlternate() ? alternateKeyboard : keyboard;
        int semicolon = said.indexOf(';');
        int flags = number(said, 0, semicolon < 0 ? said.length() : semicolon);
        switch (how) {
            case '>' -> keys.push(flags);
            case '<' -> keys.pop(Math.max(1, flags));
            case '=' ->
                    keys.set(flags, semicolon < 0 ? 1 : number(said, semicolon + 1, said.length()));
            default -> {}
        }
    }

    private void modes(String list, boolean areXterms, boolean on) {
        int start = 0;
        while (start <= list.length()) {
            int semicolon = list.indexOf(';', start);
            int end = semicolon < 0 ? list.length() : semicolon;
            int mode = number(list, start, end);
            if (areXterms) {
                privateMode(mode, on);
            } else {
                ordinaryMode(mode, on);
            }
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
        if (!isAlternate()) {
            alternateKeyboard.forget();
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

    /** Whether the program draws on a screen of its own. */
    public boolean isAlternate() {
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
        keyboard.establish(text);
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
        alternateKeyboard.establish(text);
        text.append(keypad ? "\033=" : "").append(drawing ? "\033(0" : "");
        text.append(drawingOut ? "\033)0" : "").append(shiftedOut ? "\016" : "");
        text.append(inserts ? "\033[4h" : "").append(newLines ? "\033[20h" : "");
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
            text.append("\030\033\\"); // CAN and ST end a sequence that was cut
        }
        for (int mode : changed) {
            if (!isOneOf(SCREENS, mode)) {
                text.append("\033[?").append(mode).append(usually(mode) ? 'h' : 'l');
            }
        }
        text.append(keypad ? "\033>" : "").append(drawing ? "\033(B" : "");
        text.append(drawingOut ? "\033)B" : "").append(shiftedOut ? "\017" : "");
        text.append(inserts ? "\033[4l" : "").append(newLines ? "\033[20l" : "");
        alternateKeyboard.reset(text);
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
        keyboard.reset(text);
        return text.toString().getBytes(US_ASCII);
    }
}
